import { describe, expect, test } from 'vitest'
import { array, mean, random, sort, variance } from '../src/index.ts'

const count = 20_000
const key = random.key(3)
const drawn = { shape: [count], dtype: 'float64', key } as const

// Each bound is about five standard errors of the mean and of the variance.
describe.each([
  ['gamma of a shape below 1', random.gamma(0.5, { beta: 2, ...drawn }), 0.25, 0.125],
  ['gamma', random.gamma(9, drawn), 9, 9],
  ['beta', random.beta(2, 3, drawn), 0.4, 0.04],
  ['exponential', random.exponential({ rate: 4, ...drawn }), 0.25, 0.0625],
  ['poisson of a small mean', random.poisson(3, drawn), 3, 3],
  ['poisson of a large mean', random.poisson(80, drawn), 80, 80],
] as const)('%s', (_name, numbers, centre, spread) => {
  test('has its mean', () => {
    const error = Number(mean(numbers).item()) - centre
    expect(Math.abs(error)).toBeLessThan(5 * Math.sqrt(spread / count))
  })
  test('has its variance', () => {
    expect(Number(variance(numbers).item()) / spread).toBeCloseTo(1, 0)
  })
})

test('shares of the Dirichlet distribution add up to 1 and have the means of their weights', () => {
  const shares = random.dirichlet([1, 2, 5], drawn)
  const sums = shares.toArray() as number[][]
  for (const line of sums.slice(0, 50)) expect(line.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  const [a, b, c] = mean(shares, { axis: 0 }).toArray() as number[]
  expect(a).toBeCloseTo(1 / 8, 2)
  expect(b).toBeCloseTo(2 / 8, 2)
  expect(c).toBeCloseTo(5 / 8, 2)
})

test('indices are drawn as often as their weights say, and without replacement once', () => {
  const drawnOften = random.multinomial(array([1, 3]), count, { key })
  expect(Number(mean(drawnOften).item())).toBeCloseTo(0.75, 1)
  const once = random.multinomial(array([[1, 1, 1, 1]]), 4, { replacement: false, key })
  expect(sort(once).toArray()).toEqual([[0, 1, 2, 3]])
})

test('a shuffle keeps the rows and changes their order', () => {
  const rows = array([0, 1, 2, 3, 4, 5, 6, 7])
  const mixed = random.shuffle(rows, { key })
  expect(sort(mixed).toArray()).toEqual(rows.toArray())
  expect(mixed.toArray()).not.toEqual(rows.toArray())
})

test('parameters that no distribution has are refused', () => {
  expect(() => random.gamma(0)).toThrow(/'alpha' is 0/)
  expect(() => random.beta(1, -1)).toThrow(/'beta' is -1/)
  expect(() => random.poisson(-1)).toThrow(/'lam' is -1/)
  expect(() => random.dirichlet([])).toThrow(/at least one number/)
})
