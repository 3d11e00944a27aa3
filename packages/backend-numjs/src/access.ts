import { rowMajorStrides } from '@tendril/core/adapter'
import { range, type Size } from './sizes.ts'
import type { Alias, Literal, Source, Step, Value, View } from './values.ts'
import type { Elementwise, Reduction, Result } from './values.ts'

/** How far apart the elements lie that loops over one axis meet; null where they stay at one. */
export type Pace = { readonly stride: Size; readonly unit: boolean } | null

/** Where the elements of an array lie as loops walk over some axes. */
export interface Access {
  /** Equal for accesses that are at the same place at each step. */
  readonly key: string
  readonly offset: Size | null
  readonly steps: readonly Pace[]
  readonly joins: readonly boolean[]
  /** Whether each step is the size of what lies behind its axis. */
  readonly rowMajor: boolean
}

/** The steps of a row-major array. */
export function denseSteps(shape: readonly number[]): Step[] {
  return rowMajorStrides(shape).map((stride, axis) => ({ stride, unit: axis === shape.length - 1 }))
}

/** The array itself as a view, to derive others from. */
export function asView(value: Source | Elementwise | Reduction | Result | View | Alias): View {
  if (value.kind === 'view') return value
  return {
    kind: 'view',
    dtype: value.dtype,
    shape: value.shape,
    of: value.kind === 'alias' ? value.of : value,
    steps: denseSteps(value.shape),
    joins: value.shape.slice(1).map(() => true),
    offset: null,
  }
}

/** The axis of an array that each axis of a result walks along, which it broadcasts to; null where it stays. */
function spread(
  shape: readonly number[],
  steps: readonly Step[] | undefined,
  result: readonly number[],
): readonly (number | null)[] {
  const rank = result.length - shape.length
  return result.map((size, axis): number | null => {
    const own = axis - rank
    return own < 0 || steps?.[own] === null || (shape[own] === 1 && size !== 1) ? null : own
  })
}

/** How a value in memory is read while loops walk over `result`, which its shape broadcasts to. */
export function accessOf(
  value: Exclude<Value, Literal>,
  result: readonly number[],
  nameOf: (view: View) => string,
): Access {
  const isView = value.kind === 'view'
  const from = spread(value.shape, isView ? value.steps : undefined, result)
  const joins = from.slice(1).map((inner, axis) => {
    const outer = from[axis]!
    if (outer === null || inner === null) return outer === inner
    return inner === outer + 1 && (!isView || value.joins[outer]!)
  })
  if (isView) {
    const steps = from.map((own): Pace => {
      if (own === null) return null
      return { stride: { kind: 'stride', of: value, axis: own }, unit: value.steps[own]!.unit }
    })
    const offset: Size | null = value.offset === null ? null : { kind: 'offset', of: value }
    return { key: `${nameOf(value)}:${pattern(from)}`, offset, steps, joins, rowMajor: false }
  }
  // With only broadcast axes behind it, an axis of a row-major array has neighbours side by side.
  const last = from.findLastIndex((axis) => axis !== null)
  const rank = value.shape.length
  return {
    key: pattern(from),
    offset: null,
    steps: from.map((own, axis): Pace => {
      if (own === null) return null
      return { stride: { kind: 'count', of: value, axes: range(own + 1, rank) }, unit: axis === last }
    }),
    joins,
    rowMajor: true,
  }
}

const pattern = (from: readonly (number | null)[]): string =>
  from.map((axis) => (axis === null ? '-' : 'x')).join('')
