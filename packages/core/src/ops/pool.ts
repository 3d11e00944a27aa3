import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { axesOf } from './axes.ts'
import { concat } from './join.ts'
import { slice } from './movement.ts'
import { avgPool, maxPool, poolType } from './pool-rules.ts'
import { avgPooling } from './pooling.ts'
import { eachAxis } from './spatial.ts'
import { mean } from './statistics.ts'
import { meets } from './type-rules.ts'

/**
 * Largest element under a window that slides over one spatial axis; NaN always wins.
 *
 * `strides` are the window's size unless given. `padding` is one number, one or a pair `[before, after]` for each axis,
 * `'valid'` (none) or `'same'` as in `conv1d`; it never wins. With `ceilMode` the last window may reach over the end.
 *
 * Shapes: `x: [n, c, d]` gives `[n, c, ...]`, each size `floor((d + padding - dilation * (k - 1) - 1) / stride) + 1`.
 * Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for padding as wide as the window
 * @source PyTorch, `max_pool1d`; ivy, `max_pool1d`
 * @example maxPool1d(array([[[1, 3, 2, 5]]]), 2)   // [[[3, 5]]]
 */
export const maxPool1d = /* @__PURE__ */ defineOp({
  name: 'maxPool1d',
  doc: 'Largest element under a window that slides over one spatial axis.',
  inputs: ['x'],
  params: {
    kernel: /* @__PURE__ */ p.counts(),
    strides: /* @__PURE__ */ p.counts(null),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
    ceilMode: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('maxPool1d', 'floating'),
  infer: ([x], written) => poolType('maxPool1d', 1, x, written),
  decompose: ([x], written): NDArray => maxPool('maxPool1d', x, written),
})

/**
 * Largest element under a window that slides over two spatial axes; see `maxPool1d`; NaN always wins.
 *
 * Shapes: `x: [n, c, h, w]` gives `[n, c, ...]`, each size `floor((d + padding - dilation * (k - 1) - 1) / stride) + 1`.
 * Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for padding as wide as the window
 * @source PyTorch, `max_pool2d`; ivy, `max_pool2d`
 * @example maxPool2d(array([[[[1, 3], [2, 6]]]]), 2)   // [[[[6]]]]
 */
export const maxPool2d = /* @__PURE__ */ defineOp({
  name: 'maxPool2d',
  doc: 'Largest element under a window that slides over two spatial axes.',
  inputs: ['x'],
  params: {
    kernel: /* @__PURE__ */ p.counts(),
    strides: /* @__PURE__ */ p.counts(null),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
    ceilMode: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('maxPool2d', 'floating'),
  infer: ([x], written) => poolType('maxPool2d', 2, x, written),
  decompose: ([x], written): NDArray => maxPool('maxPool2d', x, written),
})

/**
 * Largest element under a window that slides over three spatial axes; see `maxPool1d`; NaN always wins.
 *
 * Shapes: `x: [n, c, d, h, w]` gives `[n, c, ...]`, each size `floor((d + padding - dilation * (k - 1) - 1) / stride) + 1`.
 * Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for padding as wide as the window
 * @source PyTorch, `max_pool3d`; ivy, `max_pool3d`
 * @example maxPool3d(array([[[[[1, 3], [2, 6]]]]]), [1, 2, 2])   // [[[[[6]]]]]
 */
export const maxPool3d = /* @__PURE__ */ defineOp({
  name: 'maxPool3d',
  doc: 'Largest element under a window that slides over three spatial axes.',
  inputs: ['x'],
  params: {
    kernel: /* @__PURE__ */ p.counts(),
    strides: /* @__PURE__ */ p.counts(null),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
    ceilMode: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('maxPool3d', 'floating'),
  infer: ([x], written) => poolType('maxPool3d', 3, x, written),
  decompose: ([x], written): NDArray => maxPool('maxPool3d', x, written),
})

/**
 * Mean of the elements under a window that slides over one spatial axis.
 *
 * Windows as for `maxPool1d`. Padding is left out of the mean, or counts as zeros with `countIncludePad`.
 *
 * Shapes: as for `maxPool1d`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for padding as wide as the window
 * @source PyTorch, `avg_pool1d`; ivy, `avg_pool1d`
 * @example avgPool1d(array([[[1, 3, 2, 5]]]), 2)   // [[[2, 3.5]]]
 */
export const avgPool1d = /* @__PURE__ */ defineOp({
  name: 'avgPool1d',
  doc: 'Mean of the elements under a window that slides over one spatial axis.',
  inputs: ['x'],
  params: {
    kernel: /* @__PURE__ */ p.counts(),
    strides: /* @__PURE__ */ p.counts(null),
    padding: /* @__PURE__ */ p.padding([0]),
    ceilMode: /* @__PURE__ */ p.bool(false),
    countIncludePad: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('avgPool1d', 'floating'),
  infer: ([x], written) => poolType('avgPool1d', 1, x, { ...written, dilations: 1 }),
  decompose: ([x], { countIncludePad, ...written }): NDArray =>
    avgPool('avgPool1d', x, countIncludePad, { ...written, dilations: 1 }),
})

/**
 * Mean of the elements under a window that slides over two spatial axes.
 *
 * Windows as for `maxPool2d`. Padding is left out of the mean, or counts as zeros with `countIncludePad`.
 *
 * Shapes: as for `maxPool2d`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for padding as wide as the window
 * @source PyTorch, `avg_pool2d`; ivy, `avg_pool2d`
 * @example avgPool2d(array([[[[1, 3], [2, 6]]]]), 2)   // [[[[3]]]]
 */
export const avgPool2d = /* @__PURE__ */ defineOp({
  name: 'avgPool2d',
  doc: 'Mean of the elements under a window that slides over two spatial axes.',
  inputs: ['x'],
  params: {
    kernel: /* @__PURE__ */ p.counts(),
    strides: /* @__PURE__ */ p.counts(null),
    padding: /* @__PURE__ */ p.padding([0]),
    ceilMode: /* @__PURE__ */ p.bool(false),
    countIncludePad: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('avgPool2d', 'floating'),
  infer: ([x], written) => poolType('avgPool2d', 2, x, { ...written, dilations: 1 }),
  decompose: ([x], { countIncludePad, ...written }): NDArray =>
    avgPool('avgPool2d', x, countIncludePad, { ...written, dilations: 1 }),
})

/**
 * Mean of the elements under a window that slides over three spatial axes.
 *
 * Windows as for `maxPool3d`. Padding is left out of the mean, or counts as zeros with `countIncludePad`.
 *
 * Shapes: as for `maxPool3d`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for padding as wide as the window
 * @source PyTorch, `avg_pool3d`; ivy, `avg_pool3d`
 * @example avgPool3d(array([[[[[1, 3], [2, 6]]]]]), [1, 2, 2])   // [[[[[3]]]]]
 */
export const avgPool3d = /* @__PURE__ */ defineOp({
  name: 'avgPool3d',
  doc: 'Mean of the elements under a window that slides over three spatial axes.',
  inputs: ['x'],
  params: {
    kernel: /* @__PURE__ */ p.counts(),
    strides: /* @__PURE__ */ p.counts(null),
    padding: /* @__PURE__ */ p.padding([0]),
    ceilMode: /* @__PURE__ */ p.bool(false),
    countIncludePad: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('avgPool3d', 'floating'),
  infer: ([x], written) => poolType('avgPool3d', 3, x, { ...written, dilations: 1 }),
  decompose: ([x], { countIncludePad, ...written }): NDArray =>
    avgPool('avgPool3d', x, countIncludePad, { ...written, dilations: 1 }),
})

/**
 * Mean over all spatial axes of each channel; the axes stay, with size 1.
 *
 * Shapes: `x: [n, c, ...d]` gives `[n, c, 1, …]`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when there are no spatial axes
 * @source ONNX, `GlobalAveragePool`
 * @example globalAvgPool(array([[[1, 3], [2, 6]]]))   // [[[2], [4]]]
 */
export const globalAvgPool = /* @__PURE__ */ defineOp({
  name: 'globalAvgPool',
  doc: 'Mean over all spatial axes of each channel.',
  inputs: ['x'],
  params: {},
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('globalAvgPool', 'floating'),
  infer: ([x]) => {
    if (x.shape.length >= 3)
      return tensorType(x.dtype, [...x.shape.slice(0, 2), ...x.shape.slice(2).map(() => 1)])
    const because = 'it takes [batch, channels, ...spatial]'
    throw new ShapeError({ op: 'globalAvgPool', shapes: [x.shape], because })
  },
  decompose: ([x]): NDArray => mean(x, { axis: axesOf(x).slice(2), keepdims: true }),
})

/** The means of `count` parts of an axis that are as equal as they can be; neighbours may share elements. */
function meansOfParts(x: ArrayValue, axis: number, count: number): ArrayValue {
  const size = x.shape[axis]!
  const along = (bound: number): (number | null)[] => axesOf(x).map((one) => (one === axis ? bound : null))
  const parts = Array.from({ length: count }, (_part, i) => {
    const [start, stop] = [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)]
    return mean(slice(x, along(start), along(stop)), { axis, keepdims: true })
  })
  return concat(parts, { axis })
}

/**
 * Means of `outputSize` windows on each of two spatial axes, which cover it evenly.
 *
 * Window `i` of `o` reaches from `floor(i * d / o)` to `ceil((i + 1) * d / o)`.
 *
 * Shapes: `x: [n, c, h, w]` gives `[n, c, ...outputSize]`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when there are no two spatial axes, or one has no elements
 * @source PyTorch, `adaptive_avg_pool2d`; ivy, `adaptive_avg_pool2d`
 * @example adaptiveAvgPool2d(array([[[[1, 2, 3]]]]), [1, 2])   // [[[[1.5, 2.5]]]]
 */
export const adaptiveAvgPool2d = /* @__PURE__ */ defineOp({
  name: 'adaptiveAvgPool2d',
  doc: 'Means of a number of windows on each of two spatial axes, which cover it evenly.',
  inputs: ['x'],
  params: { outputSize: /* @__PURE__ */ p.counts() },
  cast: /* @__PURE__ */ meets('adaptiveAvgPool2d', 'floating'),
  infer: ([x], { outputSize }) => {
    const sizes = eachAxis('adaptiveAvgPool2d', 'outputSize', outputSize, 2)
    if (x.shape.length === 4 && x.shape.slice(2).every((size) => !same(size, 0)))
      return tensorType(x.dtype, [...x.shape.slice(0, 2), ...sizes])
    const because = 'it takes [batch, channels, height, width] with elements on the last two'
    throw new ShapeError({ op: 'adaptiveAvgPool2d', shapes: [x.shape], because })
  },
  decompose: ([x], { outputSize }): ArrayValue => {
    const sizes = eachAxis('adaptiveAvgPool2d', 'outputSize', outputSize, 2)
    const space = x.shape.slice(2)
    const kernel = space.map((size, i) => size / sizes[i]!)
    if (kernel.every(Number.isInteger)) {
      return avgPooling(x, kernel, kernel, [0, 0, 0, 0])
    }
    return meansOfParts(meansOfParts(x, 2, sizes[0]!), 3, sizes[1]!)
  },
})
