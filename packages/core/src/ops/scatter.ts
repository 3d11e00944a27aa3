import { ShapeError } from '../errors.ts'
import { defineOp, type GradientOf, type HostArray } from '../op.ts'
import { same } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import { printShape, type TensorType } from '../types/tensor-type.ts'
import { ofScatterExtreme, ofScatterProd, ofScatterReplace, ofScatterSum } from './gradient-places.ts'
import { indexDType } from './indexing.ts'
import { accumulation, elementAt, type Num, put } from './kernels.ts'
import { copyElement } from './copies.ts'
import { accept, type Accepts, commonDType } from './type-rules.ts'

type Element = number | bigint
type Types = readonly [TensorType, TensorType, TensorType]
type Arrays = readonly [HostArray, HostArray, HostArray]

/** Dtypes that the inputs of a scatter are converted to: array and updates meet in one. */
export const scatterDTypes = (
  op: string,
  accepts: Accepts,
  [x, indices, updates]: Types,
): readonly [DType, DType, DType] => {
  const values = accept(op, accepts, commonDType(op, [x, updates]))
  return [values, indexDType(op, indices), values]
}

/** The type of the array, where the updates are rows of it, one for each index. */
function scattered(op: string, [x, indices, updates]: Types): TensorType {
  if (x.shape.length === 0)
    throw new ShapeError({ op, shapes: [x.shape], because: 'an array without axes has no rows' })
  const rows = [...indices.shape, ...x.shape.slice(1)]
  const fits =
    rows.length === updates.shape.length && rows.every((size, axis) => same(size, updates.shape[axis]!))
  if (fits) return x
  throw new ShapeError({
    op,
    shapes: [x.shape, indices.shape, updates.shape],
    because: `the updates have to be ${printShape(rows)}: for each index what a row of 'x' has`,
  })
}

/** The row that an index names: negative ones count from the end, those outside name none. */
function rowOf(index: Element, rows: number): number | undefined {
  const row = Number(index) < 0 ? Number(index) + rows : Number(index)
  return row >= 0 && row < rows ? row : undefined
}

/** Calls `visit` with the place of each element of an update and the place that it goes to, in the order of the updates. */
function forEachUpdate([x, indices]: Arrays, visit: (from: number, to: number) => void): void {
  const inner = x.shape.slice(1).reduce((n, size) => n * size, 1)
  for (let i = 0; i < indices.data.length; i++) {
    const row = rowOf(indices.data[i]!, x.shape[0]!)
    if (row === undefined) continue
    for (let j = 0; j < inner; j++) visit(i * inner + j, row * inner + j)
  }
}

/** Fills `out` with the array, into which `combine` puts one update after the other. */
function scatterWith(inputs: Arrays, out: HostArray, combine: (old: Num, update: Num) => Num): void {
  const [x, , updates] = inputs
  out.data.set(x.data as never)
  forEachUpdate(inputs, (from, to) =>
    put(out.data, to, combine(elementAt(out, to), elementAt(updates, from))),
  )
}

const isNaN = (value: Num): boolean => Number.isNaN(value)

/**
 * The array with its rows at `indices` replaced by `updates`.
 *
 * Negative indices count from the end; an index outside the axis changes nothing, on every engine. Where an index stands
 * several times, the last row counts.
 *
 * Shapes: `x: [n, ...r]`, `indices: [...i]`, `updates: [...i, ...r]` give `[n, ...r]`. Dtypes: any, promoted; `indices` are
 * integers.
 *
 * @throws ShapeError when `updates` are no rows of `x`, DTypeError when `indices` are no integers
 * @source NumPy, `x[indices] = updates`; ONNX, `ScatterND`
 * @example scatterReplace(array([1, 2, 3]), array([2, 0], { dtype: 'int32' }), array([8, 9]))   // [9, 2, 8]
 */
export const scatterReplace = /* @__PURE__ */ defineOp({
  name: 'scatterReplace',
  doc: 'The array with its rows at indices replaced.',
  inputs: ['x', 'indices', 'updates'],
  params: {},
  traits: { movement: true },
  cast: (types) => scatterDTypes('scatterReplace', 'any', types),
  infer: (types) => scattered('scatterReplace', types),
  reference: (inputs, _params, [out]) => {
    const [x, , updates] = inputs
    out.data.set(x.data as never)
    forEachUpdate(inputs, (from, to) => copyElement(updates, from, out, to))
  },
})

export const scatterReplaceGradient: GradientOf<typeof scatterReplace> = (inputs, _params, _outs, [g]) =>
  ofScatterReplace(inputs, g)

/**
 * The array with `updates` added to its rows at `indices`, once for each time that an index stands there.
 *
 * Negative indices count from the end; an index outside the axis changes nothing, on every engine.
 *
 * Shapes: `x: [n, ...r]`, `indices: [...i]`, `updates: [...i, ...r]` give `[n, ...r]`. Dtypes: numeric, promoted; integers
 * wrap; `indices` are integers.
 *
 * @throws ShapeError when `updates` are no rows of `x`, DTypeError for bool, or when `indices` are no integers
 * @source NumPy, `add.at`; ONNX, `ScatterND` with the reduction `add`
 * @example scatterSum(array([1, 2]), array([0, 0], { dtype: 'int32' }), array([10, 20]))   // [31, 2]
 */
