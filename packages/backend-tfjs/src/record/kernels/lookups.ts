import {
  add,
  any,
  arange,
  astype,
  clip,
  equal,
  expandDims,
  full,
  less,
  lessEqual,
  max,
  multiply,
  array,
  greaterEqual,
  type NDArray,
  oneHot,
  permuteDims,
  reshape,
  sum,
  take,
  topK,
  where,
  zerosLike,
} from '@tendril/core/fn'
import {
  backend_util,
  type BincountAttrs,
  type DenseBincountAttrs,
  type GatherV2Attrs,
  type OneHotAttrs,
  type ScatterNdAttrs,
  type SearchSortedAttrs,
  type SparseToDenseAttrs,
  type TopKAttrs,
  type UnsortedSegmentSumAttrs,
} from '@tensorflow/tfjs-core'
import { type Family, kernel } from '../kernel.ts'
import { numeric, product, toDType } from '../values.ts'

/** The elements of an axis at indices; the leading `batchDims` axes of both go together. */
function gathered(
  x: NDArray,
  indices: NDArray,
  { axis, batchDims }: GatherV2Attrs,
  shape: readonly number[],
): NDArray {
  const along = axis < 0 ? axis + x.ndim : axis
  const info = backend_util.segment_util.collectGatherOpShapeInfo(
    { shape: [...x.shape] } as never,
    { shape: [...indices.shape] } as never,
    along,
    batchDims ?? 0,
  )
  const { batchSize, outerSize, dimSize, sliceSize } = info
  if (batchSize === 1) return reshape(take(x, reshape(indices, [-1]), { axis: along }), shape)
  const count = product(indices.shape) / batchSize
  const rows = permuteDims(reshape(x, [batchSize, outerSize, dimSize, sliceSize]), [0, 2, 1, 3])
  const offsets = reshape(multiply(arange(0, batchSize, 1, { dtype: 'int32' }), dimSize), [batchSize, 1])
  const places = reshape(add(reshape(indices, [batchSize, count]), offsets), [-1])
  const taken = take(reshape(rows, [batchSize * dimSize, outerSize * sliceSize]), places, { axis: 0 })
  return reshape(permuteDims(reshape(taken, [batchSize, count, outerSize, sliceSize]), [0, 2, 1, 3]), shape)
}

/** Indices of the leading axes as the one index of what `strides` span. */
const flatIndex = (indices: NDArray, strides: readonly number[]): NDArray =>
  reshape(sum(multiply(indices, array(Int32Array.from(strides))), { axis: -1 }), [-1])

function gatheredAt(params: NDArray, indices: NDArray, shape: readonly number[]): NDArray {
  const depth = indices.shape.at(-1)!
  const leading = params.shape.slice(0, depth)
  const strides = leading.map((_, i) => product(leading.slice(i + 1)))
  const rows = reshape(params, [product(leading), product(params.shape.slice(depth))])
  return reshape(take(rows, flatIndex(indices, strides), { axis: 0 }), shape)
}

/** For each place below `count`, which of the indices name it: `[count, n]`. */
const hits = (index: NDArray, count: number): NDArray =>
  equal(reshape(arange(0, count, 1, { dtype: 'int32' }), [count, 1]), reshape(index, [1, -1]))

/** Sums of the rows that go to the same place. */
function summedAt(index: NDArray, rows: NDArray, count: number): NDArray {
  const chosen = where(
    expandDims(hits(index, count), 2),
    expandDims(rows, 0),
    full([], 0, { dtype: rows.dtype }),
  )
  return sum(chosen, { axis: 1 })
}

/** The last row that goes to each place, or what was there. */
function lastAt(index: NDArray, rows: NDArray, before: NDArray): NDArray {
  const [count] = before.shape as readonly [number]
  const updates = rows.shape[0]!
  if (updates === 0) return before
  const order = where(
    hits(index, count),
    reshape(arange(0, updates, 1, { dtype: 'int32' }), [1, updates]),
    -1,
  )
  const last = max(order, { axis: 1 })
  return where(expandDims(greaterEqual(last, 0), 1), take(rows, clip(last, 0), { axis: 0 }), before)
}

interface Scattered {
  readonly index: NDArray
  readonly rows: NDArray
  readonly count: number
  readonly size: number
}

