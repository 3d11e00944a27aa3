import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, pin, same } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes, rowMajorStrides } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { greaterEqual, less } from './compare.ts'
import { full } from './creation.ts'
import { checkedShape, checkedSizes } from './creation-rules.ts'
import { zeros } from './fills.ts'
import { indexDType } from './indexing.ts'
import { logicalAnd } from './logic.ts'
import { broadcastTo, reshape, slice } from './movement.ts'
import { scatterDTypes, scatterMax, scatterMin, scatterProd, scatterReplace, scatterSum } from './scatter.ts'
import { accept } from './type-rules.ts'
import { where } from './where.ts'

type Reduction = 'replace' | 'sum' | 'prod' | 'min' | 'max'

export const reductions = ['replace', 'sum', 'prod', 'min', 'max'] as const

export const accepts = { replace: 'any', sum: 'numeric', prod: 'numeric', min: 'real', max: 'real' } as const

export const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/** The rows of an array with updates brought in. */
export function scatter(
  x: ArrayValue,
  rows: ArrayValue,
  updates: ArrayValue,
  reduction: Reduction,
): ArrayValue {
  switch (reduction) {
    case 'replace':
      return scatterReplace(x, rows, updates)
    case 'sum':
      return scatterSum(x, rows, updates)
    case 'prod':
      return scatterProd(x, rows, updates)
    case 'min':
      return scatterMin(x, rows, updates)
    case 'max':
      return scatterMax(x, rows, updates)
  }
}

/** An index counted from the front, and whether it lies in an axis of so many elements. */
export function counted(index: ArrayValue, size: number): readonly [place: ArrayValue, isInside: ArrayValue] {
  const place = where(less(index, 0), add(index, size), index)
  return [place, logicalAnd(greaterEqual(place, 0), less(place, size))]
}

/** Indices of the leading axes as one index of all that these hold; those outside of an axis name none. */
function flatIndex(indices: ArrayValue, sizes: readonly number[]): ArrayValue {
  const count = product(indices.shape.slice(0, -1))
  if (sizes.length === 1) return reshape(indices, [count])
  const table = reshape(indices, [count, sizes.length])
  const strides = rowMajorStrides(sizes)
  const axes = sizes.map((size, axis) => {
    const column = reshape(slice(table, [0, axis], [count, axis + 1]), [count])
    const [place, isInside] = counted(column, size)
    return { part: multiply(place, strides[axis]!), isInside }
  })
  const flat = axes.map(({ part }) => part).reduce((sum, part) => add(sum, part))
  const isInside = axes.map((axis) => axis.isInside).reduce((all, one) => logicalAnd(all, one))
  return where(isInside, flat, product(sizes))
}

/** How many leading axes the last axis of `indices` names, in an array of so many axes. */
function depthOf(op: string, indices: TensorType, rank: number): number {
  const depth = indices.shape.length === 0 ? 0 : pin(indices.shape.at(-1)!)
  if (depth >= 1 && depth <= rank) return depth
  throw new ShapeError({
    op,
    shapes: [indices.shape],
    because: `the last axis of 'indices' names 1 to ${rank} axes of the array`,
  })
}

/** The shape of updates: what is left of the array behind the axes that indices name, for each index. */
function updateShape(op: string, shape: readonly Dim[], indices: TensorType): readonly Dim[] {
  return [...indices.shape.slice(0, -1), ...shape.slice(depthOf(op, indices, shape.length))]
}

/** Refuses updates that do not broadcast to what they are to fill. */
export function refuseMisfit(op: string, updates: TensorType, wanted: readonly Dim[]): void {
  const shape = broadcastShapes(updates.shape, wanted)
  if (shape?.length === wanted.length && shape.every((size, axis) => same(size, wanted[axis]!))) return
  throw new ShapeError({
    op,
    shapes: [updates.shape, wanted],
    because: 'the updates have to broadcast to what the indices name',
  })
}

/**
 * The array with `updates` brought in at `indices`, each of which names a place along the leading axes.
 *
 * `reduction` says what becomes of an element and its updates: `'replace'` keeps the last update, `'sum'`, `'prod'`, `'min'`
 * and `'max'` gather the element and all of its updates. Negative indices count from the end; an index outside the array
 * changes nothing, on every engine.
 *
 * Shapes: `x: [...s]`, `indices: [...i, k]`, `updates` that broadcast to `[...i, ...s without the first k]` give `[...s]`.
 * Dtypes: any for `'replace'`, else numeric; promoted; `indices` are integers.
 *
 * @throws ShapeError when the shapes do not fit, DTypeError for bool in a reduction, or when `indices` are no integers
 * @source ONNX, `ScatterND`
 * @example scatterInto(array([[1, 2], [3, 4]]), array([[1, 0]], { dtype: 'int32' }), array([9]))   // [[1, 2], [9, 4]]
 */
