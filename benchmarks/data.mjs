/** The same pseudo-random float32 numbers in [-1, 1) in every run. */
export function numbers(count, seed = 1) {
  let state = seed >>> 0 || 1
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}
