import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import { lower, type TfLowering } from './lower.ts'
import { gatherInLines } from './movement.ts'

/**
 * Integers in the order of the elements, NaN last; `descending` turns the order of all others around.
 *
 * The bits of a float, below 0 with all but the sign inverted, have the order of the floats.
 */
function keys(e: TfEmitter, x: TfRef, descending: boolean): TfRef {
  const { shape } = x
  const on = (op: string, a: TfRef, b: TfRef, dtype = a.dtype): TfRef => e.node(op, [a, b], dtype, shape)
  const inverted = (key: TfRef): TfRef => on('Sub', e.scalar(-1, 'int32'), key)
  const number = e.cast(x, x.isFloat ? x.dtype : 'int32')
  if (!x.isFloat) return descending ? inverted(number) : number
  if (e.runtime === 'tfjs') {
    // A GraphModel has no bits to look at, and its kernels subtract: infinities count as the largest numbers, and NaN
    // lies behind them.
    const most = 3.4028234663852886e38
    const rising = descending ? e.node('Neg', [x], x.dtype, shape) : x
    const low = on('Minimum', rising, e.scalar(most, x.dtype))
    const finite = on('Maximum', low, e.scalar(-most, x.dtype))
    const isMissing = e.node('NotEqual', [x, x], 'bool', shape)
    return e.node('SelectV2', [isMissing, e.scalar(Infinity, x.dtype), finite], x.dtype, shape)
  }
  const raw = e.node('Bitcast', [x], 'int32', shape, { type: { type: 'int32' } })
  // -0 and 0 are equal.
  const isMinusZero = on('Equal', raw, e.scalar(-(2 ** 31), 'int32'), 'bool')
  const bits = e.node('SelectV2', [isMinusZero, e.scalar(0, 'int32'), raw], 'int32', shape)
  const isNegative = on('Less', bits, e.scalar(0, 'int32'), 'bool')
  const turned = on('BitwiseXor', bits, e.scalar(0x7fffffff, 'int32'))
  const rising = e.node('SelectV2', [isNegative, turned, bits], 'int32', shape)
  const isMissing = e.node('NotEqual', [x, x], 'bool', shape)
  const key = descending ? inverted(rising) : rising
  return e.node('SelectV2', [isMissing, e.scalar(0x7fffffff, 'int32'), key], 'int32', shape)
}

/** The indices that sort each line along the last axis, the first `count` of them. */
function sortedIndices(
  e: TfEmitter,
  x: TfRef,
  count: TfRef,
  size: TfRef['shape'][number],
  descending: boolean,
): TfRef {
  const key = keys(e, x, descending)
  const falling =
    key.dtype === 'int32'
      ? e.node('Sub', [e.scalar(-1, 'int32'), key], 'int32', x.shape)
      : e.node('Neg', [key], key.dtype, x.shape)
  const shape = x.shape.with(x.rank - 1, size)
  // Of equal elements TopKV2 gives the first one first.
  return e.call(
    'TopKV2',
    [falling, count],
    [
      { dtype: key.dtype, shape },
      { dtype: 'int32', shape },
    ],
    { sorted: true },
  )[1]!
}

/** Runs `body` with the axis behind all others. */
function atEnd(
  e: TfEmitter,
  x: TfRef,
  axis: number,
  body: (moved: TfRef) => readonly TfRef[],
): readonly TfRef[] {
  const perm = [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis]
  const back = x.shape.map((_, i) => perm.indexOf(i))
  return body(e.transpose(x, perm)).map((y) => e.transpose(y, back))
}

const inOrder = (e: TfEmitter, x: TfRef, axis: number, descending: boolean, values: boolean): TfRef =>
  atEnd(e, x, axis, (moved) => {
    const size = moved.shape.at(-1)!
    const indices = sortedIndices(e, moved, e.size(size), size, descending)
    return [values ? gatherInLines(e, moved, indices) : indices]
  })[0]!

const needsBits = {
  supports: ([x]: readonly [{ readonly shape: readonly unknown[] }]): true | string =>
    x.shape.length > 0 || 'TopKV2 takes arrays with axes',
}

export const order: readonly TfLowering[] = [
  lower('sort', (e, [x], { axis, descending }) => inOrder(e, x, axis, descending, true), needsBits),
  lower('argsort', (e, [x], { axis, descending }) => inOrder(e, x, axis, descending, false), needsBits),
  lower(
    'topK',
    (e, [x], { k, axis, largest }) =>
      atEnd(e, x, axis, (moved) => {
        const indices = sortedIndices(e, moved, e.size(k), k, largest)
        return [gatherInLines(e, moved, indices), indices]
      }),
    needsBits,
  ),
  lower('searchsorted', (e, [x1, x2], { side }) => {
    // Kernels of tfjs take no empty line to search in.
    if (x1.shape[0] === 0)
      return e.node('Fill', [e.sizes(e.out.shape), e.scalar(0, 'int32')], 'int32', e.out.shape)
    const [sorted, wanted] = [x1, x2].map((x) => {
      const key = keys(e, x, false)
      return e.node('Reshape', [key, e.ints([1, -1])], key.dtype, [1, -1])
    }) as [TfRef, TfRef]
    const op = side === 'left' ? 'LowerBound' : 'UpperBound'
    const found = e.node(op, [sorted, wanted], 'int32', [1, -1], { out_type: { type: 'int32' } })
    return e.reshape(found, e.out.shape)
  }),
]
