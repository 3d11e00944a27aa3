import type { MaybePromise } from '../../runtime/backend.ts'
import { isInteger, type TypedArray } from '../../types/dtype.ts'
import type { Path } from '../../trace/path.ts'
import type { Piece } from '../../trace/piece.ts'
import { Walk } from '../../trace/walk.ts'
import { EndlessCall, withTurnLimit } from '../../runtime/turn-limit.ts'
import type { NDArray } from '../../runtime/nd-array.ts'

/** Of one loop that is an op of the graph. */
export const mostTurns = 4096
const mostReads = 500
const mostNodes = 20_000
/** Integers beyond this one are not taken for numbers of turns or sizes. */
const largestCount = 65_536

/** A call that ends when the function does not. */
export class GuardedWalk extends Walk {
  #reads = 0
  #nodes = 0

  override path(): Path {
    const path = super.path()
    const added = path.added.bind(path)
    path.added = () => {
      if (++this.#nodes > mostNodes) throw new EndlessCall()
      added()
    }
    return path
  }

  override run(piece: Piece): readonly NDArray[] {
    return withTurnLimit(mostTurns, () => super.run(piece))
  }

  override read(piece: Piece): MaybePromise<readonly TypedArray[]> {
    if (++this.#reads > mostReads) throw new EndlessCall()
    const values = super.read(piece)
    return values instanceof Promise ? values.then((given) => counted(piece, given)) : counted(piece, values)
  }
}

function counted({ ending }: Piece, values: readonly TypedArray[]): readonly TypedArray[] {
  values.forEach((data, i) => {
    const { dtype } = ending.outputs[i]!.type
    const isLarge = isInteger(dtype) && [...data].some((value) => Math.abs(Number(value)) > largestCount)
    if (isLarge) throw new EndlessCall()
  })
  return values
}
