import { defineOp, type GradientOf } from '../op.ts'
import { broadcastStrides, forEachIndex } from './kernels.ts'
import { copyElement } from './copies.ts'
import { accept, broadcastTypes, commonDType } from './type-rules.ts'

/**
 * Elements of `x1` where the condition is true, of `x2` elsewhere.
 *
 * Shapes: all three broadcast. Dtypes: the condition is bool; `x1` and `x2` any, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the condition is not bool
 * @source array API standard, `where`
 * @example where(array([true, false]), array([1, 2]), 0)   // [1, 0]
 */
export const where = /* @__PURE__ */ defineOp({
  name: 'where',
  doc: 'Elements of the first array where the condition is true, of the second elsewhere.',
  inputs: ['condition', 'x1', 'x2'],
  params: {},
  traits: { partwise: true, elementwise: true, exact: true },
  cast: ([condition, x1, x2]) => {
    const values = commonDType('where', [x1, x2])
    return [accept('where', 'bool', commonDType('where', [condition])), values, values]
  },
  infer: (types) => broadcastTypes('where', types, types[1].dtype),
  reference: (inputs, _params, [out]) => {
    const [condition, x1, x2] = inputs
    const strides = inputs.map((input) => broadcastStrides(input.shape, out.shape))
    forEachIndex(out.shape, strides, (at, places) => {
      const isTrue = condition.data[places[0]!] !== 0
      copyElement(isTrue ? x1 : x2, places[isTrue ? 1 : 2]!, out, at)
    })
  },
})

export const whereGradient: GradientOf<typeof where> = ([condition], _params, _outs, [g]) => [
  null,
  () => where(condition, g, 0),
  () => where(condition, 0, g),
]
