import type { Value } from '../interpreter.ts'
import type { Key } from '../numerics/threefry.ts'
import type { Op, Params } from '../op.ts'
import type { Engine } from '../runtime/engine.ts'
import { drawOp } from '../runtime/draws.ts'
import { keyOfDraw, reserve } from '../runtime/random-stream.ts'
import type { Path } from './path.ts'

/** Random arrays and keys that are drawn once, while tracing; a run that follows an earlier one has those of that one. */
export class BakedDraws {
  /** In the order of the function. */
  readonly drawn: unknown[] = []
  readonly #engine: Engine
  readonly #path: Path | undefined

  constructor(engine: Engine, path: Path | undefined) {
    this.#engine = engine
    this.#path = path
  }

  /** What a random op gives. */
  arrays(op: Op, params: Params): readonly Value[] {
    if (params['key'] !== null) return drawOp(this.#engine, { op, params }, 0)
    return this.#once(() => drawOp(this.#engine, { op, params: { ...params, key: { draw: 0 } } }, reserve(1)))
  }

  /** The key of a composite that draws. */
  key(): Key {
    return this.#once(() => keyOfDraw({ draw: 0 }, reserve(1)))
  }

  /** What was drawn already. */
  keep<T>(drawn: T): T {
    return this.#once(() => drawn)
  }

  #once<T>(draw: () => T): T {
    const drawn = (this.#path?.drawnAgain() as T | undefined) ?? draw()
    this.drawn.push(drawn)
    return drawn
  }
}
