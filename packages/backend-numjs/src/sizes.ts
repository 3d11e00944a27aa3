import type { Value, View } from './values.ts'

/** Where a number that follows sizes comes from, so that the text that reads it serves other sizes. */
export type Size = SizeOf<Value>

/** A size whose values have names of another kind. */
export type SizeOf<V> =
  /** The number of elements along some axes. */
  | { readonly kind: 'count'; readonly of: V; readonly axes: readonly number[] }
  /** How far apart neighbours along an axis of a view lie. */
  | { readonly kind: 'stride'; readonly of: V; readonly axis: number }
  /** Where the first element of a view lies. */
  | { readonly kind: 'offset'; readonly of: V }
  /** The largest of several. */
  | { readonly kind: 'most'; readonly among: readonly SizeOf<V>[] }

/** The numbers from one to before another. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

/** All elements of a value. */
export const countIn = (of: Value): Size => ({ kind: 'count', of, axes: range(0, of.shape.length) })

/** The number itself; `at` gives the values by their names. */
export function evaluate<V>(size: SizeOf<V>, at: (value: V) => Value): number {
  switch (size.kind) {
    case 'count': {
      const { shape } = at(size.of)
      let count = 1
      for (const axis of size.axes) count *= shape[axis]!
      return count
    }
    case 'stride':
      return (at(size.of) as View).steps[size.axis]!.stride
    case 'offset':
      return (at(size.of) as View).offset!
    case 'most':
      return size.among.reduce((most, one) => Math.max(most, evaluate(one, at)), 0)
  }
}

/** The same with other names for its values. */
export function named<V, W>(size: SizeOf<V>, name: (value: V) => W): SizeOf<W> {
  return size.kind === 'most'
    ? { kind: 'most', among: size.among.map((one) => named(one, name)) }
    : { ...size, of: name(size.of) }
}
