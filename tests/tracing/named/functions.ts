import * as td from '@tendril/core'

/** Functions that hold for every number of rows, which they never read. */
export const functions: Readonly<Record<string, (x: td.NDArray) => td.NDArray>> = {
  reduces: (x) => td.sum(td.multiply(x, 2), { axis: 0 }),
  'counts from 0': (x) => td.arange(td.dim(x, 0)),
  'counts between sizes': (x) => td.arange(2, td.dim(x, 0).times(2)),
  'counts down': (x) => td.arange(td.dim(x, 0), -1, -2),
  'leaves the first out': (x) => td.slice(x, [1], [null]),
  'takes two': (x) => td.slice(x, [0], [2]),
  'takes the last two': (x) => td.slice(x, [-2], [null]),
  'takes a half': (x) => td.slice(x, [td.dim(x, 0).floorDiv(2)], [null]),
  'takes up to a size': (x) => td.slice(x, [null], [td.dim(x, 0).minus(3)]),
  'takes every second': (x) => td.at(x, td.s(null, null, 2)),
  'takes backwards': (x) => td.slice(x, [null], [null], [-2]),
  tiles: (x) => td.tile(x, [td.dim(x, 0), 1]),
  repeats: (x) => td.repeat(x, td.dim(x, 0), { axis: 1 }),
  rolls: (x) => td.roll(x, td.dim(x, 0).minus(1), { axis: 0 }),
  pads: (x) =>
    td.pad(x, [
      [td.dim(x, 0), 0],
      [0, 1],
    ]),
  averages: (x) => td.divide(td.sum(x), td.full([], td.dim(x, 0).plus(1))),
  extends: (x) => td.concat([x, td.zeros([td.dim(x, 0).plus(5), 3])]),
  products: (x) => td.softmax(td.matmul(x, td.matrixTranspose(x))),
  triangles: (x) => td.tril(td.matmul(x, td.matrixTranspose(x)), { k: td.dim(x, 0).minus(2) }),
  'one-hot': (x) => td.oneHot(td.arange(td.dim(x, 0), { dtype: 'int32' }), td.dim(x, 0)),
  loops: (x) => td.forLoop(0, td.dim(x, 0), (i, c) => td.add(c, td.multiply(i, i)), td.zeros([])),
  scans: (x) => td.scan((c, row) => [td.add(c, row), c], td.zeros([3]), x)[1],
  'scans without rows': (x) =>
    td.scan((c: td.NDArray) => [td.add(c, 1), c], td.zeros([]), null, { length: td.dim(x, 0) })[1] as never,
  eye: (x) => td.eye(td.dim(x, 0), td.dim(x, 0).plus(1)),
  lines: (x) => td.linspace(0, 1, td.dim(x, 0)),
  reshapes: (x) => td.reshape(td.expandDims(x, 0), [td.dim(x, 0), 1, 3]),
  'reshapes to the rest': (x) => td.reshape(x, [-1, 3, 1]),
  broadcasts: (x) => td.broadcastTo(td.ones([1]), [td.dim(x, 0)]),
  'meets rows of one': (x) => td.add(x, td.ones([td.dim(x, 0), 1])),
  'meets a slice of one': (x) => td.add(td.slice(x, [0], [1]), x),
  variance: (x) => td.var(x, { axis: 0, correction: 1 }),
  'adds up': (x) => td.cumulativeSum(x, { axis: 0 }),
  diagonal: (x) => td.diagonal(td.matmul(x, td.matrixTranspose(x))),
  'best of': (x) => td.topK(td.flatten(x), td.dim(x, 0)).values,
  segments: (x) =>
    td.unsortedSegmentSum(x, td.zerosLike(td.sum(x, { axis: 1 }), { dtype: 'int32' }), td.dim(x, 0)),
  branches: (x) =>
    td.cond(
      td.greater(td.sum(x), 0),
      (y) => td.concat([y, td.zeros([td.dim(y, 0), 3])]),
      (y) => td.concat([y, y]),
      x,
    ),
  'divides evenly': (x) => td.reshape(x, [-1, 2]),
  'needs five': (x) => td.zeros([td.dim(x, 0).minus(5), 2]),
  'takes the first': (x) => x.at(0),
  'takes between sizes': (x) => x.at(td.s(td.dim(x, 0).floorDiv(3), td.dim(x, 0).minus(1)), -1),
  'takes the one in the middle': (x) => td.at(x, td.dim(x, 0).floorDiv(2)),
}

export const sizes = [5, 0, 1, 2, 3, 7, 64] as const

export const rows = (n: number): td.NDArray =>
  td.reshape(td.array(Float32Array.from({ length: n * 3 }, (_, i) => (i % 5) - 1)), [n, 3])

/** What a call gives, or throws, as text. */
export function told(call: () => td.NDArray): string {
  try {
    const { dtype, shape, ...rest } = describe(call())
    return `${dtype}[${shape}] ${rest.elements}`
  } catch (error) {
    // Which op refuses which parameter; a call that is made with numbers says more of why.
    return error instanceof Error ? `${error.name}: ${error.message.split(': ').slice(0, 2)}` : String(error)
  }
}

const describe = (array: td.NDArray) => ({
  dtype: array.dtype,
  shape: array.shape,
  elements: Array.from(array.dataSync() as Float32Array, (one) => Number(one).toFixed(4)).join(),
})
