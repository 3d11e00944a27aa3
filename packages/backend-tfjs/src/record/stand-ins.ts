import type { Tensor } from '@tensorflow/tfjs-core'
import { NDArray } from '@tendril/core/fn'
import type { KernelInputs } from './hooks.ts'

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
