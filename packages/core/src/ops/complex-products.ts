import type { ArrayValue, ByParts } from '../op.ts'
import { multiply } from './multiplication.ts'
import { equal } from './compare.ts'
import { full } from './creation.ts'
import { take } from './indexing.ts'
import { concat } from './join.ts'
import { permuteDims, reshape, slice } from './movement.ts'
import type { prod } from './product.ts'
import type { cumulativeProd } from './scan.ts'
import { type scatterProd, scatterReplace } from './scatter.ts'
import { counted } from './scatter-nd.ts'
import { argsort } from './sort.ts'
import { where } from './where.ts'

/** Products of many complex numbers in products of two; see `complex-formulas.ts`. */

/** The product of all elements of an axis that has been moved to the front, by halves. */
function productOfRows(x: ArrayValue): ArrayValue {
  const count = x.shape[0]!
  if (count === 0) return full(x.shape.slice(1), 1, { dtype: x.dtype })
  if (count === 1) return reshape(x, x.shape.slice(1))
  const half = Math.floor(count / 2)
  const pairs = multiply(slice(x, [0], [half]), slice(x, [half], [2 * half]))
  const rest = productOfRows(pairs)
  return count === 2 * half ? rest : multiply(rest, reshape(slice(x, [2 * half], [count]), x.shape.slice(1)))
}

export const prodByParts: ByParts<typeof prod> = ([x], { axis, keepdims }) => {
  const all = x.shape.map((_, i) => i)
  const gone = axis ?? all
  const kept = all.filter((i) => !gone.includes(i))
  const sizes = kept.map((i) => x.shape[i]!)
  const count = gone.reduce((n, i) => n * x.shape[i]!, 1)
  const made = productOfRows(reshape(permuteDims(x, [...gone, ...kept]), [count, ...sizes]))
  return keepdims
    ? reshape(
        made,
        all.map((i) => (gone.includes(i) ? 1 : x.shape[i]!)),
      )
    : made
}

/** Each step takes as many more as all before it took. */
export const cumulativeProdByParts: ByParts<typeof cumulativeProd> = (
  [x],
  { axis: along, includeInitial },
) => {
  const axis = along!
  const size = x.shape[axis]!
  const at = (value: number): (number | null)[] => x.shape.map((_, i) => (i === axis ? value : null))
  let made = x
  for (let reach = 1; reach < size; reach *= 2) {
    const longer = multiply(slice(made, [], at(size - reach)), slice(made, at(reach), []))
    made = concat([slice(made, [], at(reach)), longer], { axis })
  }
  return includeInitial ? concat([full(x.shape.with(axis, 1), 1, { dtype: x.dtype }), made], { axis }) : made
}

/**
 * Updates in the order of their rows are multiplied with the ones before them in the same row, in steps that each reach
 * twice as far; the last one of a row is then the product of all.
 */
export const scatterProdByParts: ByParts<typeof scatterProd> = ([x, indices, updates]) => {
  const count = indices.size
  if (count === 0) return x
  const items = x.shape.slice(1)
  const size = x.shape[0]!
  const [place, isInside] = counted(reshape(indices, [count]), size)
  const named = where(isInside, place, size)
  const order = argsort(named)
  const rows = take(named, order)
  let made = take(reshape(updates, [count, ...items]), order, { axis: 0 })
  const flags = (isSame: ArrayValue): ArrayValue => reshape(isSame, [isSame.size, ...items.map(() => 1)])
  for (let reach = 1; reach < count; reach *= 2) {
    const isSame = flags(equal(slice(rows, [reach], []), slice(rows, [], [count - reach])))
    const later = slice(made, [reach], [])
    const longer = where(isSame, multiply(later, slice(made, [], [count - reach])), later)
    made = concat([slice(made, [], [reach]), longer], { axis: 0 })
  }
  // Of several updates of a row the last one counts, which has all of them.
  const factors = scatterReplace(full(x.shape, 1, { dtype: x.dtype }), rows, made)
  const isMet = scatterReplace(full([size], false), rows, full([count], true))
  return where(flags(isMet), multiply(x, factors), x)
}
