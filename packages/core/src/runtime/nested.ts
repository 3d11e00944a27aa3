export type Nested<T> = T | readonly Nested<T>[]

/** Nested arrays of a shape, each element made from its place in row-major order. */
export function nest<T>(shape: readonly number[], element: (i: number) => T): Nested<T> {
  let at = 0
  const level = (axis: number): Nested<T> =>
    axis === shape.length ? element(at++) : Array.from({ length: shape[axis]! }, () => level(axis + 1))
  return level(0)
}
