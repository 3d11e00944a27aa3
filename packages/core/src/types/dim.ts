/**
 * Sizes of axes: numbers, or integer polynomials over named sizes. One `infer` per op serves both.
 *
 * A rule never compares two sizes by `===` or by their values but asks `same`, which notes what it had to assume.
 */
import { minus, printDim, termsOf, type Atom, type Dim } from './poly.ts'

export { isPoly, isSymbolic, minus, plus, printDim, symbol, times, type Dim } from './poly.ts'

/** Something a program took for granted: `left` and `right` are equal, or are not. */
export interface Assumption {
  readonly left: Dim
  readonly right: Dim
  readonly equal: boolean
}

/** `n = 2`, `2*m != n` */
export const printAssumption = ({ left, right, equal }: Assumption): string =>
  `${printDim(left)} ${equal ? '=' : '!='} ${printDim(right)}`

/** A question about named sizes that nothing here can answer. */
export class UndecidedSize extends Error {}

/** A size that is divided by one that is 0. */
export class DividedByZero extends RangeError {}

interface Scope {
  readonly hints: ReadonlyMap<string, number>
  readonly noted: Map<string, Assumption>
}

const scopes: Scope[] = []

function currentScope(asked: string): Scope {
  const scope = scopes.at(-1)
  if (scope === undefined) throw new UndecidedSize(`${asked} is decided inside of assuming() only.`)
  return scope
}

/** Names of sizes and a number, none of them subtracted: such as `2*n+1`. */
const aboveZero = /^[^-(]+\+\d+$/

/**
 * Whether two sizes are equal.
 *
 * Equal polynomials are equal, and those that differ by a number, or by one above 0 and sizes, are not. Any other pair is
 * decided by the hints of the innermost `assuming`, and the answer is noted there.
 *
 * @throws UndecidedSize when the symbols decide and no `assuming` is open
 */
export function same(a: Dim, b: Dim): boolean {
  if (a === b) return true
  if (typeof a === 'number' && typeof b === 'number') return false
  const more = minus(a, b)
  if (typeof more === 'number' || aboveZero.test(more.text)) return false
  const key = `${printDim(a)}=${printDim(b)}`
  const scope = currentScope(key)
  const known = scope.noted.get(key)
  if (known) return known.equal
  const equal = evaluate(a, scope.hints) === evaluate(b, scope.hints)
  scope.noted.set(key, Object.freeze({ left: a, right: b, equal }))
  return equal
}

/**
 * The number that a size has under the hints of the innermost `assuming`, noted there as an assumption.
 *
 * For rules that need a number; the program then serves this size only.
 *
 * @throws UndecidedSize when `d` is symbolic and no `assuming` is open
 */
export function pin(d: Dim): number {
  if (typeof d === 'number') return d
  const size = evaluate(d, currentScope(printDim(d)).hints)
  same(d, size)
  return size
}

/**
 * Runs `fn` where `same` may answer by the sizes in `hints`; returns its value and what `same` assumed.
 *
 * Synchronous. Scopes nest and the innermost one answers. What `fn` throws passes through, its assumptions are dropped.
 */
export function assuming<T>(
  hints: ReadonlyMap<string, number>,
  fn: () => T,
): { value: T; assumptions: readonly Assumption[] } {
  const scope: Scope = { hints, noted: new Map() }
  scopes.push(scope)
  try {
    const value = fn()
    return { value, assumptions: [...scope.noted.values()] }
  } finally {
    scopes.pop()
  }
}

/** What the innermost `assuming` has assumed up to now. */
export const assumedSoFar = (): readonly Assumption[] => [...(scopes.at(-1)?.noted.values() ?? [])]

/** Whether every assumption is true of these sizes. */
export function holds(assumptions: readonly Assumption[], sizes: ReadonlyMap<string, number>): boolean {
  return assumptions.every(
    ({ left, right, equal }) => (evaluate(left, sizes) === evaluate(right, sizes)) === equal,
  )
}

/**
 * The value of `d` where every symbol has the given size.
 *
 * @throws UndecidedSize when a symbol has no size, DividedByZero
 */
export function evaluate(d: Dim, sizes: ReadonlyMap<string, number>): number {
  if (typeof d === 'number') return d
  let sum = 0
  for (const { factor, atoms } of d.terms) {
    let value = factor
    for (const atom of atoms) value *= valueOf(atom, sizes)
    sum += value
  }
  return sum + 0
}

/** Whether a size is a single name. */
export const isSymbol = (d: Dim): boolean =>
  typeof d !== 'number' &&
  d.terms.length === 1 &&
  d.terms[0]!.factor === 1 &&
  d.terms[0]!.atoms.length === 1 &&
  !d.terms[0]!.atoms[0]!.floor

/** The names in `d`, those inside `floor` included, each once, in order of appearance. */
export function symbolsOf(d: Dim): readonly string[] {
  const names = new Set<string>()
  const visit = (dim: Dim): void => {
    for (const atom of termsOf(dim).flatMap((term) => term.atoms)) {
      if (!atom.floor) names.add(atom.text)
      else [atom.floor.of, atom.floor.by].forEach(visit)
    }
  }
  visit(d)
  return [...names]
}

function valueOf(atom: Atom, sizes: ReadonlyMap<string, number>): number {
  if (!atom.floor) {
    const size = sizes.get(atom.text)
    if (size === undefined) throw new UndecidedSize(`The size ${atom.text} has no value here.`)
    return size
  }
  const by = evaluate(atom.floor.by, sizes)
  if (by === 0) throw new DividedByZero(`${atom.text} divides by 0 here.`)
  return Math.floor(evaluate(atom.floor.of, sizes) / by) + 0
}
