import { Container, NDArray, Variable } from '@tendril/core/fn'
import { type PartName, unrecorded } from '@tendril/core/module'
import { isModule } from './build-state.ts'
import { variablesOf } from './members.ts'
import type { Module } from './module.ts'

/** Longer lists hold numbers. */
const longest = 4096

/** Where to look on, with the way that led there. */
interface Place {
  readonly value: object
  readonly way: string
}

/** What the object around a module would call it; by its class alone where it is not inside. */
export function partName(module: Module, around: object | undefined): PartName {
  // The search is no business of the trace.
  return unrecorded(() => {
    const kind = (Object.getPrototypeOf(module) as object).constructor.name
    return { name: (around && wayTo(module, around)) || kind, kind, names: namesIn(module) }
  })
}

/** What state dicts call Variables of a module; the module is looked through when the first one is asked for. */
function namesIn(module: Module): (place: object) => string | undefined {
  let known: ReadonlyMap<object, string> | undefined
  return (place) => {
    known ??= new Map(variablesOf(module).map(({ name, variable }) => [variable, name]))
    return known.get(place)
  }
}

/** `encoder.layer[0]`; the shortest way where there are several. */
function wayTo(module: Module, around: object): string | undefined {
  const seen = new Set<object>([around])
  let places: readonly Place[] = [{ value: around, way: '' }]
  while (places.length > 0) {
    const next: Place[] = []
    for (const { value, way } of places) {
      for (const [key, inner] of Object.entries(value)) {
        if (inner === module) return way + step(key, way)
        if (!isHolder(inner) || seen.has(inner)) continue
        seen.add(inner)
        next.push({ value: inner, way: way + step(key, way) })
      }
    }
    places = next
  }
  return undefined
}

const step = (key: string, before: string): string =>
  /^\d+$/.test(key)
    ? `[${key}]`
    : /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)
      ? `${before === '' ? '' : '.'}${key}`
      : `[${JSON.stringify(key)}]`

/** What modules may be kept in. */
function isHolder(value: unknown): value is object {
  if (isModule(value)) return true
  if (typeof value !== 'object' || value === null || value instanceof NDArray || value instanceof Variable)
    return false
  if (Array.isArray(value)) return value.length <= longest
  return value instanceof Container || Object.getPrototypeOf(value) === Object.prototype
}
