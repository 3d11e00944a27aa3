import { describe, expect, test } from 'vitest'
import { Scanner } from '../src/ir/scanner.ts'
import { parseValue } from '../src/ir/parse-values.ts'
import { printValue } from '../src/ir/value-text.ts'
import { assuming, type Dim, evaluate, holds, minus, plus, symbol, times } from '../src/types/dim.ts'
import { atLeast } from '../src/types/at-least.ts'
import { slicedShape, sliceAxis, stepsBetween } from '../src/types/slice.ts'

// What is told of a size by its name is right for every number for which it was assumed.

const n = symbol('n')
const sizes = Array.from({ length: 13 }, (_, i) => i)
const of = (size: number): ReadonlyMap<string, number> => new Map([['n', size]])

/** The numbers for which an answer that was found for one of them does not hold, though what it assumed does. */
function wrongFor(rule: () => Dim, right: (size: number) => number): readonly string[] {
  return sizes.flatMap((hint) => {
    const { value, assumptions } = assuming(of(hint), rule)
    const served = sizes.filter((size) => holds(assumptions, of(size)))
    const wrong = served.filter((size) => evaluate(value, of(size)) !== right(size))
    return served.includes(hint) ? wrong.map((size) => `${hint} -> ${size}`) : [`${hint} is not served`]
  })
}

describe('slices of a size with a name', () => {
  const bounds: readonly (number | null)[] = [null, -4, -3, -1, 0, 1, 3, 4]
  const steps = [-3, -2, -1, 1, 2, 3]
  const cases = bounds.flatMap((start) =>
    bounds.flatMap((stop) => steps.map((step) => [start, stop, step] as const)),
  )

  test.each(cases)('%s : %s : %s', (start, stop, step) => {
    const rule = (): Dim => slicedShape([n], { starts: [start], stops: [stop], steps: [step] })[0]!
    expect(wrongFor(rule, (size) => sliceAxis(size, start, stop, step).count)).toEqual([])
  })

  test('by bounds that follow it', () => {
    const followed: readonly Dim[] = [n, minus(n, 1), minus(n, 5), times(n, 2), plus(n, 3), minus(3, n)]
    for (const start of followed) {
      for (const stop of followed) {
        for (const step of steps) {
          const bound = [start, stop] as unknown as readonly [number, number]
          const rule = (): Dim =>
            slicedShape([n], { starts: [bound[0]], stops: [bound[1]], steps: [step] })[0]!
          const right = (size: number): number =>
            sliceAxis(size, evaluate(start, of(size)), evaluate(stop, of(size)), step).count
          expect(wrongFor(rule, right)).toEqual([])
        }
      }
    }
  })

  test('most numbers are served by one answer', () => {
    const rule = (): Dim => slicedShape([n], { starts: [1], stops: [-1], steps: [1] })[0]!
    const { value, assumptions } = assuming(of(7), rule)
    expect(String(value)).toBe('n-2')
    expect(sizes.filter((size) => !holds(assumptions, of(size)))).toEqual([0, 1])
  })
})

test('steps between numbers', () => {
  for (const step of [-3, -1, 1, 2]) {
    const right = (size: number): number => Math.max(0, Math.ceil((2 * size - 5 - (size - 1)) / step))
    expect(wrongFor(() => stepsBetween(minus(n, 1), minus(times(n, 2), 5), step), right)).toEqual([])
  }
})

test('whether one size is at least another', () => {
  const pairs: readonly (readonly [Dim, Dim])[] = [
    [n, 3],
    [3, n],
    [n, times(n, 2)],
    [minus(n, 4), 0],
    [plus(n, 1), n],
    [n, 0],
  ]
  for (const [a, b] of pairs) {
    const right = (size: number): number => Number(evaluate(a, of(size)) >= evaluate(b, of(size)))
    expect(wrongFor(() => Number(atLeast(a, b)), right)).toEqual([])
  }
  expect(assuming(of(1), () => [atLeast(plus(n, 1), n), atLeast(n, 0)]).assumptions).toEqual([])
})

test('values of parameters that are sizes are read back from their texts, beside numbers and words', () => {
  const texts = [
    '[n,3]',
    '2*n+1',
    'floor((n-1)/2)+1',
    'floor((n-3)/8)+1',
    '[-n+4,null]',
    '-n',
    '5n',
    '1+2i',
    'NaN',
    '-Infinity',
    'true',
    'null',
    '"n"',
    '-0',
  ]
  for (const text of texts) expect(printValue(parseValue(new Scanner(`${text})`, 'test')))).toBe(text)
  expect(parseValue(new Scanner('1e5)', 'test'))).toBe(100000)
  const start = performance.now()
  expect(() => parseValue(new Scanner(`${'floor(('.repeat(5000)}n)`, 'test'))).toThrow('test at line 1')
  expect(performance.now() - start).toBeLessThan(2000)
})
