import * as td from '@tendril/core'

/** An object as exactly as it can be seen: keys in order, attributes, prototypes, and which objects are the same. */
export function describeObject(value: unknown, seen = new Map<unknown, number>()): unknown {
  if (value instanceof td.NDArray)
    return { dtype: value.dtype, shape: [...value.shape], data: [...value.dataSync()] }
  if (value instanceof td.Variable) return { variable: describeObject(value.value, seen) }
  if (value instanceof td.Container) return { container: describeObject({ ...value }, seen) }
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : value
  const known = seen.get(value)
  if (known !== undefined) return `again ${known}`
  const id = seen.size
  seen.set(value, id)
  const prototype = Object.getPrototypeOf(value) as object | null
  const keys = Reflect.ownKeys(value).map((key) => {
    const { value: own, get, set, ...flags } = Object.getOwnPropertyDescriptor(value, key)!
    const isAccessor = get !== undefined || set !== undefined
    return [
      String(key),
      JSON.stringify(flags),
      isAccessor ? [get?.name, set?.name] : describeObject(own, seen),
    ]
  })
  return { id, class: prototype === null ? null : prototype.constructor.name, keys }
}

/** Everything that can be held of an object, by identity. */
export function held(value: unknown, into: unknown[] = [], seen = new Set<unknown>()): readonly unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof td.NDArray || seen.has(value))
    return into
  seen.add(value)
  into.push(value, Object.getPrototypeOf(value))
  for (const key of Reflect.ownKeys(value)) {
    const { value: own, ...rest } = Object.getOwnPropertyDescriptor(value, key)!
    into.push(key, own, ...Object.entries(rest).flat())
    held(own, into, seen)
  }
  return into
}
