import { isValue } from '../interpreter.ts'
import { shape } from './object-shape.ts'
import { Accessor, Again, keyNamed, nameOf, takenOut, Token } from './state-tokens.ts'

type Key = string | symbol

/** What is said of the parts of a state: places in the state at first, by the order in which they are met. */
export type Homes = readonly (number | undefined)[]

/** Puts a tree into the objects of a state. */
export class Writer {
  readonly #met: readonly object[]
  readonly #homes: Homes | undefined
  /** What stands for each part of the tree, in order. */
  readonly #made: unknown[] = []

  constructor(met: readonly object[], homes: Homes | undefined) {
    this.#met = met
    this.#homes = homes
  }

  write(tree: unknown, there: unknown): unknown {
    if (tree instanceof Again) return this.#made[tree.object as number]
    if (tree instanceof Token) return tree.object
    if (isValue(tree)) {
      this.#made.push(tree)
      return tree
    }
    if (typeof tree !== 'object' || tree === null) return tree
    const isList = Array.isArray(tree)
    const home = this.#home(there, isList)
    this.#made.push(home)
    if (isList)
      writeList(
        home as unknown[],
        (tree as unknown[]).map((item, i) => this.write(item, itemAt(home, String(i)))),
      )
    else {
      const { [nameOf(takenOut)]: out, ...rest } = tree as Readonly<Record<string, unknown>>
      const keys = Object.keys(rest).map(keyNamed)
      const values = Object.values(rest).map((item, i) =>
        item instanceof Accessor ? item : this.write(item, itemAt(home, keys[i]!)),
      )
      for (const item of (out ?? []) as readonly unknown[]) this.write(item, undefined)
      writeRecord(home, keys, values)
    }
    return home
  }

  #home(there: unknown, isList: boolean): object {
    const known = this.#homes === undefined ? there : this.#met[this.#homes[this.#made.length] ?? -1]
    const fits =
      typeof known === 'object' && known !== null && !isValue(known) && Array.isArray(known) === isList
    return fits ? known : isList ? [] : {}
  }
}

const itemAt = (object: object, key: Key): unknown => Object.getOwnPropertyDescriptor(object, key)?.value

function writeList(list: unknown[], items: readonly unknown[]): void {
  if (list.length !== items.length) list.length = items.length
  items.forEach((item, i) => {
    if (!(i in list) || !Object.is(list[i], item)) list[i] = item
  })
}

/** Gives an object exactly these properties in this order; those that it has keep their attributes. */
function writeRecord(object: object, keys: readonly Key[], values: readonly unknown[]): void {
  const open = { writable: true, enumerable: true, configurable: true }
  const wanted = keys.map((key, i): PropertyDescriptor => {
    const own = Object.getOwnPropertyDescriptor(object, key)
    const value = values[i]
    const isAccessor = own !== undefined && own.value === undefined && own.writable === undefined
    if (value instanceof Accessor)
      return { enumerable: own?.enumerable ?? true, configurable: true, ...(value.object as object) }
    return own === undefined || isAccessor ? { ...open, value } : { ...own, value }
  })
  shape(object, keys, wanted)
}
