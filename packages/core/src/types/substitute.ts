import { plus, symbol, times, type Atom, type Dim } from './poly.ts'
import { floorDiv } from './poly-division.ts'
import { UndecidedSize, evaluate } from './dim.ts'

/** The value of `d` where every symbol has a size; where one has none, what is left of it. */
export function evaluateOpen(d: Dim, sizes: ReadonlyMap<string, number>): Dim {
  try {
    return evaluate(d, sizes)
  } catch (error) {
    if (error instanceof UndecidedSize) return substitute(d, sizes)
    throw error
  }
}

/** `d` with numbers or other sizes for some of its symbols; the others stay. */
export function substitute(d: Dim, sizes: ReadonlyMap<string, Dim>): Dim {
  if (typeof d === 'number') return d
  const ofAtom = (atom: Atom): Dim => {
    if (atom.floor) return floorDiv(substitute(atom.floor.of, sizes), substitute(atom.floor.by, sizes))
    return sizes.get(atom.text) ?? symbol(atom.text)
  }
  return d.terms.reduce<Dim>(
    (sum, { factor, atoms }) => plus(sum, atoms.map(ofAtom).reduce<Dim>(times, factor)),
    0,
  )
}