/** Indices and updates of a scatter in two axes: places and what belongs to each. */
function scattered(indices: NDArray, updates: NDArray, shape: readonly number[]): Scattered {
  const info = backend_util.calculateShapes(
    { shape: [...updates.shape], rank: updates.ndim } as never,
    { shape: [...indices.shape], rank: indices.ndim } as never,
    [...shape],
  )
  const { sliceRank, numUpdates, sliceSize, strides, outputSize } = info
  const count = sliceSize === 0 ? 0 : outputSize / sliceSize
  const index = flatIndex(reshape(indices, [numUpdates, sliceRank]), strides.slice(0, sliceRank))
  const rows = reshape(updates, [updates.ndim === 0 ? 1 : numUpdates, sliceSize])
  return {
    index,
    rows: updates.ndim === 0 ? take(rows, zerosLike(index), { axis: 0 }) : rows,
    count,
    size: sliceSize,
  }
}

/** How often each number below `size` occurs, or the sum of the weights there; other numbers do not count. */
function counted(x: NDArray, weights: NDArray, size: number, isBinary: boolean): NDArray {
  const is = equal(expandDims(x, -1), arange(0, size, 1, { dtype: x.dtype as 'int32' }))
  const axis = x.ndim - 1
  if (isBinary) return any(is, { axis })
  const hasWeights = product(weights.shape) > 0
  const worth = hasWeights ? expandDims(weights, -1) : full([], 1, { dtype: weights.dtype })
  return sum(where(is, worth, full([], 0, { dtype: weights.dtype })), { axis })
}

/** How many elements of each sorted row come before the values of that row. */
function placesIn(rows: NDArray, values: NDArray, side: string | undefined): NDArray {
  const [sorted, sought] = [expandDims(rows, 1), expandDims(values, 2)]
  const isBefore = side === 'right' ? lessEqual(sorted, sought) : less(sorted, sought)
  return sum(astype(isBefore, 'int32'), { axis: 2 })
}

/** Kernels that read and write at indices. */
export const lookups: Family = {
  Bincount: kernel(['x', 'weights'], ([x, weights], { size }: BincountAttrs) =>
    counted(x, weights, size, false),
  ),
  DenseBincount: kernel(['x', 'weights'], ([x, weights], { size, binaryOutput }: DenseBincountAttrs) =>
    counted(x, weights, size, binaryOutput === true && x.ndim === 2),
  ),
  GatherNd: kernel(['params', 'indices'], ([params, indices], _, [{ shape }]) =>
    gatheredAt(params, indices, shape),
  ),
  GatherV2: kernel(['x', 'indices'], ([x, indices], attrs: GatherV2Attrs, [{ shape }]) =>
    gathered(x, toDType(indices, 'int32'), attrs, shape),
  ),
  LowerBound: kernel(['sortedSequence', 'values'], ([rows, values]) => placesIn(rows, values, 'left')),
  OneHot: kernel(['indices'], ([indices], { depth, onValue, offValue }: OneHotAttrs, [{ dtype }]) => {
    const [on, off] = dtype === 'bool' ? [Boolean(onValue), Boolean(offValue)] : [onValue, offValue]
    return oneHot(indices, depth, { onValue: on, offValue: off, dtype })
  }),
  ScatterNd: kernel(['indices', 'updates'], ([indices, updates], { shape }: ScatterNdAttrs) => {
    const { index, rows, count } = scattered(indices, numeric(updates), shape)
    return reshape(summedAt(index, rows, count), shape)
  }),
  SearchSorted: kernel(['sortedSequence', 'values'], ([rows, values], { side }: SearchSortedAttrs) =>
    placesIn(rows, values, side),
  ),
  SparseToDense: kernel(
    ['sparseIndices', 'sparseValues', 'defaultValue'],
    ([indices, values, otherwise], { outputShape }: SparseToDenseAttrs) => {
      const { index, rows, count, size } = scattered(indices, values, outputShape)
      const before = where(full([count, size], true, { dtype: 'bool' }), otherwise, otherwise)
      return reshape(lastAt(index, rows, before), outputShape)
    },
  ),
  TensorScatterUpdate: kernel(['tensor', 'indices', 'updates'], ([x, indices, updates]) => {
    const { index, rows, count, size } = scattered(indices, updates, x.shape)
    return reshape(lastAt(index, rows, reshape(x, [count, size])), x.shape)
  }),
  TopK: kernel(['x'], ([x], { k }: TopKAttrs) => {
    const { values, indices } = topK(numeric(x), k)
    return [values, indices]
  }),
  UnsortedSegmentSum: kernel(
    ['x', 'segmentIds'],
    ([x, ids], { numSegments }: UnsortedSegmentSumAttrs, [{ shape }]) => {
      const rows = reshape(x, [product(ids.shape), product(x.shape) / Math.max(1, product(ids.shape))])
      return reshape(summedAt(ids, rows, numSegments), shape)
    },
  ),
  UpperBound: kernel(['sortedSequence', 'values'], ([rows, values]) => placesIn(rows, values, 'right')),
}
