import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { TraceHost } from '@tendril/core/adapter'
import type { NDArray } from '@tendril/core/fn'
import type { Tf } from '../tf.ts'

export const isVariable = (tensor: Tensor): tensor is Variable => 'assign' in tensor && 'trainable' in tensor

/** What variables held before the trace that runs now changed them; what it reads is computed of that. */
const before = new WeakMap<Variable, Tensor>()

/** The variables that a trace meets: read again at each call, written at each call, and as they were when it ends. */
export class Variables {
  readonly #tf: Tf
  readonly #host: TraceHost
  /** What the trace has made of them so far. */
  readonly #values = new Map<Variable, NDArray>()
  /** Made while tracing: they belong to the function. */
  readonly #own = new Set<Variable>()
  /** What they held before the trace. */
  readonly #before = new Map<Variable, Tensor>()

  constructor(tf: Tf, host: TraceHost) {
    this.#tf = tf
    this.#host = host
  }

  value(variable: Variable): NDArray {
    const known = this.#values.get(variable)
    if (known !== undefined) return known
    let held: { readonly dataId: object; readonly array: NDArray } | undefined
    const read = (): NDArray => {
      // The same array as long as the variable holds the same data, so that copies on other engines serve again.
      const { dataId } = before.get(variable) ?? variable
      if (held?.dataId !== dataId) {
        // Its data would stay until the garbage collector finds it, which no loop of training steps lets it.
        held?.array.dispose()
        held = { dataId, array: this.#host.wrap(before.get(variable) ?? variable) as NDArray }
      }
      return held.array
    }
    const value = this.#host.slot(variable, read, variable.name) as NDArray
    this.#values.set(variable, value)
    return value
  }

  make(variable: Variable, value: NDArray): void {
    this.#own.add(variable)
    this.#values.set(variable, value)
    this.#keep(variable)
  }

  /** To be called before the variable really changes. */
  assign(variable: Variable, value: NDArray): void {
    this.#keep(variable)
    this.#values.set(variable, value)
    if (this.#own.has(variable)) return
    const sink = (array: unknown): void => {
      const tensor = this.#host.unwrap(array as NDArray, variable) as Tensor
      variable.assign(tensor)
      tensor.dispose()
    }
    this.#host.write(variable, value, sink, variable.name)
  }

  /** The variable from outside whose data this is, which each call finds changed. */
  holding(dataId: object, all: Readonly<Record<string, Variable>>): Variable | undefined {
    return Object.values(all).find((one) => one.dataId === dataId && !this.#own.has(one))
  }

  /** Variables that outlive the run are found by the next one. */
  get hasNew(): boolean {
    return [...this.#own].some((variable) => !variable.isDisposed)
  }

  restore(): void {
    for (const [variable, tensor] of this.#before) {
      before.delete(variable)
      if (!variable.isDisposed) variable.assign(tensor)
      tensor.dispose()
    }
  }

  #keep(variable: Variable): void {
    if (this.#before.has(variable)) return
    const tensor = this.#tf.keep(variable.clone())
    this.#before.set(variable, tensor)
    before.set(variable, tensor)
  }
}
