import {
  type ConcreteType,
  type Lowering,
  lowerWith,
  mapSizes,
  type NodeInfo,
  pin,
} from '@tendril/core/adapter'
import type { OnnxDType } from './dtypes.ts'
import type { OnnxEmitter } from './emitter.ts'
import type { OnnxRef } from './refs.ts'

export type OnnxLowering = Lowering<OnnxEmitter, OnnxRef>

/** Writes down how ONNX spells one op. */
export const lower = lowerWith<OnnxEmitter, OnnxRef>()

/** Lowerings that spell sizes of their parameters which are no numbers; others have them fixed. */
const takesSizes: ReadonlySet<string> = new Set(
  'reshape broadcastTo tile tril triu slice pad full arange linspace eye oneHot topK nonzero told ofSizes'.split(
    ' ',
  ),
)

/**
 * The lowering as it is used: results without elements are made by their shape alone, as onnxruntime's kernels refuse
 * many empty operands, and float16 results are rounded. Ops that only move elements have nothing to round.
 */
export function guarded(lowering: OnnxLowering): OnnxLowering {
  return {
    ...lowering,
    emit: (emitter, inputs, params, node) => {
      if (node.outputs.every(({ shape }) => shape.includes(0)))
        return node.outputs.map((type) => nothing(emitter, type))
      const given = takesSizes.has(lowering.op) ? params : mapSizes(params, pin)
      const result = lowering.emit(emitter, inputs, given as never, node)
      if (node.op.def.traits.movement || node.outputs.every(({ dtype }) => dtype !== 'float16')) return result
      const refs = Array.isArray(result) ? (result as readonly OnnxRef[]) : [result as OnnxRef]
      const rounded = refs.map((ref, at) => (isHalf(node, at) ? emitter.rounded(ref) : ref))
      return Array.isArray(result) ? rounded : rounded[0]!
    },
  }
}

/** The lowering whose nodes tell where the op comes from. */
export const placed = (lowering: OnnxLowering): OnnxLowering => ({
  ...lowering,
  emit: (emitter, inputs, params, node) =>
    emitter.from(node.loc, () => lowering.emit(emitter, inputs, params, node)),
})

const isHalf = (node: NodeInfo, at: number): boolean => node.outputs[at]!.dtype === 'float16'

/** An array without elements. */
function nothing(emitter: OnnxEmitter, { dtype, shape }: ConcreteType): OnnxRef {
  const zero = emitter.scalar(emitter.carried(dtype as OnnxDType), 0)
  return emitter.node('Expand', [zero, emitter.sizes(shape)], { dtype: zero.dtype, rank: shape.length })
}
