/** Layers that onnxruntime has whole; their sizes stay in the model, so no size becomes a number of the program. */
import { attr } from '../attributes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

interface Typed {
  readonly dtype: string
}

export const singleOnly = ([a]: readonly [Typed, ...unknown[]]): true | string =>
  a.dtype === 'float32' || a.dtype === 'float16' || `onnxruntime's kernel holds float32, not ${a.dtype}`

/** `x @ weight^T + bias`; one product and sum for matrices. */
function linear(e: OnnxEmitter, a: OnnxRef, weight: OnnxRef, bias: OnnxRef | undefined): OnnxRef {
  if (a.rank === 2) return e.node('Gemm', [a, weight, bias], a, { transB: 1 })
  const product = e.node('MatMul', [a, x.transpose(e, weight, [1, 0])], a)
  return bias === undefined ? product : x.add(e, product, bias)
}

/** A number in the sizes of some axes of an array. */
function spread(e: OnnxEmitter, a: OnnxRef, value: number, start: number, end: number): OnnxRef {
  const sizes = e.node('Shape', [a], { dtype: 'int64', rank: 1 }, end === a.rank ? { start } : { start, end })
  return e.node('Expand', [x.number(e, a, value), sizes], { dtype: a.dtype, rank: end - start })
}

/** Ones in the sizes of the axes from `start` to `end`. */
export const onesOf = (e: OnnxEmitter, a: OnnxRef, start: number, end = a.rank): OnnxRef =>
  spread(e, a, 1, start, end)

/** Zeros in the sizes of the axes from `start` to `end`. */
export const zerosOf = (e: OnnxEmitter, a: OnnxRef, start: number, end: number): OnnxRef =>
  spread(e, a, 0, start, end)

export const isTail = (axes: readonly number[], rank: number): boolean =>
  axes.length > 0 && axes.every((axis, i) => axis === rank - axes.length + i)

export const layers: readonly OnnxLowering[] = [
  // BatchNormalization takes the mean off after the scaling, where most digits may cancel.
  lower('batchNorm', (e, [a, mean, variance, weight, bias], { eps, axis }) => {
    const axes = Array.from({ length: a.rank }, (_, i) => i).filter((i) => i !== axis)
    const along = (of: OnnxRef): OnnxRef => x.unsqueeze(e, of, axes)
    const root = x.sqrt(e, x.add(e, variance, e.literal(eps, a.dtype)))
    const centred = x.sub(e, a, along(mean))
    const grown =
      weight === undefined ? x.div(e, centred, along(root)) : x.mul(e, centred, along(x.div(e, weight, root)))
    return bias === undefined ? grown : x.add(e, grown, along(bias))
  }),
  lower('linear', (e, [a, weight, bias]) => linear(e, a, weight, bias)),
  lower(
    'layerNorm',
    (e, [a, weight, bias], { axis, eps }) => {
      const scale = weight ?? onesOf(e, a, axis[0]!)
      return e.node('LayerNormalization', [a, scale, bias], a, { axis: axis[0]!, epsilon: attr.float(eps) })
    },
    {
      supports: (types, { axis }) =>
        isTail(axis, types[0].shape.length) ? singleOnly(types) : 'LayerNormalization takes the last axes',
    },
  ),
]
