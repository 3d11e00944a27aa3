import { ShapeError } from '../errors.ts'
import type { Key } from '../numerics/threefry.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import { atLeast } from '../types/at-least.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { divide } from './arith.ts'
import { astype } from './astype.ts'
import { axesOf, handedOn } from './axes.ts'
import { less } from './compare.ts'
import { log1p } from './exp-log.ts'
import { take } from './indexing.ts'
import { randomUniform } from './random.ts'
import { refuseRate } from './rates.ts'
import { expandDims } from './rearrange.ts'
import { argmin } from './search.ts'
import { negative } from './sign.ts'
import { argsort, topK } from './sort.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * Indices drawn by the weights of each line.
 *
 * Weights need not add up to 1. Without `replacement` no index of a line is drawn twice. A `key` gives the same
 * numbers each time; without one they are the next of the global stream.
 *
 * Shapes: `probs: [...b, n]` gives `[...b, numSamples]`. Dtypes: `probs` real; gives int32.
 *
 * @throws ShapeError when there are too few weights, DTypeError when `probs` is bool
 * @source PyTorch, `multinomial`; ivy, `multinomial`
 * @example random.multinomial(array([0, 1]), 3)   // [1, 1, 1]
 */
export const multinomial = /* @__PURE__ */ defineOp({
  name: 'random.multinomial',
  doc: 'Indices drawn by the weights of each line.',
  inputs: ['probs'],
  params: {
    numSamples: /* @__PURE__ */ p.count(),
    replacement: /* @__PURE__ */ p.bool(true),
    key: /* @__PURE__ */ p.key(null),
  },
  cast: /* @__PURE__ */ meets('random.multinomial', 'floating'),
  infer: ([probs], { numSamples, replacement }) => {
    const size = probs.shape.at(-1)
    const because = 'the last axis has the weights, at least one, and as many as samples without replacement'
    if (size === undefined || same(size, 0) || (!replacement && !atLeast(size, numSamples)))
      throw new ShapeError({ op: 'random.multinomial', shapes: [probs.shape], because })
    return tensorType('int32', [...probs.shape.slice(0, -1), numSamples])
  },
  decompose: ([probs], { numSamples, replacement, key }): ArrayValue => {
    const dtype = probs.dtype === 'float64' ? 'float64' : 'float32'
    const [size, rest] = [probs.shape.at(-1)!, probs.shape.slice(0, -1)]
    // The index whose logarithm of a waiting time is the least wins as often as its weight says.
    const race = (shape: readonly number[], weights: ArrayValue): ArrayValue => {
      const wait = negative(log1p(negative(randomUniform({ shape, dtype, key: key as Key }))))
      return divide(wait, astype(weights, dtype))
    }
    if (replacement)
      return argmin(race([...rest, numSamples, size], expandDims(probs, probs.ndim - 1)), {
        axis: probs.ndim,
      })
    return topK(race(probs.shape, probs), numSamples, { axis: probs.ndim - 1, largest: false })
      .indices as ArrayValue
  },
  gradient: 'zero',
})

/**
 * The array with the parts along an axis in random order.
 *
 * A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 *
 * @throws ParamError when the axis is outside the rank
 * @source NumPy, `shuffle`; ivy, `shuffle`
 * @example random.shuffle(array([7, 7]))   // [7, 7]
 */
export const shuffle = /* @__PURE__ */ defineOp({
  name: 'random.shuffle',
  doc: 'The array with the parts along an axis in random order.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axis(0), key: /* @__PURE__ */ p.key(null) },
  infer: ([x]) => x,
  decompose: ([x], { axis, key }): ArrayValue => {
    const size = handedOn(x)[axis]!
    return take(x, argsort(randomUniform({ shape: [size], key: key as Key })), { axis })
  },
})

function channelsType(op: string, spatial: number, x: TensorType, rate: number): TensorType {
  refuseRate(op, rate)
  if (x.shape.length === spatial + 2) return x
  const because = `it takes [batch, channels, ...] with ${spatial} spatial ${spatial === 1 ? 'axis' : 'axes'}`
  throw new ShapeError({ op, shapes: [x.shape], because })
}

