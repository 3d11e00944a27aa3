import type { Dim } from '@tendril/core/adapter'
import type { TfType } from './program.ts'

/** A value of a program. What lies with channels last is brought into order when something asks for it so. */
export class TfRef {
  readonly dtype: TfType
  readonly shape: readonly Dim[]
  /** The same elements with axis 1 behind the others. */
  readonly last: TfRef | undefined
  #name: string | undefined
  readonly #make: (() => string) | undefined

  constructor(name: string | (() => string), dtype: TfType, shape: readonly Dim[], last?: TfRef) {
    this.dtype = dtype
    this.shape = shape
    this.last = last
    if (typeof name === 'string') this.#name = name
    else this.#make = name
  }

  get name(): string {
    return (this.#name ??= this.#make!())
  }
  /** Whether the elements exist with channels last only. */
  get isMoved(): boolean {
    return this.#name === undefined
  }
  get rank(): number {
    return this.shape.length
  }
  get isFloat(): boolean {
    return this.dtype === 'float32' || this.dtype === 'float64'
  }
}

/** Sizes with axis 1 behind the others. */
export const lastShape = (shape: readonly Dim[]): readonly Dim[] => [shape[0]!, ...shape.slice(2), shape[1]!]
