import { type Arbitrary, array, bigInt, constantFrom, integer, oneof } from 'fast-check'
import {
  allocate,
  type DType,
  integerRange,
  isBigInt,
  isComplex,
  isFloat,
  kindOf,
  partDType,
  type TypedArray,
} from '@tendril/core/testing'

/**
 * Classes of values. `special`: NaN, infinities, zeros of both signs. `extreme`: the largest and the smallest numbers.
 * `empty`: an axis without elements.
 */
export const valueClasses = ['ordinary', 'special', 'extreme', 'empty'] as const
export type Values = (typeof valueClasses)[number]

/** Classes that a dtype has. */
export const classesOf = (dtype: DType): readonly Values[] =>
  isFloat(partDType(dtype))
    ? valueClasses
    : kindOf(dtype) === 'bool'
      ? ['ordinary', 'empty']
      : ['ordinary', 'extreme', 'empty']

const over = (limit: number, divisor: number): Arbitrary<number> =>
  integer({ min: -limit, max: limit }).map((n) => n / divisor + 0)

const ordinaryFloats = oneof(
  { weight: 4, arbitrary: over(4096, 1024) },
  { weight: 3, arbitrary: over(2 ** 23, 2 ** 21) },
  { weight: 2, arbitrary: over(2 ** 23, 2 ** 23).map(Math.abs) },
  { weight: 1, arbitrary: over(1000, 10) },
)

/** Large, small normal and subnormal numbers, squares of which leave the range. */
const extremes: Readonly<Record<string, readonly number[]>> = {
  float16: [60000, -60000, 6e-5, 6.2e-5, -3e-7, 6e-8],
  float32: [1e30, -1e30, 1.2e-38, 1e-30, -1e-40, 1e-45],
  float64: [1e200, -1e200, 2.3e-308, 1e-200, -1e-310, 5e-324],
}

function floats(dtype: DType, values: Values): Arbitrary<number> {
  if (values === 'special') {
    const special = constantFrom(0, -0, NaN, Infinity, -Infinity, 1, -1)
    return oneof({ weight: 2, arbitrary: special }, { weight: 1, arbitrary: ordinaryFloats })
  }
  if (values === 'extreme')
    return oneof(
      { weight: 2, arbitrary: constantFrom(0, ...extremes[dtype]!) },
      { weight: 1, arbitrary: ordinaryFloats },
    )
  return ordinaryFloats
}

function integers(dtype: DType, values: Values): Arbitrary<number | bigint> {
  const [least, most] = integerRange(dtype)
  const small = bigInt({ min: least < -9n ? -9n : least, max: 9n })
  const any =
    values === 'extreme'
      ? oneof(
          constantFrom(0n, 1n, least, most, least + 1n, most - 1n),
          bigInt({ min: least, max: most }),
          small,
        )
      : small
  return isBigInt(dtype) ? any : any.map(Number)
}

/** One number as the dtype's typed array takes it: of a complex element a part. */
export function elementOf(dtype: DType, values: Values): Arbitrary<number | bigint> {
  if (kindOf(dtype) === 'bool') return integer({ min: 0, max: 1 })
  const part = partDType(dtype)
  return isFloat(part) ? floats(part, values) : integers(dtype, values)
}

/** The elements of an array. */
export function elementsOf(dtype: DType, values: Values, count: number): Arbitrary<TypedArray> {
  const numbers = isComplex(dtype) ? 2 * count : count
  return array(elementOf(dtype, values), { minLength: numbers, maxLength: numbers }).map((items) =>
    typed(dtype, items),
  )
}

/** A typed array of these elements; of complex ones these are the parts. */
export function typed(dtype: DType, items: readonly (number | bigint)[]): TypedArray {
  const data = allocate(partDType(dtype), items.length) as { [i: number]: number | bigint }
  items.forEach((item, i) => (data[i] = item))
  return data as TypedArray
}
