import { floorDiv } from './poly-division.ts'
import { minus, type Dim } from './poly.ts'
import { same } from './dim.ts'

/** Further apart than two sizes are. */
const far = 2 ** 40

/**
 * Whether one size is at least another; an answer that the symbols decide is noted as one of `same`.
 *
 * @throws UndecidedSize as `same`
 */
export function atLeast(a: Dim, b: Dim): boolean {
  const more = minus(a, b)
  if (typeof more === 'number') return more >= 0
  if (isNeverNegative(more)) return true
  if (typeof b === 'number' && isNeverNegative(a)) return !same(floorDiv(a, b), 0)
  return !same(floorDiv(more, far), -1)
}

/** Whether a size is 0 or more whatever its symbols are. */
function isNeverNegative(d: Dim): boolean {
  if (typeof d === 'number') return d >= 0
  return d.terms.every(
    ({ factor, atoms }) =>
      factor >= 0 && atoms.every(({ floor }) => !floor || [floor.of, floor.by].every(isNeverNegative)),
  )
}
