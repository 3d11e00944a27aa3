/** A small seeded generator (mulberry32): uniform numbers in [0, 1). The same seed gives the same numbers everywhere. */
function seededRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Draws from one generator, by purpose. */
export function draws(seed) {
  const next = seededRandom(seed)
  const between = (low, high) => low + (high - low) * next()
  return {
    next,
    between,
    integer: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)],
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}

/** Fisher-Yates: the numbers 0 … count-1 in an order that depends on the seed alone. */
export function permutation(count, seed) {
  const next = seededRandom(seed)
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1))
    const kept = order[last]
    order[last] = order[other]
    order[other] = kept
  }
  return order
}
