import type { NDArray } from '@tendril/core/fn'
import type { NumjsArray } from '../numjs-api.ts'
import { isNumjsArray } from '../native.ts'
import type { Step } from './hooks.ts'
import { classOf } from './memory.ts'
import { joins, takesLists } from './steps/index.ts'

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** The arrays among values, also in lists. */
export function arraysIn(values: readonly unknown[]): readonly NumjsArray[] {
  return values.flatMap((value) => {
    if (typeof value !== 'object' || value === null) return []
    return isNumjsArray(value) ? value : isList(value) ? arraysIn(value) : []
  })
}

const isOurs = (value: unknown): value is NDArray =>
  typeof value === 'object' && value !== null && 'isTendrilArray' in value

/** The same step where arrays of td are arguments: numjs is given arrays that stand for them. */
export function withStandIns(step: Step, standFor: (array: NDArray) => NumjsArray): Step {
  const replaced = (value: unknown): unknown => {
    if (isOurs(value)) return standFor(value)
    return isList(value) && value.some((one) => typeof one === 'object') ? value.map(replaced) : value
  }
  const args = step.args.map(replaced)
  if (args.every((arg, i) => arg === step.args[i])) return step
  return {
    ...step,
    args,
    run: (others = args, receiver?: unknown) => step.run(others.map(asNumber), receiver ?? step.receiver),
  }
}

/** Arrays without axes count as the numbers that they hold, which numjs combines with arrays. */
const asNumber = (value: unknown): unknown => (isNumjsArray(value) && value.ndim === 0 ? 0 : value)

/** `concatenate` puts lists in place of the arrays in the list that it is given. */
export const withoutSharedList = ({ name, args }: Step): readonly unknown[] =>
  name === 'concatenate' && args.length === 1 && isList(args[0]) ? [[...args[0]]] : args

/** The axis along which arrays are stacked. */
export const axisOf = ({ args: [, axis] }: Step): number => (typeof axis === 'number' ? axis : 0)

/** Elements in memory of the same kind. */
export function elementsLike(
  { selection: { data } }: NumjsArray,
  elements: readonly number[],
): ArrayLike<number> {
  if (Array.isArray(data)) return elements
  const Elements = data.constructor as new (from: readonly number[]) => ArrayLike<number>
  return new Elements(elements)
}

/** The arrays and numbers that a step takes; lists are made into arrays as numjs does it. */
export function operandsOf(step: Step, like: NumjsArray): readonly (NumjsArray | number)[] {
  const { name, isMethod, receiver, args } = step
  const { new: make } = classOf(like) as unknown as {
    readonly new: (list: unknown, dtype?: string) => NumjsArray
  }
  const asArray = (one: unknown, dtype?: string): NumjsArray =>
    isNumjsArray(one) ? one : make(typeof one === 'number' ? [one] : one, dtype)
  if (name in joins) {
    const list = name === 'concatenate' && args.length > 1 ? args : (args[0] as readonly unknown[])
    return list.map((one) => asArray(one))
  }
  const [first, ...rest] = isMethod ? [receiver, ...args] : args
  const x = asArray(first)
  const others = rest.flatMap((one) => {
    if (typeof one === 'number' || isNumjsArray(one)) return one
    if (isList(one) && takesLists(name)) return asArray(one, x.dtype)
    // What is left out is no number to numjs.
    return one === undefined ? Number.NaN : []
  })
  return name === 'dot' ? [x, ...others].map(sideBySide) : [x, ...others]
}

/** numjs reshapes the vectors of a product, which takes their elements one behind the other whatever their stride. */
function sideBySide(one: NumjsArray | number): NumjsArray | number {
  if (typeof one === 'number' || one.ndim !== 1 || one.selection.stride[0] === 1) return one
  const { data, offset, shape } = one.selection
  const View = classOf(one) as unknown as new (...parts: unknown[]) => NumjsArray
  return new View(data, shape, [1], offset)
}
