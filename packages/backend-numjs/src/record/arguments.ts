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

/** Whether arrays of td are among values. */
export const hasOurs = (values: readonly unknown[]): boolean =>
  values.some((value) => {
    if (typeof value !== 'object' || value === null) return false
    return 'isTendrilArray' in value || (isList(value) && hasOurs(value))
  })

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
  return [x, ...others]
}
