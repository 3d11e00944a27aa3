import { create } from '@bufbuild/protobuf'
import { attributeProto, type Attributes } from '../attributes.ts'
import { type NodeProto, NodeProtoSchema } from '../gen/onnx_pb.ts'
import { type OnnxValue, Tensor } from './tensor.ts'

/** A node at work: what it takes, and the operator set that it is of. */
export interface AtWork {
  readonly node: NodeProto
  readonly opset: number
  readonly operands: readonly (OnnxValue | undefined)[]
}

/** The first operator sets in which operators are as they are now. */
const sinceOf = { names: 11, splits: 18, axes: 18 } as const

const withAxes: ReadonlySet<string> = new Set(
  'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare'.split(' '),
)

/** A node of an old operator set as it is written now: by another name, or with operands that were attributes; any other one as it is. */
export function renewed(one: AtWork): AtWork {
  const { node, opset, operands } = one
  const { opType, output } = node
  if (opType === 'Scatter' && opset < sinceOf.names)
    return { node: rewritten(node, 'ScatterElements'), opset: sinceOf.names, operands }
  // Before there were scales in an operand, they were an attribute.
  if (opType === 'Upsample' && opset < sinceOf.names && operands.length === 2) {
    const places = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
    const resize = rewritten(node, 'Resize', [], places)
    return { node: resize, opset: sinceOf.names, operands: [operands[0], undefined, operands[1]] }
  }
  if (withAxes.has(opType) && opset < sinceOf.axes) return { ...withList(one, 'axes'), opset: sinceOf.axes }
  if (opType === 'Split' && opset < sinceOf.splits) {
    const { node: made, operands: given } = withList(one, 'split')
    const isEven = given.length === 1
    const split = isEven ? rewritten(made, opType, [], { num_outputs: output.length }) : made
    return { node: split, opset: sinceOf.splits, operands: given }
  }
  return one
}

/** The integers of an attribute as the second operand. */
function withList({ node, opset, operands }: AtWork, name: string): AtWork {
  const list = node.attribute.find((attribute) => attribute.name === name)
  if (list === undefined) return { node, opset, operands }
  const sizes = Tensor.ofSizes('int64', [list.ints.length], list.ints.map(Number))
  return { node: rewritten(node, node.opType, [name]), opset, operands: [operands[0], sizes] }
}

/** The node with another operator, without some attributes and with others. */
function rewritten(
  { name, output, attribute }: NodeProto,
  opType: string,
  without: readonly string[] = [],
  more: Attributes = {},
): NodeProto {
  const kept = attribute.filter((one) => !without.includes(one.name))
  const added = Object.entries(more).map(([key, value]) => attributeProto(key, value))
  return create(NodeProtoSchema, { opType, name, output, attribute: [...kept, ...added] })
}
