import { roundToFloat16 } from '../numerics/float16.ts'
import { bitsOf, type DType, isComplex, type TypedArray } from '../types/dtype.ts'
import { isPoly } from '../types/dim.ts'
import { isDraw, isGraph, type ParamValue } from '../types/param.ts'
import { isComplexNumber } from '../types/promotion.ts'

/** A number as text that reads back to the same bits. */
export const printNumber = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))

const rounding: Readonly<Partial<Record<DType, (x: number) => number>>> = {
  float16: roundToFloat16,
  float32: Math.fround,
  complex64: Math.fround,
}

/** The shortest text of a number that its dtype reads back to the same bits: `0.1`, not `0.10000000149011612`. */
export function printRounded(x: number, dtype: DType): string {
  const round = rounding[dtype]
  if (round === undefined || x === 0 || !Number.isFinite(x)) return printNumber(x)
  const digits = bitsOf(dtype) === 16 ? 5 : 9
  for (let precision = 1; precision < digits; precision++) {
    const short = Number(x.toPrecision(precision))
    if (round(short) === x) return printNumber(short)
  }
  return printNumber(Number(x.toPrecision(digits)))
}

const joined = (re: string, im: string): string => `${re}${im.startsWith('-') ? '' : '+'}${im}i`

/** The element at a place of an array's data; complex ones are pairs there. */
export function printElement(dtype: DType, data: TypedArray, at: number): string {
  if (isComplex(dtype)) {
    return joined(printRounded(Number(data[2 * at]), dtype), printRounded(Number(data[2 * at + 1]), dtype))
  }
  const element = data[at]!
  if (dtype === 'bool') return element === 0 ? 'false' : 'true'
  return typeof element === 'bigint' ? String(element) : printRounded(element, dtype)
}

/** A value of a parameter, or one that stands beside the arrays of a tree: `[0,1]`, `n+1`, `"same"`, `1+2i`, `{hi: 1, lo: 2}`. */
export function printValue(value: ParamValue | undefined): string {
  if (typeof value === 'number') return printNumber(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(printValue).join()}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (isPoly(value)) return value.text
  if (isComplexNumber(value)) return joined(printNumber(value.re), printNumber(value.im))
  if (isGraph(value)) return `<graph of ${value.nodes.length} nodes>`
  return isDraw(value) ? `{draw: ${value.draw}}` : `{hi: ${value.hi}, lo: ${value.lo}}`
}

export const isList = (value: unknown): value is readonly ParamValue[] => Array.isArray(value)

/** A name of letters and digits that needs no quotes. */
export const plainName = /^[\p{L}_$][\p{L}\p{N}_$]*$/u

/** A key of a tree, quoted where it is not a plain name. */
export const printKey = (key: string): string => (plainName.test(key) ? key : JSON.stringify(key))

const hosts = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** The elements as little-endian bytes, on every machine. */
export function littleEndian(data: TypedArray): Uint8Array {
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
  if (hosts) return bytes
  const size = data.BYTES_PER_ELEMENT
  const swapped = bytes.slice()
  for (let at = 0; at < swapped.length; at += size) swapped.subarray(at, at + size).reverse()
  return swapped
}
