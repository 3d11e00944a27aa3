import { type Lowering, lowerWith, type NodeInfo } from '@tendril/core/adapter'
import type { OnnxEmitter } from './emitter.ts'
import type { OnnxRef } from './refs.ts'

export type OnnxLowering = Lowering<OnnxEmitter, OnnxRef>

/** Writes down how ONNX spells one op. */
export const lower = lowerWith<OnnxEmitter, OnnxRef>()

/** The lowering with its float16 results rounded; ops that only move elements have nothing to round. */
export function rounding(lowering: OnnxLowering): OnnxLowering {
  return {
    ...lowering,
    emit: (emitter, inputs, params, node) => {
      const result = lowering.emit(emitter, inputs, params, node)
      if (node.op.def.traits.movement || node.outputs.every(({ dtype }) => dtype !== 'float16')) return result
      const refs = Array.isArray(result) ? (result as readonly OnnxRef[]) : [result as OnnxRef]
      const rounded = refs.map((ref, at) => (isHalf(node, at) ? emitter.rounded(ref) : ref))
      return Array.isArray(result) ? rounded : rounded[0]!
    },
  }
}

const isHalf = (node: NodeInfo, at: number): boolean => node.outputs[at]!.dtype === 'float16'
