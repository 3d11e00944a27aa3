type Key = string | symbol

/** Makes the properties of an object these; where their order differs they are made anew. */
export function shape(object: object, keys: readonly Key[], wanted: readonly PropertyDescriptor[]): void {
  for (const key of Reflect.ownKeys(object)) if (!keys.includes(key)) Reflect.deleteProperty(object, key)
  const rest = Reflect.ownKeys(object)
  const isInOrder = rest.every((key, i) => key === keys[i])
  keys.forEach((key, i) => {
    const own = isInOrder ? Object.getOwnPropertyDescriptor(object, key) : undefined
    if (!isInOrder) Reflect.deleteProperty(object, key)
    if (own === undefined || !isSame(own, wanted[i]!)) Object.defineProperty(object, key, wanted[i]!)
  })
}

export const isSame = (a: PropertyDescriptor, b: PropertyDescriptor): boolean =>
  Object.is(a.value, b.value) &&
  a.get === b.get &&
  a.set === b.set &&
  a.writable === b.writable &&
  a.enumerable === b.enumerable &&
  a.configurable === b.configurable

/** What an object is but for the values in what it holds. */
export interface Shape {
  readonly prototype: object | null
  readonly properties: ReadonlyMap<Key, PropertyDescriptor>
}

export const shapeOf = (object: object): Shape => ({
  prototype: Object.getPrototypeOf(object) as object | null,
  properties: new Map(
    Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)!] as const),
  ),
})

/** What puts an object back as it is now. */
export function holdOne(object: object): () => void {
  const { prototype, properties } = shapeOf(object)
  return () => {
    if (Object.getPrototypeOf(object) !== prototype) Object.setPrototypeOf(object, prototype)
    // A list grows with its items, and shrinks by its length.
    if (Array.isArray(object)) object.length = properties.get('length')!.value as number
    shape(object, [...properties.keys()], [...properties.values()])
  }
}
