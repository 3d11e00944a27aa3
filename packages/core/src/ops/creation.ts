import { ParamError } from '../errors.ts'
import { scalarOf } from '../infer.ts'
import { defineOp } from '../op.ts'
import { type Dim, pin } from '../types/dim.ts'
import { complexDType, isBigInt, isComplex } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { stepsBetween } from '../types/slice.ts'
import { tensorType } from '../types/tensor-type.ts'
import {
  checkedShape,
  checkedSizes,
  dtypeOfFill,
  finite,
  finitePoint,
  pointOf,
  floatDType,
} from './creation-rules.ts'
import { type Num, put } from './kernels.ts'
import { fill } from './copies.ts'

/**
 * An array of one number.
 *
 * Shapes: `shape`. Dtypes: `dtype`, by default float32 for a number, int64 for a bigint, bool for a boolean.
 *
 * @throws DTypeError when the dtype cannot hold the number, ParamError for negative sizes
 * @source array API standard, `full`
 * @example full([2], 7)   // [7, 7]
 */
export const full = /* @__PURE__ */ defineOp({
  name: 'full',
  doc: 'An array of one number.',
  inputs: [],
  params: {
    shape: /* @__PURE__ */ p.shape(),
    fillValue: /* @__PURE__ */ p.fill(),
    dtype: /* @__PURE__ */ p.dtype(null),
    device: /* @__PURE__ */ p.device(null),
  },
  order: ['shape', 'fillValue'],
  traits: { creation: true, partwise: true },
  infer: (_types, { shape, fillValue, dtype }) =>
    tensorType(dtypeOfFill('full', fillValue, dtype), checkedShape('full', shape)),
  reference: (_inputs, { fillValue }, [out]) => {
    fill(out, scalarOf('full', fillValue, out.dtype))
  },
})

/**
 * Numbers from `start` up to, but without, `stop`, `step` apart; with one argument from 0 to it.
 *
 * Shapes: `[ceil((stop - start) / step)]`, empty where that is negative. Dtypes: `dtype`, by default float32.
 * Each element is `start + i * step`, computed in float64 and rounded once.
 *
 * @throws ParamError when the step is 0 or a number is not finite, DTypeError when an integer dtype meets a fraction
 * @source array API standard, `arange`
 * @example arange(1, 6, 2)   // [1, 3, 5]
 */
export const arange = /* @__PURE__ */ defineOp({
  name: 'arange',
  doc: 'Numbers from start up to, but without, stop, step apart.',
  inputs: [],
  params: {
    start: /* @__PURE__ */ p.bound(),
    stop: /* @__PURE__ */ p.bound(null),
    step: /* @__PURE__ */ p.number(1),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
  },
  order: ['start', 'stop', 'step'],
  traits: { creation: true },
  infer: (_types, { start, stop, step, dtype }) => {
    const [from, to] = rangeOf(start, stop).map((bound): Dim => bound) as [Dim, Dim]
    for (const [name, value] of Object.entries({ start: from, stop: to, step }))
      if (typeof value === 'number') finite('arange', name, value)
    if (step === 0) throw new ParamError({ op: 'arange', param: 'step', value: step, because: 'it is not 0' })
    if (typeof from === 'number') scalarOf('arange', from, dtype)
    scalarOf('arange', step, dtype)
    const isWhole = [from, to, step].every((one) => typeof one !== 'number' || Number.isInteger(one))
    if (isWhole) return tensorType(dtype, [stepsBetween(from, to, step)])
    return tensorType(dtype, [Math.max(0, Math.ceil((pin(to) - pin(from)) / step))])
  },
  reference: (_inputs, { start, stop, step }, [out]) => {
    const [from] = rangeOf(start, stop)
    const count = out.shape[0]!
    if (isBigInt(out.dtype)) {
      for (let i = 0; i < count; i++) put(out.data, i, BigInt(from) + BigInt(i) * BigInt(step))
      return
    }
    // Elements of bool are 0 and 1.
    const element = (value: number): Num =>
      out.dtype === 'bool' ? Number(value !== 0) : isComplex(out.dtype) ? { re: value, im: 0 } : value
    for (let i = 0; i < count; i++) put(out.data, i, element(from + i * step))
  },
})

