import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators, Results } from '../node-call.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { dequantized } from './quantizing.ts'

/** Tables of words, places and segments, and what the sums of their rows are normalized by. */
interface Tables {
  readonly words: NDArray
  readonly places: NDArray
  readonly segments: NDArray | undefined
  readonly weight: NDArray
  readonly bias: NDArray
}

/** Sums of the rows of words, places and segments, normalized; then how many words of each item count, and the sums. */
function embedded(call: NodeCall, tables: Tables, positions: NDArray | undefined): Results {
  const words = call.array(0)
  const [batch, length] = sizesOf(words) as readonly [SizeLike, SizeLike]
  const place = positions ?? td.arange(0, length, 1, { dtype: 'int32' })
  const rows = (table: NDArray, at: NDArray): NDArray => td.take(table, at, { axis: 0 })
  const both = td.add(rows(tables.words, words), rows(tables.places, place))
  const sum =
    call.has(1) && tables.segments !== undefined ? td.add(both, rows(tables.segments, call.array(1))) : both
  const normal = td.layerNorm(sum, tables.weight, tables.bias, { eps: call.float('epsilon', 1e-12) })
  const counted = call.has(7)
    ? td.sum(td.astype(td.equal(call.array(7), 1), 'int32'), { axis: 1, dtype: 'int32' })
    : td.zeros([batch], { dtype: 'int32' })
  return [normal, counted, sum]
}

const embedLayerNormalization: Operator = (call) => {
  const [words, places, weight, bias] = [2, 3, 5, 6].map((i) => call.array(i)) as [
    NDArray,
    NDArray,
    NDArray,
    NDArray,
  ]
  return embedded(call, { words, places, segments: call.optional(4), weight, bias }, call.optional(8))
}

/** The same of tables of integers. */
const quantized: Operator = (call) => {
  const table = (i: number): NDArray =>
    dequantized(call.array(i + 2), call.array(i + 8), call.optional(i + 13))
  const segments = call.has(4) ? table(2) : undefined
  const tables = { words: table(0), places: table(1), segments, weight: table(3), bias: table(4) }
  return embedded(call, tables, undefined)
}

export const embedding: Operators = {
  EmbedLayerNormalization: embedLayerNormalization,
  QEmbedLayerNormalization: quantized,
}
