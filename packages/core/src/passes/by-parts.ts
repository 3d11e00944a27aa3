import type { Composition, OpDef } from '../op.ts'
import { formulas } from './by-parts.gen.ts'
import { PairedValues } from './paired-values.ts'
import type { Pairing } from './pairing.ts'

let known: ReadonlyMap<OpDef, Composition> | undefined

/** Complex numbers as pairs of real ones, with all that is written of ops on them. */
export const byParts: Pairing = {
  pairs: (target, graph) => new PairedValues(target, graph, byParts.byParts),
  byParts(def) {
    known ??= new Map(formulas.map(([op, formula]) => [op.def, formula as unknown as Composition]))
    return known.get(def)
  },
}
