import type { Tensor } from '@tensorflow/tfjs-core'
import type { KernelInputs } from './hooks.ts'

/** Data that was made of the arguments of a traced call and that its function kept, by `tf.keep`. */
const leftBehind = new WeakSet<object>()

/** Whether data is state that an earlier run of a function left behind: the values of that one run. */
export const isLeftBehind = (dataId: object): boolean => leftBehind.has(dataId)

/** Whether a kernel is given such data. */
export const takesLeftBehind = (inputs: KernelInputs): boolean =>
  (Object.values(inputs).flat() as (Tensor | null | undefined)[]).some(
    (one) => one && isLeftBehind(one.dataId),
  )

/** The tensors that a function makes while it is traced, and what becomes of them when it has returned. */
export class Made {
  /** What depends on the arguments. */
  readonly #ofArguments = new Set<Tensor>()
  readonly #standIns = new Set<Tensor>()
  /** What depends on variables or on chance alone. */
  readonly #ofOthers = new Set<Tensor>()

  argument(tensor: Tensor): void {
    this.#ofArguments.add(tensor)
  }

  /** An argument that the function does not see itself. */
  standIn(tensor: Tensor): void {
    this.#ofArguments.add(tensor)
    this.#standIns.add(tensor)
  }

  add(tensor: Tensor, from: readonly (Tensor | undefined)[]): void {
    const isOfArguments = from.some((one) => one !== undefined && this.#ofArguments.has(one))
    ;(isOfArguments ? this.#ofArguments : this.#ofOthers).add(tensor)
  }

  /** Whether later runs may find some of them: the state of a layer, or what is computed or drawn once. */
  get isFoundLater(): boolean {
    const isAlive = (tensor: Tensor): boolean => !tensor.isDisposed
    return [...this.#ofOthers].some(isAlive) || [...this.#ofArguments].some((one) => isAlive(one) && one.kept)
  }

  /** Nobody is to find elements that depend on the arguments of one run. */
  end(): void {
    for (const tensor of this.#ofArguments) {
      if (this.#isKept(tensor)) leftBehind.add(tensor.dataId)
      else if (!tensor.isDisposed) tensor.dispose()
    }
  }

  #isKept(tensor: Tensor): boolean {
    return tensor.kept && !tensor.isDisposed && !this.#standIns.has(tensor)
  }
}
