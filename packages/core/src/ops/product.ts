import { defineOp, type GradientOf } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { axesOf } from './axes.ts'
import { productOfOthers, restored } from './gradient-axes.ts'
import { accumulation, type Num } from './kernels.ts'
import { multiply } from './multiplication.ts'
import { reducedShape, reduceWith, totalDType } from './reduce.ts'

/**
 * Product of the elements over `axis` (null: all); 1 where there are none.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: as for `sum`. Integers wrap.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `prod`
 * @example prod(array([[1, 2], [3, 4]]), { axis: 1 })   // [2, 12]
 */
export const prod = /* @__PURE__ */ defineOp({
  name: 'prod',
  doc: 'Product of the elements over axes.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    dtype: /* @__PURE__ */ p.dtype(null),
    keepdims: /* @__PURE__ */ p.bool(false),
  },
  traits: { reduction: true },
  cast: ([x], { dtype }) => totalDType('prod', x, dtype),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  reference: ([x], { axis }, [out]) => {
    const { one, multiply: times } = accumulation(x.dtype)
    reduceWith<Num>(x, axis, out, (elements) => elements.reduce(times, one))
  },
})

export const prodGradient: GradientOf<typeof prod> = ([x], { axis }, _outs, [g]) => [
  () => multiply(restored(g, x, axis), productOfOthers(x, axis ?? axesOf(x))),
]
