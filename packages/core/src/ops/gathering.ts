import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { pin, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { rowMajorStrides } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { less } from './compare.ts'
import { arange, full } from './creation.ts'
import { clip } from './extrema.ts'
import { indexDType, refuseEmptyAxis, take } from './indexing.ts'
import { reshape } from './movement.ts'
import { moveaxis } from './rearrange.ts'
import { where } from './where.ts'

/** The axes that both arrays begin with. */
function refuseBatch(op: string, x: TensorType, indices: TensorType, batchDims: number): void {
  const fits =
    batchDims <= Math.min(x.shape.length, indices.shape.length) &&
    indices.shape.slice(0, batchDims).every((size, i) => same(size, x.shape[i]!))
  if (fits) return
  throw new ShapeError({
    op,
    shapes: [x.shape, indices.shape],
    because: `both have to begin with the same ${batchDims} sizes`,
  })
}

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/** Indices counted from the front, the nearest one where they lie outside. */
const placed = (indices: ArrayValue, size: number): ArrayValue =>
  clip(where(less(indices, 0), add(indices, size), indices), 0, Math.max(0, size - 1))

/**
 * The parts of an array at indices along its first axes.
 *
 * Each line of `indices` names one part. Negative indices count from the end; an index outside means the nearest
 * element. The first `batchDims` axes belong to both.
 *
 * Shapes: `x: [...b, ...s, ...r]`, `indices: [...b, ...i, k]` give `[...b, ...i, ...r]`, where `s` are k axes.
 * Dtypes: any, kept; `indices` are integers.
 *
 * @throws ShapeError when the shapes do not fit, DTypeError when `indices` are no integers
 * @source TensorFlow, `gather_nd`; ivy, `gather_nd`
 * @example gatherNd(array([[1, 2], [3, 4]]), array([[1, 0]], { dtype: 'int32' }))   // [3]
 */
export const gatherNd = /* @__PURE__ */ defineOp({
  name: 'gatherNd',
  doc: 'The parts of an array at indices along its first axes.',
  inputs: ['x', 'indices'],
  params: { batchDims: /* @__PURE__ */ p.degree(0) },
  cast: ([, indices]) => [null, indexDType('gatherNd', indices)],
  infer: ([x, indices], { batchDims }) => {
    refuseBatch('gatherNd', x, indices, batchDims)
    const depth = indices.shape.at(-1)
    const because = "the last axis of 'indices' names axes of the array"
    if (depth === undefined || indices.shape.length <= batchDims || pin(depth) > x.shape.length - batchDims)
      throw new ShapeError({ op: 'gatherNd', shapes: [x.shape, indices.shape], because })
    const named = x.shape.slice(batchDims, batchDims + pin(depth))
    for (const size of named) refuseEmptyAxis('gatherNd', x, indices, size)
    return tensorType(x.dtype, [...indices.shape.slice(0, -1), ...x.shape.slice(batchDims + pin(depth))])
  },
  decompose: ([x, indices], { batchDims }): ArrayValue => {
    const depth = indices.shape.at(-1)!
    const batch = x.shape.slice(0, batchDims)
    const named = x.shape.slice(batchDims, batchDims + depth)
    const rest = x.shape.slice(batchDims + depth)
    const strides = rowMajorStrides(named)
    const flat = Array.from({ length: depth }, (_, i): ArrayValue => {
      const one = take(indices, full([], i, { dtype: 'int32' }), { axis: indices.ndim - 1 })
      return multiply(placed(one, named[i]!), strides[i]!)
    })
    const outer = indices.shape.slice(0, -1)
    const own =
      flat.length === 0 ? full(outer, 0, { dtype: indices.dtype }) : flat.reduce((sum, one) => add(sum, one))
    const items = product(batch)
    const first = multiply(arange(0, items, 1, { dtype: indices.dtype }), product(named))
    const place = add(own, reshape(first, [...batch, ...outer.slice(batchDims).map(() => 1)]))
    return reshape(take(reshape(x, [items * product(named), ...rest]), place, { axis: 0 }), [
      ...outer,
      ...rest,
    ])
  },
})

/**
 * The elements of one axis at indices, those of each item apart.
 *
 * As `take`, where the first `batchDims` axes belong to both arrays. Negative indices count from the end; an index
 * outside means the nearest element.
 *
 * Shapes: `x: [...b, ...p, n, ...q]`, `indices: [...b, ...i]` give `[...b, ...p, ...i, ...q]`. Dtypes: any, kept;
 * `indices` are integers.
 *
 * @throws ShapeError when the shapes do not fit, ParamError when `axis` is one of both, DTypeError when `indices` are no integers
 * @source TensorFlow, `gather`; ivy, `gather`
 * @example gather(array([[1, 2], [3, 4]]), array([[1], [0]], { dtype: 'int32' }), { batchDims: 1 })   // [[2], [3]]
 */
export const gather = /* @__PURE__ */ defineOp({
  name: 'gather',
  doc: 'The elements of one axis at indices, those of each item apart.',
  inputs: ['x', 'indices'],
  params: { axis: /* @__PURE__ */ p.axis(-1), batchDims: /* @__PURE__ */ p.degree(0) },
  cast: ([, indices]) => [null, indexDType('gather', indices)],
  infer: ([x, indices], { axis, batchDims }) => {
    refuseBatch('gather', x, indices, batchDims)
    if (axis < batchDims)
      throw new ParamError({
        op: 'gather',
        param: 'axis',
        value: axis,
        because: `it comes after the ${batchDims} axes that belong to both`,
      })
    refuseEmptyAxis('gather', x, indices, x.shape[axis]!)
    return tensorType(x.dtype, [
      ...x.shape.slice(0, axis),
      ...indices.shape.slice(batchDims),
      ...x.shape.slice(axis + 1),
    ])
  },
  decompose: ([x, indices], { axis, batchDims }): ArrayValue => {
    const batch = x.shape.slice(0, batchDims)
    const items = product(batch)
    const size = x.shape[axis]!
    const between = x.shape.slice(batchDims, axis)
    const rest = x.shape.slice(axis + 1)
    const moved = moveaxis(x, axis, batchDims)
    const rows = reshape(moved, [items * size, ...between, ...rest])
    const own = indices.shape.slice(batchDims)
    const first = reshape(multiply(arange(0, items, 1, { dtype: indices.dtype }), size), [
      ...batch,
      ...own.map(() => 1),
    ])
    const found = take(rows, add(placed(indices, size), first), { axis: 0 })
    const axes = own.map((_, i) => batchDims + i)
    return moveaxis(
      found,
      axes,
      axes.map((_, i) => axis + i),
    )
  },
})
