import type { TensorInfo } from '@tensorflow/tfjs-core'
import { BackendError } from '@tendril/core/adapter'

/** An array whose elements wait for the host: a step before it computes there what no shader does. */
export class Later implements TensorInfo {
  readonly shape: number[]
  readonly dtype: TensorInfo['dtype']
  /** Ends when the array is there, or never will be. */
  readonly settled: Promise<void>
  readonly #device: string
  #info: TensorInfo | undefined
  #failure: { readonly cause: unknown } | undefined

  constructor(
    device: string,
    { shape, dtype }: Pick<TensorInfo, 'shape' | 'dtype'>,
    info: Promise<TensorInfo>,
  ) {
    this.#device = device
    this.shape = shape
    this.dtype = dtype
    this.settled = info.then(
      (found) => {
        this.#info = found
      },
      (cause: unknown) => {
        this.#failure = { cause }
      },
    )
  }

  get isPending(): boolean {
    return this.#info === undefined && this.#failure === undefined
  }

  /** @throws BackendError while the array is computed, or what its computation threw */
  get dataId(): object {
    return this.info.dataId
  }

  /** @throws BackendError while the array is computed, or what its computation threw */
  get info(): TensorInfo {
    if (this.#info !== undefined) return this.#info
    if (this.#failure !== undefined) throw this.#failure.cause
    throw new BackendError({
      backend: this.#device,
      because: 'the array is still being computed',
      instead: 'Wait for it first: await x.ready()',
    })
  }

  /** The array, or undefined where it failed. */
  get made(): TensorInfo | undefined {
    return this.#info
  }
}

export const isPending = (info: TensorInfo): info is Later => info instanceof Later && info.isPending

/** The array itself, of one that is there. */
export const settledInfo = (info: TensorInfo): TensorInfo => (info instanceof Later ? info.info : info)
