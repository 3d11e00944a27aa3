/** Who wants to know of the numbers that `Math.random` gives. */
export interface ChanceListener {
  /** Whether the caller of `below` draws for functions that the listener follows by other ways. */
  owns(below: CallableFunction): boolean
  /** Another number in place of one that it owns; `next` draws more. */
  replace?(value: number, next: () => number): number
  /** Where another listener owns a number, it alone is told. */
  drawn(value: number, below: CallableFunction, isOwn: boolean): void
}

const listeners = new Set<ChanceListener>()
let unhook: (() => void) | undefined

/** Follows `Math.random` until the returned function is called. */
export function followChance(listener: ChanceListener): () => void {
  listeners.add(listener)
  unhook ??= hook()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    unhook?.()
    unhook = undefined
  }
}

function hook(): () => void {
  const own = Object.getOwnPropertyDescriptor(Math, 'random')!
  const original = Math.random
  const random = (): number => {
    const next = (): number => original.call(Math)
    const owner = [...listeners].find((one) => one.owns(random))
    const value = owner?.replace?.(next(), next) ?? next()
    for (const one of owner === undefined ? listeners : [owner]) one.drawn(value, random, owner !== undefined)
    return value
  }
  Object.defineProperty(Math, 'random', { ...own, value: random })
  return () => {
    // Whoever replaced it meanwhile puts back what he found.
    if (Math.random === random) Object.defineProperty(Math, 'random', own)
  }
}
