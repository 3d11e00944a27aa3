import {
  add,
  arange,
  array,
  astype,
  broadcastTo,
  expandDims,
  full,
  less,
  lessEqual,
  logicalAnd,
  multiply,
  greaterEqual,
  type NDArray,
  oneHot,
  permuteDims,
  reshape,
  scatterFlat,
  scatterInto,
  scatterNd,
  sum,
  take,
  topK,
  unsortedSegmentSum,
  where,
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

/** Indices with the axes that they name in a last axis; tfjs takes such of one axis for a list of indices. */
const placesOf = (indices: NDArray): NDArray =>
  indices.ndim > 1 ? indices : reshape(indices, [product(indices.shape), 1])

/** How often each number below `size` occurs in each row, or the sum of the weights there; other numbers do not count. */
function counted(x: NDArray, weights: NDArray, size: number, isBinary: boolean): NDArray {
  const [rows, columns] = x.ndim === 2 ? (x.shape as readonly [number, number]) : [1, product(x.shape)]
  const total = rows * size
  const starts = reshape(multiply(arange(0, rows, 1, { dtype: 'int32' }), size), [rows, 1])
  const table = reshape(toDType(x, 'int32'), [rows, columns])
  const isCounted = logicalAnd(greaterEqual(table, 0), less(table, size))
  const places = reshape(where(isCounted, add(table, starts), total), [rows * columns])
  const hasWeights = product(weights.shape) > 0 && !isBinary
  const worth = hasWeights ? reshape(weights, [rows * columns]) : full([], 1, { dtype: weights.dtype })
  const sums = scatterFlat(places, worth, total, { reduction: isBinary ? 'replace' : 'sum' })
  return reshape(sums, x.ndim === 2 ? [rows, size] : [size])
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
  ScatterNd: kernel(['indices', 'updates'], ([indices, updates], { shape }: ScatterNdAttrs) =>
    scatterNd(placesOf(indices), numeric(updates), shape),
  ),
  SearchSorted: kernel(['sortedSequence', 'values'], ([rows, values], { side }: SearchSortedAttrs) =>
    placesIn(rows, values, side),
  ),
  SparseToDense: kernel(
    ['sparseIndices', 'sparseValues', 'defaultValue'],
    ([indices, values, otherwise], { outputShape }: SparseToDenseAttrs) =>
      scatterInto(broadcastTo(otherwise, outputShape), placesOf(indices), values),
  ),
  TensorScatterUpdate: kernel(['tensor', 'indices', 'updates'], ([x, indices, updates]) =>
    scatterInto(x, placesOf(indices), updates),
  ),
  TopK: kernel(['x'], ([x], { k }: TopKAttrs) => {
    const { values, indices } = topK(numeric(x), k)
    return [values, indices]
  }),
  UnsortedSegmentSum: kernel(['x', 'segmentIds'], ([x, ids], { numSegments }: UnsortedSegmentSumAttrs) =>
    unsortedSegmentSum(numeric(x), ids, numSegments),
  ),
  UpperBound: kernel(['sortedSequence', 'values'], ([rows, values]) => placesIn(rows, values, 'right')),
}
