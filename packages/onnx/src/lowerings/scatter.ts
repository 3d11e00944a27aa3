import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxOp } from '../kernel-types.gen.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

// onnxruntime's ScatterND brings several updates of one place in at once, in threads that overwrite each other;
// ScatterElements goes one by one.

/** Rows that indices of one axis name, of `size` ones; those outside name the one behind. */
function placesOf(e: OnnxEmitter, indices: OnnxRef, size: OnnxRef): OnnxRef {
  const index = e.cast(x.flat(e, indices.rank === 0 ? x.unsqueeze(e, indices, [0]) : indices), 'int64')
  const zero = e.scalar('int64', 0)
  const row = x.where(e, x.less(e, index, zero), x.add(e, index, size), index)
  const isInside = x.and(e, x.greaterEqual(e, row, zero), x.less(e, row, size))
  return x.where(e, isInside, row, size)
}

interface Rows {
  /** Places of the updates. */
  readonly places: OnnxRef
  /** Sizes of an update. */
  readonly row: readonly number[]
  /** Rows of the array. */
  readonly size: number
}

/** Updates with one axis for all indices; none of them is empty. */
const inOneAxis = (e: OnnxEmitter, updates: OnnxRef, row: readonly number[]): OnnxRef =>
  updates.rank === row.length + 1 ? updates : x.reshape(e, updates, e.sizes([-1, ...row]), row.length + 1)

const firstRows = (e: OnnxEmitter, wide: OnnxRef, size: number): OnnxRef =>
  e.node('Slice', [wide, e.ints([0]), e.sizes([size]), e.ints([0]), e.ints([1])], wide)

/** Updates brought into rows, one after the other; there is room behind for those that name no row. */
function brought(
  e: OnnxEmitter,
  array: OnnxRef,
  updates: OnnxRef,
  { places, row, size }: Rows,
  reduction: 'none' | 'add' | 'mul' | 'min' | 'max',
): OnnxRef {
  const kernel: OnnxOp = reduction === 'none' ? 'ScatterElements' : `ScatterElements:${reduction}`
  const flat = inOneAxis(e, updates, row)
  const axes = row.map((_, i) => i + 1)
  const index = e.node('Expand', [x.unsqueeze(e, places, axes), x.shapeOf(e, flat)], {
    dtype: 'int64',
    rank: flat.rank,
  })
  return x.carried(
    e,
    kernel,
    [array, flat],
    ([from, given]) => {
      const zero = x.number(e, from!, 0)
      const room = e.node('Expand', [zero, e.sizes([1, ...row])], from!)
      const wide = e.node('Concat', [from!, room], from!, { axis: 0 })
      const result = e.node('ScatterElements', [wide, index, given!], from!, { axis: 0, reduction })
      return firstRows(e, result, size)
    },
    true,
  )
}

/** The last update of each row, or what was there: only the numbers of the updates are brought in one by one. */
function replaced(e: OnnxEmitter, array: OnnxRef, updates: OnnxRef, rows: Rows): OnnxRef {
  if (rows.row.length === 0) return brought(e, array, updates, rows, 'none')
  const none = e.node('Expand', [e.scalar('int64', -1), e.sizes([rows.size])], { dtype: 'int64', rank: 1 })
  const stop = x.sizeOf(e, rows.places, 0)
  const numbers = e.node('Range', [e.scalar('int64', 0), stop, e.scalar('int64', 1)], {
    dtype: 'int64',
    rank: 1,
  })
  const last = brought(e, none, numbers, { ...rows, row: [] }, 'none')
  const zero = e.scalar('int64', 0)
  const flat = inOneAxis(e, updates, rows.row)
  const taken = e.node('Gather', [flat, x.max(e, last, zero)], array, { axis: 0 })
  const axes = rows.row.map((_, i) => i + 1)
  return x.select(e, x.unsqueeze(e, x.greaterEqual(e, last, zero), axes), taken, array)
}

/** The kernels pass over NaN that is not the last; where one is, a mark is brought in the same way. */
function chosen(e: OnnxEmitter, array: OnnxRef, updates: OnnxRef, rows: Rows, which: 'min' | 'max'): OnnxRef {
  const result = brought(e, array, updates, rows, which)
  if (!array.dtype.startsWith('float')) return result
  const mark = (one: OnnxRef): OnnxRef => e.cast(x.isNaN(e, one), 'int32')
  const marked = brought(e, mark(array), mark(updates), rows, 'max')
  return x.where(e, e.cast(marked, 'bool'), x.number(e, result, NaN), result)
}

const spellings = {
  scatterReplace: replaced,
  scatterSum: (e, array, updates, rows) => brought(e, array, updates, rows, 'add'),
  scatterProd: (e, array, updates, rows) => brought(e, array, updates, rows, 'mul'),
  scatterMin: (e, array, updates, rows) => chosen(e, array, updates, rows, 'min'),
  scatterMax: (e, array, updates, rows) => chosen(e, array, updates, rows, 'max'),
} as const satisfies Readonly<
  Record<string, (e: OnnxEmitter, array: OnnxRef, updates: OnnxRef, rows: Rows) => OnnxRef>
>

/** Rows that are brought into others. */
export const scatters: readonly OnnxLowering[] = (Object.keys(spellings) as (keyof typeof spellings)[]).map(
  (op) =>
    lower(op, (e, [array, indices, updates], _params, { inputs }) => {
      const [size, ...row] = inputs[0]!.shape as readonly [number, ...number[]]
      if (inputs[1]!.shape.includes(0)) return array
      const places = placesOf(e, indices, x.sizeOf(e, array, 0))
      return spellings[op](e, array, updates, { places, row, size })
    }),
)
