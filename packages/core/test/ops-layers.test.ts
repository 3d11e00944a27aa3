import { describe, expect, test } from 'vitest'
import {
  batchNorm,
  groupNorm,
  instanceNorm,
  layerNorm,
  linear,
  multiHeadAttention,
  multiply,
  rmsNorm,
  scaledDotProductAttention,
  softmax,
  zeros,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, f64, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const inf = Infinity

describe('normalization', () => {
  test('batchNorm takes statistics for each channel', () => {
    const x = f32([
      [1, 2],
      [5, 6],
    ])
    const exact = { eps: 0 }
    expectArray(batchNorm(x, f32([1, 2]), f32([4, 16]), exact), 'float32', [
      [0, 0],
      [2, 1],
    ])
    expectArray(batchNorm(x, f32([1, 2]), f32([4, 16]), f32([3, 2]), f32([1, -1]), exact), 'float32', [
      [1, -1],
      [7, 1],
    ])
    expectArray(batchNorm(x, f32([1, 2]), f32([4, 16]), null, f32([1, -1]), exact), 'float32', [
      [1, -1],
      [3, 0],
    ])
    expectArray(batchNorm(x, f32([1, 5]), f32([4, 16]), { eps: 0, axis: 0 }), 'float32', [
      [0, 0.5],
      [0, 0.25],
    ])
    expectArray(batchNorm(f64([[3]]), f64([1]), f64([3.75]), { eps: 0.25 }), 'float64', [[1]])
    expect(batchNorm(zeros([2, 3, 4, 5]), zeros([3]), zeros([3])).shape).toEqual([2, 3, 4, 5])
    expect(messageOf(() => batchNorm(x, f32([1]), f32([4, 16])))).toBe(
      'batchNorm: shapes [2,2] and [1] do not fit: the second belongs to axis 1 of the first and has to be of its size.',
    )
  })

  test('layerNorm has mean 0 and variance 1 over its axes', () => {
    expectArray(layerNorm(f32([[1, 3]]), { eps: 0 }), 'float32', [[-1, 1]])
    expectArray(layerNorm(f32([[1, 3]]), f32([2, 3]), f32([1, 0]), { eps: 0 }), 'float32', [[-1, 3]])
    const x = f32([
      [1, 1],
      [3, 3],
    ])
    expectArray(layerNorm(x, { axis: [0, 1], eps: 0 }), 'float32', [
      [-1, -1],
      [1, 1],
    ])
    expectArray(layerNorm(x), 'float32', [
      [0, 0],
      [0, 0],
    ])
    expectArray(layerNorm(of('float16', [[-500, 500]])), 'float16', [[-1, 1]])
    expectArray(layerNorm(i32([[1, 3]]), { eps: 0 }), 'float32', [[-1, 1]])
    expectArray(layerNorm(f32([[NaN, 1]])), 'float32', [[NaN, NaN]])
    expect(messageOf(() => layerNorm(zeros([2, 3, 4]), zeros([4]), { axis: [1, 2] }))).toBe(
      'layerNorm: shapes [2,3,4] and [4] do not fit: the second belongs to axes [1,2] of the first and has to be of its size.',
    )
  })

  test('rmsNorm, groupNorm and instanceNorm', () => {
    expectArray(rmsNorm(f32([[3, -3]]), f32([1, 2]), { eps: 0 }), 'float32', [[1, -2]])
    expectArray(groupNorm(f32([[1, 3, 5, 9]]), 2, { eps: 0 }), 'float32', [[-1, 1, -1, 1]])
    const channels = f32([
      [
        [1, 3],
        [2, 6],
      ],
    ])
    expectArray(instanceNorm(channels, f32([1, 2]), f32([0, 5]), { eps: 0 }), 'float32', [
      [
        [-1, 1],
        [3, 7],
      ],
    ])
    expectArray(groupNorm(channels, 2, f32([1, 2]), f32([0, 5]), { eps: 0 }), 'float32', [
      [
        [-1, 1],
        [3, 7],
      ],
    ])
    expect(messageOf(() => groupNorm(f32([[1, 2, 3]]), 2))).toBe(
      "groupNorm: 'groups' is 2: axis 1 of the array, its channels, does not part into 2 groups.",
    )
    expect(messageOf(() => groupNorm(f32([1]), 1))).toBe(
      'groupNorm: shape [1] does not fit: it takes [batch, channels, ...].',
    )
    expect(messageOf(() => instanceNorm(f32([[1]])))).toBe(
      'instanceNorm: shape [1,1] does not fit: it takes [batch, channels, ...spatial].',
    )
  })
})

describe('linear', () => {
  test('multiplies by the transposed weight', () => {
    const weight = f32([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expectArray(linear(f32([1, 1]), weight), 'float32', [3, 7, 11])
    expectArray(linear(f32([[1, 0]]), weight, f32([10, 20, 30])), 'float32', [[11, 23, 35]])
    expect(linear(zeros([4, 5, 2]), weight).shape).toEqual([4, 5, 3])
    expect(messageOf(() => linear(f32([1]), weight))).toBe(
      "linear: shapes [1] and [3,2] do not fit: they are [..., in] and [out, in]: the last axis of 'x' has to be as long as axis 1 of 'weight'.",
    )
    expect(messageOf(() => linear(f32([1, 1]), weight, f32([1])))).toBe(
      "linear: shapes [3,2] and [1] do not fit: 'bias' has one element for each row of 'weight'.",
    )
  })
})

describe('attention', () => {
  const [key, value] = [f32([[0], [0]]), f32([[2], [4]])]
  const query = f32([[1], [1]])

  test('weighs values by the softmax of the products', () => {
    expectArray(scaledDotProductAttention(query, key, value), 'float32', [[3], [3]])
    const keys = f32([[0], [Math.LN2]])
    const { length } = elementsOf(scaledDotProductAttention(query, keys, value)) as unknown[]
    expect(length).toBe(2)
    // Products 0 and ln 2, doubled: weights 1/5 and 4/5.
    const [[heavy]] = elementsOf(scaledDotProductAttention(query, keys, value, { scale: 2 })) as [[number]]
    expect(heavy).toBeCloseTo(3.6, 6)
    // Without a scale the root of the two features divides: 4 / sqrt(2).
    const wide = scaledDotProductAttention(
      f64([[2, 0]]),
      f64([
        [2, 0],
        [0, 0],
      ]),
      f64([[1], [0]]),
    )
    const [[share]] = elementsOf(wide) as [[number]]
    expect(share).toBeCloseTo(1 / (1 + Math.exp(-4 / Math.SQRT2)), 12)
  })

  test('masks: bool ones allow, others are added, causal ones allow the past', () => {
    const allow = of('bool', [
      [true, false],
      [false, false],
    ])
    expectArray(scaledDotProductAttention(query, key, value, allow), 'float32', [[2], [0]])
    expectArray(scaledDotProductAttention(query, key, value, f32([[0, -inf]])), 'float32', [[2], [2]])
    expectArray(scaledDotProductAttention(query, key, value, { isCausal: true }), 'float32', [[2], [3]])
    expectArray(scaledDotProductAttention(query, key, value, allow, { isCausal: true }), 'float32', [
      [2],
      [0],
    ])
    expectArray(scaledDotProductAttention(query, key, value, of('bool', [false])), 'float32', [[0], [0]])
  })

  test('batch axes broadcast, and no keys give zeros', () => {
    const many = scaledDotProductAttention(zeros([3, 1, 4, 8]), zeros([2, 5, 8]), zeros([5, 6]))
    expect(many.shape).toEqual([3, 2, 4, 6])
    expectArray(scaledDotProductAttention(query, zeros([0, 1]), zeros([0, 1])), 'float32', [[0], [0]])
    expect(scaledDotProductAttention(zeros([0, 1]), key, value).shape).toEqual([0, 1])
    expectArray(scaledDotProductAttention(i32([[0]]), key, value), 'float32', [[3]])
  })

  test('sizes that do not fit', () => {
    expect(messageOf(() => scaledDotProductAttention(query, zeros([2, 2]), value))).toBe(
      'scaledDotProductAttention: shapes [2,1], [2,2] and [2,1] do not fit: queries and keys need as many features.',
    )
    expect(messageOf(() => scaledDotProductAttention(query, key, zeros([3, 1])))).toBe(
      'scaledDotProductAttention: shapes [2,1], [2,1] and [3,1] do not fit: there is a value for each key.',
    )
    expect(messageOf(() => scaledDotProductAttention(f32([1]), key, value))).toBe(
      'scaledDotProductAttention: shapes [1], [2,1] and [2,1] do not fit: each is [..., places, features].',
    )
    expect(messageOf(() => scaledDotProductAttention(query, key, value, zeros([3, 2])))).toBe(
      'scaledDotProductAttention: shapes [3,2] and [2,2] do not fit: the mask has to broadcast to the scores, [..., queries, keys].',
    )
  })

  test('heads attend on their own', () => {
    const q = f64([[1, 0, 2, 1]])
    const k = f64([
      [1, 1, 0, 1],
      [0, 2, 1, 1],
    ])
    const v = f64([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ])
    const half = (x: number[][], from: number): ReturnType<typeof f64> =>
      f64(x.map((row) => row.slice(from, from + 2)))
    const [qs, ks, vs] = [q, k, v].map((x) => elementsOf(x) as number[][])
    const heads = [0, 2].map((from) => {
      const one = scaledDotProductAttention(half(qs!, from), half(ks!, from), half(vs!, from))
      return (elementsOf(one) as number[][])[0]!
    })
    expectArray(multiHeadAttention(q, k, v, 2), 'float64', [heads.flat()])
  })

  test('projections before and after, a mask for all heads', () => {
    const x = f64([
      [1, 2],
      [3, 5],
    ])
    const twice = [
      [2, 0],
      [0, 2],
    ]
    const once = [
      [1, 0],
      [0, 1],
    ]
    const inWeight = f64([...twice, ...once, ...once])
    const inBias = f64([1, -1, 0, 0, 0, 0])
    const projected = f64([
      [3, 3],
      [7, 9],
    ])
    const plain = multiHeadAttention(projected, x, x, 2)
    expectArray(multiHeadAttention(x, x, x, 2, inWeight, inBias), 'float64', elementsOf(plain))
    const outWeight = f64([[1, 1]])
    const [a, b] = elementsOf(plain) as [[number, number], [number, number]]
    expectArray(multiHeadAttention(x, x, x, 2, inWeight, inBias, outWeight, f64([10])), 'float64', [
      [a[0] + a[1] + 10],
      [b[0] + b[1] + 10],
    ])
    const mask = of('bool', [
      [true, false],
      [false, true],
    ])
    expectArray(multiHeadAttention(x, x, x, 2, null, null, null, null, mask), 'float64', elementsOf(x))
    const batched = of('bool', [[[true, false]], [[false, true]]])
    const items = f64([elementsOf(x) as number[][], elementsOf(x) as number[][]])
    expectArray(multiHeadAttention(items, items, items, 2, null, null, null, null, batched), 'float64', [
      [
        [1, 2],
        [1, 2],
      ],
      [
        [3, 5],
        [3, 5],
      ],
    ])
  })

  test('heads and weights that do not fit', () => {
    const x = zeros([2, 4])
    expect(messageOf(() => multiHeadAttention(x, x, x, 3))).toBe(
      "multiHeadAttention: 'heads' is 3: 4 features do not part into as many heads.",
    )
    expect(messageOf(() => multiHeadAttention(x, x, x, 2, zeros([8, 4])))).toBe(
      'multiHeadAttention: shapes [2,4] and [8,4] do not fit: the projection is [3 * features of all heads, features].',
    )
    expect(messageOf(() => multiHeadAttention(x, x, x, 2, null, zeros([12])))).toBe(
      'multiHeadAttention: shape [12] does not fit: a bias needs its weight.',
    )
    expect(messageOf(() => multiHeadAttention(x, x, x, 2, null, null, zeros([4, 3])))).toBe(
      'multiHeadAttention: shapes [2,4] and [4,3] do not fit: the last projection is [out, features of all heads].',
    )
  })
})

test('softmax of scores is what attention weighs with', () => {
  const scores = f64([[0, 1]])
  const weights = softmax(scores)
  const [x, y] = (elementsOf(weights) as [[number, number]])[0]
  const attended = scaledDotProductAttention(
    f64([[1]]),
    f64([[0], [1]]),
    f64([
      [1, 0],
      [0, 1],
    ]),
  )
  expectArray(multiply(attended, 1), 'float64', [[x, y]])
})
