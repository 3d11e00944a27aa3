import { foldIn, type Key, keyFromSeed } from '../numerics/threefry.ts'
import { seedStream } from '../runtime/random-stream.ts'

export {
  bernoulli,
  randomInt as randint,
  randomNormal as normal,
  randomUniform as uniform,
} from '../ops/random.ts'
export type { Key } from '../numerics/threefry.ts'

/**
 * An explicit key: the same key gives the same bits on every engine.
 *
 * @example random.uniform({ shape: [2], key: random.key(7) })   // the same two numbers at each call
 */
export const key = (seed: number | bigint): Key => keyFromSeed(seed)

/**
 * Keys of their own made from one key, which is then used up; the same as `jax.random.split`.
 *
 * @example random.split(random.key(7), 2).length   // 2
 */
export const split = (from: Key, count = 2): Key[] => Array.from({ length: count }, (_, i) => foldIn(from, i))

/** Restarts the global stream, so that the draws that follow repeat. @example random.seed(7) */
export const seed = (value: number | bigint): void => seedStream(value)
