import {
  type DType,
  isBigInt,
  isComplexNumber,
  type ParamValue,
  roundToFloat16,
  type Scalar,
} from '@tendril/core/adapter'
import { evaluate, type Size } from './sizes.ts'
import type { Value } from './values.ts'

/** A scalar as the loops see an element of `dtype`: rounded, and 0 or 1 for bool. */
function elementOf(value: Scalar, dtype: DType): Scalar {
  if (isBigInt(dtype)) return BigInt(value)
  if (dtype === 'bool') return value ? 1 : 0
  const number = Number(value)
  if (dtype === 'float32') return Math.fround(number)
  return dtype === 'float16' ? roundToFloat16(number) : number
}

/** Numbers that a program reads when it is bound, so that its text serves all of them. */
export class Lifts {
  readonly sizes: number[] = []
  /** Where they come from; undefined for those that lowerings say. */
  readonly origins: (Size | undefined)[] = []
  readonly literals: Scalar[] = []
  readonly #bySource = new Map<string, string>()
  #loops = 0

  /** The name of a number that follows sizes. */
  size(value: number, origin?: Size): string {
    this.origins.push(origin)
    return `n${this.sizes.push(value) - 1}`
  }

  /** The name of what is told by its origin; the same `source` stands for the same number at all sizes. */
  sized(origin: Size, source?: string): string {
    const known = source === undefined ? undefined : this.#bySource.get(source)
    if (known !== undefined) return known
    const name = this.size(evaluate(origin, itself), origin)
    if (source !== undefined) this.#bySource.set(source, name)
    return name
  }

  /** A name for the sizes of some loops; the graphs inside of a program share its numbers, so it is new in all of them. */
  loops(): string {
    return `loops${this.#loops++}`
  }

  shape(sizes: readonly number[]): string {
    return `[${sizes.map((size) => this.size(size)).join(', ')}]`
  }

  literal(value: Scalar, dtype: DType): string {
    return `l${this.literals.push(elementOf(value, dtype)) - 1}`
  }

  /** A number that is no element: an epsilon, a scale. */
  number(value: number): string {
    return `l${this.literals.push(value) - 1}`
  }
}

const itself = (value: Value): Value => value

/** Plain data as source text; strings are quoted, so no text from outside becomes code. */
export function quote(value: ParamValue): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (Array.isArray(value)) return `[${value.map((item: ParamValue) => quote(item)).join(', ')}]`
  if (isComplexNumber(value)) return `{ re: ${quote(value.re)}, im: ${quote(value.im)} }`
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
}
