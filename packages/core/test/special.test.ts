import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { digamma, erf, erfc, erfinv, lgamma } from '../src/numerics/special.ts'
import { ulpDistance } from '../src/numerics/ulp.ts'

type Pairs = [x: number, y: number][]

// Made by scripts/fixtures/special.py.
const truth = JSON.parse(readFileSync(new URL('fixtures/special.json', import.meta.url), 'utf8')) as Record<
  string,
  Pairs
>

test.each([
  [erf, 2],
  [erfc, 4],
  [erfinv, 3],
  [lgamma, 4],
  [digamma, 4],
] as const)('%o is within %i ulp of mpmath', (f, limit) => {
  const off = truth[f.name]!.filter(([x, y]) => ulpDistance(f(x), y, 'float64') > limit)
  expect(off).toEqual([])
})

test.each([
  [lgamma, 1e-15],
  [digamma, 4e-15],
] as const)('%o of negative numbers is within an absolute error of %d', (f, limit) => {
  const off = truth[`${f.name}OfNegative`]!.filter(
    ([x, y]) => Math.abs(f(x) - y) > limit * Math.max(1, Math.abs(y)),
  )
  expect(off).toEqual([])
})

describe('special values', () => {
  test.each<[(x: number) => number, Pairs]>([
    [
      erf,
      [
        [0, 0],
        [-0, -0],
        [Infinity, 1],
        [-Infinity, -1],
        [NaN, NaN],
        [5e-324, 5e-324],
      ],
    ],
    [
      erfc,
      [
        [0, 1],
        [-0, 1],
        [Infinity, 0],
        [-Infinity, 2],
        [NaN, NaN],
        [30, 0],
      ],
    ],
    [
      erfinv,
      [
        [0, 0],
        [-0, -0],
        [1, Infinity],
        [-1, -Infinity],
        [1.5, NaN],
        [NaN, NaN],
        [Infinity, NaN],
      ],
    ],
    [
      lgamma,
      [
        [0, Infinity],
        [-0, Infinity],
        [1, 0],
        [2, 0],
        [-3, Infinity],
        [Infinity, Infinity],
      ],
    ],
    [
      lgamma,
      [
        [-Infinity, Infinity],
        [NaN, NaN],
        [1e306, Infinity],
        [-1e-300, 690.7755278982137],
      ],
    ],
    [
      digamma,
      [
        [0, -Infinity],
        [-0, Infinity],
        [-2, NaN],
        [Infinity, Infinity],
        [-Infinity, NaN],
        [NaN, NaN],
      ],
    ],
  ])('of %o', (f, pairs) => {
    for (const [x, y] of pairs) expect(f(x)).toBe(y)
  })
})
