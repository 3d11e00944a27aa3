import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { conjugate } from '../numerics/complex-parts.ts'
import { complexDType, partDType } from '../types/dtype.ts'
import { tensorType } from '../types/tensor-type.ts'
import { binary, unary } from './elementwise.ts'
import { zerosLike } from './fills.ts'
import { atan2 } from './trig.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Real part of each element; a real array is its own.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric; complex64 gives float32, complex128 float64.
 *
 * @throws DTypeError for bool arrays
 * @source array API standard, `real`
 * @example real(array([{ re: 1, im: 2 }]))   // [1]
 */
export const real = /* @__PURE__ */ defineOp({
  name: 'real',
  doc: 'Real part of each element; a real array is its own.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true, identity: true },
  cast: /* @__PURE__ */ meets('real', 'numeric'),
  infer: ([x]) => tensorType(partDType(x.dtype), x.shape),
  reference: /* @__PURE__ */ unary({ number: (x) => x, bigint: (x) => x, complex: ({ re }) => re }),
  expand: ([x]): ArrayValue => x,
})

export const realGradient: GradientOf<typeof real> = (_inputs, _params, _outs, [g]) => [() => g]

/**
 * Imaginary part of each element; 0 for real arrays.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric; complex64 gives float32, complex128 float64.
 *
 * @throws DTypeError for bool arrays
 * @source array API standard, `imag`
 * @example imag(array([{ re: 1, im: 2 }]))   // [2]
 */
export const imag = /* @__PURE__ */ defineOp({
  name: 'imag',
  doc: 'Imaginary part of each element; 0 for real arrays.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('imag', 'numeric'),
  infer: ([x]) => tensorType(partDType(x.dtype), x.shape),
  reference: /* @__PURE__ */ unary({ number: () => 0, bigint: () => 0n, complex: ({ im }) => im }),
  expand: ([x]): ArrayValue => zerosLike(x),
  gradient: 'zero',
})

/**
 * The array with the sign of its imaginary parts changed; a real array is its own.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept.
 *
 * @throws DTypeError for bool arrays
 * @source array API standard, `conj`
 * @example imag(conj(array([{ re: 1, im: 2 }])))   // [-2]
 */
export const conj = /* @__PURE__ */ defineOp({
  name: 'conj',
  doc: 'The array with the sign of its imaginary parts changed; a real array is its own.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('conj', 'numeric'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: (x) => x, bigint: (x) => x, complex: conjugate }),
  expand: ([x]): ArrayValue => x,
})

export const conjGradient: GradientOf<typeof conj> = (_inputs, _params, _outs, [g]) => [() => g]

/**
 * Complex numbers of their real and imaginary parts.
 *
 * Shapes: `re` and `im` broadcast. Dtypes: real, promoted; float64 gives complex128, all else complex64.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool and complex arrays
 * @source NumPy, `real + 1j * imag`; PyTorch, `complex`
 * @example complex(array([1]), array([2])).item()   // { re: 1, im: 2 }
 */
export const complex = /* @__PURE__ */ defineOp({
  name: 'complex',
  doc: 'Complex numbers of their real and imaginary parts.',
  inputs: ['re', 'im'],
  params: {},
  traits: { elementwise: true, exact: true },
  cast: (types) => {
    const dtype = meets('complex', 'floating')(types)
    return dtype === 'float16' ? 'float32' : dtype
  },
  infer: (types) => broadcastTypes('complex', types, complexDType(types[0].dtype)),
  reference: /* @__PURE__ */ binary({ number: (re, im) => ({ re, im }) }),
})

/**
 * Angle of each element in the complex plane, in radians, from -pi to pi.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric; complex64 gives float32, complex128 float64, integers float32.
 *
 * @throws DTypeError for bool arrays
 * @source NumPy, `angle`; ivy, `angle`
 * @example angle(array([{ re: 0, im: 2 }]))   // [1.5707963705062866]
 */
export const angle = /* @__PURE__ */ defineOp({
  name: 'angle',
  doc: 'Angle of each element in the complex plane, in radians, from -pi to pi.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('angle', 'floating or complex'),
  infer: ([x]) => tensorType(partDType(x.dtype), x.shape),
  decompose: ([x]): ArrayValue => atan2(imag(x), real(x)),
})
