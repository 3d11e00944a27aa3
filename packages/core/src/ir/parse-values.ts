import { allocate, countOf } from '../numerics/host.ts'
import type { Dim } from '../types/dim.ts'
import { parseDim } from '../types/dim-text.ts'
import {
  type DType,
  integerRange,
  isBigInt,
  isComplex,
  isDType,
  isInteger,
  type TypedArray,
} from '../types/dtype.ts'
import { isDraw, isKey, type ParamValue } from '../types/param.ts'
import { isConcrete, printType, type TensorType, tensorType } from '../types/tensor-type.ts'
import { takeSize } from './parse-size.ts'
import type { Scanner } from './scanner.ts'

const number = /-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)|NaN/y
const integer = /-?\d{1,20}/y
const bigint = /-?\d{1,400}n/y
const string = /"(?:[^"\\\n]|\\[^\n])*"/y
const name = /[\p{L}_$][\p{L}\p{N}_$]*/uy
const size = /[^\],\n]+/y
const imaginary = /[+-](?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity|NaN)i/y
/** A real part that an imaginary one follows. */
const real = new RegExp(`(?:${number.source})(?=${imaginary.source})`, 'y')

const words: readonly (readonly [RegExp, boolean | null | undefined])[] = [
  [/true(?![\p{L}\p{N}_$])/uy, true],
  [/false(?![\p{L}\p{N}_$])/uy, false],
  [/null(?![\p{L}\p{N}_$])/uy, null],
  [/undefined(?![\p{L}\p{N}_$])/uy, undefined],
]

/** A plain value that comes next: a number, bigint, string, or word. Undefined when there is none. */
export function parseScalar(scanner: Scanner): { readonly value: ParamValue | undefined } | undefined {
  const big = scanner.take(bigint)
  if (big !== undefined) return { value: BigInt(big.slice(0, -1)) }
  const re = scanner.take(real)
  if (re !== undefined) return { value: Object.freeze({ re: Number(re), im: parseImaginary(scanner) }) }
  const numeric = scanner.take(number)
  if (numeric !== undefined) return { value: Number(numeric) }
  const quoted = parseString(scanner)
  if (quoted !== undefined) return { value: quoted }
  for (const [word, value] of words) if (scanner.take(word) !== undefined) return { value }
  return undefined
}

const parseImaginary = (scanner: Scanner): number =>
  Number(scanner.need(imaginary, 'an imaginary part').slice(0, -1))

export function parseString(scanner: Scanner): string | undefined {
  const quoted = scanner.take(string)
  if (quoted === undefined) return undefined
  try {
    return JSON.parse(quoted) as string
  } catch {
    return scanner.fail('a text holds an escape or a sign that JSON does not allow')
  }
}

/** A key of a tree or of a parameter's record. */
export const parseKey = (scanner: Scanner): string =>
  scanner.take(name) ?? parseString(scanner) ?? scanner.need(name, 'a key')

/** The value of a parameter. */
export function parseValue(scanner: Scanner): ParamValue {
  const dim = takeSize(scanner)
  if (dim !== undefined) return dim
  const scalar = parseScalar(scanner)
  if (scalar?.value !== undefined) return scalar.value
  if (scalar !== undefined) return scanner.fail('undefined is no value of a parameter')
  if (scanner.peeks('{')) return parseKeyOrDraw(scanner)
  const items: ParamValue[] = []
  scanner.items('[', ']', () => items.push(parseValue(scanner)))
  return Object.freeze(items)
}

function parseKeyOrDraw(scanner: Scanner): ParamValue {
  const entries = new Map<string, ParamValue>()
  scanner.items('{', '}', () => {
    const key = parseKey(scanner)
    scanner.expect(':')
    entries.set(key, parseValue(scanner))
  })
  const record: unknown = Object.freeze(Object.fromEntries(entries))
  return (isDraw(record) && entries.size === 1) || (isKey(record) && entries.size === 2)
    ? record
    : scanner.fail('a record is a key {hi, lo} or a place {draw}')
}

const largest = Number.MAX_SAFE_INTEGER

/** `float32[n,3]`. */
export function parseType(scanner: Scanner): TensorType {
  const dtype = scanner.need(name, 'a dtype')
  if (!isDType(dtype)) return scanner.fail(`there is no dtype ${JSON.stringify(dtype.slice(0, 40))}`)
  const shape: Dim[] = []
  scanner.items('[', ']', () => shape.push(parseSize(scanner)))
  const known = shape.filter((dim) => typeof dim === 'number')
  if (!known.includes(0) && countOf(known) > largest)
    scanner.fail('an array has more elements than can be counted')
  return tensorType(dtype, shape)
}

function parseSize(scanner: Scanner): Dim {
  const text = scanner.need(size, 'a size')
  const dim = scanner.checking(() => parseDim(text))
  return typeof dim === 'number' && dim < 0 ? scanner.fail(`a size is ${dim}`) : dim
}

/** The elements of an array of that type, nested as its shape says. */
export function parseElements(scanner: Scanner, type: TensorType): TypedArray {
  if (!isConcrete(type))
    return scanner.fail(`a constant has the type ${printType(type)}, whose sizes are not numbers`)
  const elements: (number | bigint)[] = []
  const read = (axis: number): void => {
    if (axis === type.shape.length) {
      elements.push(...parseElement(scanner, type.dtype))
      return
    }
    let count = 0
    scanner.items('[', ']', () => {
      if (++count > type.shape[axis]!)
        scanner.fail(`more than ${type.shape[axis]} elements along axis ${axis}`)
      read(axis + 1)
    })
    if (count < type.shape[axis]!)
      scanner.fail(`${count} elements along axis ${axis}, not ${type.shape[axis]}`)
  }
  const count = countOf(type.shape)
  if (count > 0) read(0)
  else scanner.items('[', ']', () => scanner.fail('an empty array has no elements'))
  // The elements were counted before this, so the array is no larger than the text.
  const data = allocate(type.dtype, count)
  elements.forEach((element, i) => ((data as { [i: number]: number | bigint })[i] = element))
  return data
}

function parseElement(scanner: Scanner, dtype: DType): readonly (number | bigint)[] {
  if (dtype === 'bool') {
    const value = parseScalar(scanner)?.value
    return typeof value === 'boolean' ? [Number(value)] : scanner.fail('expected true or false')
  }
  if (isInteger(dtype)) {
    const whole = BigInt(scanner.need(integer, 'an integer'))
    const [min, max] = integerRange(dtype)
    if (whole < min || whole > max) scanner.fail(`${dtype} holds ${min} to ${max}, not ${whole}`)
    return [isBigInt(dtype) ? whole : Number(whole)]
  }
  const re = Number(scanner.need(number, 'a number'))
  if (!isComplex(dtype)) return [re]
  return [re, parseImaginary(scanner)]
}
