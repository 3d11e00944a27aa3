import { expect, test } from 'vitest'
import { array, Container, tree } from '../src/index.ts'

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
