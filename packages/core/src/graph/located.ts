import { locate, locateAt } from '../errors.ts'
import { type Caller, userLine } from '../source.ts'

/** The same members, whose errors name the line that used them. */
export function located(members: PropertyDescriptorMap): PropertyDescriptorMap {
  const of = (key: PropertyKey): PropertyDescriptor => {
    const member = members[key as string]!
    const get = member.get && withLine(member.get)
    const value: unknown =
      typeof member.value === 'function' ? withLine(member.value as AnyMethod) : member.value
    return get === undefined ? { ...member, value } : { ...member, get }
  }
  return Object.fromEntries(Reflect.ownKeys(members).map((key) => [key, of(key)])) as PropertyDescriptorMap
}

type AnyMethod = (...args: unknown[]) => unknown

/** A function whose errors name the line that called it, also those that come after an await. */
function withLine(method: AnyMethod): AnyMethod {
  const outer = function (this: unknown, ...args: unknown[]): unknown {
    try {
      return locatedPromise(method.apply(this, args), outer)
    } catch (error) {
      throw locate(error, outer)
    }
  }
  return outer
}

/** The same value; a promise rejects with errors that name the line that called `below`. */
export function locatedPromise(value: unknown, below: Caller): unknown {
  if (!(value instanceof Promise)) return value
  const line = userLine(below)
  return value.catch((error: unknown) => {
    throw locateAt(error, line)
  })
}
