/** Replaces a method; the returned function puts it back. */
export function replace<T extends object, K extends keyof T>(
  object: T,
  key: K,
  make: (original: T[K]) => T[K],
): () => void {
  const own = Object.getOwnPropertyDescriptor(object, key)
  const original = object[key]
  object[key] = make(original)
  return () => {
    if (own === undefined) delete object[key]
    else Object.defineProperty(object, key, own)
  }
}
