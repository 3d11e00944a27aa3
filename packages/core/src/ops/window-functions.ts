import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, isSymbolic, minus } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add, divide, subtract } from './arith.ts'
import { equal } from './compare.ts'
import { multiply } from './multiplication.ts'
import { checkedSizes, floatDType } from './creation-rules.ts'
import { arange, full } from './creation.ts'
import { maximum } from './extrema.ts'
import { square } from './powers.ts'
import { cos, sin } from './trig.ts'
import { where } from './where.ts'

/** A size that may be open, for ops that take such. */
const handedOnSize = (size: Dim): number => size as number

/** A window of one place is 1. */
function unlessOne(size: Dim, dtype: DType, window: () => ArrayValue): ArrayValue {
  if (size === 1) return full([1], 1, { dtype })
  if (!isSymbolic(size)) return window()
  return where(equal(full([], handedOnSize(size), { dtype }), 1), 1, window())
}

/** Angles of the places of a window, in turns of a full circle; `periodic` ones leave the last place out. */
function turnsOn(size: Dim, periodic: boolean, dtype: DType): ArrayValue {
  if (isSymbolic(size)) {
    const span = maximum(full([], handedOnSize(periodic ? size : minus(size, 1)), { dtype }), 1)
    return multiply(arange(0, handedOnSize(size), 1, { dtype }), divide(2 * Math.PI, span))
  }
  const span = periodic ? size : size - 1
  return multiply(arange(0, size, 1, { dtype }), span > 0 ? (2 * Math.PI) / span : 0)
}

const windowType = (op: string, size: Dim, dtype: DType): TensorType =>
  tensorType(floatDType(op, dtype), checkedSizes(op, 'size', [size]))

/**
 * A window that rises and falls as a cosine does.
 *
 * A `periodic` window leaves out the last place, which is that of the next period.
 *
 * Shapes: `[size]`. Dtypes: a float, float32 by default.
 *
 * @throws DTypeError when the dtype is not a float
 * @source SciPy, `hann`; ivy, `hann_window`
 * @example hannWindow(2)   // [0, 1]
 */
export const hannWindow = /* @__PURE__ */ defineOp({
  name: 'hannWindow',
  doc: 'A window that rises and falls as a cosine does.',
  inputs: [],
  params: {
    size: /* @__PURE__ */ p.size(),
    periodic: /* @__PURE__ */ p.bool(true),
    dtype: /* @__PURE__ */ p.dtype('float32'),
  },
  infer: (_inputs, { size, dtype }) => windowType('hannWindow', size, dtype),
  traits: { handsSizesOn: true },
  decompose: (_inputs, { size, periodic, dtype }): ArrayValue =>
    unlessOne(size, dtype, () => subtract(0.5, multiply(cos(turnsOn(size, periodic, dtype)), 0.5))),
})

/**
 * A window that rises and falls as a cosine does, and does not reach 0.
 *
 * A `periodic` window leaves out the last place, which is that of the next period.
 *
 * Shapes: `[size]`. Dtypes: a float, float32 by default.
 *
 * @throws DTypeError when the dtype is not a float
 * @source PyTorch, `hamming_window`; ivy, `hamming_window`
 * @example hammingWindow(2, { alpha: 0.5, beta: 0.25 })   // [0.25, 0.75]
 */
export const hammingWindow = /* @__PURE__ */ defineOp({
  name: 'hammingWindow',
  doc: 'A window that rises and falls as a cosine does, and does not reach 0.',
  inputs: [],
  params: {
    size: /* @__PURE__ */ p.size(),
    periodic: /* @__PURE__ */ p.bool(true),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    alpha: /* @__PURE__ */ p.number(0.54),
    beta: /* @__PURE__ */ p.number(0.46),
  },
  infer: (_inputs, { size, dtype }) => windowType('hammingWindow', size, dtype),
  traits: { handsSizesOn: true },
  decompose: (_inputs, { size, periodic, dtype, alpha, beta }): ArrayValue =>
    unlessOne(size, dtype, () => subtract(alpha, multiply(cos(turnsOn(size, periodic, dtype)), beta))),
})

/**
 * A window made of three cosines.
 *
 * A `periodic` window leaves out the last place, which is that of the next period.
 *
 * Shapes: `[size]`. Dtypes: a float, float32 by default.
 *
 * @throws DTypeError when the dtype is not a float
 * @source SciPy, `blackman`; ivy, `blackman_window`
 * @example blackmanWindow(4).shape   // [4]
 */
export const blackmanWindow = /* @__PURE__ */ defineOp({
  name: 'blackmanWindow',
  doc: 'A window made of three cosines.',
  inputs: [],
  params: {
    size: /* @__PURE__ */ p.size(),
    periodic: /* @__PURE__ */ p.bool(true),
    dtype: /* @__PURE__ */ p.dtype('float32'),
  },
  infer: (_inputs, { size, dtype }) => windowType('blackmanWindow', size, dtype),
  traits: { handsSizesOn: true },
  decompose: (_inputs, { size, periodic, dtype }): ArrayValue =>
    unlessOne(size, dtype, () => {
      const turns = turnsOn(size, periodic, dtype)
      return add(subtract(0.42, multiply(cos(turns), 0.5)), multiply(cos(multiply(turns, 2)), 0.08))
    }),
})

/**
 * The window of the Vorbis codec, whose halves add up to 1 in their squares.
 *
 * Shapes: `[size]`. Dtypes: a float, float32 by default.
 *
 * @throws DTypeError when the dtype is not a float
 * @source TensorFlow, `vorbis_window`; ivy, `vorbis_window`
 * @example vorbisWindow(4).shape   // [4]
 */
export const vorbisWindow = /* @__PURE__ */ defineOp({
  name: 'vorbisWindow',
  doc: 'The window of the Vorbis codec, whose halves add up to 1 in their squares.',
  inputs: [],
  params: { size: /* @__PURE__ */ p.size(), dtype: /* @__PURE__ */ p.dtype('float32') },
  infer: (_inputs, { size, dtype }) => windowType('vorbisWindow', size, dtype),
  decompose: (_inputs, { size, dtype }): ArrayValue => {
    const angle = multiply(add(arange(0, size, 1, { dtype }), 0.5), Math.PI / Math.max(size, 1))
    return sin(multiply(square(sin(angle)), Math.PI / 2))
  },
})
