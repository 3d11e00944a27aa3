/** Systems of complex numbers in ops on their parts, for engines without complex dtypes. */
import type { ArrayValue, ByParts } from '../op.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { handedOn } from './axes.ts'
import { equal, greater, less } from './compare.ts'
import { complex, imag, real } from './complex-parts.ts'
import { eye, full } from './creation.ts'
import { log } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { cholesky } from './factors.ts'
import { isfinite, logicalAnd } from './logic.ts'
import { concat } from './join.ts'
import {
  asColumn,
  asRow,
  besideNumbers,
  columnAt,
  columnsOf,
  isEmpty,
  numbers,
  rowAt,
  rowNumbers,
} from './matrix-parts.ts'
import { batchOf } from './matrix-rules.ts'
import { reshape, slice } from './movement.ts'
import { split, stack } from './parts.ts'
import { hypot } from './powers.ts'
import { squeeze } from './rearrange.ts'
import { repeated } from './recorded-loops.ts'
import { max, sum } from './reduce.ts'
import { all } from './truth-reductions.ts'
import { argmax } from './search.ts'
import { abs, negative } from './sign.ts'
import { type det, type slogdet, solve } from './solve.ts'
import { maximum } from './extrema.ts'
import { where } from './where.ts'

/** Real systems of twice the size have the parts of the solution as their solution. */
export const solveByParts: ByParts<typeof solve> = ([x1, x2]) => {
  const [re, im] = [real(x1), imag(x1)]
  const last = x1.ndim - 1
  const upper = concat([re, negative(im)], { axis: last })
  const whole = concat([upper, concat([im, re], { axis: last })], { axis: last - 1 })
  const isVector = x2.ndim === 1
  const right = concat([real(x2), imag(x2)], { axis: isVector ? 0 : x2.ndim - 2 })
  const solution = solve(whole, right)
  const parts: readonly ArrayValue[] = split(solution, 2, {
    axis: isVector ? solution.ndim - 1 : solution.ndim - 2,
  })
  return complex(parts[0]!, parts[1]!)
}

/** With each number as a block of its parts, the factor of the real matrix is that of the complex one. */
export const choleskyByParts: ByParts<typeof cholesky> = ([x], { upper }) => {
  const n = columnsOf(x)
  const batch = batchOf(handedOn(x))
  const [re, im] = [real(x), where(equal(eye(n), 1), 0, imag(x))]
  const top = stack([re, negative(im)], { axis: x.ndim })
  const blocks = stack([top, stack([im, re], { axis: x.ndim })], { axis: x.ndim - 1 })
  const factor = cholesky(reshape(blocks, [...batch, 2 * n, 2 * n]), { upper })
  const apart = reshape(factor, [...batch, n, 2, n, 2])
  const part = (row: number): ArrayValue => {
    const open = [...batch.map(() => null), null]
    const one = slice(apart, [...open, row, null, 0], [...open, row + 1, null, 1])
    return reshape(one, [...batch, n, n])
  }
  return complex(part(0), part(1))
}

interface Direction {
  readonly re: ArrayValue
  readonly im: ArrayValue
  readonly logarithm: ArrayValue
}

/** The direction of determinants, of size 1 or 0, and the logarithm of their size, by elimination. */
function directionOf(x: ArrayValue): Direction {
  const batch = batchOf(handedOn(x))
  const n = columnsOf(x)
  const [left, right]: readonly ArrayValue[] = [real(x), imag(x)]
  const filled = (value: number): ArrayValue => full([...batch, 1], value, { dtype: left!.dtype })
  if (isEmpty(handedOn(x))) {
    const [re, im, logarithm] = [1, 0, 0].map((value) => full(batch, value, { dtype: left!.dtype }))
    return { re: re!, im: im!, logarithm: logarithm! }
  }
  const over = { axis: [-2, -1], keepdims: true }
  const known = logicalAnd(all(isfinite(left!), over), all(isfinite(right!), over))
  const [finiteRe, finiteIm] = [where(known, left!, 0), where(known, right!, 0)]
  const largest = maximum(max(abs(finiteRe), over), max(abs(finiteIm), over))
  const scale = where(greater(largest, 0), largest, 1)
  type Carry = readonly [ArrayValue, ArrayValue, ArrayValue, ArrayValue, ArrayValue]
  const first: Carry = [divide(finiteRe, scale), divide(finiteIm, scale), filled(1), filled(0), filled(0)]
  const [, , re, im, logarithm] = repeated<Carry>(n, first, (k, [a, b, x0, y0, total]) => {
    const i = numbers(n)
    const sizes = where(less(i, k), -1, hypot(columnAt(a, k), columnAt(b, k)))
    const pivot = argmax(sizes, { axis: -1, keepdims: true })
    const isPivot = asColumn(equal(i, pivot))
    const isTop = equal(rowNumbers(n), k)
    const top = (part: ArrayValue): ArrayValue => sum(where(isPivot, part, 0), { axis: -2, keepdims: true })
    const exchanged = (part: ArrayValue): ArrayValue =>
      where(isTop, top(part), where(isPivot, asRow(rowAt(part, k)), part))
    const [topRe, topIm, ownRe, ownIm] = [top(a), top(b), exchanged(a), exchanged(b)]
    const [headRe, headIm] = [columnAt(topRe, k), columnAt(topIm, k)]
    const size = hypot(headRe, headIm)
    const safe = where(greater(size, 0), size, 1)
    // The direction of the pivot, whose conjugate divides.
    const [unitRe, unitIm] = [divide(headRe, safe), divide(headIm, safe)]
    const below = (part: ArrayValue): ArrayValue =>
      divide(asColumn(where(greater(i, k), columnAt(part, k), 0)), asColumn(safe))
    const [columnRe, columnIm] = [below(ownRe), below(ownIm)]
    const [ur, ui] = [asColumn(unitRe), asColumn(unitIm)]
    const shareRe = add(multiply(columnRe, ur), multiply(columnIm, ui))
    const shareIm = subtract(multiply(columnIm, ur), multiply(columnRe, ui))
    const turn = where(equal(pivot, k), 1, -1)
    return [
      subtract(ownRe, subtract(multiply(shareRe, topRe), multiply(shareIm, topIm))),
      subtract(ownIm, add(multiply(shareRe, topIm), multiply(shareIm, topRe))),
      multiply(turn, subtract(multiply(x0, unitRe), multiply(y0, unitIm))),
      multiply(turn, add(multiply(x0, unitIm), multiply(y0, unitRe))),
      add(total, add(log(size), log(squeeze(scale, [-1])))),
    ]
  })
  const given = (part: ArrayValue): ArrayValue => where(besideNumbers(known), squeeze(part, [-1]), NaN)
  return { re: given(re), im: given(im), logarithm: given(logarithm) }
}

export const detByParts: ByParts<typeof det> = ([x]) => {
  const { re, im, logarithm } = directionOf(x)
  const size = exp(logarithm)
  const whole = (part: ArrayValue): ArrayValue => where(equal(part, 0), 0, multiply(part, size))
  return complex(whole(re), whole(im))
}

export const slogdetByParts: ByParts<typeof slogdet> = ([x]) => {
  const { re, im, logarithm } = directionOf(x)
  return [complex(re, im), logarithm]
}
