import { locate, ParamError } from '../../errors.ts'
import { littleEndian } from '../../ir/value-text.ts'
import { float16Array } from '../../numerics/float16.ts'
import { allocate, countOf } from '../../numerics/host.ts'
import { bitsOf, type DType, isComplex, partDType, type TypedArray } from '../../types/dtype.ts'
import { type ConcreteType, tensorType } from '../../types/tensor-type.ts'
import { NDArray } from '../nd-array.ts'
import { currentBackendEntry } from '../set-backend.ts'
import { readHeader, refuseNpy, writeHeader } from './npy-header.ts'

/**
 * An array of the current backend from the bytes of a .npy file, as numpy's `save` writes it.
 *
 * Shapes: any. Dtypes: all; files of either byte order, row-major or column-major, of versions 1 to 3.
 *
 * @throws FormatError when the bytes are no such file, or hold objects, text, dates or records
 * @source numpy, `numpy.lib.format`
 * @example loadNpy(await saveNpy(array([[1, 2]]))).shape   // [1, 2]
 */
export function loadNpy(bytes: Uint8Array | ArrayBuffer): NDArray {
  try {
    return arrayOf(bytesOf('loadNpy', bytes))
  } catch (error) {
    throw locate(error, loadNpy)
  }
}

/**
 * The bytes of a .npy file that numpy's `load` reads.
 *
 * Shapes: any. Dtypes: all.
 *
 * @throws ParamError when `x` is no array
 * @source numpy, `numpy.lib.format`
 * @example (await saveNpy(array([1, 2]))).length   // 136
 */
export async function saveNpy(x: NDArray): Promise<Uint8Array> {
  if (!(x instanceof NDArray)) {
    const because = 'it takes an array'
    const fields = { op: 'saveNpy', param: 'x', value: x, because, instead: 'Make one: td.array(…)' }
    throw locate(new ParamError(fields), saveNpy)
  }
  const { dtype, shape } = x
  const elements = littleEndian(await x.data())
  const header = writeHeader(dtype, shape)
  const file = new Uint8Array(header.length + elements.length)
  file.set(header)
  file.set(elements, header.length)
  return file
}

/** @throws ParamError when a value is no bytes */
export function bytesOf(op: string, value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (Object.prototype.toString.call(value) === '[object ArrayBuffer]')
    return new Uint8Array(value as ArrayBuffer)
  const because = 'it takes the bytes of a file'
  const instead = 'Read it first: await readFile(path), or await response.arrayBuffer()'
  throw new ParamError({ op, param: 'bytes', value, because, instead })
}

/** The array that a whole file holds. */
export function arrayOf(bytes: Uint8Array): NDArray {
  const { dtype, isBigEndian, isFortran, shape, begin } = readHeader(bytes)
  const width = bitsOf(dtype) / 8
  const there = bytes.length - begin
  // The sizes are what a file says: nothing is allocated before they are known to be right.
  const needed = shape.includes(0) ? 0 : countOf(shape) * width
  if (needed !== there)
    refuseNpy(`elements of ${dtype}[${shape.join()}] take ${needed} bytes, and ${there} are there`, begin)
  const own = bytes.slice(begin)
  const elements = fromLittleEndian(dtype, isBigEndian ? reversed(own, partWidth(dtype)) : own)
  const data =
    isFortran && shape.length > 1 ? toRowMajor(elements, shape, isComplex(dtype) ? 2 : 1) : elements
  return currentBackendEntry().engine.upload(data, tensorType(dtype, shape) as ConcreteType)
}

const partWidth = (dtype: DType): number => bitsOf(partDType(dtype)) / 8

/** The bytes of each number in the other order, in place. */
function reversed(bytes: Uint8Array, width: number): Uint8Array {
  if (width > 1) for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse()
  return bytes
}

/** The numbers that little-endian bytes of a buffer of their own hold. */
function fromLittleEndian(dtype: DType, bytes: Uint8Array): TypedArray {
  // On other machines the bytes are turned round, which is the same both ways.
  const numbers = viewOf(dtype, bytes)
  const turned = littleEndian(numbers)
  const data = turned.buffer === bytes.buffer ? numbers : viewOf(dtype, turned)
  // numpy takes every byte but zero for true.
  return dtype === 'bool' ? data.map((byte) => (byte === 0 ? 0 : 1) as never) : data
}

function viewOf(dtype: DType, { buffer }: Uint8Array): TypedArray {
  if (dtype === 'float16') return float16Array(buffer) as TypedArray
  const Constructor = allocate(dtype, 0).constructor as new (buffer: ArrayBufferLike) => TypedArray
  return new Constructor(buffer)
}

/** The elements of a column-major array in row-major order; each is made of `parts` numbers. */
function toRowMajor(data: TypedArray, shape: readonly number[], parts: number): TypedArray {
  const out = data.slice() as Float64Array
  const from = data as Float64Array
  const strides: number[] = []
  shape.reduce((stride, size, axis) => ((strides[axis] = stride), stride * size), 1)
  const index = shape.map(() => 0)
  let at = 0
  for (let i = 0; i < out.length; i += parts) {
    for (let part = 0; part < parts; part++) out[i + part] = from[at * parts + part]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      at -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return out
}
