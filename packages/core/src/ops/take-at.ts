import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { rowMajorStrides } from '../types/shape.ts'
import { printShape, type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { axesOf } from './axes.ts'
import { arange } from './creation.ts'
import { maximum, minimum } from './extrema.ts'
import { nearest } from './gradient-places.ts'
import { indexDType, refuseEmptyAxis, take } from './indexing.ts'
import { broadcastTo, permuteDims, reshape } from './movement.ts'
import { nonzero, refuseCount } from './nonzero.ts'
import { scatterDTypes } from './scatter.ts'
import { accepts, product, reductions, refuseMisfit, scatter } from './scatter-nd.ts'
import { accept, broadcastTypes, commonDType } from './type-rules.ts'
import { expandDims } from './rearrange.ts'
import { countNonzero } from './statistics.ts'
import { where } from './where.ts'

/** The dtype that all indices are converted to. */
const indexDTypes = (op: string, indices: readonly TensorType[]): DType =>
  indices.map((type) => indexDType(op, type)).includes('int64') ? 'int64' : 'int32'

/** Refuses axes that are named twice, or are not as many as the indices. */
function refuseAxes(axes: readonly number[], indices: number): void {
  if (axes.length === indices && new Set(axes).size === indices) return
  const because = `it names ${indices} axes, each once: one for each array of indices`
  throw new ParamError({ op: 'takeAt', param: 'axes', value: axes, because })
}

/**
 * The elements at indices of several axes at once, which broadcast together: one array of indices for each of `axes`.
 *
 * Negative indices count from the end; an index outside its axis means its nearest element, on every engine.
 *
 * Shapes: `x: [...s]` and `indices` that broadcast to `[...i]` give `[...i, ...s without axes]`. Dtypes: any, kept; `indices`
 * are integers.
 *
 * @throws ParamError when `axes` does not fit, DTypeError when `indices` are no integers, ShapeError when an axis is empty or
 * the indices do not broadcast
 * @source NumPy, `x[i, j]`
 * @example takeAt(array([[1, 2], [3, 4]]), [array([0, 1], { dtype: 'int32' }), array([1, 0], { dtype: 'int32' })], [0, 1])   // [2, 3]
 */
export const takeAt = /* @__PURE__ */ defineOp({
  name: 'takeAt',
  doc: 'The elements at indices of several axes at once.',
  inputs: ['x', 'indices[]'],
  params: { axes: /* @__PURE__ */ p.orderedAxes() },
  traits: { movement: true },
  cast: ([, indices]) => [null, indexDTypes('takeAt', indices)],
  infer: ([x, indices], { axes }) => {
    refuseAxes(axes, indices.length)
    const { dtype, shape } = broadcastTypes('takeAt', indices)
    for (const axis of axes) refuseEmptyAxis('takeAt', x, tensorType(dtype, shape), x.shape[axis]!)
    return tensorType(x.dtype, [...shape, ...x.shape.filter((_, axis) => !axes.includes(axis))])
  },
  decompose: ([x, indices], { axes }): ArrayValue => {
    const others = axesOf(x).filter((axis) => !axes.includes(axis))
    const sizes = axes.map((axis) => x.shape[axis]!)
    const rows = permuteDims(x, [...axes, ...others])
    const strides = rowMajorStrides(sizes)
    const places = indices.map((one, i) => multiply(nearest(one, sizes[i]!), strides[i]!))
    const table = reshape(rows, [product(sizes), ...others.map((axis) => x.shape[axis]!)])
    const flat = places.reduce((sum, one) => add(sum, one))
    return take(table, flat, { axis: 0 })
  },
})

/** Refuses a mask that has neither the sizes of the axes that it stands for nor 0 in their place, which is true nowhere. */
function refuseMask(x: TensorType, mask: TensorType, axis: number): void {
  const covered: readonly Dim[] = x.shape.slice(axis, axis + mask.shape.length)
  if (
    mask.shape.length > 0 &&
    mask.shape.every((size, i) => covered[i] !== undefined && (same(size, covered[i]) || same(size, 0)))
  )
    return
  throw new ShapeError({
    op: 'maskPlaces',
    shapes: [x.shape, mask.shape],
    because: `a mask at axis ${axis} has the sizes of the axes that it stands for, here ${printShape(covered)}`,
  })
}

/**
 * Indices of the places of `x` where `mask` is true, which stands for as many axes as it has, from `axis` on.
 *
 * What indexing by a boolean array is made of. How many there are follows from the data; `size` fixes it, as for `nonzero`.
 *
 * Shapes: `x: [...s]`, `mask: [...m]` with the sizes of the axes of `x` from `axis` on, give an array for each axis of `mask`.
 * Dtypes: any; gives int32.
 *
 * @throws ShapeError when the mask does not fit
 * @source NumPy, indexing by boolean arrays
 * @example maskPlaces(array([5, 6, 7]), array([true, false, true]))   // [[0, 2]]
 */
export const maskPlaces = /* @__PURE__ */ defineOp({
  name: 'maskPlaces',
  doc: 'Indices of the places of an array where a mask is true.',
  inputs: ['x', 'mask', 'count?'],
  params: { axis: /* @__PURE__ */ p.axis(0), size: /* @__PURE__ */ p.size(null) },
  outputs: 'list',
  gradient: 'zero',
  cast: () => [null, 'bool', null],
  counts: ([, mask]): ArrayValue => countNonzero(mask),
  infer: ([x, mask, count], { axis, size }) => {
    refuseMask(x, mask, axis)
    refuseCount('maskPlaces', count)
    return mask.shape.map(() => tensorType('int32', [size!]))
  },
  decompose: ([, mask], { size }): readonly ArrayValue[] => nonzero(mask, { size: size! }),
})

/**
 * For each element of an array its place in row-major order.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any; gives int32.
 *
 * @source NumPy, `arange(x.size).reshape(x.shape)`
 * @example placesOf(array([[5, 6], [7, 8]]))   // [[0, 1], [2, 3]]
 */
export const placesOf = /* @__PURE__ */ defineOp({
  name: 'placesOf',
  doc: 'For each element of an array its place in row-major order.',
  inputs: ['x'],
  params: {},
  gradient: 'zero',
  infer: ([x]) => tensorType('int32', x.shape),
  decompose: ([x]): ArrayValue => reshape(arange(0, x.size, 1, { dtype: 'int32' }), x.shape),
})

/**
 * The array with `values` brought in at `places`, which count its elements in row-major order.
 *
 * `reduction` says what becomes of an element and its values: `'replace'` keeps the last value, `'sum'`, `'prod'`, `'min'`
 * and `'max'` gather the element and all of its values. Negative places count from the end; one outside the array changes
 * nothing, on every engine.
 *
 * Shapes: `x: [...s]`, `places: [...i]`, `values` that broadcast to `[...i]` give `[...s]`. Dtypes: any for `'replace'`, else
 * numeric; promoted; `places` are integers.
 *
 * @throws ShapeError when the values do not fit, DTypeError for bool in a reduction, or when `places` are no integers
 * @source NumPy, `put`
 * @example putFlat(array([[1, 2], [3, 4]]), array([3, 0], { dtype: 'int32' }), 9)   // [[9, 2], [3, 9]]
 */
export const putFlat = /* @__PURE__ */ defineOp({
  name: 'putFlat',
  doc: 'The array with values brought in at places in row-major order.',
  inputs: ['x', 'places', 'values'],
  params: { reduction: /* @__PURE__ */ p.oneOf(reductions, 'replace') },
  cast: (types, { reduction }) => scatterDTypes('putFlat', accepts[reduction], types),
  infer: ([x, places, values]) => {
    refuseMisfit('putFlat', values, places.shape)
    return x
  },
  decompose: ([x, places, values], { reduction }): ArrayValue => {
    const [rows, updates] = [places, broadcastTo(values, places.shape)].map((one) =>
      reshape(one, [places.size]),
    )
    return reshape(scatter(reshape(x, [x.size]), rows!, updates!, reduction), x.shape)
  },
})

/** An element and a value, where the mask is true. */
function combined(x: ArrayValue, value: ArrayValue, reduction: (typeof reductions)[number]): ArrayValue {
  switch (reduction) {
    case 'replace':
      return value
    case 'sum':
      return add(x, value)
    case 'prod':
      return multiply(x, value)
    case 'min':
      return minimum(x, value)
    case 'max':
      return maximum(x, value)
  }
}

/**
 * The array with one `value` brought in where `mask` is true, which stands for as many leading axes as it has.
 *
 * `reduction` says what becomes of an element and the value: `'replace'` keeps the value, the others take both.
 *
 * Shapes: `x: [...m, ...s]`, `mask: [...m]`, `value: []` give `[...m, ...s]`. Dtypes: any for `'replace'`, else numeric;
 * promoted.
 *
 * @throws ShapeError when the mask does not fit or `value` has axes, DTypeError for bool in a reduction
 * @source NumPy, `putmask`
 * @example putMask(array([1, 2, 3]), array([true, false, true]), 9)   // [9, 2, 9]
 */
export const putMask = /* @__PURE__ */ defineOp({
  name: 'putMask',
  doc: 'The array with one value brought in where a mask is true.',
  inputs: ['x', 'mask', 'value'],
  params: { reduction: /* @__PURE__ */ p.oneOf(reductions, 'replace') },
  cast: ([x, , value], { reduction }) => {
    const dtype = accept('putMask', accepts[reduction], commonDType('putMask', [x, value]))
    return [dtype, 'bool', dtype]
  },
  infer: ([x, mask, value]) => {
    refuseMask(x, mask, 0)
    if (value.shape.length === 0) return x
    throw new ShapeError({ op: 'putMask', shapes: [value.shape], because: 'it takes one value' })
  },
  decompose: ([x, mask, value], { reduction }): ArrayValue => {
    if (mask.size === 0) return x
    const inner = axesOf(x).slice(mask.ndim)
    return where(expandDims(mask, inner), combined(x, value, reduction), x)
  },
})
