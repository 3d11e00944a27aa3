import { fromBinary } from '@bufbuild/protobuf'
import { decodeValues, dtypeOf, textOf, type OnnxDType } from './dtypes.ts'
import {
  AttributeProto_AttributeType as Type,
  ModelProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './gen/onnx_pb.ts'

export interface TextOptions {
  /** Constants with more elements are left out: a comment gives their size, and the text still parses. */
  readonly elementLimit?: number
}

/**
 * A model in ONNX' own text syntax, which `onnx.parser` reads.
 *
 * Left out, because the syntax has no place for them: values of long constants (a comment says how many), sparse and
 * external tensors, functions and metadata. Source lines are comments.
 */
export function onnxText(model: ModelProto | Uint8Array, options: TextOptions = {}): string {
  const { irVersion, opsetImport, graph } =
    model instanceof Uint8Array ? fromBinary(ModelProtoSchema, model) : model
  const opsets = opsetImport.map(({ domain, version }) => `${quoted(domain)} : ${version}`)
  const header = `<ir_version: ${irVersion}, opset_import: [${opsets.join(', ')}]>`
  return graph ? `${header}\n${graphText(graph, options.elementLimit ?? 64, '')}\n` : `${header}\n`
}

function graphText(graph: GraphProto, elementLimit: number, indent: string): string {
  const inner = `${indent}  `
  const inputs = graph.input.map(valueText).join(', ')
  const outputs = graph.output.map(valueText).join(', ')
  const constants = graph.initializer.map((tensor, index) =>
    constantText(tensor, elementLimit, index < graph.initializer.length - 1 ? ',' : ''),
  )
  const values =
    constants.length === 0
      ? ''
      : `\n${indent}<\n${constants.map((line) => `${inner}${line}\n`).join('')}${indent}>`
  const nodes = graph.node.map((node) => `${inner}${nodeText(node, elementLimit, inner)}\n`).join('')
  return `${name(graph.name)} (${inputs}) => (${outputs})${values}\n${indent}{\n${nodes}${indent}}`
}

function constantText(tensor: TensorProto, elementLimit: number, comma: string): string {
  const dtype = dtypeOf(tensor.dataType)
  const count = elementCount(tensor)
  const named = `${tensorType(tensor)} ${name(tensor.name)}`
  if (dtype === undefined || count > elementLimit || tensor.externalData.length > 0) {
    return `${named}${comma}  # ${count} elements left out`
  }
  return `${named} = {${elements(tensor, dtype)}}${comma}`
}

function nodeText(node: NodeProto, elementLimit: number, indent: string): string {
  const operator = node.domain === '' ? name(node.opType) : `${path(node.domain)}.${name(node.opType)}`
  const attributes = node.attribute.map((attribute) => attributeText(attribute, elementLimit, indent))
  const list = attributes.length === 0 ? '' : ` <${attributes.join(', ')}>`
  const call = `${node.output.map(name).join(', ')} = ${operator}${list} (${node.input.map(name).join(', ')})`
  return node.docString === '' ? call : `${call}  # ${node.docString.replaceAll(/\s+/g, ' ')}`
}

function attributeText(attribute: AttributeProto, elementLimit: number, indent: string): string {
  const typed = (type: string, value: string): string => `${name(attribute.name)}: ${type} = ${value}`
  switch (attribute.type) {
    case Type.INT:
      return typed('int', String(attribute.i))
    case Type.INTS:
      return typed('ints', `[${attribute.ints.join(', ')}]`)
    case Type.FLOAT:
      return typed('float', numberText('float32', attribute.f))
    case Type.FLOATS:
      return typed('floats', `[${attribute.floats.map((f) => numberText('float32', f)).join(', ')}]`)
    case Type.STRING:
      return typed('string', quoted(decode(attribute.s)))
    case Type.STRINGS:
      return typed('strings', `[${attribute.strings.map((s) => quoted(decode(s))).join(', ')}]`)
    case Type.TENSOR:
      return typed('tensor', tensorText(attribute.t, elementLimit))
    case Type.GRAPH:
      return typed('graph', attribute.g ? graphText(attribute.g, elementLimit, indent) : '')
    default:
      return typed(Type[attribute.type]?.toLowerCase() ?? String(attribute.type), '')
  }
}

function tensorText(tensor: TensorProto | undefined, elementLimit: number): string {
  const dtype = tensor && dtypeOf(tensor.dataType)
  if (!dtype) return ''
  const count = elementCount(tensor)
  const shown = count > elementLimit ? `# ${count} elements left out\n` : elements(tensor, dtype)
  return `${tensorType(tensor)} {${shown}}`
}

function elements(tensor: TensorProto, dtype: OnnxDType): string {
  return storedValues(tensor, dtype)
    .map((value) => numberText(dtype, value))
    .join(', ')
}

/** A tensor holds raw bytes, or one of five lists; int32Data serves all small types, and float16 as bits. */
function storedValues(tensor: TensorProto, dtype: OnnxDType): readonly (number | bigint)[] {
  if (tensor.rawData.byteLength > 0) return decodeValues(dtype, tensor.rawData)
  if (dtype === 'float32') return tensor.floatData
  if (dtype === 'float64') return tensor.doubleData
  if (dtype === 'int64') return tensor.int64Data
  return dtype === 'uint64' || dtype === 'uint32' ? tensor.uint64Data : tensor.int32Data
}

/** The shortest text that reads back to the same bits. */
function numberText(dtype: OnnxDType, value: number | bigint): string {
  if (typeof value === 'bigint') return String(value)
  if (Object.is(value, -0)) return '-0'
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (dtype !== 'float32') return String(value)
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === Math.fround(value)) return text
  }
  return String(value)
}

function valueText(value: ValueInfoProto): string {
  const tensor = value.type?.value.case === 'tensorType' ? value.type.value.value : undefined
  if (!tensor) return name(value.name)
  const type = typeName(tensor.elemType)
  if (!tensor.shape) return `${type}[] ${name(value.name)}`
  const sizes = tensor.shape.dim.map(({ value: size }) => {
    if (size.case === undefined) return '?'
    return size.case === 'dimValue' ? String(size.value) : name(size.value)
  })
  return `${sizes.length === 0 ? type : `${type}[${sizes.join()}]`} ${name(value.name)}`
}

const tensorType = ({ dataType, dims }: TensorProto): string =>
  dims.length === 0 ? typeName(dataType) : `${typeName(dataType)}[${dims.join()}]`

function typeName(dataType: number): string {
  const dtype = dtypeOf(dataType)
  return dtype === undefined ? `unsupported_${dataType}` : textOf(dtype)
}

const elementCount = ({ dims }: TensorProto): number => dims.reduce((count, size) => count * Number(size), 1)

/** Names that are not plain words are quoted, so no name from a file reads as syntax. */
const name = (text: string): string => (/^[A-Za-z_]\w*$/.test(text) ? text : quoted(text))
const path = (text: string): string => text.split('.').map(name).join('.')
const quoted = (text: string): string => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
