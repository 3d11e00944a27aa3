import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { floorDivide, remainder } from './remainders.ts'
import { astype } from './astype.ts'
import { axesOf } from './axes.ts'
import { equal, greater, less } from './compare.ts'
import { arange, full } from './creation.ts'
import { clip, maximum } from './extrema.ts'
import { boundAt } from './gradient-axes.ts'
import { take } from './indexing.ts'
import { concat } from './join.ts'
import { reshape, slice } from './movement.ts'
import { searchsorted } from './search.ts'
import { eachAxis } from './spatial.ts'
import { mean } from './statistics.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

type Mode = 'nearest' | 'linear' | 'cubic' | 'area'

/** The places that the elements of a longer or shorter axis come from, as whole numbers and rests, exactly. */
function placesOn(size: number, count: number, alignCorners: boolean, clipped: boolean) {
  const index = arange(0, count, 1, { dtype: 'int32' })
  const [top, bottom] = alignCorners
    ? [multiply(index, size - 1), Math.max(count - 1, 1)]
    : [subtract(multiply(add(multiply(index, 2), 1), size), count), 2 * count]
  const from = clipped ? maximum(top, 0) : top
  return {
    whole: floorDivide(from, bottom),
    rest: divide(astype(remainder(from, bottom), 'float32'), bottom),
  }
}

const taken = (x: ArrayValue, place: ArrayValue, axis: number): ArrayValue =>
  take(x, clip(place, 0, x.shape[axis]! - 1), { axis })

/** Numbers for each place of an axis, beside the other axes. */
const alongAxis = (numbers: ArrayValue, x: ArrayValue, axis: number): ArrayValue =>
  reshape(
    astype(numbers, x.dtype),
    axesOf(x).map((one) => (one === axis ? -1 : 1)),
  )

function resizedAxis(
  x: ArrayValue,
  axis: number,
  count: number,
  mode: 'nearest' | 'linear' | 'cubic',
  alignCorners: boolean,
): ArrayValue {
  const size = x.shape[axis]!
  if (mode === 'nearest') {
    return taken(x, floorDivide(multiply(arange(0, count, 1, { dtype: 'int32' }), size), count), axis)
  }
  const { whole, rest } = placesOn(size, count, alignCorners, mode === 'linear')
  const share = alongAxis(rest, x, axis)
  if (mode === 'linear') {
    const [low, high] = [taken(x, whole, axis), taken(x, add(whole, 1), axis)]
    return add(multiply(low, subtract(1, share)), multiply(high, share))
  }
  // Keys' kernel with -0.75, as PyTorch and OpenCV have it.
  const near = (t: ArrayValue): ArrayValue =>
    add(multiply(multiply(subtract(multiply(t, 1.25), 2.25), t), t), 1)
  const far = (t: ArrayValue): ArrayValue =>
    add(multiply(add(multiply(add(multiply(t, -0.75), 3.75), t), -6), t), 3)
  const weights = [far(add(share, 1)), near(share), near(subtract(1, share)), far(subtract(2, share))]
  return weights
    .map((weight, i) => multiply(taken(x, add(whole, i - 1), axis), weight))
    .reduce((sum, one) => add(sum, one))
}

/** Means of the elements that each place covers. */
function averaged(x: ArrayValue, axis: number, count: number): ArrayValue {
  const size = x.shape[axis]!
  const parts = Array.from({ length: count }, (_, i) => {
    const [start, stop] = [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)]
    return mean(slice(x, boundAt(x, axis, start), boundAt(x, axis, stop)), { axis, keepdims: true })
  })
  return concat(parts, { axis })
}

const resizedBy = (x: ArrayValue, sizes: readonly number[], mode: Mode, alignCorners: boolean): ArrayValue =>
  sizes.reduce(
    (image, count, i) =>
      mode === 'area' ? averaged(image, i + 2, count) : resizedAxis(image, i + 2, count, mode, alignCorners),
    x,
  )

