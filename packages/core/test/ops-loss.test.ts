import { describe, expect, test } from 'vitest'
import {
  binaryCrossEntropy,
  crossEntropy,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  sparseCrossEntropy,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, f64, i32 } from './support/arrays.ts'

const [inf, nan] = [Infinity, NaN]
const number = (x: unknown) => elementsOf(x) as number

describe('losses of differences', () => {
  const [input, target] = [f32([1, 5, -3]), f32([1, 3, -2.5])]

  test('are gathered as asked', () => {
    expectArray(mseLoss(input, target, { reduction: 'none' }), 'float32', [0, 4, 0.25])
    expectArray(mseLoss(input, target, { reduction: 'sum' }), 'float32', 4.25)
    expectArray(l1Loss(f32([1, 5]), f32([1, 3])), 'float32', 1)
    expectArray(huberLoss(target, input, { reduction: 'none' }), 'float32', [0, 1.5, 0.125])
    expectArray(
      huberLoss(target, input, { delta: 0.25, reduction: 'none' }),
      'float32',
      [0, 0.46875, 0.09375],
    )
    expectArray(smoothL1Loss(input, target, { reduction: 'none' }), 'float32', [0, 1.5, 0.125])
    expectArray(smoothL1Loss(input, target, { beta: 0, reduction: 'none' }), 'float32', [0, 2, 0.5])
    expectArray(smoothL1Loss(input, target, { beta: 4, reduction: 'none' }), 'float32', [0, 0.5, 0.03125])
  })

  test('broadcast, keep NaN, and are NaN over nothing', () => {
    expectArray(mseLoss(f32([[1], [2]]), f32([1, 3]), { reduction: 'none' }), 'float32', [
      [0, 4],
      [1, 1],
    ])
    expectArray(huberLoss(f32([nan, inf]), f32([1, 1]), { reduction: 'none' }), 'float32', [nan, inf])
    expectArray(l1Loss(f32([]), f32([])), 'float32', nan)
    expectArray(l1Loss(i32([1]), i32([3])), 'float32', 2)
    expect(() => mseLoss(f32([1, 2]), f32([1, 2, 3]))).toThrow('do not fit')
  })
})

describe('entropies', () => {
  test('crossEntropy sums along its axis', () => {
    const pred = f64([
      [0.25, 0.75],
      [0.5, 0.5],
    ])
    const target = f64([
      [0, 1],
      [1, 0],
    ])
    expect(elementsOf(crossEntropy(target, pred, { reduction: 'none' }))).toEqual([
      -Math.log(0.75),
      -Math.log(0.5),
    ])
    expect(elementsOf(crossEntropy(target, pred, { axis: 0, reduction: 'none' }))).toEqual([
      -Math.log(0.5),
      -Math.log(0.75),
    ])
    expect(number(crossEntropy(target, pred))).toBeCloseTo((-Math.log(0.75) - Math.log(0.5)) / 2, 14)
    expectArray(crossEntropy(f32([0, 1]), f32([0, 1]), { epsilon: 0 }), 'float32', 0)
    expect(number(crossEntropy(f64([1, 0]), f64([0, 1])))).toBeCloseTo(-Math.log(1e-7), 12)
  })

  test('sparseCrossEntropy takes the number of the class', () => {
    const pred = f64([
      [0.25, 0.75],
      [0.5, 0.5],
    ])
    expect(elementsOf(sparseCrossEntropy(i32([1, 0]), pred, { reduction: 'none' }))).toEqual([
      -Math.log(0.75),
      -Math.log(0.5),
    ])
    expect(elementsOf(sparseCrossEntropy(i32([1, 0]), pred, { axis: 0, reduction: 'none' }))).toEqual([
      -Math.log(0.5),
      -Math.log(0.75),
    ])
    expect(() => sparseCrossEntropy(i32([[1]]), pred)).toThrow("'pred' has one axis more")
    expect(() => sparseCrossEntropy(f32([1, 0]), pred)).toThrow('it takes integer arrays')
  })

  test('binaryCrossEntropy of probabilities and of logits', () => {
    const target = f64([1, 0])
    expect(
      elementsOf(binaryCrossEntropy(target, f64([0.75, 0.25]), { epsilon: 0, reduction: 'none' })),
    ).toEqual([-Math.log(0.75), -Math.log(0.75)])
    expectArray(binaryCrossEntropy(f32([1, 0]), f32([1, 0]), { epsilon: 0 }), 'float32', 0)
    const logits = f64([50, -50])
    expect(elementsOf(binaryCrossEntropy(target, logits, { fromLogits: true, reduction: 'none' }))).toEqual([
      Math.log1p(Math.exp(-50)),
      Math.log1p(Math.exp(-50)),
    ])
    const weighted = binaryCrossEntropy(target, f64([0, 0]), 3, { fromLogits: true, reduction: 'none' })
    expect(elementsOf(weighted)).toEqual([3 * Math.LN2, Math.LN2])
  })

  test('klDiv counts a target of 0 as 0', () => {
    expectArray(klDiv(f32([0, -5]), f32([1, 0]), { reduction: 'none' }), 'float32', [0, 0])
    expect(
      number(klDiv(f64([[Math.log(0.5), Math.log(0.5)]]), f64([[0.25, 0.75]]), { reduction: 'batchmean' })),
    ).toBeCloseTo(0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), 14)
    const logs = klDiv(f64([0]), f64([Math.log(0.5)]), { logTarget: true, reduction: 'sum' })
    expect(number(logs)).toBeCloseTo(0.5 * Math.log(0.5), 14)
  })
})
