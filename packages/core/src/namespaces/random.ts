import { locate, ParamError } from '../errors.ts'
import { foldIn, type Key, keyFromSeed } from '../numerics/threefry.ts'
import { recording } from '../interpreter.ts'
import { isBeside, noteDoubt } from '../runtime/beside.ts'
import { seedStream } from '../runtime/random-stream.ts'
import type { Caller } from '../source.ts'

export {
  bernoulli,
  randomInt as randint,
  randomNormal as normal,
  randomUniform as uniform,
} from '../ops/random.ts'
export {
  randomBeta as beta,
  randomDirichlet as dirichlet,
  randomExponential as exponential,
  randomGamma as gamma,
  randomPoisson as poisson,
} from '../ops/distributions.ts'
export { multinomial, shuffle } from '../ops/draws.ts'
export type { Key } from '../numerics/threefry.ts'

/**
 * An explicit key: the same key gives the same bits on every engine.
 *
 * @example random.uniform({ shape: [2], key: random.key(7) })   // the same two numbers at each call
 */
export const key = (from: number | bigint): Key => keyFromSeed(checkedSeed('key', from, key))

/**
 * Keys of their own made from one key, which is then used up; the same as `jax.random.split`.
 *
 * @example random.split(random.key(7), 2).length   // 2
 */
export const split = (from: Key, count = 2): Key[] => Array.from({ length: count }, (_, i) => foldIn(from, i))

/**
 * Restarts the global stream, so that the draws that follow repeat.
 *
 * @throws StateError while a function is traced, whose graph would not restart it
 * @example random.seed(7)
 */
export function seed(value: number | bigint): void {
  const checked = checkedSeed('seed', value, seed)
  recording()?.seeds?.(seed)
  // A graph would not do it again.
  if (isBeside()) noteDoubt()
  seedStream(checked)
}

function checkedSeed(op: string, value: number | bigint, below: Caller): number | bigint {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return value
  const because = 'it takes a whole number up to 2^53, or a bigint'
  throw locate(new ParamError({ op: `random.${op}`, param: 'seed', value, because }), below)
}
