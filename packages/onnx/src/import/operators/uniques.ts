import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Results } from '../node-call.ts'
import { product } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { axisOf, sizeOfAxis } from './axes.ts'

/** The distinct parts of an axis, where each stands first, which one each part is, and how often each occurs. */
interface Distinct {
  readonly values: NDArray
  readonly indices: NDArray
  readonly inverse: NDArray
  readonly counts: NDArray
}

/** The distinct elements of an array, or its distinct parts along an axis, in order or as they come. */
export function unique(call: NodeCall): Results {
  const given = call.array(0)
  const named = call.int('axis', undefined)
  const axis = named === undefined ? 0 : axisOf(call, named, given.ndim)
  const x = named === undefined ? td.flatten(given) : given
  const sorted = x.ndim === 1 ? distinctElements(x) : distinctParts(x, axis)
  const { values, indices, inverse, counts } = call.flag('sorted', true)
    ? sorted
    : asTheyCome(x, sorted, axis)
  return [values, ...[indices, inverse, counts].map((places) => td.astype(places, 'int64'))]
}

function distinctElements(x: NDArray): Distinct {
  const { values, indices, inverseIndices: inverse, counts } = td.uniqueAll(x)
  return { values, indices, inverse, counts }
}

/** Parts are compared element by element, the first one first. */
function distinctParts(x: NDArray, axis: number): Distinct {
  const count = sizeOfAxis(x, axis)
  const lines = td.moveaxis(x, axis, 0)
  const width = product(sizesOf(lines).slice(1))
  const table = td.reshape(lines, [count, width])
  const keys = table.dtype === 'bool' ? td.astype(table, 'int32') : table
  const order = td.lexsort(td.flip(td.matrixTranspose(keys), { axis: 0 }))
  const sorted = td.take(keys, order, { axis: 0 })
  const places = td.arange(0, count, 1, { dtype: 'int32' })
  const before = td.take(sorted, td.maximum(td.subtract(places, 1), 0), { axis: 0 })
  const isFirst = td.logicalOr(td.equal(places, 0), td.any(td.notEqual(sorted, before), { axis: 1 }))
  const firsts = td.nonzero(isFirst)[0]!
  const ranks = td.subtract(td.cumulativeSum(td.astype(isFirst, 'int32'), { axis: 0 }), 1)
  const indices = td.take(order, firsts)
  const inverse = td.take(ranks, td.argsort(order))
  const ends = td.searchsorted(ranks, td.take(ranks, firsts), { side: 'right' })
  return { values: td.take(x, indices, { axis }), indices, inverse, counts: td.subtract(ends, firsts) }
}

/** By the part that each part is first met as, which has the sizes of the axis and not those of what is distinct. */
function asTheyCome(x: NDArray, { indices, inverse, counts }: Distinct, axis: number): Distinct {
  const first = td.take(indices, inverse)
  const isFirst = td.equal(first, td.arange(0, sizeOfAxis(inverse, 0), 1, { dtype: 'int32' }))
  const places = td.nonzero(isFirst)[0]!
  const ranks = td.subtract(td.cumulativeSum(td.astype(isFirst, 'int32'), { axis: 0 }), 1)
  return {
    values: td.take(x, places, { axis }),
    indices: places,
    inverse: td.take(ranks, first),
    counts: td.take(counts, td.take(inverse, places)),
  }
}
