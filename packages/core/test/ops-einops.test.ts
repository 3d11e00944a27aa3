import { expect, test } from 'vitest'
import { arange, einopsRearrange, einopsReduce, einopsRepeat, reshape, tree } from '../src/index.ts'

const x = reshape(arange(24), [2, 3, 4])

test('axes are joined, taken apart and moved', () => {
  expect(einopsRearrange(x, 'a b c -> c (a b)').at(1).toArray()).toEqual([1, 5, 9, 13, 17, 21])
  expect(einopsRearrange(x, 'a b (c d) -> a d b c', { d: 2 }).shape).toEqual([2, 2, 3, 2])
  expect(einopsRearrange(x, 'a ... -> ... a').shape).toEqual([3, 4, 2])
  expect(einopsRearrange(x, 'a b c -> a 1 b c').shape).toEqual([2, 1, 3, 4])
})

test('axes that are left out are reduced, new ones repeated', () => {
  expect(einopsReduce(x, 'a b c -> a', 'max').toArray()).toEqual([11, 23])
  expect(einopsReduce(x, 'a b (c p) -> a b c', 'mean', { p: 2 }).at(0, 0).toArray()).toEqual([0.5, 2.5])
  expect(einopsRepeat(x, 'a b c -> a b (c k)', { k: 2 }).at(0, 0).toArray()).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
})

test.each([
  ['a b -> a', /the array has 3 axes/],
  ['a b c > c', /two sides/],
  ['(a b c -> a', /not closed/],
  ['(a d) b c -> a d b c', /all but one of a, d/],
  ['a b c -> a b', /'c' is missing on the right side/],
  ['a b a -> a b', /twice|missing/],
])('the pattern %s is refused', (pattern, because) => {
  expect(() => einopsRearrange(x, pattern)).toThrow(because)
})

test('trees are read and changed at paths, and stay as they were', () => {
  const value = { a: [1, { b: 2 }], c: 3 }
  expect(tree.at(value, ['a', 1, 'b'])).toBe(2)
  expect(tree.updated(value, ['a', 1, 'b'], (leaf) => Number(leaf) + 5)).toEqual({ a: [1, { b: 7 }], c: 3 })
  expect(tree.without(value, ['a', 0])).toEqual({ a: [{ b: 2 }], c: 3 })
  expect(tree.find((leaf) => leaf === 2, value)).toEqual([['a', '1', 'b']])
  expect(tree.some((leaf) => leaf === 9, value)).toBe(false)
  expect(value).toEqual({ a: [1, { b: 2 }], c: 3 })
  expect(() => tree.at(value, ['z'])).toThrow(/leads to nothing/)
  expect(() => tree.updated(value, [], () => 0)).toThrow(/leads to nothing/)
})
