import { type ArrayValue, defineOp } from '../op.ts'
import { minus, plus, times } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import { complexDType, partDType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { conj, real } from './complex-parts.ts'
import {
  lengthOf,
  norms,
  realDType,
  resized,
  spectralDType,
  swapped,
  transformLines,
} from './fourier-rules.ts'
import { concat } from './join.ts'
import { flip, slice } from './movement.ts'

const options = {
  n: /* @__PURE__ */ p.size(null),
  axis: /* @__PURE__ */ p.axis(-1),
  norm: /* @__PURE__ */ p.oneOf(norms, 'backward'),
} as const

/**
 * Discrete Fourier transform along an axis.
 *
 * Shapes: `x: [..., m]` gives `[..., n]` along `axis`; `n`, by default m, cuts or fills up by zeros. Dtypes: numeric; float64 and complex128 give complex128, all else complex64.
 * `norm` tells which of `fft` and `ifft` divides by n: the inverse (backward), both by its root (ortho), or the transform
 * (forward). Any length is transformed in n log n steps, in float64.
 *
 * @throws ShapeError when there is no element to transform, DTypeError for bool arrays
 * @source array API standard, `fft.fft`
 * @example real(fft.fft(array([1, 2, 3, 4])))   // [10, -2, -2, -2]
 */
export const fftFft = /* @__PURE__ */ defineOp({
  name: 'fft.fft',
  doc: 'Discrete Fourier transform along an axis.',
  inputs: ['x'],
  params: options,
  traits: { contraction: true, transform: true },
  cast: ([x]) => spectralDType('fft.fft', x),
  infer: ([x], { n, axis }) =>
    tensorType(x.dtype, x.shape.with(axis, lengthOf('fft.fft', x, n ?? x.shape[axis]!))),
  reference: ([x], { axis, norm }, [out]) => transformLines(x, out, axis, norm, false),
})

/**
 * Inverse discrete Fourier transform along an axis.
 *
 * Shapes: `x: [..., m]` gives `[..., n]` along `axis`; `n`, by default m, cuts or fills up by zeros. Dtypes: numeric; float64 and complex128 give complex128, all else complex64.
 * `norm` tells which of `fft` and `ifft` divides by n: the inverse (backward), both by its root (ortho), or the transform
 * (forward). Any length is transformed in n log n steps, in float64.
 *
 * @throws ShapeError when there is no element to transform, DTypeError for bool arrays
 * @source array API standard, `fft.ifft`
 * @example real(fft.ifft(array([4, 0, 0, 0])))   // [1, 1, 1, 1]
 */
export const fftIfft = /* @__PURE__ */ defineOp({
  name: 'fft.ifft',
  doc: 'Inverse discrete Fourier transform along an axis.',
  inputs: ['x'],
  params: options,
  traits: { contraction: true, transform: true },
  cast: ([x]) => spectralDType('fft.ifft', x),
  infer: ([x], { n, axis }) =>
    tensorType(x.dtype, x.shape.with(axis, lengthOf('fft.ifft', x, n ?? x.shape[axis]!))),
  reference: ([x], { axis, norm }, [out]) => transformLines(x, out, axis, norm, true),
})

/**
 * Discrete Fourier transform of real numbers along an axis: the half that the other mirrors.
 *
 * Shapes: `x: [..., m]` gives `[..., floor(n / 2) + 1]` along `axis`; `n`, by default m, cuts or fills up by zeros. Dtypes: real; float64 gives complex128, all else complex64.
 * `norm` as for `fft`.
 *
 * @throws ShapeError when there is no element to transform, DTypeError for bool and complex arrays
 * @source array API standard, `fft.rfft`
 * @example real(fft.rfft(array([1, 2, 3, 4])))   // [10, -2, -2]
 */
export const fftRfft = /* @__PURE__ */ defineOp({
  name: 'fft.rfft',
  doc: 'Discrete Fourier transform of real numbers along an axis: the half that the other mirrors.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => realDType('fft.rfft', x),
  infer: ([x], { n, axis }) => {
    const length = lengthOf('fft.rfft', x, n ?? x.shape[axis]!)
    return tensorType(complexDType(x.dtype), x.shape.with(axis, plus(floorDiv(length, 2), 1)))
  },
  decompose: ([x], { n, axis, norm }): ArrayValue => {
    const length = n ?? x.shape[axis]!
    return resized(fftFft(x, { n: length, axis, norm }), axis, Math.floor(length / 2) + 1)
  },
})

/** The `n` numbers of which the first half is given, and the other is conjugate to it. */
function mirrored(x: ArrayValue, n: number, axis: number): ArrayValue {
  const half = Math.floor(n / 2) + 1
  const first = resized(x, axis, half)
  if (n === half) return first
  const at = (value: number): (number | null)[] => x.shape.map((_, i) => (i === axis ? value : null))
  // From the second element on, in reverse; of an even length the middle one stands alone.
  return concat([first, conj(flip(slice(first, at(1), at(n - half + 1)), { axis: [axis] }))], { axis })
}

/**
 * Inverse of `rfft` along an axis: real numbers from the half of their transform.
 *
 * Shapes: `x: [..., m]` gives `[..., n]` along `axis`; `n` is 2 (m - 1) by default, and floor(n / 2) + 1 elements are read. Dtypes: numeric; float64 and complex128 give float64, all else float32.
 * `norm` as for `fft`. The imaginary part of the first element, and of the last one for an even n, has no effect.
 *
 * @throws ShapeError when the result would have no element, DTypeError for bool arrays
 * @source array API standard, `fft.irfft`
 * @example fft.irfft(array([10, -2, -2]), { n: 4 })   // [1, 3, 3, 3]
 */
export const fftIrfft = /* @__PURE__ */ defineOp({
  name: 'fft.irfft',
  doc: 'Inverse of `rfft` along an axis: real numbers from the half of their transform.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => spectralDType('fft.irfft', x),
  infer: ([x], { n, axis }) => {
    const length = lengthOf('fft.irfft', x, n ?? times(minus(x.shape[axis]!, 1), 2))
    return tensorType(partDType(x.dtype), x.shape.with(axis, length))
  },
  decompose: ([x], { n, axis, norm }): ArrayValue => {
    const length = n ?? 2 * (x.shape[axis]! - 1)
    return real(fftIfft(mirrored(x, length, axis), { axis, norm }))
  },
})

/**
 * Discrete Fourier transform along an axis of numbers that are conjugate to their mirror images: it is real.
 *
 * Shapes: `x: [..., m]` gives `[..., n]` along `axis`; `n` is 2 (m - 1) by default, and floor(n / 2) + 1 elements are read. Dtypes: numeric; float64 and complex128 give float64, all else float32.
 * `norm` as for `fft`.
 *
 * @throws ShapeError when the result would have no element, DTypeError for bool arrays
 * @source array API standard, `fft.hfft`
 * @example fft.hfft(array([1, 2, 1]))   // [6, 0, -2, 0]
 */
export const fftHfft = /* @__PURE__ */ defineOp({
  name: 'fft.hfft',
  doc: 'Discrete Fourier transform along an axis of numbers that are conjugate to their mirror images: it is real.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => spectralDType('fft.hfft', x),
  infer: ([x], { n, axis }) => {
    const length = lengthOf('fft.hfft', x, n ?? times(minus(x.shape[axis]!, 1), 2))
    return tensorType(partDType(x.dtype), x.shape.with(axis, length))
  },
  decompose: ([x], { n, axis, norm }): ArrayValue =>
    fftIrfft(conj(x), { n: n ?? 2 * (x.shape[axis]! - 1), axis, norm: swapped(norm) }),
})

/**
 * Inverse of `hfft` along an axis: the half of what is conjugate to its mirror image.
 *
 * Shapes: `x: [..., m]` gives `[..., floor(n / 2) + 1]` along `axis`; `n`, by default m, cuts or fills up by zeros. Dtypes: real; float64 gives complex128, all else complex64.
 * `norm` as for `fft`.
 *
 * @throws ShapeError when there is no element to transform, DTypeError for bool and complex arrays
 * @source array API standard, `fft.ihfft`
 * @example real(fft.ihfft(array([6, 0, -2, 0])))   // [1, 2, 1]
 */
export const fftIhfft = /* @__PURE__ */ defineOp({
  name: 'fft.ihfft',
  doc: 'Inverse of `hfft` along an axis: the half of what is conjugate to its mirror image.',
  inputs: ['x'],
  params: options,
  cast: ([x]) => realDType('fft.ihfft', x),
  infer: ([x], { n, axis }) => {
    const length = lengthOf('fft.ihfft', x, n ?? x.shape[axis]!)
    return tensorType(complexDType(x.dtype), x.shape.with(axis, plus(floorDiv(length, 2), 1)))
  },
  decompose: ([x], { n, axis, norm }): ArrayValue =>
    conj(fftRfft(x, { n: n ?? x.shape[axis]!, axis, norm: swapped(norm) })),
})
