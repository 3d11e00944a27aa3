import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, minus, plus, times } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import { complexDType, partDType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { axesOf } from './axes.ts'
import { divide } from './arith.ts'
import { arange } from './creation.ts'
import { floatDType } from './creation-rules.ts'
import { fftFft, fftIfft, fftIrfft, fftRfft } from './fourier.ts'
import { counted, lastOf, lengthOf, lengthsOf, norms, realDType, spectralDType } from './fourier-rules.ts'
import { concat } from './join.ts'
import { roll } from './repetition.ts'

const options = {
  s: /* @__PURE__ */ p.sizes(null),
  axes: /* @__PURE__ */ p.orderedAxes(null),
  norm: /* @__PURE__ */ p.oneOf(norms, 'backward'),
} as const

/** Sizes after a transform along axes: those that are asked for, else those that `own` tells. */
function sizesOf(
  op: string,
  x: TensorType,
  along: ReturnType<typeof lengthsOf>,
  own = (axis: number): Dim => x.shape[axis]!,
): readonly Dim[] {
  const lengths = new Map(along)
  return x.shape.map((size, axis) =>
    lengths.has(axis) ? lengthOf(op, x, lengths.get(axis) ?? own(axis)) : size,
  )
}

/**
 * Discrete Fourier transform along several axes.
 *
 * Shapes: `x: [...m]` gives `s` along `axes` (by default all, of their own sizes); lines are cut or filled up by zeros.
 * Dtypes: numeric; float64 and complex128 give complex128, all else complex64.
 * `norm` as for `fft`.
 *
 * @throws ParamError when `s` and `axes` do not fit, ShapeError when there is no element to transform, DTypeError for bool arrays
 * @source array API standard, `fft.fftn`
 * @example real(fft.fftn(array([[1, 2], [3, 4]])))   // [[10, -2], [-4, 0]]
 */
export const fftFftn = /* @__PURE__ */ defineOp({
  name: 'fft.fftn',
  doc: 'Discrete Fourier transform along several axes.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => spectralDType('fft.fftn', x),
  infer: ([x], { s, axes }) => tensorType(x.dtype, sizesOf('fft.fftn', x, lengthsOf('fft.fftn', x, s, axes))),
  decompose: ([x], { s, axes, norm }): ArrayValue => {
    const along = lengthsOf('fft.fftn', x, s, axes).toReversed()
    return along.reduce((made, [axis, n]) => fftFft(made, { n, axis, norm }), x)
  },
})

/**
 * Inverse discrete Fourier transform along several axes.
 *
 * Shapes: `x: [...m]` gives `s` along `axes` (by default all, of their own sizes); lines are cut or filled up by zeros.
 * Dtypes: numeric; float64 and complex128 give complex128, all else complex64.
 * `norm` as for `fft`.
 *
 * @throws ParamError when `s` and `axes` do not fit, ShapeError when there is no element to transform, DTypeError for bool arrays
 * @source array API standard, `fft.ifftn`
 * @example real(fft.ifftn(array([[4, 0], [0, 0]])))   // [[1, 1], [1, 1]]
 */
export const fftIfftn = /* @__PURE__ */ defineOp({
  name: 'fft.ifftn',
  doc: 'Inverse discrete Fourier transform along several axes.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => spectralDType('fft.ifftn', x),
  infer: ([x], { s, axes }) =>
    tensorType(x.dtype, sizesOf('fft.ifftn', x, lengthsOf('fft.ifftn', x, s, axes))),
  decompose: ([x], { s, axes, norm }): ArrayValue => {
    const along = lengthsOf('fft.ifftn', x, s, axes).toReversed()
    return along.reduce((made, [axis, n]) => fftIfft(made, { n, axis, norm }), x)
  },
})

/**
 * Discrete Fourier transform of real numbers along several axes: the half of the last one that the other mirrors.
 *
 * Shapes: as for `fftn`, but the last of `axes` has floor(n / 2) + 1 elements.
 * Dtypes: real; float64 gives complex128, all else complex64.
 * `norm` as for `fft`.
 *
 * @throws ParamError when `s` and `axes` do not fit or no axis is left, ShapeError when there is no element to transform, DTypeError
 * for bool and complex arrays
 * @source array API standard, `fft.rfftn`
 * @example real(fft.rfftn(array([[1, 2], [3, 4]])))   // [[10, -2], [-4, 0]]
 */
export const fftRfftn = /* @__PURE__ */ defineOp({
  name: 'fft.rfftn',
  doc: 'Discrete Fourier transform of real numbers along several axes: the half of the last one that the other mirrors.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => realDType('fft.rfftn', x),
  infer: ([x], { s, axes }) => {
    const along = lengthsOf('fft.rfftn', x, s, axes)
    const sizes = sizesOf('fft.rfftn', x, along)
    const [last] = lastOf('fft.rfftn', x, along)
    return tensorType(complexDType(x.dtype), sizes.with(last, plus(floorDiv(sizes[last]!, 2), 1)))
  },
  decompose: ([x], { s, axes, norm }): ArrayValue => {
    const along = lengthsOf('fft.rfftn', x, s, axes)
    const [last, length] = lastOf('fft.rfftn', x, along)
    const half = fftRfft(x, { n: length, axis: last, norm })
    const others = along.slice(0, -1).toReversed()
    return others.reduce<ArrayValue>((made, [axis, n]) => fftFft(made, { n, axis, norm }), half)
  },
})

/**
 * Inverse of `rfftn`: real numbers from the half of their transform.
 *
 * Shapes: as for `fftn`, but the last of `axes` has by default 2 (m - 1) elements, for m in `x`.
 * Dtypes: numeric; float64 and complex128 give float64, all else float32.
 * `norm` as for `fft`.
 *
 * @throws ParamError when `s` and `axes` do not fit or no axis is left, ShapeError when the result would have no element, DTypeError
 * for bool arrays
 * @source array API standard, `fft.irfftn`
 * @example fft.irfftn(array([[4, 0], [0, 0]]))   // [[1, 1], [1, 1]]
 */
export const fftIrfftn = /* @__PURE__ */ defineOp({
  name: 'fft.irfftn',
  doc: 'Inverse of `rfftn`: real numbers from the half of their transform.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => spectralDType('fft.irfftn', x),
  infer: ([x], { s, axes }) => {
    const along = lengthsOf('fft.irfftn', x, s, axes)
    const [last] = lastOf('fft.irfftn', x, along)
    const whole = (axis: number): Dim => (axis === last ? times(minus(x.shape[axis]!, 1), 2) : x.shape[axis]!)
    return tensorType(partDType(x.dtype), sizesOf('fft.irfftn', x, along, whole))
  },
  decompose: ([x], { s, axes, norm }): ArrayValue => {
    const along = lengthsOf('fft.irfftn', x, s, axes)
    const [last, length] = lastOf('fft.irfftn', x, along)
    const others = along.slice(0, -1)
    const half = others.reduce<ArrayValue>((made, [axis, n]) => fftIfft(made, { n, axis, norm }), x)
    return fftIrfft(half, { n: length, axis: last, norm })
  },
})

/**
 * Frequencies of the elements of `fft`: from 0 up, then the negative ones.
 *
 * Shapes: `[n]`. Dtypes: a float, float32 by default.
 * For n samples that lie `d` apart: `[0, 1, ..., -2, -1] / (d * n)`.
 *
 * @throws ParamError when `n` is 0, DTypeError when the dtype is not a float
 * @source array API standard, `fft.fftfreq`
 * @example fft.fftfreq(4, { d: 0.5 })   // [0, 0.5, -1, -0.5]
 */
export const fftFftfreq = /* @__PURE__ */ defineOp({
  name: 'fft.fftfreq',
  doc: 'Frequencies of the elements of `fft`: from 0 up, then the negative ones.',
  inputs: [],
  params: {
    n: /* @__PURE__ */ p.size(),
    d: /* @__PURE__ */ p.number(1),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
  },
  traits: { creation: true },
  infer: (_types, { n, dtype }) => tensorType(floatDType('fft.fftfreq', dtype), [counted('fft.fftfreq', n)]),
  decompose: (_inputs, { n, d, dtype }): ArrayValue => {
    const half = Math.floor((n + 1) / 2)
    const turns = concat([arange(0, half, 1, { dtype }), arange(half - n, 0, 1, { dtype })], { axis: 0 })
    return divide(turns, n * d)
  },
})

/**
 * Frequencies of the elements of `rfft`: from 0 up.
 *
 * Shapes: `[floor(n / 2) + 1]`. Dtypes: a float, float32 by default.
 * For n samples that lie `d` apart: `[0, 1, 2, ...] / (d * n)`.
 *
 * @throws ParamError when `n` is 0, DTypeError when the dtype is not a float
 * @source array API standard, `fft.rfftfreq`
 * @example fft.rfftfreq(4, { d: 0.5 })   // [0, 0.5, 1]
 */
export const fftRfftfreq = /* @__PURE__ */ defineOp({
  name: 'fft.rfftfreq',
  doc: 'Frequencies of the elements of `rfft`: from 0 up.',
  inputs: [],
  params: {
    n: /* @__PURE__ */ p.size(),
    d: /* @__PURE__ */ p.number(1),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
  },
  traits: { creation: true },
  infer: (_types, { n, dtype }) =>
    tensorType(floatDType('fft.rfftfreq', dtype), [plus(floorDiv(counted('fft.rfftfreq', n), 2), 1)]),
  decompose: (_inputs, { n, d, dtype }): ArrayValue =>
    divide(arange(0, Math.floor(n / 2) + 1, 1, { dtype }), n * d),
})

/**
 * The array with the element of frequency 0 in the middle of axes.
 *
 * Shapes: `x: [...s]` gives `[...s]`; `axes` are by default all. Dtypes: any, kept.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `fft.fftshift`
 * @example fft.fftshift(array([0, 1, 2, -2, -1]))   // [-2, -1, 0, 1, 2]
 */
export const fftFftshift = /* @__PURE__ */ defineOp({
  name: 'fft.fftshift',
  doc: 'The array with the element of frequency 0 in the middle of axes.',
  inputs: ['x'],
  params: { axes: /* @__PURE__ */ p.axes(null) },
  traits: { movement: true },
  infer: ([x]) => x,
  decompose: ([x], { axes }): ArrayValue => {
    const along = axes ?? axesOf(x)
    return along.length === 0
      ? x
      : roll(
          x,
          along.map((axis) => Math.floor(x.shape[axis]! / 2)),
          { axis: along },
        )
  },
})

/**
 * Inverse of `fftshift`: the element in the middle of axes comes first.
 *
 * Shapes: `x: [...s]` gives `[...s]`; `axes` are by default all. Dtypes: any, kept.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `fft.ifftshift`
 * @example fft.ifftshift(array([-2, -1, 0, 1, 2]))   // [0, 1, 2, -2, -1]
 */
export const fftIfftshift = /* @__PURE__ */ defineOp({
  name: 'fft.ifftshift',
  doc: 'Inverse of `fftshift`: the element in the middle of axes comes first.',
  inputs: ['x'],
  params: { axes: /* @__PURE__ */ p.axes(null) },
  traits: { movement: true },
  infer: ([x]) => x,
  decompose: ([x], { axes }): ArrayValue => {
    const along = axes ?? axesOf(x)
    return along.length === 0
      ? x
      : roll(
          x,
          along.map((axis) => -Math.floor(x.shape[axis]! / 2)),
          { axis: along },
        )
  },
})
