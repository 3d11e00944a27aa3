import type { Lowering } from '@tendril/core/adapter'
import { TfEmitter } from '../saved-model/emitter.ts'
import { tfLowerings } from '../saved-model/lowerings/index.ts'
import type { TfRef } from '../saved-model/ref.ts'
import type { TfjsEmitter } from '../emitter.ts'
import type { Value } from '../value.ts'
import { fallback as kernelFallback, lowerings as kernelLowerings } from './index.ts'
import { hasEmpty } from './lower.ts'

/** What writes a program: calls of tfjs' kernels, or of TensorFlow's operators. */
export type AnyEmitter = TfjsEmitter | TfEmitter
export type AnyValue = Value | TfRef
export type AnyLowering = Lowering<AnyEmitter, AnyValue>

const byOp = (list: readonly { readonly op: string }[]): ReadonlyMap<string, AnyLowering> =>
  new Map((list as readonly AnyLowering[]).map((lowering) => [lowering.op, lowering]))
const [onKernels, onTensorFlow] = [byOp(kernelLowerings), byOp(tfLowerings)]

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
  ...new Set([...onKernels.keys(), ...onTensorFlow.keys()]),
].map((op) => ({
  op,
  emit(e, inputs, params, node) {
    if (!(e instanceof TfEmitter)) return (onKernels.get(op) ?? fallback).emit(e, inputs, params, node)
    const lowering = onTensorFlow.get(op)
    // Values have what `supports` asks of types: a dtype and a shape. Some operators give empty arrays a wrong one.
    const verdict = !hasEmpty(node) && (lowering?.supports?.(inputs as never, params, node.outputs) ?? true)
    return (lowering !== undefined && verdict === true ? lowering : fallback).emit(e, inputs, params, node)
  },
}))
