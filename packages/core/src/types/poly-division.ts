import {
  type Atom,
  type Dim,
  type Poly,
  type Term,
  collect,
  intern,
  leading,
  minus,
  plus,
  printDim,
  termsOf,
  times,
} from './poly.ts'

const symbolPattern = /^[\p{L}\p{N}_$]+$/u

/**
 * `a / b` rounded towards minus infinity; `b` is taken as non-zero where it is symbolic.
 *
 * Whole parts are taken out, common factors cancelled and nested floors merged, so equal quotients mostly are
 * the same object: `floor((2n+1)/2)` is `n`, `floor((h+1)/2)` is `floor((h-1)/2)+1`.
 *
 * @throws RangeError when `b` is the number 0
 */
export function floorDiv(a: Dim, b: Dim): Dim {
  if (b === 0) throw new RangeError(`The size ${printDim(a)} cannot be divided by 0.`)
  // Exact for safe integers: the rounding error of a / b is below 1 / (2b).
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b) + 0
  if (leading(b).factor < 0) return floorDiv(times(a, -1), times(b, -1))
  const { whole, rest } = divide(a, b)
  if (rest === 0) return whole
  return plus(whole, typeof b === 'number' ? floorByNumber(rest, b) : floorByPoly(rest, b))
}

/** `a = whole * b + rest`, where the factors of `rest` are reduced modulo the leading factor of `b`. */
function divide(a: Dim, b: Dim): { whole: Dim; rest: Dim } {
  if (typeof b === 'number') {
    const counts = termsOf(a).map((term) => ({ factor: wholePart(term, b), atoms: term.atoms }))
    const whole = collect(counts)
    return { whole, rest: minus(a, times(whole, b)) }
  }
  const head = leading(b)
  let whole: Dim = 0
  let rest: Dim = 0
  for (let left = a; left !== 0;) {
    const top = leading(left)
    const atoms = without(top.atoms, head.atoms)
    const count = atoms ? wholePart(top, head.factor) : 0
    const step = collect([{ factor: count, atoms: atoms ?? [] }])
    const kept = collect([{ factor: top.factor - count * head.factor, atoms: top.atoms }])
    whole = plus(whole, step)
    rest = plus(rest, kept)
    left = minus(minus(left, times(step, b)), kept)
  }
  return { whole, rest }
}

/** Constants leave a rest in (-k, 0], so that a convolution of stride 2 reads `floor((h-1)/2)+1`. */
const wholePart = ({ factor, atoms }: Term, k: number): number =>
  (atoms.length > 0 ? Math.floor(factor / k) : Math.ceil(factor / k)) + 0

function floorByNumber(a: Dim, k: number): Dim {
  if (typeof a === 'number') return Math.floor(a / k)
  const free = a.terms.filter((term) => term.atoms.length > 0)
  const constant = a.terms.find((term) => term.atoms.length === 0)?.factor ?? 0
  const common = free.reduce((g, term) => gcd(g, term.factor), k)
  if (common > 1) {
    const rest = free.map((term) => ({ factor: term.factor / common, atoms: term.atoms }))
    return floorDiv(plus(collect(rest), Math.floor(constant / common)), k / common)
  }
  // floor((floor(p/q)+c)/k) is floor((p+q*c)/(q*k)): stacked strides become one.
  const inner =
    free.length === 1 && free[0]!.factor === 1 && free[0]!.atoms.length === 1
      ? free[0]!.atoms[0]!.floor
      : undefined
  if (inner) return floorDiv(plus(inner.of, times(inner.by, constant)), times(inner.by, k))
  return floorAtom(a, k)
}

function floorByPoly(a: Dim, b: Poly): Dim {
  const terms = [...termsOf(a), ...b.terms]
  const common = terms.reduce((g, term) => gcd(g, term.factor), 0)
  let atoms: readonly Atom[] = terms[0]!.atoms
  for (const term of terms) atoms = shared(atoms, term.atoms)
  if (common === 1 && atoms.length === 0) return floorAtom(a, b)
  const reduced = (d: Dim): Dim =>
    collect(termsOf(d).map((term) => ({ factor: term.factor / common, atoms: without(term.atoms, atoms)! })))
  return floorDiv(reduced(a), reduced(b))
}

function floorAtom(of: Dim, by: Dim): Poly {
  const above = termsOf(of).length > 1 ? `(${printDim(of)})` : printDim(of)
  const below = symbolPattern.test(printDim(by)) ? printDim(by) : `(${printDim(by)})`
  return intern([{ factor: 1, atoms: [{ text: `floor(${above}/${below})`, floor: { of, by } }] }])
}

const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b))

/** `atoms` less `taken`, or undefined when one is missing. */
function without(atoms: readonly Atom[], taken: readonly Atom[]): Atom[] | undefined {
  const left = [...atoms]
  for (const { text } of taken) {
    const i = left.findIndex((atom) => atom.text === text)
    if (i < 0) return undefined
    left.splice(i, 1)
  }
  return left
}

/** The atoms in both lists, as often as in both. */
function shared(x: readonly Atom[], y: readonly Atom[]): Atom[] {
  const left = [...y]
  return x.filter(({ text }) => {
    const i = left.findIndex((atom) => atom.text === text)
    if (i >= 0) left.splice(i, 1)
    return i >= 0
  })
}
