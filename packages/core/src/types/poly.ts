/**
 * Integer polynomials over named sizes.
 *
 * A polynomial is interned by its canonical text, so two equal ones are the same object and `===` compares them.
 * What polynomials cannot express is an opaque atom `floor(p/k)`. Sizes are never negative, divisors never zero.
 */

export type Dim = number | Poly

/** A symbol (`floor` undefined) or a rounded-down quotient; the text identifies it. */
export interface Atom {
  readonly text: string
  readonly floor?: { readonly of: Dim; readonly by: Dim }
}

export interface Term {
  readonly factor: number
  readonly atoms: readonly Atom[]
}

/** An integer polynomial with at least one symbol; only the functions of this module make one. */
export class Poly {
  /** Canonical: higher degrees first, then alphabetical, the constant last. */
  readonly text: string
  readonly terms: readonly Term[]

  constructor(text: string, terms: readonly Term[]) {
    this.text = text
    this.terms = Object.freeze(terms)
    Object.freeze(this)
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.text
    // `n * 2` would be NaN and `n + 1` a text: both silently wrong.
    throw new TypeError(`The size ${this.text} is not a number: use plus, minus, times and floorDiv.`)
  }
}

const maxTerms = 4096
const namePattern = /^[\p{L}_$][\p{L}\p{N}_$]*$/u
const symbolPattern = /^[\p{L}\p{N}_$]+$/u

const interned = new Map<string, WeakRef<Poly>>()
const collected = new FinalizationRegistry<string>((text) => {
  if (interned.get(text)?.deref() === undefined) interned.delete(text)
})

/**
 * The size called `name`: letters, digits, `_` and `$`, no digit first, not `floor`.
 *
 * @throws SyntaxError for any other name, because the text form could not be read back
 */
export function symbol(name: string): Poly {
  if (!namePattern.test(name) || name === 'floor') {
    throw new SyntaxError(`A size cannot be called ${JSON.stringify(name)}: use letters, digits, _ and $.`)
  }
  return interned.get(name)?.deref() ?? intern([{ factor: 1, atoms: [{ text: name }] }])
}

/** Whether a value of any kind is a size that is no number. */
export const isPoly = (value: unknown): value is Poly => value instanceof Poly

export function isSymbolic(d: Dim): d is Poly {
  return typeof d !== 'number'
}

export function plus(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  return collect([...termsOf(a), ...termsOf(b)])
}

export function minus(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collect([...termsOf(a), ...scaled(termsOf(b), -1)])
}

export function times(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b + 0
  const right = termsOf(b)
  return collect(termsOf(a).flatMap((x) => right.map((y) => product(x, y))))
}

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

/** The text of a size: `3`, `n`, `3*m+3*n`, `floor((h-1)/2)+1`. */
export function printDim(d: Dim): string {
  return typeof d === 'number' ? String(d) : d.text
}

// --- canonical form ---

/** The terms of a size: none for 0, one for another number. */
export const termsOf = (d: Dim): readonly Term[] =>
  typeof d !== 'number' ? d.terms : d === 0 ? [] : [{ factor: d, atoms: [] }]

const leading = (d: Dim): Term => termsOf(d)[0] ?? { factor: 0, atoms: [] }

const scaled = (terms: readonly Term[], by: number): Term[] =>
  terms.map((t) => ({ factor: t.factor * by, atoms: t.atoms }))

const keyOf = (term: Term): string => term.atoms.map((atom) => atom.text).join('*')

const product = (x: Term, y: Term): Term => ({
  factor: x.factor * y.factor,
  atoms: sortAtoms([...x.atoms, ...y.atoms]),
})

const sortAtoms = (atoms: Atom[]): Atom[] =>
  atoms.sort((x, y) => (x.text < y.text ? -1 : x.text > y.text ? 1 : 0))

/** Higher degree first, then alphabetical: a monomial order, which the division needs to end. */
function compareTerms(x: Term, y: Term): number {
  if (x.atoms.length !== y.atoms.length) return y.atoms.length - x.atoms.length
  const i = x.atoms.findIndex((atom, k) => atom.text !== y.atoms[k]?.text)
  return i < 0 ? 0 : x.atoms[i]!.text < y.atoms[i]!.text ? -1 : 1
}

/** The size with these terms: equal monomials merged, a number when no symbol is left. */
function collect(terms: readonly Term[]): Dim {
  const merged = new Map<string, Term>()
  for (const term of terms) {
    const key = keyOf(term)
    const factor = term.factor + (merged.get(key)?.factor ?? 0)
    if (!Number.isSafeInteger(factor)) throw new RangeError(`A factor of a size is beyond 2^53: ${factor}.`)
    merged.set(key, { factor, atoms: term.atoms })
  }
  const kept = [...merged.values()].filter((term) => term.factor !== 0).sort(compareTerms)
  if (kept.length > maxTerms) throw new RangeError(`A size has more than ${maxTerms} terms.`)
  const first = kept[0]
  if (!first) return 0
  return first.atoms.length === 0 ? first.factor : intern(kept)
}

function intern(terms: readonly Term[]): Poly {
  const text = terms.map(printTerm).join('')
  const known = interned.get(text)?.deref()
  if (known) return known
  const poly = new Poly(text, terms)
  interned.set(text, new WeakRef(poly))
  collected.register(poly, text)
  return poly
}

function printTerm(term: Term, index: number): string {
  const sign = term.factor < 0 ? '-' : index > 0 ? '+' : ''
  const size = Math.abs(term.factor)
  if (term.atoms.length === 0) return sign + size
  return sign + (size === 1 ? '' : `${size}*`) + keyOf(term)
}

// --- division ---

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
