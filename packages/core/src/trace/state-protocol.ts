/** Key of the method by which an object shows its state to traces. */
export const state: unique symbol = Symbol.for('tendril.state')

/** State of an object as a tree of arrays. */
export interface StateAccess<T = unknown> {
  get(): T
  set(tree: T): void
}

/** An object that carries traced state. */
export interface Stateful {
  [state](): StateAccess
}
