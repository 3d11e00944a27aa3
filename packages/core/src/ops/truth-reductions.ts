import { defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { reduceWith, reducedShape } from './reduce.ts'

/**
 * Whether an element over `axis` (null: all) is true; false where there are none.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: any; everything but zero is true, NaN too. Gives bool.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `any`
 * @example any(array([false, true]))   // true
 */
export const any = /* @__PURE__ */ defineOp({
  name: 'any',
  doc: 'Whether an element over axes is true.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: () => 'bool',
  infer: ([x], { axis, keepdims }) => tensorType('bool', reducedShape(x, axis, keepdims)),
  reference: ([x], { axis }, [out]) =>
    reduceWith<number>(x, axis, out, (elements) => Number(elements.includes(1))),
})

/**
 * Whether all elements over `axis` (null: all) are true; true where there are none.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: any; everything but zero is true, NaN too. Gives bool.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `all`
 * @example all(array([false, true]))   // false
 */
export const all = /* @__PURE__ */ defineOp({
  name: 'all',
  doc: 'Whether all elements over axes are true.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: () => 'bool',
  infer: ([x], { axis, keepdims }) => tensorType('bool', reducedShape(x, axis, keepdims)),
  reference: ([x], { axis }, [out]) =>
    reduceWith<number>(x, axis, out, (elements) => Number(!elements.includes(0))),
})
