import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import { lower, type TfLowering } from './lower.ts'

/** Indices as the last axis of places; those outside of the rows name the one behind them. */
function placesOf(e: TfEmitter, indices: TfRef, count: TfRef): TfRef {
  const on = (op: string, x: TfRef, y: TfRef, dtype = x.dtype): TfRef =>
    e.node(op, [x, y], dtype, indices.shape)
  const zero = e.scalar(0, 'int32')
  const isNegative = on('Less', indices, zero, 'bool')
  const row = e.node('SelectV2', [isNegative, on('AddV2', indices, count), indices], 'int32', indices.shape)
  const isInside = on('LogicalAnd', on('GreaterEqual', row, zero, 'bool'), on('Less', row, count, 'bool'))
  const place = e.node('SelectV2', [isInside, row, count], 'int32', indices.shape)
  return e.node('ExpandDims', [place, e.scalar(-1, 'int32')], 'int32', [...indices.shape, 1])
}

/**
 * The rows with one more behind them, which is dropped again once `scatter` has run. They are made anew each time, as
 * TensorScatterUpdate of tfjs:cpu writes into them.
 */
function withRoom(e: TfEmitter, x: TfRef, scatter: (wide: TfRef) => TfRef): TfRef {
  const row = [1, ...x.shape.slice(1)]
  const zero = e.scalar(0, x.dtype)
  const room = e.node('Fill', [e.sizes(row), zero], x.dtype, row)
  const wide = e.own('ConcatV2', [x, room, e.scalar(0, 'int32')], x.dtype, [-1, ...x.shape.slice(1)], {
    N: 2,
  })
  const begin = e.ints(x.shape.map(() => 0))
  return e.node('Slice', [scatter(wide), begin, e.sizes(x.shape)], x.dtype, x.shape)
}

type Body = (e: TfEmitter, wide: TfRef, places: TfRef, updates: TfRef) => TfRef

const run =
  (op: string): Body =>
  (e, wide, places, updates) =>
    e.node(op, [wide, places, updates], wide.dtype, wide.shape)

/** GraphModels have no operator that adds to rows, but one that adds to zeros. */
const added: Body = (e, wide, places, updates) => {
  if (e.runtime === 'tensorflow') return run('TensorScatterAdd')(e, wide, places, updates)
  const shape = e.node('Shape', [wide], 'int32', [wide.rank], { out_type: { type: 'int32' } })
  const sums = e.node('ScatterNd', [places, updates, shape], wide.dtype, wide.shape)
  return e.node('AddV2', [wide, sums], wide.dtype, wide.shape)
}

/** The operators pass over NaN; where one is, a mark is brought in the same way. */
const chosen =
  (op: string): Body =>
  (e, wide, places, updates) => {
    const result = run(op)(e, wide, places, updates)
    if (!wide.isFloat) return result
    const marks = (x: TfRef): TfRef => e.cast(e.node('NotEqual', [x, x], 'bool', x.shape), 'int32')
    const marked = run('TensorScatterMax')(e, marks(wide), places, marks(updates))
    const isMissing = e.cast(marked, 'bool')
    return e.node('SelectV2', [isMissing, e.scalar(NaN, wide.dtype), result], wide.dtype, wide.shape)
  }

const bodies = {
  scatterReplace: run('TensorScatterUpdate'),
  scatterSum: added,
  scatterMin: chosen('TensorScatterMin'),
  scatterMax: chosen('TensorScatterMax'),
} as const

/** Indices and updates with one axis for all indices; operators take no fewer. */
function inOneAxis(e: TfEmitter, indices: TfRef, updates: TfRef): readonly [TfRef, TfRef] {
  if (indices.rank === 1) return [indices, updates]
  const row = updates.shape.slice(indices.rank)
  const flat = e.node('Reshape', [indices, e.ints([-1])], 'int32', [-1])
  return [flat, e.node('Reshape', [updates, e.sizes([-1, ...row])], updates.dtype, [-1, ...row])]
}

/** Rows that are brought into others. */
export const scatters: readonly TfLowering[] = (Object.keys(bodies) as (keyof typeof bodies)[]).map((op) =>
  lower(op, (e, [x, indices, updates]) => {
    const [flat, rows] = inOneAxis(e, indices, updates)
    const places = placesOf(e, flat, e.size(x.shape[0]!))
    return withRoom(e, x, (wide) => bodies[op](e, wide, places, rows))
  }),
)
