import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { attributeProto, tensorProto, type Attributes } from './attributes.ts'
import { bytesPerElement, dataTypeOf, encodeValues, type OnnxDType } from './dtypes.ts'
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  type TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type ModelProto,
  type StringStringEntryProto,
  type ValueInfoProto,
} from './gen/onnx_pb.ts'
import { modelBytes } from './model-bytes.ts'
import { packageVersion } from './version.ts'

/** The name of a value in the graph. */
export type ValueName = string

/** Stands for an optional input that is left out. */
export const omitted: ValueName = ''

/** A size is a number, the name of a symbolic size, or null where nothing is known. */
export type OnnxSize = number | string | null

/** Sizes of the axes, or null where even their number is open. */
export type OnnxShape = readonly OnnxSize[] | null

export interface NodeOptions {
  /** Attributes, typed by how they are written: see `attr`. */
  readonly attributes?: Attributes
  /** The operator set; '' is ONNX' own. */
  readonly domain?: string
  /** Shown by viewers; the user's source line. */
  readonly doc?: string
  /** What engines and viewers call the node. */
  readonly name?: string
}

export interface ModelOptions {
  readonly name?: string
  /** Operator set versions by domain. ONNX' own is 21 unless said otherwise. */
  readonly opsets?: Readonly<Record<string, number>>
  readonly irVersion?: number
  readonly doc?: string
  /** What else the file tells, by key. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** Where the bytes of a constant lie in a file beside the model. */
export interface ExternalBytes {
  /** The name of that file. */
  readonly location: string
  readonly offset: number
  readonly length: number
}

type Names<N extends number> = number extends N
  ? ValueName[]
  : N extends 1
    ? [ValueName]
    : N extends 2
      ? [ValueName, ValueName]
      : N extends 3
        ? [ValueName, ValueName, ValueName]
        : ValueName[]

/** What the graphs of one model share. */
class Scope {
  readonly names = new Set<ValueName>()
  readonly opsets: Map<string, number>
  #next = 0

  constructor(opsets: ModelOptions['opsets']) {
    this.opsets = new Map(Object.entries({ '': 21, ...opsets }))
  }

  claim(name?: ValueName): ValueName {
    if (name === undefined) {
      do name = `v${this.#next++}`
      while (this.names.has(name))
    } else if (name === omitted || this.names.has(name)) {
      throw new Error(`The ONNX value name ${JSON.stringify(name)} is empty or taken.`)
    }
    this.names.add(name)
    return name
  }
}

/** Builds one graph; values are numbered `v0`, `v1`, … in the order they are made. */
export class GraphBuilder {
  readonly #scope: Scope
  readonly #graph: GraphProto
  readonly #constants = new Map<string, ValueName>()

  constructor(scope: Scope, name: string) {
    this.#scope = scope
    this.#graph = create(GraphProtoSchema, { name })
  }

  input(dtype: OnnxDType, shape: OnnxShape, name?: ValueName): ValueName {
    const claimed = this.#scope.claim(name)
    this.#graph.input.push(valueInfo(claimed, dtype, shape))
    return claimed
  }

  /** A constant. Its little-endian bytes are kept as they are, not copied, until `build`. */
  initializer(dtype: OnnxDType, shape: readonly number[], bytes: Uint8Array, name?: ValueName): ValueName {
    const needed = shape.reduce((size, axis) => size * axis, bytesPerElement(dtype))
    if (bytes.byteLength !== needed) {
      throw new Error(`A constant ${dtype}[${shape.join()}] has ${needed} bytes, not ${bytes.byteLength}.`)
    }
    const claimed = this.#scope.claim(name)
    this.#graph.initializer.push(tensorProto(claimed, dtype, shape, bytes))
    return claimed
  }

  /** A constant whose bytes lie in another file. */
  externalInitializer(
    dtype: OnnxDType,
    shape: readonly number[],
    { location, offset, length }: ExternalBytes,
    name?: ValueName,
  ): ValueName {
    const claimed = this.#scope.claim(name)
    const tensor = tensorProto(claimed, dtype, shape, new Uint8Array())
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL
    tensor.externalData = entries({ location, offset: String(offset), length: String(length) })
    this.#graph.initializer.push(tensor)
    return claimed
  }

  /** A constant of one axis, the same one for the same values: axes, shapes, pads. */
  ints(values: readonly (number | bigint)[]): ValueName {
    return this.#constant('int64', [values.length], values)
  }

