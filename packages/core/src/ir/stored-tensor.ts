import { FormatError } from '../errors.ts'
import { allocate } from '../numerics/host.ts'
import type { HostArray } from '../op.ts'
import { type DType, isComplex, type TypedArray } from '../types/dtype.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import type { ConstantArray } from './graph.ts'
import type { StoredTensor } from './safetensors.ts'
import { littleEndian } from './value-text.ts'

/** How a safetensors file spells dtypes; complex elements are pairs along one more axis. */
export const dtypeNames: Readonly<Record<DType, string>> = {
  bool: 'BOOL',
  int8: 'I8',
  int16: 'I16',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  float16: 'F16',
  float32: 'F32',
  float64: 'F64',
  complex64: 'F32',
  complex128: 'F64',
}

export const storedShape = ({ dtype, shape }: Pick<ConcreteType, 'dtype' | 'shape'>): readonly number[] =>
  isComplex(dtype) ? [...shape, 2] : shape

/** An array as a safetensors file holds it. */
export function storedTensor(array: ConstantArray): StoredTensor {
  const type = array.type as ConcreteType
  return { dtype: dtypeNames[type.dtype], shape: storedShape(type), bytes: littleEndian(array.host()) }
}

const dtypeOf = new Map(
  (Object.entries(dtypeNames) as [DType, string][])
    .filter(([dtype]) => !isComplex(dtype))
    .map(([dtype, name]) => [name, dtype]),
)

/** The elements that little-endian bytes spell, as a copy. */
export function elementsOfBytes(bytes: Uint8Array, dtype: DType): TypedArray {
  const data = allocate(dtype, bytes.length / allocate(dtype, 1).byteLength)
  const into = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
  into.set(bytes)
  // Swapping is its own inverse.
  into.set(littleEndian(data))
  return data
}

/**
 * A tensor of a file as the host computes with it; bfloat16, which no engine holds, becomes float32 without loss.
 *
 * @throws FormatError for a dtype that arrays do not have
 */
export function hostOfTensor(name: string, { dtype, shape, bytes }: StoredTensor): HostArray {
  if (dtype === 'BF16') return { dtype: 'float32', shape, data: widened(bytes) }
  const own = dtypeOf.get(dtype)
  if (own === 'bool') return { dtype: own, shape, data: bytes.map((byte) => (byte === 0 ? 0 : 1)) }
  if (own !== undefined) return { dtype: own, shape, data: elementsOfBytes(bytes, own) }
  throw new FormatError({
    format: 'safetensors',
    because: `no array has the dtype ${dtype}`,
    where: `tensor '${name}'`,
  })
}

/** A bfloat16 is the upper half of a float32. */
function widened(bytes: Uint8Array): Float32Array {
  const halves = elementsOfBytes(bytes, 'uint16') as Uint16Array
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer)
}
