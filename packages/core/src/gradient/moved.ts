import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'

/** A copy on another engine; its gradient goes back to where the array is. */
export const moved = /* @__PURE__ */ defineOp({
  name: 'toBackend',
  doc: 'The array on another engine.',
  inputs: ['x'],
  params: {},
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => x,
})

export const movedGradient: GradientOf<typeof moved> = ([x], _params, _outs, [g]) => [
  () => (x as NDArray).engine.adopt(g as NDArray),
]
