import { describe, expect, test } from 'vitest'
import * as td from '../src/index.ts'

describe('binarizer of integers', () => {
  const x = td.array([0, 1, 2, 255], { dtype: 'uint8' })
  test.each([
    [-1, [1, 1, 1, 1]],
    [-0.5, [1, 1, 1, 1]],
    [0.5, [0, 1, 1, 1]],
    [1, [0, 0, 1, 1]],
    [254.5, [0, 0, 0, 1]],
    [255, [0, 0, 0, 0]],
    [Infinity, [0, 0, 0, 0]],
    [-Infinity, [1, 1, 1, 1]],
    [NaN, [0, 0, 0, 0]],
  ])('above %d', (threshold, expected) => {
    const result = td.binarizer(x, { threshold })
    expect([result.dtype, result.toArray()]).toEqual(['uint8', expected])
  })

  test('64-bit ones are not rounded', () => {
    const big = td.array([9007199254740993n, 9007199254740992n])
    expect(td.binarizer(big, { threshold: 9007199254740992 }).toArray()).toEqual([1n, 0n])
  })
})

test('Adam has slopes where a gradient and its means are 0', () => {
  const moved = (gradient: td.NDArray): td.NDArray =>
    td.adamStep(gradient, td.zeros([2]), td.zeros([2]), 1).delta.sum()
  // One step scales the gradient by sqrt(0.001) / 0.1 * 0.1 / 1e-7.
  const slopes = td
    .grad(moved)(td.array([0, 1]))
    .toArray() as number[]
  expect(slopes[0]! / (Math.sqrt(0.001) * 1e7)).toBeCloseTo(1, 4)
  expect(slopes[1]).toBeCloseTo(0, 4)
})
