import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { allocate, type ConstantArray, type Dim, isSymbolic } from '@tendril/core/adapter'
import type { AttrValueSchema } from '../gen/tensorflow/core/framework/attr_value_pb.ts'
import { type GraphDef, GraphDefSchema } from '../gen/tensorflow/core/framework/graph_pb.ts'
import type { NodeDefSchema } from '../gen/tensorflow/core/framework/node_def_pb.ts'
import { SavedModelSchema } from '../gen/tensorflow/core/protobuf/saved_model_pb.ts'
import { DataType } from '../gen/tensorflow/core/framework/types_pb.ts'
import { allAttributes } from './attributes.ts'
import type { OpenProgram } from './open-program.ts'
import { operators } from './ops.gen.ts'
import type { TfAttr, TfConstant, TfPort, TfProgram, TfType } from './program.ts'

type Attr = MessageInitShape<typeof AttrValueSchema>
type Node = MessageInitShape<typeof NodeDefSchema>

/** The version of graphs that TensorFlow 2.16 writes. */
const producer = 1645
const body = 'body'

export const dataType: Readonly<Record<TfType, DataType>> = {
  float32: DataType.DT_FLOAT,
  float64: DataType.DT_DOUBLE,
  int32: DataType.DT_INT32,
  int64: DataType.DT_INT64,
  uint8: DataType.DT_UINT8,
  bool: DataType.DT_BOOL,
}

const shapeOf = (shape: readonly Dim[]) => ({
  dim: shape.map((size) => ({ size: isSymbolic(size) ? -1n : BigInt(size) })),
})

const typeAttr = (type: TfType): Attr => ({ value: { case: 'type', value: dataType[type] } })
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function attrOf(value: TfAttr): Attr {
  if (typeof value === 'string') return { value: { case: 's', value: utf8(value) } }
  if (typeof value === 'boolean') return { value: { case: 'b', value } }
  if (typeof value === 'number') return { value: { case: 'i', value: BigInt(value) } }
  if ('type' in value) return typeAttr(value.type)
  return { value: { case: 'list', value: { i: value.map(BigInt) } } }
}

/** The elements of a constant. */
export function constantData(
  { source, dtype, shape }: TfConstant,
  captured: readonly ConstantArray[],
): Float32Array | Float64Array | Int32Array | Uint8Array {
  if (source.from === 'captured') return captured[source.place]!.host() as Float32Array
  const data = allocate(
    dtype,
    shape.reduce((n, size) => n * size, 1),
  ) as Float64Array
  if (source.from === 'fixed') data.set(source.values)
  return data
}

function constantNode(constant: TfConstant, captured: readonly ConstantArray[], withData: boolean): Node {
  const { name, dtype, shape } = constant
  const attr: Record<string, Attr> = { dtype: typeAttr(dtype) }
  if (withData) {
    const data = constantData(constant, captured)
    const tensorContent = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    attr['value'] = {
      value: {
        case: 'tensor',
        value: { dtype: dataType[dtype], tensorShape: shapeOf(shape), tensorContent },
      },
    }
  }
  return { name, op: 'Const', input: [], attr }
}

const placeholder = ({ name, dtype, shape }: TfPort): Node => ({
  name,
  op: 'Placeholder',
  attr: { dtype: typeAttr(dtype), shape: { value: { case: 'shape', value: shapeOf(shape) } } },
})

/** The program's calls, their operands named by `refer`. */
function callNodes(
  { inputs, constants, nodes }: TfProgram,
  refer: (name: string) => string,
): readonly Node[] {
  const types = new Map<string, TfType>()
  for (const { name, dtype } of [...inputs, ...constants, ...nodes.flatMap((node) => node.outputs)])
    types.set(name, dtype)
  return nodes.map((node) => {
    const operands = node.inputs.map((name) => types.get(name)!)
    const attrs = Object.entries(allAttributes(node, operands))
    return {
      name: node.name,
      op: node.op,
      input: node.inputs.map(refer),
      attr: Object.fromEntries(attrs.map(([name, value]) => [name, attrOf(value)])),
    }
  })
}

/** The program as a graph; without data, constants are given beside it. */
export function graphDef({ program, captured }: OpenProgram, withData: boolean): GraphDef {
  const { inputs, constants } = program
  const node = [
    ...inputs.map(placeholder),
    ...constants.map((constant) => constantNode(constant, captured, withData)),
    ...callNodes(program, (name) => name),
  ]
  return create(GraphDefSchema, { node, versions: { producer } })
}

/** The program as a function that XLA compiles, and a graph that calls it. */
function compiledGraphDef({ program, captured }: OpenProgram): GraphDef {
  const { inputs, constants, nodes, outputs } = program
  // In a function an operand is named by the result's own name as well.
  const names = new Map<string, string>(inputs.map(({ name }) => [name, name]))
  for (const { name } of constants) names.set(name, `${name}:output:0`)
  for (const { name, op, outputs: results } of nodes)
    results.forEach((result, i) => names.set(result.name, `${name}:${operators[op]!.outputs[i]}:0`))
  const argument = ({ name, dtype }: TfPort) => ({ name, type: dataType[dtype] })
  const results = outputs.map((port) => ({ ...port, name: `${port.name}_out` }))
  const types = (ports: readonly TfPort[]): Attr => ({
    value: { case: 'list', value: { type: ports.map(({ dtype }) => dataType[dtype]) } },
  })
  const call: Node = {
    name: 'call',
    op: 'PartitionedCall',
    input: inputs.map(({ name }) => name),
    attr: {
      Tin: types(inputs),
      Tout: types(outputs),
      f: { value: { case: 'func', value: { name: body } } },
      _XlaMustCompile: { value: { case: 'b', value: true } },
    },
  }
  const identities = outputs.map(({ name, dtype }, i): Node => ({
    name,
    op: 'Identity',
    input: [i === 0 ? 'call' : `call:${i}`],
    attr: { T: typeAttr(dtype) },
  }))
  const definition = {
    signature: { name: body, inputArg: inputs.map(argument), outputArg: results.map(argument) },
    nodeDef: [
      ...constants.map((constant) => constantNode(constant, captured, true)),
      ...callNodes(program, (name) => names.get(name)!),
    ],
    ret: Object.fromEntries(outputs.map(({ name }, i) => [results[i]!.name, names.get(name)!])),
  }
  return create(GraphDefSchema, {
    node: [...inputs.map(placeholder), call, ...identities],
    library: { function: [definition] },
    versions: { producer },
  })
}

/** The bytes of saved_model.pb, which needs no file beside it. */
export function savedModelBytes(open: OpenProgram, compile: 'xla' | undefined): Uint8Array {
  const graph = compile === 'xla' ? compiledGraphDef(open) : graphDef(open, true)
  const info = ({ name, dtype, shape }: TfPort) => ({
    encoding: { case: 'name' as const, value: `${name}:0` },
    dtype: dataType[dtype],
    tensorShape: shapeOf(shape),
  })
  const infos = (ports: readonly TfPort[]) =>
    Object.fromEntries(ports.map((port) => [port.name, info(port)] as const))
  const signature = {
    inputs: infos(open.program.inputs),
    outputs: infos(open.program.outputs),
    methodName: 'tensorflow/serving/predict',
  }
  const model = create(SavedModelSchema, {
    savedModelSchemaVersion: 1n,
    metaGraphs: [
      {
        metaInfoDef: { tags: ['serve'] },
        graphDef: graph,
        signatureDef: { serving_default: signature },
      },
    ],
  })
  return toBinary(SavedModelSchema, model)
}
