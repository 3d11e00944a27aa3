import { at, type Index, NDArray } from '@tendril/core/fn'
import { onBehalfOf } from '@tendril/core/module'
import { isIndex } from './arrays.ts'
import { leaveTrial, on } from './trial.ts'

type Holder = Record<PropertyKey, unknown>

/** `x[i]`, and `x[i, j]`, of which JavaScript sees the last one only. */
export function index(object: unknown, ...keys: readonly unknown[]): unknown {
  const last = keys.at(-1)
  if (object instanceof NDArray && keys.every(isIndex))
    return onBehalfOf(index, () => at(object, ...(keys as Index[])))
  if (typeof last === 'object' && last !== null) leaveTrial()
  return (on(object, last as PropertyKey) as Holder)[last as PropertyKey]
}

/** `object[key] = by(object[key])`, with `object` and `key` evaluated once; engines make a name of `key` at both uses. */
export function change(object: unknown, key: unknown, by: (value: unknown) => unknown): unknown {
  const holder = object as Holder
  return (holder[key as PropertyKey] = by(holder[key as PropertyKey]))
}
