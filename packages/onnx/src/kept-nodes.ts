import {
  type ConstantArray,
  type IrGraph,
  type Node,
  type Origin,
  type SpelledApart,
  spelledApart,
  standsFor,
} from '@tendril/core/adapter'
import type { ValueSource } from '@tendril/core/module'
import { attr, type AttributeValue, type Attributes } from './attributes.ts'
import type { OnnxDType } from './dtypes.ts'
import { type AttributeProto, AttributeProto_AttributeType as Type, type NodeProto } from './gen/onnx_pb.ts'
import { operatorOf } from './imported-part.ts'
import { kernelTypes, type OnnxOp } from './kernel-types.gen.ts'
import { guarded, type OnnxLowering } from './lower.ts'
import { renamedValues, wholeSince } from './whole-operators.ts'
import { takenOperands } from './zero-points.ts'

/** An operand as a file would have it: left out, an array of the model, or a value of the trace. */
export type KeptOperand = undefined | { readonly array: ConstantArray } | ValueSource

/** A node of a model that was imported, and where its values are in the trace. */
export interface ImportedNode {
  readonly node: NodeProto
  /** Version of ONNX' operator set that it is of. */
  readonly opset: number
  readonly operands: readonly KeptOperand[]
  /** Undefined for a result that is no value of its own. */
  readonly results: readonly (ValueSource | undefined)[]
}

/** The nodes by the ops that make their results. */
const madeBy = new WeakMap<Origin, Set<ImportedNode>>()

/** Whether a node may be kept as it is, whatever becomes of its operands. */
export const isKeepable = ({ opType, attribute }: NodeProto): boolean =>
  Object.hasOwn(wholeSince, opType) &&
  attribute.every(({ g, graphs, t, refAttrName }) => !g && graphs.length === 0 && !t && refAttrName === '')

/** Notes what became of a node. */
export function noteNode(made: ImportedNode): void {
  for (const source of made.results) {
    if (source === undefined) continue
    const known = madeBy.get(source.origin) ?? new Set()
    madeBy.set(source.origin, known.add(made))
  }
}

/** A graph of which some values are spelled by nodes of imported models, as these had them. */
export interface Kept {
  readonly graph: IrGraph
  readonly lowerings: readonly OnnxLowering[]
}

/**
 * Puts nodes of imported models in place of what they were imported as, where they mean the same in an operator set;
 * `asKept` tells which of them, and how.
 */
export function keptNodes(
  graph: IrGraph,
  version: number,
  asKept: (node: ImportedNode) => NodeProto | undefined = ({ node }) => node,
): Kept {
  if (!graph.nodes.some(({ loc }) => operatorOf(loc) !== undefined)) return { graph, lowerings: [] }
  const made = new Map<Origin, Node | null>()
  for (const node of graph.nodes) if (node.loc) made.set(node.loc, made.has(node.loc) ? null : node)
  // What passes found to be the same, or computed beforehand.
  const same = new Map<Origin, Map<number, Node['outs'][number]>>()
  const values = [
    ...graph.inputs,
    ...graph.constants.map((one) => one.out),
    ...graph.nodes.flatMap(({ outs }) => outs),
  ]
  for (const out of values)
    for (const { origin, result } of standsFor(out))
      same.set(origin, (same.get(origin) ?? new Map<number, Node['outs'][number]>()).set(result, out))
  const varOf = ({ origin, result }: ValueSource): Node['outs'][number] | undefined =>
    made.has(origin) ? made.get(origin)?.outs[result] : same.get(origin)?.get(result)
  // The op that made a result may be gone, and another value be that result.
  const imported = new Set(
    [...made.keys(), ...same.keys()].flatMap((origin) => [...(madeBy.get(origin) ?? [])]),
  )
  const lowerings: OnnxLowering[] = []
  const all = [...imported].flatMap((one): readonly SpelledApart[] => {
    const own = meansTheSame(one, version) ? asKept(one) : undefined
    if (own === undefined) return []
    const operands = one.operands.map((operand) =>
      operand === undefined ? null : 'array' in operand ? operand.array : varOf(operand),
    )
    const inputs = takenOperands(own.opType, operands)
    if (inputs === undefined || inputs.includes(undefined)) return []
    const given = inputs as readonly (NonNullable<(typeof inputs)[number]> | null)[]
    const first = given.find((input) => input !== null)
    const places = one.results.flatMap((source, i) =>
      source !== undefined && varOf(source) !== undefined ? [i] : [],
    )
    if (first === undefined || places.length === 0 || !holds(own.opType, first.type.dtype)) return []
    const name = `${own.opType} ${lowerings.length}`
    lowerings.push(lowered(name, own, given, places))
    return [
      {
        name,
        inputs: given.filter((input) => input !== null),
        outs: places.map((i) => varOf(one.results[i]!)!),
      },
    ]
  })
  return all.length === 0 ? { graph, lowerings } : { graph: spelledApart(graph, all), lowerings }
}

/** The newest operator set that nodes are known in is that which files are written in. */
const meansTheSame = ({ node: { opType }, opset }: ImportedNode, version: number): boolean =>
  opset >= wholeSince[opType]! && opset <= version && version >= wholeSince[opType]!

/** Operators of onnxruntime's own are kept in single and half precision, or of integers of 8 bits. */
const holds = (operator: string, dtype: string): boolean =>
  operator.includes(':')
    ? ['float32', 'float16', 'int8', 'uint8'].includes(dtype)
    : Object.hasOwn(kernelTypes, operator) && kernelTypes[operator as OnnxOp].has(dtype as OnnxDType)

function lowered(
  name: string,
  node: NodeProto,
  given: readonly unknown[],
  places: readonly number[],
): OnnxLowering {
  const attributes: Attributes = Object.fromEntries(
    node.attribute.map((attribute) => [attribute.name, renamed(node.opType, valueOf(attribute))]),
  )
  return guarded({
    op: name,
    emit: (e, [operands], _params, { outputs }) => {
      const refs = [...(operands as readonly (typeof operands & object)[])] as never[]
      const inputs = given.map((input) => (input === null ? undefined : refs.shift()))
      // Results that nothing reads are named as well: operators such as TopK have to have them. Others the model left out.
      const count = Math.max(node.output.length, ...places.map((i) => i + 1))
      const results = Array.from({ length: count }, (_, i) => {
        const { dtype, shape } = outputs[Math.max(places.indexOf(i), 0)]!
        return { dtype: e.carried(dtype as OnnxDType), rank: shape.length }
      })
      const made = e.nodes(node.opType, inputs, results, attributes)
      return places.map((i) => made[i]!)
    },
  })
}

/** Values of attributes that have other names in newer operator sets. */
function renamed(operator: string, value: AttributeValue): AttributeValue {
  const now = value.s && renamedValues[operator]?.[new TextDecoder().decode(value.s)]
  return now === undefined ? value : attr.string(now)
}

/** The field that the attribute's type tells; a file with others of it is no valid one. */
function valueOf({ type, f, i, s, floats, ints, strings }: AttributeProto): AttributeValue {
  switch (type) {
    case Type.FLOAT:
      return { type, f }
    case Type.INT:
      return { type, i }
    case Type.STRING:
      return { type, s }
    case Type.FLOATS:
      return { type, floats }
    case Type.INTS:
      return { type, ints }
    default:
      return { type, strings }
  }
}
