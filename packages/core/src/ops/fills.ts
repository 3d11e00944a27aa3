import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { full } from './creation.ts'
import { checkedShape, dtypeOfFill } from './creation-rules.ts'

/**
 * An array of zeros.
 *
 * Shapes: `shape`. Dtypes: `dtype`, by default float32.
 *
 * @throws ParamError for negative sizes
 * @source array API standard, `zeros`
 * @example zeros([2])   // [0, 0]
 */
export const zeros = /* @__PURE__ */ defineOp({
  name: 'zeros',
  doc: 'An array of zeros.',
  inputs: [],
  params: {
    shape: /* @__PURE__ */ p.shape(),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
  },
  traits: { creation: true },
  infer: (_types, { shape, dtype }) => tensorType(dtype, checkedShape('zeros', shape)),
  decompose: (_inputs, { shape, dtype }): ArrayValue => full(shape, 0, { dtype }),
})

/**
 * An array of ones.
 *
 * Shapes: `shape`. Dtypes: `dtype`, by default float32.
 *
 * @throws ParamError for negative sizes
 * @source array API standard, `ones`
 * @example ones([2])   // [1, 1]
 */
export const ones = /* @__PURE__ */ defineOp({
  name: 'ones',
  doc: 'An array of ones.',
  inputs: [],
  params: {
    shape: /* @__PURE__ */ p.shape(),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
  },
  traits: { creation: true },
  infer: (_types, { shape, dtype }) => tensorType(dtype, checkedShape('ones', shape)),
  decompose: (_inputs, { shape, dtype }): ArrayValue => full(shape, 1, { dtype }),
})

/**
 * An array whose elements are not to be relied on.
 *
 * Shapes: `shape`. Dtypes: `dtype`, by default float32.
 * The elements are zeros today.
 *
 * @throws ParamError for negative sizes
 * @source array API standard, `empty`
 * @example empty([2])   // [0, 0]
 */
export const empty = /* @__PURE__ */ defineOp({
  name: 'empty',
  doc: 'An array whose elements are not to be relied on.',
  inputs: [],
  params: {
    shape: /* @__PURE__ */ p.shape(),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
  },
  traits: { creation: true },
  infer: (_types, { shape, dtype }) => tensorType(dtype, checkedShape('empty', shape)),
  decompose: (_inputs, { shape, dtype }): ArrayValue => full(shape, 0, { dtype }),
})

/**
 * Zeros in the shape of another array.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: `dtype`, by default that of `x`.
 *
 * @source array API standard, `zeros_like`
 * @example zerosLike(array([3, 4]))   // [0, 0]
 */
export const zerosLike = /* @__PURE__ */ defineOp({
  name: 'zerosLike',
  doc: 'Zeros in the shape of another array.',
  inputs: ['x'],
  params: {
    dtype: /* @__PURE__ */ p.dtype(null),
    device: /* @__PURE__ */ p.device(null),
  },
  infer: ([x], { dtype }) => tensorType(dtype ?? x.dtype, x.shape),
  decompose: ([x], { dtype }): ArrayValue => full(x.shape, 0, { dtype: dtype ?? x.dtype }),
})

/**
 * Ones in the shape of another array.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: `dtype`, by default that of `x`.
 *
 * @source array API standard, `ones_like`
 * @example onesLike(array([3, 4]))   // [1, 1]
 */
export const onesLike = /* @__PURE__ */ defineOp({
  name: 'onesLike',
  doc: 'Ones in the shape of another array.',
  inputs: ['x'],
  params: {
    dtype: /* @__PURE__ */ p.dtype(null),
    device: /* @__PURE__ */ p.device(null),
  },
  infer: ([x], { dtype }) => tensorType(dtype ?? x.dtype, x.shape),
  decompose: ([x], { dtype }): ArrayValue => full(x.shape, 1, { dtype: dtype ?? x.dtype }),
})

/**
 * An array in the shape of another whose elements are not to be relied on.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: `dtype`, by default that of `x`.
 * The elements are zeros today.
 *
 * @source array API standard, `empty_like`
 * @example emptyLike(array([3, 4]))   // [0, 0]
 */
export const emptyLike = /* @__PURE__ */ defineOp({
  name: 'emptyLike',
  doc: 'An array in the shape of another whose elements are not to be relied on.',
  inputs: ['x'],
  params: {
    dtype: /* @__PURE__ */ p.dtype(null),
    device: /* @__PURE__ */ p.device(null),
  },
  infer: ([x], { dtype }) => tensorType(dtype ?? x.dtype, x.shape),
  decompose: ([x], { dtype }): ArrayValue => full(x.shape, 0, { dtype: dtype ?? x.dtype }),
})

/**
 * One number in the shape of another array.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: `dtype`, by default that of `x`.
 *
 * @throws DTypeError when the dtype cannot hold the number
 * @source array API standard, `full_like`
 * @example fullLike(array([3, 4]), 7)   // [7, 7]
 */
export const fullLike = /* @__PURE__ */ defineOp({
  name: 'fullLike',
  doc: 'One number in the shape of another array.',
  inputs: ['x'],
  params: {
    fillValue: /* @__PURE__ */ p.scalar(),
    dtype: /* @__PURE__ */ p.dtype(null),
    device: /* @__PURE__ */ p.device(null),
  },
  infer: ([x], { fillValue, dtype }) =>
    tensorType(dtypeOfFill('fullLike', fillValue, dtype ?? x.dtype), x.shape),
  decompose: ([x], { fillValue, dtype }): ArrayValue => full(x.shape, fillValue, { dtype: dtype ?? x.dtype }),
})
