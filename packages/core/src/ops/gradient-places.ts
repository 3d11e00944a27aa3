import { type ArrayValue, type Gradients } from '../op.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { axesOf, handedOn } from './axes.ts'
import { equal, less, notEqual } from './compare.ts'
import { arange, full } from './creation.ts'
import { clip } from './extrema.ts'
import { zeros, zerosLike } from './fills.ts'
import { take } from './indexing.ts'
import { logicalAnd } from './logic.ts'
import { permuteDims, reshape } from './movement.ts'
import { expandDims } from './rearrange.ts'
import { permutedBack } from './gradient-axes.ts'
import { scatterProd, scatterReplace, scatterSum } from './scatter.ts'
import { counted } from './scatter-nd.ts'
import { where } from './where.ts'

/** Indices as `take` reads them: from the end where they are negative, the nearest where they are outside. */
export const nearest = (indices: ArrayValue, size: number): ArrayValue =>
  clip(where(less(indices, 0), add(indices, size), indices), 0, size - 1)

/** Sums of what was taken of each place of an axis: `g` has the axes of `places` instead of it. */
export function addedAt(g: ArrayValue, x: ArrayValue, places: ArrayValue, axis: number): ArrayValue {
  const taken = axesOf(places).map((one) => one + axis)
  const others = axesOf(g).filter((one) => !taken.includes(one))
  const rows = permuteDims(g, [...taken, ...others])
  const perm = [axis, ...axesOf(x).filter((one) => one !== axis)]
  const start = zeros(
    perm.map((one) => handedOn(x)[one]!),
    { dtype: g.dtype },
  )
  return permutedBack(scatterSum(start, places, rows), perm)
}

/** Which updates have a row, and the row of each. */
function rowsOf(x: ArrayValue, indices: ArrayValue) {
  const rows = x.shape[0]!
  const [place, isInside] = counted(indices, rows)
  const wide = (flags: ArrayValue): ArrayValue =>
    x.ndim === 1
      ? flags
      : expandDims(
          flags,
          axesOf(x)
            .slice(1)
            .map((axis) => axis - 1 + indices.ndim),
        )
  /** What each update has in `table`; 0 where it has no row. */
  const taken = (table: ArrayValue): ArrayValue => {
    if (rows === 0) return full([], 0, { dtype: table.dtype })
    return where(wide(isInside), take(table, clip(place, 0, rows - 1), { axis: 0 }), 0)
  }
  return { taken, wide, isInside }
}

type Scattered = readonly [x: ArrayValue, indices: ArrayValue, updates: ArrayValue]

export function ofScatterSum([x, indices]: Scattered, g: ArrayValue): Gradients {
  return [(): ArrayValue => g, null, (): ArrayValue => rowsOf(x, indices).taken(g)]
}

/** Of updates of the same row the last one stays. */
export function ofScatterReplace([x, indices, updates]: Scattered, g: ArrayValue): Gradients {
  const ofUpdates = (): ArrayValue => {
    const { taken, wide, isInside } = rowsOf(x, indices)
    const turns = reshape(arange(0, indices.size, 1, { dtype: 'int32' }), indices.shape)
    const rows = rowsOf(full([x.shape[0]!], 0, { dtype: 'int32' }), indices)
    const last = rows.taken(scatterReplace(full([x.shape[0]!], 0, { dtype: 'int32' }), indices, turns))
    return where(wide(logicalAnd(isInside, equal(last, turns))), taken(g), 0)
  }
  return [(): ArrayValue => scatterReplace(g, indices, zerosLike(updates)), null, ofUpdates]
}

/** Each factor has the product of the others, zeros among them counted instead of multiplied. */
export function ofScatterProd([x, indices, updates]: Scattered, g: ArrayValue): Gradients {
  const ofUpdates = (): ArrayValue => {
    const { taken } = rowsOf(x, indices)
    const isZero = equal(updates, 0)
    const factors = where(isZero, 1, updates)
    const product = scatterProd(x, indices, factors)
    const zerosOf = scatterSum(zerosLike(x), indices, astype(isZero, x.dtype))
    const others = taken(multiply(g, product))
    const left = add(taken(zerosOf), multiply(astype(isZero, x.dtype), -1))
    return where(notEqual(left, 0), 0, divide(others, factors))
  }
  return [(): ArrayValue => scatterProd(g, indices, updates), null, ofUpdates]
}

/** The elements and updates that are as large as the result share its gradient. */
export function ofScatterExtreme(
  [x, indices, updates]: Scattered,
  out: ArrayValue,
  g: ArrayValue,
): Gradients {
  const { taken } = rowsOf(x, indices)
  const flags = (isBest: ArrayValue): ArrayValue => astype(isBest, g.dtype)
  const [ofArray, ofUpdates] = [flags(equal(x, out)), flags(equal(updates, taken(out)))]
  const share = (): ArrayValue => divide(g, scatterSum(ofArray, indices, ofUpdates))
  return [
    (): ArrayValue => multiply(ofArray, share()),
    null,
    (): ArrayValue => multiply(ofUpdates, taken(share())),
  ]
}
