import { expect, test } from 'vitest'
import * as td from '../src/index.ts'

// Where axes are permuted must not matter: a graph gives what its function gives, with fewer permutations.

const numbers = (...shape: number[]): td.NDArray => {
  const count = shape.reduce((n, size) => n * size, 1)
  return td.array(Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.3) * 3)).reshape(shape)
}
const last = (x: td.NDArray): td.NDArray => td.permuteDims(x, [0, 2, 3, 1])
const first = (x: td.NDArray): td.NDArray => td.permuteDims(x, [0, 3, 1, 2])
const permutations = (graph: object): number => String(graph).match(/= permuteDims\(/g)?.length ?? 0

const x = numbers(2, 3, 4, 5)
const steps: Readonly<Record<string, (x: td.NDArray) => td.NDArray>> = {
  relu: (y) => td.relu(y),
  'a number': (y) => td.add(y, 2),
  'a vector of channels': (y) => td.multiply(y, td.array([1, 2, 3])),
  'a column': (y) => td.add(y, td.reshape(numbers(5), [5, 1])),
  'a matrix': (y) => td.add(y, numbers(5, 3)),
  'an array of all axes': (y) => td.subtract(y, numbers(2, 4, 5, 3)),
  'a condition': (y) => td.where(td.less(y, 0), td.negative(y), y),
  batchNorm: (y) =>
    td.batchNorm(y, td.array([1, 2, 3]), td.array([1, 4, 9]), td.array([2, 3, 4]), { axis: -1 }),
  'batchNorm of another axis': (y) => td.batchNorm(y, numbers(5), td.abs(numbers(5)), { axis: 2 }),
  pad: (y) =>
    td.pad(y, [
      [0, 1],
      [2, 0],
      [3, 1],
      [0, 4],
    ]),
  'pad by reflection': (y) =>
    td.pad(
      y,
      [
        [0, 0],
        [2, 1],
        [3, 1],
        [0, 0],
      ],
      { mode: 'reflect' },
    ),
  concat: (y) => td.concat([y, td.relu(y)], { axis: 3 }),
  slice: (y) => td.slice(y, [0, 1, 0, 2], [2, 4, 5, null], [1, 2, 1, 1]),
  take: (y) => td.take(y, td.array([2, 0, 0], { dtype: 'int32' }), { axis: 2 }),
  'flip of two axes': (y) => td.flip(y, { axis: [1, 3] }),
  'flip of all': (y) => td.flip(y),
  softmax: (y) => td.softmax(y, { axis: -1 }),
}

test.each(Object.keys(steps))('%s goes under a permutation', (name) => {
  const fn = (z: td.NDArray): td.NDArray => first(steps[name]!(last(z)))
  const graph = td.traceGraph(fn, { args: [x] })
  expect(permutations(graph)).toBe(0)
  expect(graph(x).shape).toEqual(fn(x).shape)
  expect(graph(x).toArray()).toEqual(fn(x).toArray())
})

test('a value that is needed both ways is permuted once', () => {
  const fn = (z: td.NDArray): td.NDArray[] => {
    const y = td.relu(last(z))
    return [first(td.add(y, 1)), y, td.reshape(y, [-1])]
  }
  const graph = td.traceGraph(fn, { args: [x] })
  expect(permutations(graph)).toBe(1)
  expect(graph(x).map((one) => one.toArray())).toEqual(fn(x).map((one) => one.toArray()))
})

test('a graph that would have more of them stays as it is', () => {
  const fn = (z: td.NDArray): td.NDArray[] => {
    const y = last(z)
    return [td.reshape(td.relu(y), [-1]), td.reshape(td.exp(y), [-1]), td.reshape(y, [-1])]
  }
  const graph = td.traceGraph(fn, { args: [x] })
  expect(permutations(graph)).toBe(1)
  expect(graph(x).map((one) => one.toArray())).toEqual(fn(x).map((one) => one.toArray()))
})

test('other orders of axes do not meet', () => {
  const fn = (z: td.NDArray): td.NDArray =>
    td.add(td.permuteDims(z, [0, 1]), td.relu(td.permuteDims(z, [1, 0])))
  const y = numbers(3, 3)
  const graph = td.traceGraph(fn, { args: [y] })
  expect(graph(y).toArray()).toEqual(fn(y).toArray())
})

test('sizes stay open', () => {
  const fn = (z: td.NDArray): td.NDArray => first(td.multiply(td.relu(last(z)), td.array([1, 2, 3])))
  const graph = td.traceGraph(fn, { args: [x] })
  expect(permutations(graph)).toBe(0)
  const other = numbers(1, 3, 2, 2)
  expect(graph(other).toArray()).toEqual(fn(other).toArray())
})
