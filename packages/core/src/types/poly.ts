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

/** The text of a size: `3`, `n`, `3*m+3*n`, `floor((h-1)/2)+1`. */
export function printDim(d: Dim): string {
  return typeof d === 'number' ? String(d) : d.text
}

// --- canonical form ---

/** The terms of a size: none for 0, one for another number. */
export const termsOf = (d: Dim): readonly Term[] =>
  typeof d !== 'number' ? d.terms : d === 0 ? [] : [{ factor: d, atoms: [] }]

export const leading = (d: Dim): Term => termsOf(d)[0] ?? { factor: 0, atoms: [] }

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
export function collect(terms: readonly Term[]): Dim {
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

export function intern(terms: readonly Term[]): Poly {
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
