import { type NDArray, random, type TraceError } from '@tendril/core/fn'
import type { Tensor } from '@tensorflow/tfjs-core'
import { distributionOf } from './random-tensors.ts'
import { drawError, randomError } from './refusals.ts'
import { type Line, userLine } from './user-line.ts'

/** The numbers that `Math.random` gave in one trace, until a tensor is made of them. */
export class Chance {
  /** Seeds that tfjs drew, and where it was asked to. */
  readonly #seeds = new Map<number, Line>()
  #outside: Line | undefined

  drawn(value: number, below: CallableFunction, isOfTfjs: boolean): void {
    if (isOfTfjs) this.#seeds.set(value, userLine(below))
    else this.#outside ??= userLine(below)
  }

  /** Whether tfjs drew this seed, which is used up by that. */
  take(seed: number): boolean {
    return this.#seeds.delete(seed)
  }

  /** The seed that tfjs drew last; all are used up by that. */
  takeLast(): number | undefined {
    const last = [...this.#seeds.keys()].at(-1)
    this.#seeds.clear()
    return last
  }

  /** What the function drew and no graph shows: a number that it used by itself. */
  get lost(): readonly [TraceError, Line] | undefined {
    if (this.#outside !== undefined) return [randomError(), this.#outside]
    const [line] = this.#seeds.values()
    return line && [drawError(), line]
  }
}

/** The op that draws as tfjs drew the elements of a tensor by a seed, if there is one. */
export function drawOf(
  values: ArrayLike<number>,
  { dtype, shape }: Tensor,
  seed: number,
): (() => NDArray) | undefined {
  const found = dtype === 'float32' ? distributionOf(values, seed) : undefined
  if (found === undefined) return undefined
  const { kind, offset, scale } = found
  return () =>
    kind === 'uniform'
      ? random.uniform({ low: offset, high: offset + scale, shape: [...shape] })
      : random.normal({ mean: offset, std: scale, shape: [...shape] })
}
