import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { boundAt } from './gradient-axes.ts'
import { concat } from './join.ts'
import { slice } from './movement.ts'
import { max } from './reduce.ts'
import { eachAxis } from './spatial.ts'
import { mean } from './statistics.ts'
import { meets } from './type-rules.ts'

type Reduce = (x: ArrayValue, options: { axis: number; keepdims: boolean }) => ArrayValue

/** What `reduce` makes of `count` parts of an axis that are as equal as they can be; neighbours may share elements. */
function overParts(x: ArrayValue, axis: number, count: number, reduce: Reduce): ArrayValue {
  const size = x.shape[axis]!
  const parts = Array.from({ length: count }, (_, i) => {
    const [start, stop] = [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)]
    return reduce(slice(x, boundAt(x, axis, start), boundAt(x, axis, stop)), { axis, keepdims: true })
  })
  return concat(parts, { axis })
}

const adapted = (
  op: string,
  x: ArrayValue,
  outputSize: number | readonly number[],
  reduce: Reduce,
): ArrayValue =>
  eachAxis(op, 'outputSize', outputSize, x.ndim - 2).reduce(
    (wide, count, i) => overParts(wide, i + 2, count, reduce),
    x,
  )

function adaptedType(
  op: string,
  rank: number,
  x: TensorType,
  outputSize: number | readonly number[],
): TensorType {
  const sizes = eachAxis(op, 'outputSize', outputSize, rank)
  if (x.shape.length === rank + 2 && x.shape.slice(2).every((size) => !same(size, 0)))
    return tensorType(x.dtype, [...x.shape.slice(0, 2), ...sizes])
  const because = `it takes [batch, channels, ...] with ${rank} spatial axes that have elements`
  throw new ShapeError({ op, shapes: [x.shape], because })
}

/**
 * Means of a number of windows on one spatial axis, which cover it evenly.
 *
 * Windows as for `adaptiveAvgPool2d`.
 *
 * Shapes: `x: [n, c, d]` gives `[n, c, ...outputSize]`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the spatial axes differ in number, or one has no elements
 * @source PyTorch, `adaptive_avg_pool1d`; ivy, `adaptive_avg_pool1d`
 * @example adaptiveAvgPool1d(array([[[1, 2, 3]]]), 2)   // [[[1.5, 2.5]]]
 */
export const adaptiveAvgPool1d = /* @__PURE__ */ defineOp({
  name: 'adaptiveAvgPool1d',
  doc: 'Means of a number of windows on one spatial axis, which cover it evenly.',
  inputs: ['x'],
  params: { outputSize: /* @__PURE__ */ p.counts() },
  cast: /* @__PURE__ */ meets('adaptiveAvgPool1d', 'floating'),
  infer: ([x], { outputSize }) => adaptedType('adaptiveAvgPool1d', 1, x, outputSize),
  decompose: ([x], { outputSize }): ArrayValue => adapted('adaptiveAvgPool1d', x, outputSize, mean),
})

/**
 * Means of a number of windows on each of three spatial axes, which cover it evenly.
 *
 * Windows as for `adaptiveAvgPool2d`.
 *
 * Shapes: `x: [n, c, d, h, w]` gives `[n, c, ...outputSize]`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the spatial axes differ in number, or one has no elements
 * @source PyTorch, `adaptive_avg_pool3d`
 * @example adaptiveAvgPool3d(array([[[[[1, 2, 3]]]]]), [1, 1, 2])   // [[[[[1.5, 2.5]]]]]
 */
export const adaptiveAvgPool3d = /* @__PURE__ */ defineOp({
  name: 'adaptiveAvgPool3d',
  doc: 'Means of a number of windows on each of three spatial axes, which cover it evenly.',
  inputs: ['x'],
  params: { outputSize: /* @__PURE__ */ p.counts() },
  cast: /* @__PURE__ */ meets('adaptiveAvgPool3d', 'floating'),
  infer: ([x], { outputSize }) => adaptedType('adaptiveAvgPool3d', 3, x, outputSize),
  decompose: ([x], { outputSize }): ArrayValue => adapted('adaptiveAvgPool3d', x, outputSize, mean),
})