interface Dropped {
  readonly rate: number
  readonly training: boolean
  readonly key: unknown
}

/** One number is drawn for each channel. */
function withoutChannels(x: ArrayValue, { rate, training, key }: Dropped): ArrayValue {
  if (!training || rate === 0) return x
  const spatial = axesOf(x).slice(2)
  const shape = [...handedOn(x).slice(0, 2), ...spatial.map(() => 1)]
  return where(less(randomUniform({ shape, key: key as Key }), rate), 0, divide(x, 1 - rate))
}

/**
 * The array with whole channels dropped to 0 at random, and the others scaled up.
 *
 * Whole channels are dropped. With `training` false the array as it is. A `key` drops the same channels each time.
 *
 * Shapes: `x: [n, c, ...]` with 1 spatial axis gives the same. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ParamError unless `rate` lies in [0, 1], ShapeError when the axes differ in number, DTypeError when `x` is bool
 * @source PyTorch, `dropout1d`; ivy, `dropout1d`
 * @example dropout1d(array([[[1, 2]]]), { training: false })   // [[[1, 2]]]
 */
export const dropout1d = /* @__PURE__ */ defineOp({
  name: 'dropout1d',
  doc: 'The array with whole channels dropped to 0 at random, and the others scaled up.',
  inputs: ['x'],
  params: {
    rate: /* @__PURE__ */ p.number(0.5),
    training: /* @__PURE__ */ p.bool(true),
    key: /* @__PURE__ */ p.key(null),
  },
  cast: /* @__PURE__ */ meets('dropout1d', 'floating'),
  infer: ([x], { rate }) => channelsType('dropout1d', 1, x, rate),
  decompose: ([x], params): ArrayValue => withoutChannels(x, params),
})

/**
 * The array with whole channels dropped to 0 at random, and the others scaled up.
 *
 * Whole channels are dropped. With `training` false the array as it is. A `key` drops the same channels each time.
 *
 * Shapes: `x: [n, c, ...]` with 2 spatial axes gives the same. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ParamError unless `rate` lies in [0, 1], ShapeError when the axes differ in number, DTypeError when `x` is bool
 * @source PyTorch, `dropout2d`; ivy, `dropout2d`
 * @example dropout2d(array([[[[1, 2]]]]), { training: false })   // [[[[1, 2]]]]
 */
export const dropout2d = /* @__PURE__ */ defineOp({
  name: 'dropout2d',
  doc: 'The array with whole channels dropped to 0 at random, and the others scaled up.',
  inputs: ['x'],
  params: {
    rate: /* @__PURE__ */ p.number(0.5),
    training: /* @__PURE__ */ p.bool(true),
    key: /* @__PURE__ */ p.key(null),
  },
  cast: /* @__PURE__ */ meets('dropout2d', 'floating'),
  infer: ([x], { rate }) => channelsType('dropout2d', 2, x, rate),
  decompose: ([x], params): ArrayValue => withoutChannels(x, params),
})

/**
 * The array with whole channels dropped to 0 at random, and the others scaled up.
 *
 * Whole channels are dropped. With `training` false the array as it is. A `key` drops the same channels each time.
 *
 * Shapes: `x: [n, c, ...]` with 3 spatial axes gives the same. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ParamError unless `rate` lies in [0, 1], ShapeError when the axes differ in number, DTypeError when `x` is bool
 * @source PyTorch, `dropout3d`; ivy, `dropout3d`
 * @example dropout3d(array([[[[[1, 2]]]]]), { training: false })   // [[[[[1, 2]]]]]
 */
export const dropout3d = /* @__PURE__ */ defineOp({
  name: 'dropout3d',
  doc: 'The array with whole channels dropped to 0 at random, and the others scaled up.',
  inputs: ['x'],
  params: {
    rate: /* @__PURE__ */ p.number(0.5),
    training: /* @__PURE__ */ p.bool(true),
    key: /* @__PURE__ */ p.key(null),
  },
  cast: /* @__PURE__ */ meets('dropout3d', 'floating'),
  infer: ([x], { rate }) => channelsType('dropout3d', 3, x, rate),
  decompose: ([x], params): ArrayValue => withoutChannels(x, params),
})
