import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type TensorProto,
} from '../../src/gen/onnx_pb.ts'

/** Numbers below a bound, the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

type Random = (below: number) => number
const pick = <T>(random: Random, from: readonly T[]): T | undefined => from[random(Math.max(1, from.length))]

function withBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random(bytes.length)
  const length = random(12)
  switch (random(6)) {
    case 0:
      return bytes.with(at, random(256))
    case 1:
      return bytes.with(at, bytes[at]! ^ (1 << random(8)))
    case 2:
      return bytes.slice(0, at)
    case 3:
      return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + length)])
    case 4:
      return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at, at + length), ...bytes.slice(at)])
    default: {
      // The largest number that a varint holds.
      const large = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1].slice(random(10))
      return Uint8Array.from([...bytes.slice(0, at), ...large, ...bytes.slice(at + large.length)])
    }
  }
}

const entries = (values: Readonly<Record<string, string>>): StringStringEntryProto[] =>
  Object.entries(values).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }))

const sizes = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  65536n,
  1n << 31n,
  (1n << 32n) + 1n,
  1n << 53n,
  (1n << 63n) - 1n,
  -(1n << 63n),
]
const floats = [0, -0, -1, NaN, Infinity, -Infinity, 1e38, 1e-45, 0.5]

interface Parts {
  readonly graphs: readonly GraphProto[]
  readonly nodes: readonly NodeProto[]
  readonly tensors: readonly TensorProto[]
  readonly attributes: readonly AttributeProto[]
}

function partsOf(graph: GraphProto): Parts {
  const graphs: GraphProto[] = []
  const visit = (one: GraphProto): void => {
    graphs.push(one)
    for (const { attribute } of one.node) for (const { g } of attribute) if (g !== undefined) visit(g)
  }
  visit(graph)
  const nodes = graphs.flatMap(({ node }) => node)
  const attributes = nodes.flatMap(({ attribute }) => attribute)
  const tensors = [
    ...graphs.flatMap(({ initializer }) => initializer),
    ...attributes.flatMap(({ t }) => (t === undefined ? [] : [t])),
  ]
  return { graphs, nodes, tensors, attributes }
}

type Mutation = (random: Random, parts: Parts, model: ModelProto) => void

const size = (random: Random): bigint => pick(random, sizes)!
const swap = <T>(random: Random, list: T[]): void => {
  if (list.length < 2) return
  const [a, b] = [random(list.length), random(list.length)]
  ;[list[a], list[b]] = [list[b]!, list[a]!]
}

const mutations: readonly Mutation[] = [
  (random, { tensors }) => {
    const tensor = pick(random, tensors)
    tensor?.dims.splice(random(tensor.dims.length + 1), random(2), size(random))
  },
  (random, { tensors }) => {
    const tensor = pick(random, tensors)
    if (tensor !== undefined) tensor.dataType = random(26)
  },
  // Elements of shapes, axes, counts.
  (random, { tensors }) => {
    const tensor = pick(random, tensors)
    if (tensor === undefined || tensor.rawData.length < 8) return
    const bytes = tensor.rawData.slice()
    new DataView(bytes.buffer).setBigInt64(8 * random(Math.floor(bytes.length / 8)), size(random), true)
    tensor.rawData = bytes
  },
  (random, { tensors }) => {
    const tensor = pick(random, tensors)
    if (tensor !== undefined) tensor.rawData = tensor.rawData.slice(random(tensor.rawData.length + 1))
  },
  (random, { tensors }) => {
    const tensor = pick(random, tensors)
    if (tensor === undefined) return
    tensor.dataLocation = 1
    tensor.externalData = entries({ location: '../x', length: '99999999999' })
  },
  (random, { attributes }) => {
    const attribute = pick(random, attributes)
    if (attribute === undefined) return
    attribute.i = size(random)
    attribute.f = pick(random, floats)!
    if (attribute.ints.length > 0) attribute.ints[random(attribute.ints.length)] = size(random)
    if (attribute.floats.length > 0) attribute.floats[random(attribute.floats.length)] = pick(random, floats)!
  },
  (random, { attributes }) => {
    const attribute = pick(random, attributes)
    attribute?.ints.splice(
      random(attribute.ints.length + 1),
      random(2),
      ...Array.from({ length: random(3) }, () => size(random)),
    )
  },
  (random, { attributes }) => {
    const attribute = pick(random, attributes)
    if (attribute !== undefined) attribute.type = random(16)
  },
  (random, { attributes }) => {
    const attribute = pick(random, attributes)
    const other = pick(random, attributes)
    if (attribute !== undefined && other !== undefined) attribute.name = other.name
  },
  (random, { nodes }) => {
    const node = pick(random, nodes)
    node?.attribute.splice(random(node.attribute.length + 1), 1)
  },
  (random, { nodes }) => {
    const [node, other] = [pick(random, nodes), pick(random, nodes)]
    if (node !== undefined && other !== undefined) node.opType = other.opType
  },
  (random, { nodes }) => {
    const node = pick(random, nodes)
    if (node !== undefined) node.opType = pick(random, operatorNames)!
  },
  (random, { nodes }) => {
    const [node, other] = [pick(random, nodes), pick(random, nodes)]
    if (node === undefined || other === undefined) return
    node.input.splice(
      random(node.input.length + 1),
      random(2),
      pick(random, [...other.input, ...other.output, ''])!,
    )
  },
  (random, { nodes }) => {
    const node = pick(random, nodes)
    if (node !== undefined) swap(random, node.input)
  },
  (random, { nodes }) => {
    const node = pick(random, nodes)
    if (node !== undefined) node.output.push('more')
  },
  (random, { graphs }) => swap(random, pick(random, graphs)!.node),
  (random, { graphs }) => {
    const graph = pick(random, graphs)!
    graph.input.splice(random(graph.input.length + 1), 1)
  },
  (random, { graphs }) => {
    const type = pick(random, pick(random, graphs)!.input)?.type?.value
    if (type?.case !== 'tensorType') return
    const dim = pick(random, type.value.shape?.dim ?? [])
    if (dim !== undefined) dim.value = { case: 'dimValue', value: size(random) }
    if (random(3) === 0) type.value.elemType = random(26)
  },
  (random, { graphs }) => {
    const type = pick(random, pick(random, graphs)!.input)?.type?.value
    if (type?.case !== 'tensorType') return
    const dim = pick(random, type.value.shape?.dim ?? [])
    if (dim !== undefined)
      dim.value = { case: 'dimParam', value: pick(random, ['n', 'a b', '', '__proto__', 'n*2'])! }
  },
  (random, _parts, model) => {
    const own = model.opsetImport[random(Math.max(1, model.opsetImport.length))]
    if (own !== undefined) own.version = BigInt(random(30)) - 1n
  },
]

const operatorNames = [
  'Add',
  'Cast',
  'Concat',
  'ConstantOfShape',
  'Einsum',
  'Expand',
  'Gather',
  'GatherND',
  'If',
  'Loop',
  'MatMul',
  'Pad',
  'Range',
  'Reshape',
  'Resize',
  'Scan',
  'ScatterND',
  'Slice',
  'Split',
  'Squeeze',
  'Tile',
  'TopK',
  'Transpose',
  'Unsqueeze',
  'OneHot',
  'EyeLike',
  'Upsample',
  'DFT',
  'NonMaxSuppression',
  'constructor',
  '__proto__',
  'SequenceAt',
  'Compress',
]

/** A file that differs from a model in some bytes, or in some of its fields. */
export function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  let file = bytes
  if (random(2) === 0) {
    for (let times = 1 + random(3); times > 0 && file.length > 0; times--) file = withBytes(random, file)
    return file
  }
  const model = fromBinary(ModelProtoSchema, bytes)
  for (let times = 1 + random(3); times > 0; times--)
    pick(random, mutations)!(random, partsOf(model.graph!), model)
  return toBinary(ModelProtoSchema, model)
}
