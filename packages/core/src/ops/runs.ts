import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, minus, plus, same, times } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { subtract } from './arith.ts'
import { astype } from './astype.ts'
import { handedOn } from './axes.ts'
import { zeros } from './fills.ts'
import { indexDType, take } from './indexing.ts'
import { reshape } from './movement.ts'
import { nonzero, refuseCount } from './nonzero.ts'
import { flatten } from './rearrange.ts'
import { cumulativeSum } from './scan.ts'
import { putAlongAxis } from './scatter-lines.ts'
import { searchsorted } from './search.ts'
import { countNonzero } from './statistics.ts'
import { accept } from './type-rules.ts'
import { runStarts } from './unique.ts'

/**
 * The elements of an array that differ from the one before, in order.
 *
 * `inverseIndices` say which of them each element is, `counts` how long each run is. How many there are follows
 * from the data; see `nonzero`. `size` fixes it. Each NaN is a run.
 *
 * Shapes: `x: [...s]` gives `values` and `counts`, each `[number of runs]`, and `inverseIndices: [...s]`.
 * Dtypes: `values` keep that of `x`; the others are int32.
 *
 * @source PyTorch, `unique_consecutive`; ivy, `unique_consecutive`
 * @example uniqueConsecutive(array([1, 1, 2, 1])).values   // [1, 2, 1]
 */
export const uniqueConsecutive = /* @__PURE__ */ defineOp({
  name: 'uniqueConsecutive',
  doc: 'The elements of an array that differ from the one before, in order.',
  inputs: ['x', 'count?'],
  params: { size: /* @__PURE__ */ p.size(null) },
  outputs: ['values', 'inverseIndices', 'counts'],
  traits: { handsSizesOn: true },
  cast: () => [null, null],
  counts: ([x]): ArrayValue => countNonzero(runStarts(flatten(x))),
  infer: ([x, count], { size }) => {
    refuseCount('uniqueConsecutive', count)
    return [tensorType(x.dtype, [size!]), tensorType('int32', x.shape), tensorType('int32', [size!])]
  },
  decompose: ([x, count], { size }): readonly ArrayValue[] => {
    const line = flatten(x)
    const starts = runStarts(line)
    const places = nonzero(starts, count, { size })[0]!
    const ranks = subtract(cumulativeSum(astype(starts, 'int32'), { axis: 0 }), 1)
    const own = take(ranks, places)
    const counts = subtract(searchsorted(ranks, own, { side: 'right' }), places)
    return [take(line, places), reshape(ranks, handedOn(x)), counts]
  },
})

/**
 * The largest elements of windows back in their places, and zeros elsewhere.
 *
 * `indices` name the places along the last axis. `strides` are the window unless given; `outputSize` says how long
 * the result is.
 *
 * Shapes: `x` and `indices: [n, c, d]` give `[n, c, (d - 1) * stride + kernel - 2 * padding]`. Dtypes: real, kept;
 * `indices` are integers.
 *
 * @throws ShapeError when the shapes differ, DTypeError when `x` is bool or `indices` are no integers
 * @source PyTorch, `max_unpool1d`; ivy, `max_unpool1d`
 * @example maxUnpool1d(array([[[3, 5]]]), array([[[1, 3]]], { dtype: 'int32' }), 2)   // [[[0, 3, 0, 5]]]
 */
export const maxUnpool1d = /* @__PURE__ */ defineOp({
  name: 'maxUnpool1d',
  doc: 'The largest elements of windows back in their places, and zeros elsewhere.',
  inputs: ['x', 'indices'],
  params: {
    kernel: /* @__PURE__ */ p.count(),
    strides: /* @__PURE__ */ p.count(null),
    padding: /* @__PURE__ */ p.degree(0),
    outputSize: /* @__PURE__ */ p.size(null),
  },
  cast: ([x, indices]) => [accept('maxUnpool1d', 'real', x.dtype), indexDType('maxUnpool1d', indices)],
  infer: ([x, indices], { kernel, strides, padding, outputSize }) => {
    if (
      x.shape.length !== 3 ||
      indices.shape.length !== 3 ||
      !x.shape.every((size, i) => same(size, indices.shape[i]!))
    )
      throw new ShapeError({
        op: 'maxUnpool1d',
        shapes: [x.shape, indices.shape],
        because: 'both are [batch, channels, places]',
      })
    return tensorType(x.dtype, [x.shape[0]!, x.shape[1]!, unpooled(x, kernel, strides, padding, outputSize)])
  },
  decompose: ([x, indices], { kernel, strides, padding, outputSize }): ArrayValue => {
    const [items, channels] = handedOn(x) as readonly [number, number]
    return putAlongAxis(
      zeros([items, channels, unpooled(x.type, kernel, strides, padding, outputSize) as number], {
        dtype: x.dtype,
      }),
      indices,
      x,
    )
  },
})

const unpooled = (
  x: TensorType,
  kernel: number,
  strides: number | null,
  padding: number,
  outputSize: Dim | null,
): Dim => outputSize ?? plus(times(minus(x.shape[2]!, 1), strides ?? kernel), kernel - 2 * padding)
