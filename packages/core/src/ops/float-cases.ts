import { type ArrayValue, defineOp } from '../op.ts'
import { integerRange, isComplex, isFloat, isInteger } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { astype } from './astype.ts'
import { handedOn } from './axes.ts'
import { equal, greater } from './compare.ts'
import { imag } from './complex-parts.ts'
import { full } from './creation.ts'
import { finfo } from './dtype-functions.ts'
import { maximum, minimum } from './extrema.ts'
import { onesLike, zerosLike } from './fills.ts'
import { isnan } from './logic.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * The larger of two arrays, element by element; a number beats NaN.
 *
 * NaN only where both are NaN.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `fmax`; ivy, `fmax`
 * @example fmax(array([1, NaN]), array([3, 2]))   // [3, 2]
 */
export const fmax = /* @__PURE__ */ defineOp({
  name: 'fmax',
  doc: 'The larger of two arrays, element by element; a number beats NaN.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('fmax', 'real'),
  infer: (types) => broadcastTypes('fmax', types),
  decompose: ([x1, x2]): ArrayValue => where(isnan(x1), x2, where(isnan(x2), x1, maximum(x1, x2))),
})

/**
 * The smaller of two arrays, element by element; a number beats NaN.
 *
 * NaN only where both are NaN.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `fmin`; ivy, `fmin`
 * @example fmin(array([1, NaN]), array([3, 2]))   // [1, 2]
 */
export const fmin = /* @__PURE__ */ defineOp({
  name: 'fmin',
  doc: 'The smaller of two arrays, element by element; a number beats NaN.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('fmin', 'real'),
  infer: (types) => broadcastTypes('fmin', types),
  decompose: ([x1, x2]): ArrayValue => where(isnan(x1), x2, where(isnan(x2), x1, minimum(x1, x2))),
})

/**
 * The array with numbers in place of NaN and the infinities.
 *
 * By default 0 for NaN, and the largest and the smallest number of the dtype for the infinities.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `nan_to_num`; ivy, `nan_to_num`
 * @example nanToNum(array([NaN, 1, Infinity]), { posinf: 9 })   // [0, 1, 9]
 */
export const nanToNum = /* @__PURE__ */ defineOp({
  name: 'nanToNum',
  doc: 'The array with numbers in place of NaN and the infinities.',
  inputs: ['x'],
  params: {
    nan: /* @__PURE__ */ p.number(0),
    posinf: /* @__PURE__ */ p.number(null),
    neginf: /* @__PURE__ */ p.number(null),
  },
  cast: /* @__PURE__ */ meets('nanToNum', 'real'),
  infer: ([x]) => x,
  decompose: ([x], { nan, posinf, neginf }): ArrayValue => {
    if (!isFloat(x.dtype)) return x
    const { max } = finfo(x.dtype)
    const low = where(equal(x, -Infinity), neginf ?? -max, x)
    return where(isnan(x), nan, where(equal(x, Infinity), posinf ?? max, low))
  },
})

/**
 * Whether each element has no imaginary part.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any; gives bool.
 *
 * @source NumPy, `isreal`; ivy, `isreal`
 * @example isreal(array([1, NaN]))   // [true, true]
 */
export const isreal = /* @__PURE__ */ defineOp({
  name: 'isreal',
  doc: 'Whether each element has no imaginary part.',
  inputs: ['x'],
  params: {},
  infer: ([x]) => tensorType('bool', x.shape),
  decompose: ([x]): ArrayValue => (isComplex(x.dtype) ? equal(imag(x), 0) : full(handedOn(x), true)),
})

/**
 * Step function: 0 below 0, 1 above, and `x2` at 0.
 *
 * NaN of `x1` stays NaN.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `heaviside`; ivy, `heaviside`
 * @example heaviside(array([-1, 0, 2]), 0.5)   // [0, 0.5, 1]
 */
export const heaviside = /* @__PURE__ */ defineOp({
  name: 'heaviside',
  doc: 'Step function: 0 below 0, 1 above, and `x2` at 0.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('heaviside', 'floating'),
  infer: (types) => broadcastTypes('heaviside', types),
  decompose: ([x1, x2]): ArrayValue =>
    where(isnan(x1), x1, where(equal(x1, 0), x2, astype(greater(x1, 0), x1.dtype))),
})

/**
 * 1 where an element is above `threshold`, else 0.
 *
 * NaN gives 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept.
 *
 * @throws DTypeError when `x` is bool
 * @source ONNX, `Binarizer`; ivy, `binarizer`
 * @example binarizer(array([-1, 0, 2]))   // [0, 0, 1]
 */
export const binarizer = /* @__PURE__ */ defineOp({
  name: 'binarizer',
  doc: '1 where an element is above `threshold`, else 0.',
  inputs: ['x'],
  params: { threshold: /* @__PURE__ */ p.number(0) },
  cast: /* @__PURE__ */ meets('binarizer', 'real'),
  infer: ([x]) => x,
  decompose: ([x], { threshold }): ArrayValue => {
    if (!isInteger(x.dtype)) return astype(greater(x, threshold), x.dtype)
    // An integer is above a number exactly if it is above the integer below that; the dtype may hold no such one.
    const below = Math.floor(threshold)
    const [least, most] = integerRange(x.dtype)
    if (below < least) return onesLike(x)
    return below < most ? astype(greater(x, below), x.dtype) : zerosLike(x)
  },
})
