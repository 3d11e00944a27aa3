import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import { attributeProto } from '../../attributes.ts'
import { changed } from '../changed.ts'
import type { NodeCall, Operator, Operators, Results } from '../node-call.ts'
import { floorDiv, minus, numbers, plus } from '../sizes.ts'
import { sizesOf, Tensor } from '../tensor.ts'
import { axisOf, sizeOfAxis } from './axes.ts'
import { creation } from './creation.ts'
import { cropAndResize } from './crops.ts'
import { movement } from './movement.ts'
import { pad } from './padding.ts'
import { sampling } from './sampling.ts'
import { unique } from './uniques.ts'
import { scalar } from './windows.ts'

/** Squares of the distances of all rows of one matrix to those of another one, or the distances. */
const distances: Operator = (call) => {
  const metric = call.string('metric', 'sqeuclidean')
  const apart = td.subtract(td.expandDims(call.array(0), 1), td.expandDims(call.array(1), 0))
  const squares = td.sum(td.square(apart), { axis: -1, dtype: apart.dtype })
  if (metric === 'sqeuclidean') return squares
  return metric === 'euclidean' ? td.sqrt(squares) : call.refuse(`it knows no metric '${metric}'`)
}

/** Products of complex numbers, whose parts lie side by side on the last axis; the second ones turned over by `sign`. */
const complexProduct =
  (sign: 1 | -1): Operator =>
  (call) => {
    const parts = (i: number): readonly [NDArray, NDArray] => {
      const [real, imaginary] = td.unstack(call.array(i), { axis: -1 }) as [NDArray, NDArray]
      return [real, imaginary]
    }
    const [a, b] = parts(0)
    const [c, d] = parts(1)
    const real = td.subtract(td.multiply(a, c), td.multiply(td.multiply(b, d), sign))
    const imaginary = td.add(td.multiply(b, c), td.multiply(td.multiply(a, d), sign))
    return td.stack([real, imaginary], { axis: -1 })
  }

/** Whether no element of any operand is infinite or not a number, or is what an attribute asks for alone. */
const isAllFinite: Operator = (call) => {
  const isGood = (x: NDArray): NDArray => {
    if (call.flag('isinf_only')) return td.logicalNot(td.isinf(x))
    return call.flag('isnan_only') ? td.logicalNot(td.isnan(x)) : td.isfinite(x)
  }
  const all = call.arrays().map((x) => td.all(isGood(x)))
  return all.reduce((both, one) => td.logicalAnd(both, one))
}

/** Numbers from one on; the step is 1 unless it is given. */
const range: Operator = (call) => {
  if (call.has(2)) return creation['Range']!(call)
  const dtype = call.tensor(0).dtype as 'int64'
  const one = dtype === 'int64' ? BigInt64Array.of(1n) : undefined
  const step =
    one === undefined
      ? td.astype(hostConstant({ dtype: 'int32', shape: [], data: Int32Array.of(1) }), dtype)
      : hostConstant({ dtype, shape: [], data: one })
  return creation['Range']!(call.with({ operands: [call.value(0), call.value(1), Tensor.of(step)] }))
}

/** The distinct elements as they come, which one each element is, and how often each occurs. */
const distinct: Operator = (call) => {
  const node = changed(call.node, { attribute: [attributeProto('sorted', 0)] })
  const [values, , inverse, counts] = unique(call.with({ node })) as readonly NDArray[]
  return [values!, inverse!, counts!]
}

/** All windows of an axis, their elements on an axis at the end. */
const unfolded: Operator = (call) => {
  const x = call.array(0)
  const [size, step] = [call.int('size'), call.int('step', 1)]
  const axis = axisOf(call, call.int('dim', -1), x.ndim)
  const count = plus(floorDiv(minus(sizeOfAxis(x, axis), size), step)!, 1)
  const first = td.multiply(td.arange(0, count, 1, { dtype: 'int32' }), step)
  const places = td.add(td.expandDims(first, 1), td.arange(0, size, 1, { dtype: 'int32' }))
  return td.moveaxis(td.take(x, places, { axis }), axis + 1, -1)
}

/** Scores of tokens, of which those that would repeat a run of tokens are the least. */
const withoutRepeats = (call: NodeCall): Results => {
  const [tokens, scores] = [call.indices(0), call.array(1)]
  const rest = call.int('ngram_size') - 1
  const length = sizesOf(tokens)[1]!
  if (typeof length === 'number' && length <= rest) return scores
  const count = minus(length, rest)
  const part = (from: Parameters<typeof plus>[0]): NDArray =>
    td.slice(tokens, [null, from], [null, plus(from, count)])
  const last = (i: number): NDArray => td.slice(tokens, [null, plus(count, i)], [null, plus(count, i + 1)])
  const next = part(rest)
  const isRun = Array.from({ length: rest }, (_, i) => td.equal(part(i), last(i))).reduce(
    (both, one) => td.logicalAnd(both, one),
    td.ones(sizesOf(next), { dtype: 'bool' }),
  )
  return td.putAlongAxis(scores, next, td.where(isRun, -Infinity, Infinity), { axis: 1, reduction: 'min' })
}

