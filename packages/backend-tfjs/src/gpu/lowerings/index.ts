import { control } from '../../lowerings/control.ts'
import { convolutions } from '../../lowerings/convolutions.ts'
import { fallback, hasEmpty, type TfjsLowering } from '../../lowerings/lower.ts'
import { matrices } from '../../lowerings/matrices.ts'
import { movement } from '../../lowerings/movement.ts'
import { pooling } from '../../lowerings/pooling.ts'
import { reductions } from '../../lowerings/reductions.ts'
import { elements } from './elements.ts'
import { parts } from './parts.ts'

/** Ops whose steps are the same as on other devices, done by shaders. */
const shared = new Set([
  'reshape',
  'permuteDims',
  'broadcastTo',
  'flip',
  'slice',
  'take',
  'full',
  'matmul',
  'convolution',
  'maxPooling',
  'avgPooling',
  'cumulativeSum',
  'cumulativeProd',
])

/** Ops that WebGL computes with integers rightly, though it keeps them as floats. */
const fitsFloats = new Set(['astype', 'argmax', 'argmin', 'reshape', 'full'])

const onWebGl = (op: string, node: Parameters<TfjsLowering['emit']>[3]): boolean => {
  const isInteger = (type: { readonly dtype: string } | null): boolean => type?.dtype === 'int32'
  if (op === 'take' || op === 'takeAlongAxis') return !isInteger(node.inputs[0]!)
  if (op === 'argmax' || op === 'argmin') return !isInteger(node.inputs[0]!)
  return fitsFloats.has(op) || ![...node.inputs, ...node.outputs].some(isInteger)
}

const byOp = new Map(
  [
    ...[...movement, ...matrices, ...convolutions, ...pooling, ...reductions].filter(({ op }) =>
      shared.has(op),
    ),
    ...elements,
    ...parts,
  ].map((lowering) => [lowering.op, lowering]),
)

const guarded = (lowering: TfjsLowering): TfjsLowering => ({
  ...lowering,
  emit(e, inputs, params, node) {
    const fits = !hasEmpty(node) && (e.device !== 'webgl' || onWebGl(lowering.op, node))
    return (fits ? lowering : fallback).emit(e, inputs, params, node)
  },
})

/** How GPUs spell ops; what no shader does right goes to the host. */
export const gpuLowerings: readonly TfjsLowering[] = [...control, ...[...byOp.values()].map(guarded)]
