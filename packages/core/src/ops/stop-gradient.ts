import { type ArrayValue, defineOp } from '../op.ts'

/**
 * The array itself, as a constant to `grad`: no gradient flows back through it.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 *
 * @throws ParamError when `x` is no array
 * @source jax.lax.stop_gradient
 * @example grad((x) => x.multiply(stopGradient(x)))(array(3))   // 3
 */
export const stopGradient = /* @__PURE__ */ defineOp({
  name: 'stopGradient',
  doc: 'The array itself, as a constant to gradients.',
  inputs: ['x'],
  params: {},
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => x,
  gradient: 'zero',
})
