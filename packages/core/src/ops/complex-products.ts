import type { ArrayValue, ByParts } from '../op.ts'
import { multiply } from './arith.ts'
import { full } from './creation.ts'
import { concat } from './join.ts'
import { permuteDims, reshape, slice } from './movement.ts'
import type { prod } from './reduce.ts'
import type { cumulativeProd } from './scan.ts'

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
