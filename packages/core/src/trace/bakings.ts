import type { Engine } from '../runtime/engine.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Runnable } from '../runtime/program.ts'
import { Baking } from './baking.ts'
import type { TraceOptions } from './options.ts'
import { bakedProgramOf, type DTypePolicy, type Variant } from './variant.ts'

/** The programs of a graph in which what slots hold is constant. */
export class Bakings {
  readonly #engine: Engine
  readonly #policy: DTypePolicy
  readonly #options: TraceOptions
  readonly #byVariant = new WeakMap<Variant, Baking>()

  constructor(engine: Engine, policy: DTypePolicy, options: TraceOptions) {
    this.#engine = engine
    this.#policy = policy
    this.#options = options
  }

  /** The program of a variant with what its slots hold now as constants, where that pays. */
  programFor(variant: Variant, held: readonly NDArray[]): Runnable | undefined {
    // What a graph itself writes changes at each call.
    const pays =
      held.length > 0 && variant.trace.raw.writes.length === 0 && this.#options.arrayCaching !== false
    if (!pays) return undefined
    const baking = this.#byVariant.get(variant) ?? new Baking()
    this.#byVariant.set(variant, baking)
    return baking.programFor(held, () =>
      bakedProgramOf(variant, held, this.#engine, this.#policy, this.#options),
    )
  }

  dispose(variant: Variant): void {
    this.#byVariant.get(variant)?.dispose()
  }
}
