import { ShapeError, TraceError } from '../errors.ts'
import type { Params } from '../op.ts'
import { printShape } from '../types/tensor-type.ts'
import {
  type Assumption,
  assuming,
  type Dim,
  evaluate,
  holds,
  isSymbol,
  printDim,
  symbolsOf,
} from '../types/dim.ts'
import type { CallTree } from './call-tree.ts'
import { prime } from './spec.ts'
import type { Trace } from './trace.ts'

/** Whether a size follows one of these names. */
export const isNamed = (size: Dim, names: ReadonlyMap<string, number>): boolean =>
  names.size > 0 && symbolsOf(size).some((name) => names.has(name))

/** What the function may do instead of reading the number of a named size. */
export const sizeWaysOut =
  'Leave it open: reshape(x, [-1, 3]), mean(x), td.dim(x, 0), which shapes, bounds and lengths take; or give args real arrays, whose sizes may be read'

/** What the function may do instead of reading elements where there are none. */
export const elementWaysOut =
  'Choose by arrays: where(condition, a, b), td.cond, td.whileLoop; or give args real arrays, whose elements may be read'

/** The error of a read of elements that a spec does not have. */
export const noElements = (what: string): TraceError =>
  new TraceError({
    because: `elements of ${what} are read, and the graph is traced without data, as args holds td.spec`,
    instead: elementWaysOut,
  })

/**
 * Runs a rule on sizes that are known by name; a division that these numbers do not do evenly is tried with multiples of
 * them. Whether it is even is checked in each call.
 */
export function decided<T>(
  hints: ReadonlyMap<string, number>,
  names: ReadonlyMap<string, number>,
  params: Params,
  rule: () => T,
): ReturnType<typeof assuming<T>> {
  try {
    return assuming(hints, rule)
  } catch (error) {
    const own = Math.abs(product(Object.values(params)))
    if (names.size === 0 || !(error instanceof ShapeError)) throw error
    for (const factor of [own, halvings, own * halvings]) {
      if (factor < 2 || factor > mostFactor) continue
      const finer = new Map([...hints].map(([name, size]) => [name, names.has(name) ? size * factor : size]))
      try {
        return assuming(finer, rule)
      } catch {
        // The error with the sizes at hand tells more.
      }
    }
    throw error
  }
}

/** Images are halved so many times in a row, and what is made of them is doubled again and put beside the halves. */
const halvings = 2 ** 6

const mostFactor = 2 ** 20

const product = (values: readonly unknown[]): number =>
  values.reduce<number>((all, value) => {
    if (Array.isArray(value)) return all * product(value as unknown[])
    return Number.isInteger(value) && value !== 0 ? all * (value as number) : all
  }, 1)

const mostTries = 4096

/** Small numbers for named sizes under which all that a trace assumed holds, and none of its values is empty: windows fit. */
export function smallSizes(
  names: ReadonlyMap<string, number>,
  hints: ReadonlyMap<string, number>,
  assumptions: readonly Assumption[],
  made: readonly Dim[],
): ReadonlyMap<string, number> {
  for (let factor = 1; factor <= mostTries; factor++) {
    const sizes = new Map([...names.keys()].map((name, i) => [name, factor * prime(i)]))
    const all = new Map([...hints, ...sizes])
    if (holds(assumptions, all) && made.every((size) => evaluate(size, all) > 0)) return sizes
  }
  return names
}

/** The first named size that is taken for a number. */
export function fixedName(
  assumptions: readonly Assumption[],
  names: ReadonlyMap<string, number>,
): string | undefined {
  const isFixed = (dim: Dim, size: Dim): boolean =>
    typeof size === 'number' && isSymbol(dim) && names.has(printDim(dim))
  for (const { left, right, equal } of assumptions) {
    if (equal && isFixed(left, right)) return printDim(left)
    if (equal && isFixed(right, left)) return printDim(right)
  }
  return undefined
}

/** How a call fits a trace but for one name that would be two sizes; undefined where it is otherwise. */
export function nameConflict(trace: Trace, { key, leaves }: CallTree): string | undefined {
  if (trace.key !== key) return undefined
  const shapes = leaves.map(({ type }) => type.shape)
  const seen = new Map<string, { readonly size: number; readonly argument: number }>()
  let conflict: string | undefined
  for (const [argument, { type }] of trace.raw.inputs.entries()) {
    for (const [axis, dim] of type.shape.entries()) {
      const size = shapes[argument]![axis]!
      if (typeof dim === 'number' && dim !== size) return undefined
      if (!isSymbol(dim)) continue
      const name = printDim(dim)
      const known = seen.get(name)
      if (known === undefined) seen.set(name, { size, argument })
      else if (known.size !== size)
        conflict ??= `the size ${name} is ${known.size} in array ${known.argument}, ${printShape(shapes[known.argument]!)}, and ${size} in array ${argument}, ${printShape(shapes[argument]!)}`
    }
  }
  return conflict
}