/** A bias of each head for how far a key is from a query, of which far ones share buckets. */
const relativeBias: Operator = (call) => {
  const [buckets, heads] = numbers(sizesOf(call.array(0))) as [number, number]
  // The table is stored by columns.
  const table = td.reshape(call.array(0), [heads, buckets])
  const [[queries], [keys]] = [call.sizes(1), call.sizes(2)]
  const both = call.flag('is_bidirectional')
  const own = td.arange(0, queries!, 1, { dtype: 'int32' })
  const distance = td.subtract(td.arange(0, keys!, 1, { dtype: 'int32' }), td.expandDims(own, 1))
  const most = both ? buckets / 2 : buckets
  const far = both ? td.abs(distance) : td.maximum(td.negative(distance), 0)
  const exact = Math.floor(most / 2)
  const rate = (most - exact) / Math.log(call.int('max_distance') / exact)
  const steps = td.multiply(td.log(td.divide(td.astype(td.maximum(far, 1), 'float32'), exact)), rate)
  const coarse = td.minimum(td.add(td.astype(steps, 'int32'), exact), most - 1)
  const bucket = td.where(td.less(far, exact), far, coarse)
  const place = both ? td.add(bucket, td.multiply(td.astype(td.greater(distance, 0), 'int32'), most)) : bucket
  return td.expandDims(td.take(table, place, { axis: 1 }), 0)
}

/** The same bias, more or less of it by gates that follow from the queries. */
const gatedBias: Operator = (call) => {
  if (call.has(6)) call.refuse('its tokens are packed')
  const heads = call.int('num_heads')
  const [query, bias, relative, weight] = [0, 1, 2, 3].map((i) => call.array(i)) as [
    NDArray,
    NDArray,
    NDArray,
    NDArray,
  ]
  const [batch, places] = sizesOf(query)
  const ofHeads = td.permuteDims(td.reshape(td.add(query, bias), [batch!, places!, heads, -1]), [0, 2, 1, 3])
  const raw = td.add(td.matmul(ofHeads, weight), call.array(4))
  const sums = td.sum(td.reshape(raw, [batch!, heads, places!, 2, -1]), { axis: -1, dtype: raw.dtype })
  const [u, r] = td.unstack(td.sigmoid(sums), { axis: -1 }) as [NDArray, NDArray]
  const [gate, reset] = [td.expandDims(u, -1), td.expandDims(r, -1)]
  const factor = td.add(td.multiply(gate, td.subtract(td.multiply(reset, call.array(5)), 1)), 2)
  return td.multiply(factor, relative)
}

/** Tokens without those that pad their sequences, and what puts them back. */
const removePadding: Operator = (call) => {
  const [x, counts] = [call.array(0), call.array(1)]
  const [batch, length, features] = sizesOf(x)
  const isToken = td.less(td.arange(0, length!, 1, { dtype: 'int32' }), td.expandDims(counts, 1))
  const flat = td.reshape(isToken, [-1])
  const tokens = td.take(td.reshape(x, [-1, features!]), td.nonzero(flat)[0]!, { axis: 0 })
  const order = td.argsort(td.astype(td.logicalNot(flat), 'int32'))
  const offsets = td.astype(td.reshape(order, [batch!, length!]), 'int32')
  const ends = td.cumulativeSum(counts, { axis: 0, includeInitial: true })
  return [tokens, offsets, td.astype(ends, 'int32'), td.max(counts, { keepdims: true })]
}

const restorePadding: Operator = (call) => {
  const [tokens, offsets] = [call.array(0), call.array(1)]
  const [count, features] = sizesOf(tokens)
  const rank = td.argsort(td.reshape(offsets, [-1]))
  const most = scalar(count!)
  const isToken = td.less(rank, td.astype(most, rank.dtype))
  const rows = td.take(tokens, td.where(isToken, rank, 0), { axis: 0 })
  const all = td.where(td.expandDims(isToken, 1), rows, 0)
  return td.reshape(all, [...sizesOf(offsets), features!])
}

/** Operators of arrays as such. */
export const contribArrays: Operators = {
  CDist: distances,
  ComplexMul: complexProduct(1),
  ComplexMulConj: complexProduct(-1),
  CropAndResize: cropAndResize,
  ExpandDims: (call) => td.expandDims(call.array(0), call.number(1)),
  GatedRelativePositionBias: gatedBias,
  GatherND: (call) => td.gatherNd(call.array(0), call.indices(1), { batchDims: 0 }),
  GridSample: (call) => sampling['GridSample']!(call.with({ opset: 16 })),
  Inverse: (call) => td.inv(call.array(0)),
  IsAllFinite: isAllFinite,
  NGramRepeatBlock: withoutRepeats,
  Pad: (call) => pad(call.with({ opset: 13 })),
  Range: range,
  RelativePositionBias: relativeBias,
  RemovePadding: removePadding,
  RestorePadding: restorePadding,
  TorchEmbedding: (call) => td.take(call.array(0), call.indices(1), { axis: 0 }),
  Trilu: movement['Trilu']!,
  UnfoldTensor: unfolded,
  Unique: distinct,
}
