import { ShapeError } from '../errors.ts'
import { defineOp, type GradientOf } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes, rowMajorStrides } from '../types/shape.ts'
import { reshapeTo } from '../types/reshape.ts'
import { slicedShape, resolveSlice } from '../types/slice.ts'
import { tensorType } from '../types/tensor-type.ts'
import { checkedSizes } from './creation-rules.ts'
import { handedOn } from './axes.ts'
import { permutedBack, unsliced } from './gradient-axes.ts'
import { broadcastStrides } from './kernels.ts'
import { copyStrided } from './copies.ts'

/**
 * The same elements, in row-major order, in other axes.
 *
 * Shapes: `x: [...s]` gives `shape`, where one -1 stands for what is left. Dtypes: any, kept.
 *
 * @throws ShapeError when `shape` does not hold the elements of `x`
 * @source array API standard, `reshape`
 * @example reshape(array([1, 2, 3, 4]), [2, -1])   // [[1, 2], [3, 4]]
 */
export const reshape = /* @__PURE__ */ defineOp({
  name: 'reshape',
  doc: 'The same elements, in row-major order, in other axes.',
  inputs: ['x'],
  params: { shape: /* @__PURE__ */ p.shape(), copy: /* @__PURE__ */ p.granted(null) },
  traits: { movement: true, identity: true },
  infer: ([x], { shape }) => {
    const target = reshapeTo(x.shape, shape)
    if (target !== undefined) return tensorType(x.dtype, target)
    throw new ShapeError({
      op: 'reshape',
      shapes: [x.shape, shape],
      because: 'both have to hold the same number of elements; one -1 stands for what is left',
    })
  },
  reference: ([x], _params, [out]) => out.data.set(x.data as never),
})

export const reshapeGradient: GradientOf<typeof reshape> = ([x], _params, _outs, [g]) => [
  () => reshape(g, handedOn(x)),
]

/**
 * The array with its axes in another order.
 *
 * Shapes: `x: [...s]` gives `s[axes[0]], s[axes[1]], …`. Dtypes: any, kept.
 *
 * @throws ParamError when `axes` does not name each axis once
 * @source array API standard, `permute_dims`
 * @example permuteDims(array([[1, 2], [3, 4]]), [1, 0])   // [[1, 3], [2, 4]]
 */
export const permuteDims = /* @__PURE__ */ defineOp({
  name: 'permuteDims',
  doc: 'The array with its axes in another order.',
  inputs: ['x'],
  params: { axes: /* @__PURE__ */ p.perm() },
  traits: { movement: true },
  infer: ([x], { axes }) =>
    tensorType(
      x.dtype,
      axes.map((axis) => x.shape[axis]!),
    ),
  reference: ([x], { axes }, [out]) => {
    const strides = rowMajorStrides(x.shape)
    copyStrided(
      x,
      out,
      axes.map((axis) => strides[axis]!),
    )
  },
})

export const permuteDimsGradient: GradientOf<typeof permuteDims> = (_inputs, { axes }, _outs, [g]) => [
  () => permutedBack(g, axes),
]

/**
 * The array repeated along axes of size 1, and along new leading axes.
 *
 * Shapes: `x: [...s]` gives `shape`, to which `s` has to broadcast. Dtypes: any, kept.
 *
 * @throws ShapeError when `x` does not broadcast to `shape`
 * @source array API standard, `broadcast_to`
 * @example broadcastTo(array([1, 2]), [2, 2])   // [[1, 2], [1, 2]]
 */
export const broadcastTo = /* @__PURE__ */ defineOp({
  name: 'broadcastTo',
  doc: 'The array repeated along axes of size 1, and along new leading axes.',
  inputs: ['x'],
  params: { shape: /* @__PURE__ */ p.sizes() },
  traits: { movement: true, identity: true },
  infer: ([x], { shape }) => {
    const both = broadcastShapes(x.shape, shape)
    checkedSizes('broadcastTo', 'shape', shape)
    if (both?.length === shape.length && both.every((size, i) => same(size, shape[i]!)))
      return tensorType(x.dtype, shape)
    throw new ShapeError({
      op: 'broadcastTo',
      shapes: [x.shape, shape],
      because: 'axes are matched from the last one backwards, and only those of size 1 are repeated',
    })
  },
  reference: ([x], _params, [out]) => copyStrided(x, out, broadcastStrides(x.shape, out.shape)),
})

export const broadcastToGradient: GradientOf<typeof broadcastTo> = (_inputs, _params, _outs, [g]) => [() => g]

/**
 * The array with the order of its elements reversed along `axis` (null: all axes).
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `flip`
 * @example flip(array([1, 2, 3]))   // [3, 2, 1]
 */
export const flip = /* @__PURE__ */ defineOp({
  name: 'flip',
  doc: 'The array with the order of its elements reversed along axes.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null) },
  traits: { movement: true },
  infer: ([x]) => x,
  reference: ([x], { axis }, [out]) => {
    const strides = rowMajorStrides(x.shape)
    const flipped = x.shape.map((_, i) => axis === null || axis.includes(i))
    const offset = strides.reduce((sum, stride, i) => sum + (flipped[i] ? stride * (x.shape[i]! - 1) : 0), 0)
    copyStrided(
      x,
      out,
      strides.map((stride, i) => (flipped[i] ? -stride : stride)),
      offset,
    )
  },
})

export const flipGradient: GradientOf<typeof flip> = (_inputs, { axis }, _outs, [g]) => [
  () => flip(g, { axis }),
]

/**
 * Every `steps`-th element from `starts` to before `stops`, axis by axis, by Python's rules.
 *
 * Bounds count from the end when they are negative, are open when they are null or left out, and are cut to the axis;
 * a negative step walks backwards. `at` is the shorter way to write it.
 *
 * Shapes: `x: [...s]` gives the same rank. Dtypes: any, kept.
 *
 * @throws ParamError when more axes are named than there are, or a step is 0
 * @source array API standard, indexing by slices
 * @example slice(array([0, 1, 2, 3, 4]), [1], [null], [2])   // [1, 3]
 */
export const slice = /* @__PURE__ */ defineOp({
  name: 'slice',
  doc: 'Every step-th element between bounds, axis by axis.',
  inputs: ['x'],
  params: {
    starts: /* @__PURE__ */ p.bounds(),
    stops: /* @__PURE__ */ p.bounds(),
    steps: /* @__PURE__ */ p.steps([]),
  },
  order: ['starts', 'stops', 'steps'],
  traits: { movement: true },
  infer: ([x], bounds) => tensorType(x.dtype, slicedShape(x.shape, bounds)),
  reference: ([x], bounds, [out]) => {
    const strides = rowMajorStrides(x.shape)
    const axes = resolveSlice(x.shape, bounds)
    copyStrided(
      x,
      out,
      axes.map(({ step }, i) => step * strides[i]!),
      axes.reduce((sum, { start }, i) => sum + start * strides[i]!, 0),
    )
  },
})

export const sliceGradient: GradientOf<typeof slice> = ([x], bounds, _outs, [g]) => [
  () => unsliced(g, x, bounds),
]
