import { expect, test } from 'vitest'
import { array, Container, ParamError, tree } from '../src/index.ts'

const value = () => ({ a: array([1]), list: [2, array([3])], inner: new Container({ b: array([4]) }) })

test('flatten gives the arrays, and unflatten the same tree', () => {
  const { leaves, spec } = tree.flatten(value())
  expect(leaves.map(String)).toEqual(['float32[1] [1]', 'float32[1] [3]', 'float32[1] [4]'])
  const again = tree.unflatten(spec, leaves) as ReturnType<typeof value>
  expect(again.list[0]).toBe(2)
  expect(again.inner).toBeInstanceOf(Container)
  expect(tree.flatten(again).leaves).toEqual(leaves)
})

test('paths are those of the arrays, in the order of flatten', () => {
  expect(tree.paths(value())).toEqual([['a'], ['list', '1'], ['inner', 'b']])
})

test('map reaches every leaf and keeps the shape', () => {
  const mapped = tree.map((leaf, path) => (typeof leaf === 'number' ? path.join('/') : leaf), value())
  expect((mapped as ReturnType<typeof value>).list[0]).toBe('list/0')
})

test('leaves that are too few or too many are refused', () => {
  const { leaves, spec } = tree.flatten(value())
  expect(() => tree.unflatten(spec, leaves.slice(1))).toThrow(ParamError)
  expect(() => tree.unflatten(spec, [...leaves, 1])).toThrow(/the tree has 3 leaves, and 4 are given/)
})

test('map gives Containers where they were, and refuses what contains itself', () => {
  const mapped = tree.map((leaf) => leaf, { c: new Container({ a: { b: 1 } }) }) as { c: Container }
  expect(mapped.c).toBeInstanceOf(Container)
  expect(mapped.c.toObject()).toEqual({ a: { b: 1 } })
  const ring: unknown[] = []
  ring.push(ring)
  expect(() => tree.map((leaf) => leaf, ring)).toThrow(ParamError)
})
