type Key = string | symbol

/** Something of a state that is known by which it is; a tree holds it in its place. */
export class Token {
  readonly #object: unknown
  constructor(object: unknown) {
    this.#object = object
  }
  get object(): unknown {
    return this.#object
  }
}

/** The same array, or object, as the one that was met at this place of the order. */
export class Again extends Token {}

const tokens = new WeakMap<object, Token>()
/** The token of an object, always the same one. */
export function tokenOf(object: object): Token {
  const known = tokens.get(object) ?? new Token(object)
  tokens.set(object, known)
  return known
}
const agains: Again[] = []
export const again = (at: number): Again => (agains[at] ??= new Again(at))

/** Getters and setters by which they are. */
export class Accessor extends Token {}
const accessors = new WeakMap<object, WeakMap<object, Accessor>>()
const absent = {}
export function accessorOf({ get, set }: PropertyDescriptor): Accessor {
  const ofGet = accessors.get(get ?? absent) ?? new WeakMap<object, Accessor>()
  accessors.set(get ?? absent, ofGet)
  const known = ofGet.get(set ?? absent) ?? new Accessor({ get, set })
  ofGet.set(set ?? absent, known)
  return known
}

/** Names of symbols in trees, whose keys are texts. */
const names = new Map<symbol, string>()
const symbols = new Map<string, symbol>()
export function nameOf(key: Key): string {
  if (typeof key === 'string') return key
  const known = names.get(key)
  if (known !== undefined) return known
  let name = String(key)
  for (let count = 2; symbols.has(name); count++) name = `${String(key)} (${count})`
  names.set(key, name)
  symbols.set(name, key)
  return name
}
export const keyNamed = (name: string): Key => symbols.get(name) ?? name

/** Where a tree has what was taken out of its state. */
export const takenOut: unique symbol = Symbol('taken out')
