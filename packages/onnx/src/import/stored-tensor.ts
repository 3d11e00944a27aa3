import { allocate, FormatError, type HostArray, type TypedArray } from '@tendril/core/adapter'
import { TensorProto_DataType as DataType, type TensorProto } from '../gen/onnx_pb.ts'
import { bitsOf, bytesOf, type ElementType, elementTypeOf, fromCodes, unpacked } from './element-types.ts'
import { Tensor } from './tensor.ts'

/** Gives the bytes of a tensor that stand in another file, and makes no room for more than are asked for. */
export type ExternalData = (tensor: TensorProto, bytes: number) => Uint8Array

interface Layout extends ElementType {
  readonly shape: readonly number[]
  readonly count: number
}

/**
 * A tensor of a model, whose elements are decoded when they are needed; its dtype, its sizes and that its data has as
 * many elements are looked at here.
 *
 * @throws FormatError
 */
export function storedTensor(proto: TensorProto, external: ExternalData, name = proto.name): Tensor {
  const layout = layoutOf(proto)
  const { dtype, narrow, shape, count } = layout
  const isExternal = proto.externalData.length > 0 || proto.dataLocation === 1
  const bytes = isExternal ? external(proto, bytesOf(layout, count)) : undefined
  const raw = bytes ?? (proto.rawData.length > 0 ? proto.rawData : undefined)
  checkCount(proto, layout, raw)
  return Tensor.stored(dtype, () => ({ dtype, shape, data: elementsOf(proto, layout, raw), name }), narrow)
}

/** A tensor that stands alone in a file. */
export function hostTensor(proto: TensorProto): HostArray {
  const layout = layoutOf(proto)
  const raw = proto.rawData.length > 0 ? proto.rawData : undefined
  checkCount(proto, layout, raw)
  return { dtype: layout.dtype, shape: layout.shape, data: elementsOf(proto, layout, raw) }
}

const elementsOf = (proto: TensorProto, layout: Layout, raw: Uint8Array | undefined): TypedArray =>
  raw === undefined ? listed(proto, layout) : decoded(raw, layout)

function refuse(proto: TensorProto, because: string): never {
  throw new FormatError({ format: 'onnx', because, where: `tensor '${proto.name}'` })
}

function layoutOf(proto: TensorProto): Layout {
  const type = elementTypeOf(proto.dataType)
  if (type === undefined)
    return refuse(proto, `no array holds elements of the type ${DataType[proto.dataType] ?? proto.dataType}`)
  const shape = proto.dims.map(Number)
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0))
    refuse(proto, `its sizes are ${proto.dims.join()}`)
  const count = shape.reduce((n, size) => n * size, 1)
  if (!Number.isSafeInteger(count)) refuse(proto, `its sizes are ${shape.join()}`)
  return { ...type, shape, count }
}

/** How many elements a tensor has room for is told before anything is made of it. */
function checkCount(proto: TensorProto, layout: Layout, raw: Uint8Array | undefined): void {
  const { count } = layout
  const [has, fill, each] =
    raw === undefined
      ? [listOf(proto, layout).length, Math.ceil(count / perEntry(layout)), perEntry(layout)]
      : [raw.length, bytesOf(layout, count), 8 / bitsOf(layout)]
  if (has !== fill) refuse(proto, `its sizes ask for ${count} elements, and its data has ${has * each}`)
}

/** How many elements an entry of a list is: as many as fill a byte, or one. */
const perEntry = (layout: Layout): number => Math.max(1, Math.floor(8 / bitsOf(layout)))

/** The field of a tensor that holds elements of its type, where they are no bytes. */
function listOf(proto: TensorProto, { dtype, narrow }: Layout): readonly (number | bigint)[] {
  if (narrow !== undefined) return proto.int32Data
  if (dtype === 'float32') return proto.floatData
  if (dtype === 'float64') return proto.doubleData
  if (dtype === 'int64') return proto.int64Data
  if (dtype === 'uint64' || dtype === 'uint32') return proto.uint64Data
  return proto.int32Data
}

function listed(proto: TensorProto, layout: Layout): TypedArray {
  const { dtype, narrow, count } = layout
  const list = listOf(proto, layout) as readonly number[]
  // Floats of 16 bits and narrow elements stand as their bits.
  if (dtype === 'float16') return decoded(new Uint8Array(Uint16Array.from(list).buffer), layout)
  if (narrow !== undefined)
    return perEntry(layout) === 1
      ? fromCodes((place) => list[place]!, count, narrow)
      : unpacked(Uint8Array.from(list), count, narrow)
  const data = allocate(dtype, count) as { [index: number]: number | bigint } & TypedArray
  const isBig = dtype === 'int64' || dtype === 'uint64'
  list.forEach((value, i) => {
    data[i] = isBig ? BigInt(value) : dtype === 'bool' ? Number(Number(value) !== 0) : Number(value)
  })
  return data
}

function decoded(raw: Uint8Array, { dtype, narrow, count }: Layout): TypedArray {
  if (narrow !== undefined) return unpacked(raw, count, narrow)
  const data = allocate(dtype, count)
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(raw)
  if (dtype === 'bool') (data as Uint8Array).forEach((byte, i, all) => (all[i] = byte === 0 ? 0 : 1))
  return data
}