/**
 * Largest elements of a number of windows on one spatial axis, which cover it evenly.
 *
 * Windows as for `adaptiveAvgPool2d`.
 *
 * Shapes: `x: [n, c, d]` gives `[n, c, ...outputSize]`. Dtypes: real, kept.
 *
 * @throws ShapeError when the spatial axes differ in number, or one has no elements
 * @source PyTorch, `adaptive_max_pool1d`
 * @example adaptiveMaxPool1d(array([[[1, 2, 3]]]), 2)   // [[[2, 3]]]
 */
export const adaptiveMaxPool1d = /* @__PURE__ */ defineOp({
  name: 'adaptiveMaxPool1d',
  doc: 'Largest elements of a number of windows on one spatial axis, which cover it evenly.',
  inputs: ['x'],
  params: { outputSize: /* @__PURE__ */ p.counts() },
  cast: /* @__PURE__ */ meets('adaptiveMaxPool1d', 'real'),
  infer: ([x], { outputSize }) => adaptedType('adaptiveMaxPool1d', 1, x, outputSize),
  decompose: ([x], { outputSize }): ArrayValue => adapted('adaptiveMaxPool1d', x, outputSize, max),
})

/**
 * Largest elements of a number of windows on each of two spatial axes, which cover it evenly.
 *
 * Windows as for `adaptiveAvgPool2d`.
 *
 * Shapes: `x: [n, c, h, w]` gives `[n, c, ...outputSize]`. Dtypes: real, kept.
 *
 * @throws ShapeError when the spatial axes differ in number, or one has no elements
 * @source PyTorch, `adaptive_max_pool2d`; ivy, `adaptive_max_pool2d`
 * @example adaptiveMaxPool2d(array([[[[1, 2, 3]]]]), [1, 2])   // [[[[2, 3]]]]
 */
export const adaptiveMaxPool2d = /* @__PURE__ */ defineOp({
  name: 'adaptiveMaxPool2d',
  doc: 'Largest elements of a number of windows on each of two spatial axes, which cover it evenly.',
  inputs: ['x'],
  params: { outputSize: /* @__PURE__ */ p.counts() },
  cast: /* @__PURE__ */ meets('adaptiveMaxPool2d', 'real'),
  infer: ([x], { outputSize }) => adaptedType('adaptiveMaxPool2d', 2, x, outputSize),
  decompose: ([x], { outputSize }): ArrayValue => adapted('adaptiveMaxPool2d', x, outputSize, max),
})

/**
 * Largest elements of a number of windows on each of three spatial axes, which cover it evenly.
 *
 * Windows as for `adaptiveAvgPool2d`.
 *
 * Shapes: `x: [n, c, d, h, w]` gives `[n, c, ...outputSize]`. Dtypes: real, kept.
 *
 * @throws ShapeError when the spatial axes differ in number, or one has no elements
 * @source PyTorch, `adaptive_max_pool3d`; ivy, `adaptive_max_pool3d`
 * @example adaptiveMaxPool3d(array([[[[[1, 2, 3]]]]]), [1, 1, 2])   // [[[[[2, 3]]]]]
 */
export const adaptiveMaxPool3d = /* @__PURE__ */ defineOp({
  name: 'adaptiveMaxPool3d',
  doc: 'Largest elements of a number of windows on each of three spatial axes, which cover it evenly.',
  inputs: ['x'],
  params: { outputSize: /* @__PURE__ */ p.counts() },
  cast: /* @__PURE__ */ meets('adaptiveMaxPool3d', 'real'),
  infer: ([x], { outputSize }) => adaptedType('adaptiveMaxPool3d', 3, x, outputSize),
  decompose: ([x], { outputSize }): ArrayValue => adapted('adaptiveMaxPool3d', x, outputSize, max),
})
