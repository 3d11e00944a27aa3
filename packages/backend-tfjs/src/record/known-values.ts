import type { NDArray } from '@tendril/core/fn'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Stands for the result of a kernel without a counterpart, and for what is made of it. */
export const missing = Symbol('missing')

type Known = NDArray | typeof missing

/** What tensors stand for in one trace. */
export class Values {
  /** What depends on the arguments, on variables or on chance, by the ids of tensors. */
  readonly #ofTensors = new Map<number, Known>()
  /** The same by data, which several tensors may share. */
  readonly #ofData = new Map<object, Known>()
  /** By the ids of tensors. */
  readonly #constants = new Map<number, NDArray>()

  set({ id, dataId }: Tensor, value: Known): void {
    this.#ofTensors.set(id, value)
    // What shares it later may have another dtype, as casts that lose nothing do.
    if (!this.#ofData.has(dataId)) this.#ofData.set(dataId, value)
  }

  setConstant({ id }: Tensor, value: NDArray): void {
    this.#constants.set(id, value)
  }

  /** Whether a tensor itself was met as one that depends on something. */
  isKnown({ id }: Tensor): boolean {
    return this.#ofTensors.has(id)
  }

  depends(tensor: Tensor): boolean {
    return this.isKnown(tensor) || this.#ofData.has(tensor.dataId)
  }

  of({ id }: Tensor): Known | undefined {
    return this.#ofTensors.get(id) ?? this.#constants.get(id)
  }

  ofData(dataId: object): Known | undefined {
    return this.#ofData.get(dataId)
  }
}
