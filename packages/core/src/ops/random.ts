import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Key } from '../numerics/threefry.ts'
import {
  type IntegerArray,
  type NumberStore,
  fillNormal,
  fillRandint,
  fillUniform,
} from '../numerics/draws.ts'
import { pin } from '../types/dim.ts'
import { integerRange } from '../types/dtype.ts'
import { type Draw, isDraw } from '../types/param.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { divide } from './arith.ts'
import { astype } from './astype.ts'
import { handedOn } from './axes.ts'
import { less } from './compare.ts'
import { checkedShape, finite, floatDType } from './creation-rules.ts'
import { accept, broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'
import { refuseRate } from './rates.ts'

/**
 * Random numbers spread evenly over [low, high).
 *
 * Shapes: `shape`, by default one number. Dtypes: a float, float32 by default.
 * A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * @throws ParamError unless both bounds are finite and `low <= high`, DTypeError when the dtype is not a float
 * @source ivy, `random_uniform`; JAX, `random.uniform`
 * @example random.uniform({ low: 2, high: 3, shape: [4] }).shape   // [4]
 */
export const randomUniform = /* @__PURE__ */ defineOp({
  name: 'random.uniform',
  doc: 'Random numbers spread evenly over [low, high).',
  inputs: [],
  params: {
    low: /* @__PURE__ */ p.number(0),
    high: /* @__PURE__ */ p.number(1),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    key: /* @__PURE__ */ p.key(null),
  },
  traits: { random: true, creation: true },
  infer: (_types, { low, high, shape, dtype }) => {
    finite('random.uniform', 'low', low)
    if (finite('random.uniform', 'high', high) < low)
      refuse('random.uniform', high, `it is at least low, ${low}`)
    return tensorType(floatDType('random.uniform', dtype), checkedShape('random.uniform', shape))
  },
  reference: (_inputs, { low, high, key }, [out]) =>
    fillUniform(known('random.uniform', key), out.data as NumberStore, low, high),
})

/**
 * Random numbers of the normal distribution.
 *
 * Shapes: `shape`, by default one number. Dtypes: a float, float32 by default.
 * A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * @throws ParamError unless mean and std are finite and `std >= 0`, DTypeError when the dtype is not a float
 * @source ivy, `random_normal`; JAX, `random.normal`
 * @example random.normal({ mean: 5, std: 0, shape: [2] })   // [5, 5]
 */
export const randomNormal = /* @__PURE__ */ defineOp({
  name: 'random.normal',
  doc: 'Random numbers of the normal distribution.',
  inputs: [],
  params: {
    mean: /* @__PURE__ */ p.number(0),
    std: /* @__PURE__ */ p.number(1),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    key: /* @__PURE__ */ p.key(null),
  },
  traits: { random: true, creation: true },
  infer: (_types, { mean, std, shape, dtype }) => {
    finite('random.normal', 'mean', mean)
    if (finite('random.normal', 'std', std) < 0)
      throw new ParamError({ op: 'random.normal', param: 'std', value: std, because: 'it is at least 0' })
    return tensorType(floatDType('random.normal', dtype), checkedShape('random.normal', shape))
  },
  reference: (_inputs, { mean, std, key }, [out]) =>
    fillNormal(known('random.normal', key), out.data as NumberStore, mean, std),
})

/**
 * Random integers of [low, high), each equally likely.
 *
 * Shapes: `shape`, by default one number. Dtypes: an integer, int32 by default.
 * A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * @throws ParamError unless `low < high` and the dtype holds both, DTypeError when the dtype is not an integer
 * @source ivy, `randint`; JAX, `random.randint`
 * @example random.randint(3, 4, { shape: [2] })   // [3, 3]
 */
export const randomInt = /* @__PURE__ */ defineOp({
  name: 'random.randint',
  doc: 'Random integers of [low, high), each equally likely.',
  inputs: [],
  params: {
    low: /* @__PURE__ */ p.index(),
    high: /* @__PURE__ */ p.index(),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('int32'),
    key: /* @__PURE__ */ p.key(null),
  },
  order: ['low', 'high'],
  traits: { random: true, creation: true },
  infer: (_types, { low: from, high: to, shape, dtype }) => {
    const [least, most] = integerRange(accept('random.randint', 'integer', dtype))
    const [low, high] = [pin(from), pin(to)]
    if (low >= high) refuse('random.randint', high, `it is larger than low, ${low}`)
    if (low < least || high - 1 > most)
      refuse(
        'random.randint',
        high,
        `${dtype} holds ${least} to ${most}, and [${low}, ${high}) is not inside`,
      )
    return tensorType(dtype, checkedShape('random.randint', shape))
  },
  reference: (_inputs, { low, high, key }, [out]) =>
    fillRandint(known('random.randint', key), out.data as IntegerArray, low, high),
})

/** The key itself: a place in the stream becomes one when the graph runs. */
export function known(op: string, key: Key | Draw | null): Key {
  if (key !== null && !isDraw(key)) return key
  throw new ParamError({ op, param: 'key', value: key, because: 'the numbers are drawn when the graph runs' })
}

function refuse(op: string, high: number, because: string): never {
  throw new ParamError({ op, param: 'high', value: high, because })
}

/**
 * True with the probability given for each element.
 *
 * Shapes: `probs` broadcasts to `shape`, by default its own. Dtypes: `probs` real; the result is bool unless `dtype` says otherwise.
 * A `key` gives the same draws each time; a probability of NaN is never true.
 *
 * @throws ShapeError when `probs` does not broadcast to `shape`, DTypeError when it is bool
 * @source ivy, `bernoulli`; JAX, `random.bernoulli`
 * @example random.bernoulli(array([0, 1]))   // [false, true]
 */
export const bernoulli = /* @__PURE__ */ defineOp({
  name: 'random.bernoulli',
  doc: 'True with the probability given for each element.',
  inputs: ['probs'],
  params: {
    shape: /* @__PURE__ */ p.shape(null),
    dtype: /* @__PURE__ */ p.dtype('bool'),
    key: /* @__PURE__ */ p.key(null),
  },
  cast: /* @__PURE__ */ meets('random.bernoulli', 'floating'),
  infer: ([probs], { shape, dtype }) => {
    if (shape === null) return tensorType(dtype, probs.shape)
    const wanted = tensorType(dtype, checkedShape('random.bernoulli', shape))
    if (broadcastTypes('random.bernoulli', [wanted, probs]) === wanted) return wanted
    throw new ShapeError({
      op: 'random.bernoulli',
      shapes: [probs.shape, shape],
      because: 'the probabilities broadcast to the shape asked for, not the other way round',
    })
  },
  decompose: ([probs], { shape, dtype, key }): ArrayValue => {
    const drawn = probs.dtype === 'float64' ? 'float64' : 'float32'
    return astype(
      less(randomUniform({ shape: shape ?? handedOn(probs), dtype: drawn, key: key as Key }), probs),
      dtype,
    )
  },
})

/**
 * The array with each element dropped to 0 with probability `rate`, and the others divided by `1 - rate`.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * With `training` false the array as it is. A `key` drops the same elements each time.
 *
 * @throws ParamError unless `rate` lies in [0, 1], DTypeError when `x` is bool
 * @source Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting" (2014)
 * @example dropout(array([1, 2]), { training: false })   // [1, 2]
 */
export const dropout = /* @__PURE__ */ defineOp({
  name: 'dropout',
  doc: 'The array with elements dropped to 0 at random, and the others scaled up.',
  inputs: ['x'],
  params: {
    rate: /* @__PURE__ */ p.number(0.5),
    training: /* @__PURE__ */ p.bool(true),
    key: /* @__PURE__ */ p.key(null),
  },
  cast: /* @__PURE__ */ meets('dropout', 'floating'),
  infer: ([x], { rate }) => {
    refuseRate('dropout', rate)
    return x
  },
  decompose: ([x], { rate, training, key }): ArrayValue => {
    if (!training || rate === 0) return x
    const isDropped = less(randomUniform({ shape: handedOn(x), key: key as Key }), rate)
    return where(isDropped, 0, divide(x, 1 - rate))
  },
})
