import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall, Operator } from '../node-call.ts'
import { numbers } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { sliceAxis } from './axes.ts'
import { floatsAs } from './scores.ts'

/** Sequences of the same length that are counted, and the column that the count of each goes to. */
interface Grams {
  readonly length: number
  readonly items: readonly (readonly number[])[]
  readonly columns: readonly number[]
}

/** The sequences of a pool, by their length: those of one number come first. */
function gramsOf(call: NodeCall, columns: readonly number[]): readonly Grams[] {
  const pool = call.ints('pool_int64s', undefined) ?? call.refuse('it counts strings, which no array holds')
  const starts = call.ints('ngram_counts')
  let before = 0
  return starts.map((start, i) => {
    const length = i + 1
    const end = starts[i + 1] ?? pool.length
    const count = Math.max(0, Math.floor((end - start) / length))
    const items = Array.from({ length: count }, (_, k) =>
      pool.slice(start + k * length, start + (k + 1) * length),
    )
    const own = columns.slice(before, (before += count))
    if (items.length !== own.length)
      call.refuse(`it has ${columns.length} columns for more sequences than those`)
    return { length, items, columns: own }
  })
}

/** How often each sequence stands in each row, its elements a distance apart: `[rows, sequences]`. */
function counted(x: NDArray, places: number, { length, items }: Grams, distance: number): NDArray {
  const last = places - distance * (length - 1)
  const hits = Array.from({ length }, (_, i) => {
    const from = i * distance
    const data = BigInt64Array.from(items, (item) => BigInt(item[i]!))
    const wanted = td.astype(hostConstant({ dtype: 'int64', shape: [items.length], data }), x.dtype)
    return td.equal(td.expandDims(sliceAxis(x, 1, from, from + last), -1), wanted)
  })
  const hit = hits.reduce((a, b) => td.logicalAnd(a, b))
  return td.sum(td.astype(hit, 'float32'), { axis: 1 })
}

/** The counts of sequences, and after them one that is 0, in the columns that they go to. */
function inColumns(counts: NDArray, columns: readonly number[], width: number): NDArray {
  if (new Set(columns).size === columns.length) {
    const order = new Int32Array(width).fill(columns.length)
    columns.forEach((column, i) => (order[column] = i))
    return td.take(counts, hostConstant({ dtype: 'int32', shape: [width], data: order }), { axis: 1 })
  }
  const table = new Float32Array((columns.length + 1) * width)
  columns.forEach((column, i) => (table[i * width + column] = 1))
  return td.matmul(counts, floatsAs(table, [columns.length + 1, width]))
}

/** Counts of sequences of numbers in rows of such, weighted by how rare they are. */
export const tfIdfVectorizer: Operator = (call) => {
  const given = call.array(0)
  if (given.ndim > 2) call.refuse(`it takes rows, and is given an array of ${given.ndim} axes`)
  const x = given.ndim === 2 ? given : td.reshape(given, [1, -1])
  const columns = call.ints('ngram_indexes')
  const [least, most] = [call.int('min_gram_length'), call.int('max_gram_length')]
  const [places] = numbers([sizesOf(x)[1]!]) as readonly [number]
  const distances = Math.min(call.int('max_skip_count') + 1, Math.max(1, places))
  const parts = gramsOf(call, columns)
    .filter(({ length, items }) => length >= least && length <= most && items.length > 0)
    .flatMap((grams) => {
      const counts = Array.from({ length: grams.length === 1 ? 1 : distances }, (_, i) => i + 1)
        .filter((distance) => distance * (grams.length - 1) < places)
        .map((distance) => counted(x, places, grams, distance))
      if (counts.length === 0) return []
      return [{ columns: grams.columns, counts: counts.reduce((p, q) => td.add(p, q)) }]
    })
  const nothing = td.full([sizesOf(x)[0]!, 1], 0, { dtype: 'float32' })
  const found = td.concat([...parts.map(({ counts }) => counts), nothing], { axis: 1 })
  const counts = inColumns(
    found,
    parts.flatMap((part) => part.columns),
    Math.max(-1, ...columns) + 1,
  )
  const result = weighted(call, counts, columns)
  return given.ndim === 2 ? result : td.squeeze(result, 0)
}

/** Counts, or whether there are any, by the weights of the sequences. */
function weighted(call: NodeCall, counts: NDArray, columns: readonly number[]): NDArray {
  const mode = call.string('mode')
  if (mode === 'TF') return counts
  if (mode !== 'IDF' && mode !== 'TFIDF') return call.refuse(`it knows no mode '${mode}'`)
  const of = mode === 'IDF' ? td.astype(td.greater(counts, 0), 'float32') : counts
  const weights = call.floats('weights', [])
  if (weights.length === 0) return of
  const byColumn = new Float32Array(Math.max(-1, ...columns) + 1)
  columns.forEach((column, i) => (byColumn[column] = weights[i] ?? 1))
  return td.multiply(of, floatsAs(byColumn, [-1]))
}
