import { rowMajorStrides } from '@tendril/core/adapter'
import type { Alias, Literal, Source, Step, Value, View } from './values.ts'
import type { Elementwise, Reduction, Result } from './values.ts'

/** Where the elements of an array lie as loops walk over some axes. */
export interface Access {
  /** Equal for accesses that are at the same place at each step. */
  readonly key: string
  readonly offset: number | null
  readonly steps: readonly Step[]
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

/** Spreads steps over the axes of a result that an array broadcasts to. */
function spread(
  shape: readonly number[],
  steps: readonly Step[],
  result: readonly number[],
): { steps: Step[]; from: (number | null)[] } {
  const rank = result.length - shape.length
  const from = result.map((size, axis) => {
    const own = axis - rank
    return own < 0 || steps[own] === null || (shape[own] === 1 && size !== 1) ? null : own
  })
  return { from, steps: from.map((own) => (own === null ? null : steps[own]!)) }
}

/** How a value in memory is read while loops walk over `result`, which its shape broadcasts to. */
export function accessOf(
  value: Exclude<Value, Literal>,
  result: readonly number[],
  nameOf: (view: View) => string,
): Access {
  const isView = value.kind === 'view'
  const own = isView ? value.steps : denseSteps(value.shape)
  const { steps, from } = spread(value.shape, own, result)
  const joins = from.slice(1).map((inner, axis) => {
    const outer = from[axis]!
    if (outer === null || inner === null) return outer === inner
    return inner === outer + 1 && (!isView || value.joins[outer]!)
  })
  if (isView)
    return { key: `${nameOf(value)}:${pattern(from)}`, offset: value.offset, steps, joins, rowMajor: false }
  // With only broadcast axes behind it, an axis of a row-major array has neighbours side by side.
  const last = from.findLastIndex((axis) => axis !== null)
  return {
    key: pattern(from),
    offset: null,
    steps: steps.map((step, axis) => step && { stride: step.stride, unit: axis === last }),
    joins,
    rowMajor: true,
  }
}

const pattern = (from: readonly (number | null)[]): string =>
  from.map((axis) => (axis === null ? '-' : 'x')).join('')
