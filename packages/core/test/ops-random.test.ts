import { describe, expect, test } from 'vitest'
import { type NDArray, traceGraph } from '../src/fn.ts'
import { keyFromSeed } from '../src/numerics/threefry.ts'
import { add, bernoulli, dropout, randomInt, randomNormal, randomUniform } from '../src/ops/index.ts'
import { evaluateOp } from '../src/reference/evaluate.ts'
import { seedStream } from '../src/runtime/random-stream.ts'
import { elementsOf, expectArray, f32, f64, i32, of } from './support/arrays.ts'

const key = keyFromSeed(7)
const numbers = (x: unknown) => elementsOf(x) as number[]

describe('draws', () => {
  test('a key gives the same numbers, and other sizes begin with them', () => {
    const ten = numbers(randomUniform({ shape: [10], key }))
    expect(numbers(randomUniform({ shape: [10], key }))).toEqual(ten)
    expect(numbers(randomUniform({ shape: [4], key }))).toEqual(ten.slice(0, 4))
    expect(numbers(randomNormal({ shape: [3], key }))).toEqual(numbers(randomNormal({ shape: [3], key })))
    expect(numbers(randomInt(0, 100, { shape: [5], key }))).toEqual(
      numbers(randomInt(0, 100, { shape: [5], key })),
    )
  })

  test('without a key they are the next of the stream, which a seed restarts', () => {
    seedStream(1)
    const [first, second] = [numbers(randomUniform({ shape: [3] })), numbers(randomUniform({ shape: [3] }))]
    expect(second).not.toEqual(first)
    seedStream(1)
    expect([numbers(randomUniform({ shape: [3] })), numbers(randomUniform({ shape: [3] }))]).toEqual([
      first,
      second,
    ])
  })

  test('lie where they should', () => {
    const uniform = numbers(randomUniform({ low: -2, high: 3, shape: [1000], key }))
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(-2)
    expect(Math.max(...uniform)).toBeLessThan(3)
    expect(Math.min(...uniform)).toBeLessThan(-1.9)
    const ints = numbers(randomInt(-1, 2, { shape: [100], dtype: 'int8', key }))
    expect(new Set(ints)).toEqual(new Set([-1, 0, 1]))
    const normal = numbers(randomNormal({ mean: 10, std: 2, shape: [2000], dtype: 'float64', key }))
    expect(normal.reduce((sum, x) => sum + x) / 2000).toBeCloseTo(10, 0)
    expectArray(randomNormal({ mean: 5, std: 0, shape: [2] }), 'float32', [5, 5])
    expectArray(randomInt(3, 4, { dtype: 'int64' }), 'int64', 3n)
    expect(randomUniform().shape).toEqual([])
    expect(randomUniform({ shape: [0, 2] }).shape).toEqual([0, 2])
  })

  test('refuse what cannot be drawn', () => {
    expect(() => randomUniform({ low: 2, high: 1 })).toThrow(
      "random.uniform: 'high' is 1: it is at least low, 2.",
    )
    expect(() => randomUniform({ high: Infinity })).toThrow('it takes a finite number')
    expect(() => randomUniform({ dtype: 'int32' })).toThrow('it makes floats')
    expect(() => randomNormal({ std: -1 })).toThrow("'std' is -1")
    expect(() => randomInt(3, 3)).toThrow("random.randint: 'high' is 3: it is larger than low, 3.")
    expect(() => randomInt(0, 300, { dtype: 'uint8' })).toThrow('uint8 holds 0 to 255')
    expect(() => randomInt(0, 3, { dtype: 'float32' })).toThrow('it takes integer arrays')
    expect(numbers(randomInt(0, 256, { dtype: 'uint8', shape: [4], key }))).toHaveLength(4)
  })
})

describe('bernoulli and dropout', () => {
  test('bernoulli draws by the probabilities', () => {
    expectArray(bernoulli(f32([0, 1, NaN])), 'bool', [false, true, false])
    expectArray(bernoulli(i32([0, 1])), 'bool', [false, true])
    expectArray(bernoulli(1, { shape: [2], dtype: 'int32' }), 'int32', [1, 1])
    const draws = numbers(bernoulli(f64([0.25]), { shape: [4000], dtype: 'float32', key }))
    expect(draws.reduce((sum, x) => sum + x) / 4000).toBeCloseTo(0.25, 1)
    expect(elementsOf(bernoulli(f32([0.5, 0.5, 0.5]), { key }))).toEqual(
      elementsOf(bernoulli(f32([0.5, 0.5, 0.5]), { key })),
    )
    expect(() => bernoulli(f32([0.5, 0.5]), { shape: [3] })).toThrow('do not fit')
    expect(() => bernoulli(f32([0.5, 0.5]), { shape: [1] })).toThrow('not the other way round')
  })

  test('dropout scales what it keeps, and does nothing outside of training', () => {
    const x = f32(Array.from({ length: 1000 }, () => 3))
    const kept = numbers(dropout(x, { rate: 0.25, key })).filter((value) => value !== 0)
    expect(new Set(kept)).toEqual(new Set([4]))
    expect(kept.length / 1000).toBeCloseTo(0.75, 1)
    expectArray(dropout(f32([1, NaN]), { training: false }), 'float32', [1, NaN])
    expectArray(dropout(f32([1, NaN]), { rate: 0 }), 'float32', [1, NaN])
    expectArray(dropout(f32([1, NaN]), { rate: 1 }), 'float32', [0, 0])
    expectArray(dropout(i32([1]), { training: false }), 'float32', [1])
    expect(() => dropout(f32([1]), { rate: 1.5 })).toThrow("dropout: 'rate' is 1.5: it lies in [0, 1].")
    expect(() => dropout(of('bool', [true]))).toThrow('it takes numeric arrays')
  })

  test('a traced composite draws anew at each call, also of a constant', () => {
    const half = f32(Array.from({ length: 64 }, () => 0.5))
    const graph = traceGraph((x: NDArray) => add(dropout(half), x), { args: [half] })
    const baked = traceGraph((x: NDArray) => add(dropout(half), x), {
      args: [half],
      includeGenerators: false,
    })
    seedStream(4)
    const [first, second] = [elementsOf(graph(half)), elementsOf(graph(half))]
    expect(second).not.toEqual(first)
    seedStream(4)
    expect([elementsOf(add(dropout(half), half)), elementsOf(graph(half))]).toEqual([first, second])
    expect(elementsOf(baked(half))).toEqual(elementsOf(baked(half)))
  })

  test('a kernel refuses a place in the stream', () => {
    const params = { shape: null, dtype: 'bool', key: { draw: 0 } }
    expect(() => evaluateOp(bernoulli, [0.5], params)).toThrow('the numbers are drawn when the graph runs')
  })

  test('composites draw from the stream as well', () => {
    seedStream(3)
    const first = elementsOf(bernoulli(f32(Array.from({ length: 64 }, () => 0.5))))
    const second = elementsOf(bernoulli(f32(Array.from({ length: 64 }, () => 0.5))))
    expect(second).not.toEqual(first)
    seedStream(3)
    expect(elementsOf(bernoulli(f32(Array.from({ length: 64 }, () => 0.5))))).toEqual(first)
  })
})