  /** A constant without axes, the same one for the same value. */
  scalar(dtype: OnnxDType, value: number | bigint): ValueName {
    return this.#constant(dtype, [], [value])
  }

  /** Adds a node with one output and names it. */
  node(opType: string, inputs: readonly ValueName[], options: NodeOptions = {}): ValueName {
    return this.nodeOf(opType, inputs, 1, options)[0]
  }

  /** Adds a node with several outputs. */
  nodeOf<const N extends number>(
    opType: string,
    inputs: readonly ValueName[],
    outputs: N,
    options: NodeOptions = {},
  ): Names<N> {
    const output = Array.from({ length: outputs }, () => this.#scope.claim())
    this.#append(opType, inputs, output, options)
    return output as Names<N>
  }

  /** Adds a node whose outputs are named already. */
  nodeNamed(
    opType: string,
    inputs: readonly ValueName[],
    outputs: readonly ValueName[],
    options: NodeOptions = {},
  ): void {
    for (const name of outputs) this.#scope.claim(name)
    this.#append(opType, inputs, outputs, options)
  }

  #append(
    opType: string,
    inputs: readonly ValueName[],
    output: readonly ValueName[],
    { attributes = {}, domain = '', doc, name }: NodeOptions,
  ): void {
    if (!this.#scope.opsets.has(domain)) {
      throw new Error(`${opType} is of ${domain}, which the model does not import: name it in 'opsets'.`)
    }
    const node = create(NodeProtoSchema, {
      opType,
      input: inputs.slice(0, inputs.findLastIndex((input) => input !== omitted) + 1),
      output: [...output],
      attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
    })
    if (domain !== '') node.domain = domain
    if (doc !== undefined) node.docString = doc
    if (name !== undefined) node.name = name
    this.#graph.node.push(node)
  }

  /** Tells the type of a value, for viewers and checkers; engines infer it. */
  describe(name: ValueName, dtype: OnnxDType, shape: OnnxShape): void {
    this.#graph.valueInfo.push(valueInfo(name, dtype, shape))
  }

  output(name: ValueName, dtype: OnnxDType, shape: OnnxShape): void {
    this.#graph.output.push(valueInfo(name, dtype, shape))
  }

  /** Starts a graph that an attribute of a node holds (If, Loop, Scan). It sees the values of this one. */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(this.#scope, name)
  }

  /** The graph as it is now. */
  get proto(): GraphProto {
    return this.#graph
  }

  #constant(dtype: OnnxDType, shape: readonly number[], values: readonly (number | bigint)[]): ValueName {
    const bytes = encodeValues(dtype, values)
    const key = `${dtype}[${shape.join()}] ${bytes.join()}`
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const name = this.initializer(dtype, shape, bytes)
    this.#constants.set(key, name)
    return name
  }
}

/** Builds a model of one graph. */
export class ModelBuilder extends GraphBuilder {
  readonly #scope: Scope
  readonly #options: ModelOptions

  constructor(options: ModelOptions = {}) {
    const scope = new Scope(options.opsets)
    super(scope, options.name ?? 'graph')
    this.#scope = scope
    this.#options = options
  }

  /** The model as a message; it shares what the builder holds. */
  get model(): ModelProto {
    const { irVersion = 10, doc, metadata = {} } = this.#options
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(irVersion),
      producerName: 'tendril',
      producerVersion: packageVersion,
      metadataProps: entries(metadata),
      opsetImport: [...this.#scope.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
      graph: this.proto,
    })
    if (doc !== undefined) model.docString = doc
    return model
  }

  /** The bytes of the ONNX file. */
  build(): Uint8Array<ArrayBuffer> {
    return modelBytes(this.model)
  }
}

const entries = (values: Readonly<Record<string, string>>): StringStringEntryProto[] =>
  Object.entries(values).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }))

function valueInfo(name: ValueName, dtype: OnnxDType, shape: OnnxShape): ValueInfoProto {
  const elemType = dataTypeOf(dtype)
  const value = shape === null ? { elemType } : { elemType, shape: { dim: shape.map(dimension) } }
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } })
}

function dimension(size: OnnxSize): MessageInitShape<typeof TensorShapeProto_DimensionSchema> {
  if (size === null) return {}
  return typeof size === 'number'
    ? { value: { case: 'dimValue', value: BigInt(size) } }
    : { value: { case: 'dimParam', value: size } }
}
