import { type Args, type ArrayArg, invoke, isMany, type Op, type Result } from '../op.ts'
import { NDArray } from './nd-array.ts'

type WithoutFirst<A> = A extends readonly [unknown, ...infer R]
  ? R
  : A extends readonly [unknown?, ...infer R]
    ? R
    : never

/** The phantom types that an op carries. */
interface Phantoms {
  readonly inputNames?: readonly string[]
  readonly paramKinds?: unknown
  readonly beforeNames?: readonly unknown[]
  readonly orderNames?: readonly unknown[]
  readonly outputNames?: unknown
}
type Own<F extends Phantoms, K extends keyof Phantoms> = Exclude<F[K], undefined>

/** Names of several results; undefined for one, which an optional phantom cannot tell from being unset. */
type Outputs<F extends Phantoms> = [Own<F, 'outputNames'>] extends [never] ? undefined : Own<F, 'outputNames'>

/** An op as a method: its first array is `this`. */
export type Method<F extends Phantoms> = (
  ...args: WithoutFirst<
    Args<Own<F, 'inputNames'>, Own<F, 'paramKinds'>, Own<F, 'beforeNames'>, Own<F, 'orderNames'>, ArrayArg>
  >
) => Result<Outputs<F>, NDArray>

/** Whether an op is a method too: it takes an array first. */
export function isMethod({ def }: Op): boolean {
  const first = def.inputs[0]
  return first !== undefined && !isMany(first) && def.before.length === 0
}

/** Gives arrays a method for every op of a table that takes an array first. */
export function attachMethods(table: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(table)) {
    const op = value as Op
    if (!isMethod(op)) continue
    const method = function (this: NDArray, ...args: unknown[]): unknown {
      return invoke(op, [this, ...args], method)
    }
    Object.defineProperty(NDArray.prototype, name, { value: method, writable: true, configurable: true })
  }
}
