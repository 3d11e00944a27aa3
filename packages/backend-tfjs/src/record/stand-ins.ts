import type { Tensor } from '@tensorflow/tfjs-core'
import { NDArray } from '@tendril/core/fn'
import { elementsOf } from '../device.ts'
import type { KernelInputs, TfEngine } from './hooks.ts'
import type { Out } from './kernel.ts'

const isTraced = (value: unknown): value is NDArray => value instanceof NDArray && value.recorder !== null

/** Gives a traced array what tfjs asks a tensor for before it runs a kernel; the kernel is given one that stands for it. */
export function dress(value: NDArray): void {
  Object.defineProperties(value, {
    throwIfDisposed: { value: (): void => {} },
    isDisposed: { value: false },
    rank: { value: value.ndim },
    rankType: { value: value.ndim < 5 ? String(value.ndim) : 'higher' },
  })
}

/** The inputs of a kernel with tensors in place of traced arrays; the same object where there are none. */
export function standing(inputs: KernelInputs, standFor: (value: NDArray) => Tensor): KernelInputs {
  const real = (one: unknown): unknown => (isTraced(one) ? standFor(one) : one)
  const all = Object.values(inputs)
  if (!all.flat().some(isTraced)) return inputs
  if (Array.isArray(inputs)) return (inputs as unknown[]).map(real) as unknown as KernelInputs
  return Object.fromEntries(
    Object.entries(inputs).map(([key, one]) => [key, Array.isArray(one) ? one.map(real) : real(one)]),
  ) as KernelInputs
}

/** A tensor that stands for an array of td; what is read of it comes from the graph. */
export function emptyTensor(engine: TfEngine, { dtype, shape, size }: NDArray): Tensor {
  const tensor = engine.makeTensor(new elementsOf[dtype as Out['dtype']](size), [...shape], dtype)
  // It outlives the function of tfjs that asked for it.
  tensor.kept = true
  return tensor
}

/** Printing reads nothing, as it is done once and by no graph. */
export const printed = ({ dtype, shape }: Tensor): string => `traced Tensor ${dtype}[${shape}]`