export const scatterInto = /* @__PURE__ */ defineOp({
  name: 'scatterInto',
  doc: 'The array with updates brought in at indices of its leading axes.',
  inputs: ['x', 'indices', 'updates'],
  params: { reduction: /* @__PURE__ */ p.oneOf(reductions, 'replace') },
  cast: (types, { reduction }) => scatterDTypes('scatterInto', accepts[reduction], types),
  infer: ([x, indices, updates]) => {
    refuseMisfit('scatterInto', updates, updateShape('scatterInto', x.shape, indices))
    return x
  },
  decompose: ([x, indices, updates], { reduction }): ArrayValue => {
    const depth = indices.shape.at(-1)!
    const [sizes, inner] = [x.shape.slice(0, depth), product(x.shape.slice(depth))]
    const count = product(indices.shape.slice(0, -1))
    const wanted = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)]
    const rows = reshape(broadcastTo(updates, wanted), [count, inner])
    const table = reshape(x, [product(sizes), inner])
    return reshape(scatter(table, flatIndex(indices, sizes), rows, reduction), x.shape)
  },
})

/** The least or largest number of a dtype, with which any other stays as it is. */
function identityOf(dtype: DType, reduction: Reduction): number | bigint {
  if (reduction === 'prod') return 1
  const sign = reduction === 'min' ? 1 : -1
  const bits = Number(/\d+$/.exec(dtype)![0])
  if (dtype.startsWith('float')) return sign * Infinity
  if (dtype.startsWith('u')) return sign < 0 ? 0 : bits === 64 ? 2n ** 64n - 1n : 2 ** bits - 1
  if (bits === 64) return sign > 0 ? 2n ** 63n - 1n : -(2n ** 63n)
  return sign > 0 ? 2 ** (bits - 1) - 1 : -(2 ** (bits - 1))
}

/**
 * An array of zeros with `updates` brought in at `indices`, each of which names a place along the leading axes.
 *
 * `reduction` says what becomes of several updates of one place: their sum, product, least or largest one, or the last one.
 * Negative indices count from the end; an index outside the array changes nothing, on every engine.
 *
 * Shapes: `indices: [...i, k]`, `updates` that broadcast to `[...i, ...shape without the first k]` give `shape`.
 * Dtypes: that of the updates, any for `'replace'`, else numeric; `indices` are integers.
 *
 * @throws ShapeError when the shapes do not fit, DTypeError for bool in a reduction, or when `indices` are no integers
 * @source Ivy, `scatter_nd`
 * @example scatterNd(array([[2], [2]], { dtype: 'int32' }), array([3, 4]), [4])   // [0, 0, 7, 0]
 */
export const scatterNd = /* @__PURE__ */ defineOp({
  name: 'scatterNd',
  doc: 'An array of zeros with updates brought in at indices of its leading axes.',
  inputs: ['indices', 'updates'],
  params: {
    shape: /* @__PURE__ */ p.shape(),
    reduction: /* @__PURE__ */ p.oneOf(reductions, 'sum'),
  },
  order: ['shape'],
  cast: ([indices, updates], { reduction }) => [
    indexDType('scatterNd', indices),
    accept('scatterNd', accepts[reduction], updates.dtype),
  ],
  infer: ([indices, updates], { shape }) => {
    const whole = checkedShape('scatterNd', shape)
    refuseMisfit('scatterNd', updates, updateShape('scatterNd', whole, indices))
    return tensorType(updates.dtype, whole)
  },
  decompose: ([indices, updates], { shape, reduction }): ArrayValue => {
    const { dtype } = updates
    if (reduction === 'sum' || reduction === 'replace')
      return scatterInto(zeros(shape, { dtype }), indices, updates, { reduction })
    const start = full(shape, identityOf(dtype, reduction), { dtype })
    const untouched = full(shape, false, { dtype: 'bool' })
    const isTouched = scatterInto(untouched, indices, true)
    return where(isTouched, scatterInto(start, indices, updates, { reduction }), zeros(shape, { dtype }))
  },
})

/**
 * An array of zeros with one axis, with `updates` brought in at `indices`.
 *
 * As `scatterNd` with a shape of one size.
 *
 * Shapes: `indices: [...i]`, `updates: [...i]`, or what broadcasts to it, give `[size]`. Dtypes: that of the updates.
 *
 * @throws ShapeError when the shapes do not fit, DTypeError for bool in a reduction, or when `indices` are no integers
 * @source Ivy, `scatter_flat`
 * @example scatterFlat(array([0, 2, 0], { dtype: 'int32' }), array([1, 2, 3]), 3)   // [4, 0, 2]
 */
export const scatterFlat = /* @__PURE__ */ defineOp({
  name: 'scatterFlat',
  doc: 'An array of zeros with one axis, with updates brought in at indices.',
  inputs: ['indices', 'updates'],
  params: {
    size: /* @__PURE__ */ p.size(),
    reduction: /* @__PURE__ */ p.oneOf(reductions, 'sum'),
  },
  order: ['size'],
  cast: ([indices, updates], { reduction }) => [
    indexDType('scatterFlat', indices),
    accept('scatterFlat', accepts[reduction], updates.dtype),
  ],
  infer: ([indices, updates], { size }) => {
    refuseMisfit('scatterFlat', updates, indices.shape)
    return tensorType(updates.dtype, checkedSizes('scatterFlat', 'size', [size]))
  },
  decompose: ([indices, updates], { size, reduction }): ArrayValue =>
    scatterNd(reshape(indices, [...indices.shape, 1]), updates, [size], { reduction }),
})
