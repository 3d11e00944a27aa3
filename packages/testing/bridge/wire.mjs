// Arguments and results as JSON and bytes. What JSON does not have is an object with one key that begins with `$`.

import { allocate, fromHalfBits, halfBits, isComplex } from '@tendril/core/adapter'

const dtypes = new Set(
  'bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128'.split(
    ' ',
  ),
)

/** Elements as they travel: halves by their bits, as not every typed array of them has plain memory. */
const elementsOf = (dtype) => (dtype === 'float16' ? Uint16Array : allocate(dtype, 0).constructor)

const words = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }

/** The arrays that a message carries, made by `td`. */
export function readArrays(td, listed = [], bytes) {
  let offset = 0
  return listed.map(({ dtype, shape, bytes: length }) => {
    const own = bytes.slice(offset, offset + length)
    offset += length
    if (!dtypes.has(dtype)) throw new TypeError(`there is no dtype ${JSON.stringify(dtype)}`)
    if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw new TypeError('a shape is a list of sizes')
    const count = shape.reduce((product, size) => product * size, 1)
    const Elements = elementsOf(dtype)
    if (count * Elements.BYTES_PER_ELEMENT * (isComplex(dtype) ? 2 : 1) !== length)
      throw new RangeError(`${length} bytes are no ${dtype} array of shape [${shape}]`)
    const view = new Elements(own.buffer)
    const data = dtype === 'float16' ? Float32Array.from(view, fromHalfBits) : view
    return td.reshape(td.array(data, { dtype }), shape)
  })
}

/** What a JSON value of a message stands for. */
export function readValue(td, value, arrays) {
  if (typeof value !== 'object' || value === null) return value
  const each = (item) => readValue(td, item, arrays)
  if (Array.isArray(value)) return value.map(each)
  const [key, ...more] = Object.keys(value)
  if (key?.startsWith('$') && more.length === 0) return tagged(td, key, value[key], arrays, each)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, each(item)]))
}

function tagged(td, key, value, arrays, each) {
  switch (key) {
    case '$array':
      if (!Object.hasOwn(arrays, value)) throw new RangeError(`there is no array ${value} in this message`)
      return arrays[value]
    case '$number':
      if (!Object.hasOwn(words, value))
        throw new TypeError(`$number is one of ${Object.keys(words).join(', ')}`)
      return words[value]
    case '$bigint':
      return BigInt(value)
    case '$complex':
      return { re: each(value[0]), im: each(value[1]) }
    case '$slice':
      return td.s(...value.map((bound) => bound ?? undefined))
    case '$undefined':
      return undefined
    default:
      throw new TypeError(`there is no ${key}`)
  }
}

/** A result as JSON; its arrays go to `out`, as `{ dtype, shape, bytes }` and their bytes. */
export async function writeValue(td, value, out) {
  if (value === undefined || typeof value === 'symbol') return { $undefined: true }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (typeof value === 'function') return { $function: value.name }
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? '-0' : String(value) }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof td.NDArray) return writeArray(value, out)
  if (ArrayBuffer.isView(value)) return writeArray(td.array(value), out)
  if (Array.isArray(value) || value instanceof Set) {
    const list = []
    for (const item of value) list.push(await writeValue(td, item, out))
    return list
  }
  if (typeof value.re === 'number' && typeof value.im === 'number')
    return { $complex: [await writeValue(td, value.re, out), await writeValue(td, value.im, out)] }
  const fields = {}
  for (const [name, item] of Object.entries(value)) fields[name] = await writeValue(td, item, out)
  return fields
}

async function writeArray(array, out) {
  const { dtype, shape } = array
  const data = await array.data()
  const view = dtype === 'float16' ? Uint16Array.from(data, halfBits) : data
  const buffer = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  out.arrays.push({ dtype, shape: [...shape], bytes: buffer.length })
  out.buffers.push(buffer)
  return { $array: out.arrays.length - 1 }
}
