import { ParamError } from '../errors.ts'
import { i0 as i0Of } from '../numerics/bessel.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, pin } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { i0InDoubles } from './bessel.ts'
import { arange, full } from './creation.ts'
import { checkedSizes, floatDType } from './creation-rules.ts'
import { concat } from './join.ts'
import { flip, slice } from './movement.ts'
import { sqrt } from './powers.ts'
import { sum } from './reduce.ts'
import { cumulativeSum } from './scan.ts'

const windowType = (op: string, size: Dim, dtype: DType): TensorType =>
  tensorType(floatDType(op, dtype), checkedSizes(op, 'size', [size]))

/** Places from the first to the last of a window; `periodic` ones leave the last place out. */
const spanOf = (size: number, periodic: boolean): number => Math.max(periodic ? size : size - 1, 1)

/**
 * A window of Kaiser and Bessel: the larger `beta`, the narrower it is.
 *
 * A `periodic` window leaves out the last place, which is that of the next period.
 *
 * Shapes: `[size]`. Dtypes: a float, float32 by default.
 *
 * @throws DTypeError when the dtype is not a float
 * @source SciPy, `kaiser`; ivy, `kaiser_window`
 * @example kaiserWindow(3, { beta: 0 })   // [1, 1, 1]
 */
export const kaiserWindow = /* @__PURE__ */ defineOp({
  name: 'kaiserWindow',
  doc: 'A window of Kaiser and Bessel: the larger `beta`, the narrower it is.',
  inputs: [],
  params: {
    size: /* @__PURE__ */ p.size(),
    periodic: /* @__PURE__ */ p.bool(true),
    beta: /* @__PURE__ */ p.number(12),
    dtype: /* @__PURE__ */ p.dtype('float32'),
  },
  traits: { creation: true, steep: true },
  infer: (_inputs, { size, dtype }) => windowType('kaiserWindow', size, dtype),
  reference: (_inputs, { size, periodic, beta }, [out]) => {
    const span = spanOf(size as number, periodic)
    for (let i = 0; i < out.data.length; i++)
      out.data[i] = size === 1 ? 1 : i0Of((2 * beta * Math.sqrt(i * (span - i))) / span) / i0Of(beta)
  },
  expand: (_inputs, { size, periodic, beta, dtype }): ArrayValue => {
    if (size === 1) return full([1], 1, { dtype })
    const span = spanOf(size, periodic)
    const places = arange(0, size, 1, { dtype: 'float64' })
    const width = sqrt(multiply(places, subtract(span, places)))
    return astype(divide(i0InDoubles(multiply(width, (2 * beta) / span)), i0Of(beta)), dtype)
  },
})

/**
 * A window made of the sums of a Kaiser window, whose halves add up to 1 in their squares.
 *
 * Shapes: `[size]`. Dtypes: a float, float32 by default.
 *
 * @throws ParamError when `size` is odd, DTypeError when the dtype is not a float
 * @source SciPy, `kaiser_bessel_derived`; ivy, `kaiser_bessel_derived_window`
 * @example kaiserBesselDerivedWindow(4, { beta: 0 }).shape   // [4]
 */
export const kaiserBesselDerivedWindow = /* @__PURE__ */ defineOp({
  name: 'kaiserBesselDerivedWindow',
  doc: 'A window made of the sums of a Kaiser window, whose halves add up to 1 in their squares.',
  inputs: [],
  params: {
    size: /* @__PURE__ */ p.size(),
    beta: /* @__PURE__ */ p.number(12),
    dtype: /* @__PURE__ */ p.dtype('float32'),
  },
  infer: (_inputs, { size, dtype }) => {
    if (pin(size) % 2 === 0) return windowType('kaiserBesselDerivedWindow', size, dtype)
    const because = 'it has two halves, so that its size is even'
    throw new ParamError({ op: 'kaiserBesselDerivedWindow', param: 'size', value: pin(size), because })
  },
  decompose: (_inputs, { size, beta, dtype }): ArrayValue => {
    if (size === 0) return full([0], 0, { dtype })
    const window = kaiserWindow(size / 2 + 1, { beta, periodic: false, dtype })
    const sums = cumulativeSum(slice(window, [0], [size / 2]), { axis: 0 })
    const half = sqrt(divide(sums, sum(window)))
    return concat([half, flip(half)], { axis: 0 })
  },
})
