import { expect, test } from 'vitest'
import * as td from '../src/index.ts'

// Values by mpmath, rounded to float64.
const of = (...numbers: number[]): td.NDArray => td.array(numbers, { dtype: 'float64' })
const numbersOf = (x: td.NDArray): number[] => x.toArray() as number[]

const cases: readonly (readonly [
  fn: (x: td.NDArray) => td.NDArray,
  at: readonly number[],
  want: readonly number[],
])[] = [
  [
    td.erfc,
    [0.5, 3, -2, 10],
    [0.4795001221869535, 2.209049699858544e-5, 1.9953222650189528, 2.088487583762545e-45],
  ],
  [td.erfinv, [0.5, -0.99, 0.999999], [0.4769362762044699, -1.8213863677184494, 3.458910737275499]],
  [
    td.lgamma,
    [0.5, 10.5, -0.5, 100],
    [0.5723649429247001, 13.940625219403763, 1.2655121234846454, 359.1342053695754],
  ],
  [
    td.digamma,
    [1, 0.5, 10.5, 3.5],
    [-0.5772156649015329, -1.9635100260214235, 2.3030010342976865, 1.103156640645243],
  ],
]

test.each(cases)('%#: values', (fn, at, want) => {
  numbersOf(fn(of(...at))).forEach((got, i) => {
    expect(Math.abs(got - want[i]!) / Math.abs(want[i]!)).toBeLessThan(2e-15)
  })
})

test('special values', () => {
  const x = of(NaN, Infinity, -Infinity, 0, -0)
  expect(numbersOf(td.erfc(x))).toEqual([NaN, 0, 2, 1, 1])
  expect(numbersOf(td.erfinv(of(NaN, 1, -1, 1.5, 0, -0)))).toEqual([NaN, Infinity, -Infinity, NaN, 0, -0])
  expect(numbersOf(td.lgamma(of(NaN, Infinity, -Infinity, 0, -1, 1, 2)))).toEqual([
    NaN,
    Infinity,
    Infinity,
    Infinity,
    Infinity,
    0,
    0,
  ])
  expect(numbersOf(td.digamma(of(NaN, Infinity, -Infinity, 0, -0, -1)))).toEqual([
    NaN,
    Infinity,
    NaN,
    -Infinity,
    Infinity,
    NaN,
  ])
  expect(numbersOf(td.i0(of(NaN, Infinity, -Infinity, -0)))).toEqual([NaN, Infinity, Infinity, 1])
  expect(td.erfc(td.array([1], { dtype: 'int32' })).dtype).toBe('float32')
  expect(td.lgamma(td.zeros([0, 2])).shape).toEqual([0, 2])
  expect(() => td.erfinv(td.array([true]))).toThrow(td.DTypeError)
})

test('windows of Kaiser', () => {
  const near = (x: td.NDArray, want: readonly number[]): void =>
    (x.toArray() as number[]).forEach((one, i) => expect(one).toBeCloseTo(want[i]!, 12))
  const dtype = 'float64'
  near(
    td.kaiserWindow(5, { beta: 8, periodic: false, dtype }),
    [0.0023388305127333264, 0.3689727226158333, 1.0, 0.3689727226158333, 0.0023388305127333264],
  )
  near(
    td.kaiserWindow(4, { beta: 8, dtype }),
    [0.0023388305127333264, 0.3689727226158333, 1.0, 0.3689727226158333],
  )
  near(td.kaiserBesselDerivedWindow(6, { beta: 4, dtype }), [
    0.22047876123724325,
    Math.SQRT1_2,
    0.9753917755667671,
    0.9753917755667671,
    Math.SQRT1_2,
    0.22047876123724325,
  ])
  expect(td.kaiserWindow(1).toArray()).toEqual([1])
  expect(td.kaiserWindow(0).shape).toEqual([0])
  expect(td.kaiserBesselDerivedWindow(0).shape).toEqual([0])
  expect(() => td.kaiserBesselDerivedWindow(3)).toThrow(td.ParamError)
})

test('slopes', () => {
  const slope = (fn: (x: td.NDArray) => td.NDArray, at: number): number =>
    Number(
      td
        .grad((x: td.NDArray) => td.sum(fn(x)))(of(at))
        .item(),
    )
  expect(slope(td.erfc, 0.5)).toBeCloseTo(-0.8787825789354449, 12)
  expect(slope(td.erfinv, 0.5)).toBeCloseTo(1.1125848189719498, 12)
  expect(slope(td.lgamma, 3.5)).toBeCloseTo(1.103156640645243, 12)
  expect(() => slope(td.digamma, 3.5)).toThrow(/trigamma/)
  expect(() => slope(td.i0, 1)).toThrow(/order 1/)
})