/**
 * The array with spatial axes of other sizes, between whose elements new ones are made.
 *
 * `'linear'` is bilinear on two axes and trilinear on three, `'cubic'` has the coefficient -0.75, `'area'` takes
 * means. Elements stand for the middle of their places; with `alignCorners` the first and the last ones keep
 * theirs.
 *
 * Shapes: `x: [n, c, ...d]` gives `[n, c, ...size]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when there are no spatial axes or one has no elements, DTypeError when `x` is bool
 * @source PyTorch, `interpolate`; ivy, `interpolate`
 * @example interpolate(array([[[1, 3]]]), 4, { mode: 'linear' })   // [[[1, 1.5, 2.5, 3]]]
 */
export const interpolate = /* @__PURE__ */ defineOp({
  name: 'interpolate',
  doc: 'The array with spatial axes of other sizes, between whose elements new ones are made.',
  inputs: ['x'],
  params: {
    size: /* @__PURE__ */ p.counts(),
    mode: /* @__PURE__ */ p.oneOf(['nearest', 'linear', 'cubic', 'area'], 'nearest'),
    alignCorners: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('interpolate', 'floating'),
  infer: ([x], { size }) => {
    if (x.shape.length < 3 || x.shape.slice(2).some((one) => same(one, 0))) {
      const because = 'it takes [batch, channels, ...spatial] with elements on the spatial axes'
      throw new ShapeError({ op: 'interpolate', shapes: [x.shape], because })
    }
    return tensorType(x.dtype, [
      ...x.shape.slice(0, 2),
      ...eachAxis('interpolate', 'size', size, x.shape.length - 2),
    ])
  },
  decompose: ([x], { size, mode, alignCorners }): ArrayValue =>
    resizedBy(x, eachAxis('interpolate', 'size', size, x.ndim - 2), mode, alignCorners),
})

/**
 * The values between points of a line that rises from left to right.
 *
 * Outside of the points the result is that of the nearest one, or `left` and `right`.
 *
 * Shapes: `x: [...s]`, `xp: [n]`, `fp: [n]` give `[...s]`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the points are no two lines, DTypeError for bool arrays
 * @source NumPy, `interp`; ivy, `interp`
 * @example interp(array([0.5, 9]), array([0, 1, 2]), array([0, 10, 0]))   // [5, 0]
 */
export const interp = /* @__PURE__ */ defineOp({
  name: 'interp',
  doc: 'The values between points of a line that rises from left to right.',
  inputs: ['x', 'xp', 'fp'],
  params: { left: /* @__PURE__ */ p.number(null), right: /* @__PURE__ */ p.number(null) },
  cast: /* @__PURE__ */ meets('interp', 'floating'),
  infer: ([x, xp, fp]) => {
    if (
      xp.shape.length === 1 &&
      fp.shape.length === 1 &&
      same(xp.shape[0]!, fp.shape[0]!) &&
      !same(xp.shape[0]!, 0)
    )
      return x
    throw new ShapeError({
      op: 'interp',
      shapes: [xp.shape, fp.shape],
      because: 'the points are two lines of as many numbers, at least one',
    })
  },
  decompose: ([x, xp, fp], { left, right }): ArrayValue => {
    const place = clip(searchsorted(xp, x, { side: 'right' }), 1, Math.max(1, xp.size - 1))
    const [to, from] = [place, subtract(place, 1)]
    const [x1, y1] = [take(xp, from), take(fp, from)]
    const rise = subtract(take(fp, to), y1)
    const run = subtract(take(xp, to), x1)
    const between = add(y1, multiply(rise, divide(subtract(x, x1), where(equal(run, 0), 1, run))))
    const [first, last] = [full([], 0, { dtype: 'int32' }), full([], -1, { dtype: 'int32' })]
    const low = where(less(x, take(xp, first)), left ?? take(fp, first), between)
    const exact = where(equal(x, take(xp, last)), take(fp, last), low)
    return where(greater(x, take(xp, last)), right ?? take(fp, last), exact)
  },
})