/** One argument is the end. */
const rangeOf = (start: number, stop: number | null): readonly [from: number, to: number] =>
  stop === null ? [0, start] : [start, stop]

/**
 * `num` numbers evenly spaced from `start` to `stop`, which is the last one unless `endpoint` is false.
 *
 * Shapes: `[num]`. Dtypes: a float, float32 by default, or complex; complex bounds give complex64, or complex128 for float64.
 * Each element is `start + i * step`, computed in float64 and rounded once; the end is exactly `stop`.
 *
 * @throws DTypeError when the dtype is not a float, ParamError when a bound is not finite
 * @source array API standard, `linspace`
 * @example linspace(0, 1, 5)   // [0, 0.25, 0.5, 0.75, 1]
 */
export const linspace = /* @__PURE__ */ defineOp({
  name: 'linspace',
  doc: 'Numbers evenly spaced from start to stop.',
  inputs: [],
  params: {
    start: /* @__PURE__ */ p.point(),
    stop: /* @__PURE__ */ p.point(),
    num: /* @__PURE__ */ p.size(),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
    endpoint: /* @__PURE__ */ p.bool(true),
  },
  order: ['start', 'stop', 'num'],
  traits: { creation: true, partwise: true },
  infer: (_types, { start, stop, num, dtype }) => {
    const between = [finitePoint('linspace', 'start', start), finitePoint('linspace', 'stop', stop)]
    const made = between.includes('complex') ? complexDType(dtype) : dtype
    return tensorType(floatDType('linspace', made, true), checkedSizes('linspace', 'num', [num]))
  },
  reference: (_inputs, { start, stop, num, endpoint }, [out]) => {
    const parts = endpoint ? num - 1 : num
    const between = (from: number, to: number) => {
      // Each end is divided on its own, as the difference of two large numbers overflows.
      const step = to / parts - from / parts
      return (i: number): number => (endpoint && i > 0 && i === parts ? to : i === 0 ? from : from + i * step)
    }
    const [first, last] = [pointOf(start), pointOf(stop)]
    const [re, im] = [between(first.re, last.re), between(first.im, last.im)]
    for (let i = 0; i < num; i++) put(out.data, i, isComplex(out.dtype) ? { re: re(i), im: im(i) } : re(i))
  },
})

/**
 * Ones on a diagonal, zeros elsewhere; `k` counts diagonals above the main one.
 *
 * Shapes: `[nRows, nCols]`, square by default. Dtypes: `dtype`, by default float32.
 *
 * @source array API standard, `eye`
 * @example eye(2, 3, { k: 1 })   // [[0, 1, 0], [0, 0, 1]]
 */
export const eye = /* @__PURE__ */ defineOp({
  name: 'eye',
  doc: 'Ones on a diagonal, zeros elsewhere.',
  inputs: [],
  params: {
    nRows: /* @__PURE__ */ p.size(),
    nCols: /* @__PURE__ */ p.size(null),
    k: /* @__PURE__ */ p.index(0),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    device: /* @__PURE__ */ p.device(null),
  },
  order: ['nRows', 'nCols'],
  traits: { creation: true },
  infer: (_types, { nRows, nCols, dtype }) =>
    tensorType(dtype, [
      ...checkedSizes('eye', 'nRows', [nRows]),
      ...checkedSizes('eye', 'nCols', [nCols ?? nRows]),
    ]),
  reference: (_inputs, { k }, [out]) => {
    const [rows, columns] = out.shape as readonly [number, number]
    for (let row = Math.max(0, -k); row < rows && row + k < columns; row++)
      put(
        out.data,
        row * columns + row + k,
        isBigInt(out.dtype) ? 1n : isComplex(out.dtype) ? { re: 1, im: 0 } : 1,
      )
  },
})
