import type { Lowering } from '@tendril/core/adapter'
import { TfEmitter } from '../saved-model/emitter.ts'
import { tfLowerings } from '../saved-model/lowerings/index.ts'
import type { TfRef } from '../saved-model/ref.ts'
import type { TfjsEmitter } from '../emitter.ts'
import type { Value } from '../value.ts'
import { isGpu } from '../gpu/device.ts'
import { gpuLowerings } from '../gpu/lowerings/index.ts'
import { fallback as kernelFallback, lowerings as kernelLowerings } from './index.ts'
import { isNative } from '../tensorflow.ts'
import { hasEmpty } from './lower.ts'

/** What writes a program: calls of tfjs' kernels, or of TensorFlow's operators. */
export type AnyEmitter = TfjsEmitter | TfEmitter
export type AnyValue = Value | TfRef
export type AnyLowering = Lowering<AnyEmitter, AnyValue>

const byOp = (list: readonly { readonly op: string }[]): ReadonlyMap<string, AnyLowering> =>
  new Map((list as readonly AnyLowering[]).map((lowering) => [lowering.op, lowering]))
const [onKernels, onTensorFlow, onGpu] = [byOp(kernelLowerings), byOp(tfLowerings), byOp(gpuLowerings)]

const spellingsOf = (device: string | undefined): ReadonlyMap<string, AnyLowering> =>
  isNative(device) ? onTensorFlow : isGpu(device) ? onGpu : onKernels

/** On the host, where an operator or kernel cannot do it. */
export const fallback: AnyLowering = {
  op: '*',
  emit: (e, inputs, params, node) =>
    e instanceof TfEmitter
      ? e.host(inputs.flat() as (TfRef | undefined)[])
      : (kernelFallback as AnyLowering).emit(e, inputs, params, node),
}

/** For each op that the kernels or the operators spell, the spelling of the device at hand. */
export const lowerings: readonly AnyLowering[] = [
  ...new Set([...onKernels.keys(), ...onTensorFlow.keys(), ...onGpu.keys()]),
].map((op) => ({
  op,
  supports(inputs, params, outputs, device) {
    const lowering = spellingsOf(device).get(op)
    return lowering === undefined
      ? 'it has no spelling on this device'
      : (lowering.supports?.(inputs, params, outputs, device) ?? true)
  },
  emit(e, inputs, params, node) {
    // Some operators give empty arrays a wrong dtype or shape.
    const onHost = e instanceof TfEmitter && hasEmpty(node)
    const spellings = e instanceof TfEmitter ? onTensorFlow : spellingsOf(e.device)
    return (onHost ? fallback : spellings.get(op)!).emit(e, inputs, params, node)
  },
}))