export const scatterSum = /* @__PURE__ */ defineOp({
  name: 'scatterSum',
  doc: 'The array with updates added to its rows at indices.',
  inputs: ['x', 'indices', 'updates'],
  params: {},
  traits: { partwise: true, contraction: true },
  cast: (types) => scatterDTypes('scatterSum', 'numeric', types),
  infer: (types) => scattered('scatterSum', types),
  reference: (inputs, _params, [out]) => scatterWith(inputs, out, accumulation(out.dtype).add),
})

export const scatterSumGradient: GradientOf<typeof scatterSum> = (inputs, _params, _outs, [g]) =>
  ofScatterSum(inputs, g)

/**
 * The array with its rows at `indices` multiplied by `updates`, once for each time that an index stands there.
 *
 * Negative indices count from the end; an index outside the axis changes nothing, on every engine.
 *
 * Shapes: `x: [n, ...r]`, `indices: [...i]`, `updates: [...i, ...r]` give `[n, ...r]`. Dtypes: numeric, promoted; integers
 * wrap; `indices` are integers.
 *
 * @throws ShapeError when `updates` are no rows of `x`, DTypeError for bool, or when `indices` are no integers
 * @source NumPy, `multiply.at`; ONNX, `ScatterND` with the reduction `mul`
 * @example scatterProd(array([1, 2]), array([1, 1], { dtype: 'int32' }), array([3, 4]))   // [1, 24]
 */
export const scatterProd = /* @__PURE__ */ defineOp({
  name: 'scatterProd',
  doc: 'The array with its rows at indices multiplied by updates.',
  inputs: ['x', 'indices', 'updates'],
  params: {},
  traits: { contraction: true },
  cast: (types) => scatterDTypes('scatterProd', 'numeric', types),
  infer: (types) => scattered('scatterProd', types),
  reference: (inputs, _params, [out]) => scatterWith(inputs, out, accumulation(out.dtype).multiply),
})

export const scatterProdGradient: GradientOf<typeof scatterProd> = (inputs, _params, _outs, [g]) =>
  ofScatterProd(inputs, g)

/**
 * The array with the smaller of each element and `updates` in its rows at `indices`; NaN counts as the smallest.
 *
 * Negative indices count from the end; an index outside the axis changes nothing, on every engine.
 *
 * Shapes: `x: [n, ...r]`, `indices: [...i]`, `updates: [...i, ...r]` give `[n, ...r]`. Dtypes: real, promoted; `indices` are
 * integers.
 *
 * @throws ShapeError when `updates` are no rows of `x`, DTypeError for bool, or when `indices` are no integers
 * @source NumPy, `minimum.at`; ONNX, `ScatterND` with the reduction `min`
 * @example scatterMin(array([5, 5]), array([0, 0], { dtype: 'int32' }), array([7, 3]))   // [3, 5]
 */
export const scatterMin = /* @__PURE__ */ defineOp({
  name: 'scatterMin',
  doc: 'The array with the smaller of each element and updates in its rows at indices.',
  inputs: ['x', 'indices', 'updates'],
  params: {},
  traits: { chooses: true },
  cast: (types) => scatterDTypes('scatterMin', 'real', types),
  infer: (types) => scattered('scatterMin', types),
  reference: (inputs, _params, [out]) =>
    scatterWith(inputs, out, (old, update) => (isNaN(old) || old < update ? old : update)),
})

export const scatterMinGradient: GradientOf<typeof scatterMin> = (inputs, _params, [out], [g]) =>
  ofScatterExtreme(inputs, out, g)

/**
 * The array with the larger of each element and `updates` in its rows at `indices`; NaN counts as the largest.
 *
 * Negative indices count from the end; an index outside the axis changes nothing, on every engine.
 *
 * Shapes: `x: [n, ...r]`, `indices: [...i]`, `updates: [...i, ...r]` give `[n, ...r]`. Dtypes: real, promoted; `indices` are
 * integers.
 *
 * @throws ShapeError when `updates` are no rows of `x`, DTypeError for bool, or when `indices` are no integers
 * @source NumPy, `maximum.at`; ONNX, `ScatterND` with the reduction `max`
 * @example scatterMax(array([5, 5]), array([0, 0], { dtype: 'int32' }), array([7, 3]))   // [7, 5]
 */
export const scatterMax = /* @__PURE__ */ defineOp({
  name: 'scatterMax',
  doc: 'The array with the larger of each element and updates in its rows at indices.',
  inputs: ['x', 'indices', 'updates'],
  params: {},
  traits: { chooses: true },
  cast: (types) => scatterDTypes('scatterMax', 'real', types),
  infer: (types) => scattered('scatterMax', types),
  reference: (inputs, _params, [out]) =>
    scatterWith(inputs, out, (old, update) => (isNaN(old) || old > update ? old : update)),
})

export const scatterMaxGradient: GradientOf<typeof scatterMax> = (inputs, _params, [out], [g]) =>
  ofScatterExtreme(inputs, out, g)
