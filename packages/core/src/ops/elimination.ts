/** Systems of linear equations by other ops, for engines that can run no kernel. */
import type { ArrayValue } from '../op.ts'
import { broadcastShapes } from '../types/shape.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { handedOn } from './axes.ts'
import { astype } from './astype.ts'
import { equal, greater, less, notEqual } from './compare.ts'
import { eye, full } from './creation.ts'
import { log } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { isfinite, logicalAnd } from './logic.ts'
import {
  asColumn,
  asRow,
  besideNumbers,
  besideVectors,
  columnAt,
  columnsOf,
  diagonalOf,
  isEmpty,
  nothing,
  numbers,
  prepared,
  rowAt,
  rowNumbers,
} from './matrix-parts.ts'
import { batchOf } from './matrix-rules.ts'
import { broadcastTo } from './movement.ts'
import { squeeze } from './rearrange.ts'
import { repeated } from './recorded-loops.ts'
import { sum } from './reduce.ts'
import { prod } from './product.ts'
import { all } from './truth-reductions.ts'
import { argmax } from './search.ts'
import { abs, negative, sign } from './sign.ts'
import { where } from './where.ts'

interface Eliminated {
  readonly upper: ArrayValue
  readonly right: ArrayValue
  /** `[...b, 1]`: 1 or -1, as the exchanges of rows are even or odd. */
  readonly parity: ArrayValue
}

/** Matrices brought to upper triangles by exchanges and sums of rows, which are done to `beside` as well. */
function eliminated(matrix: ArrayValue, beside: ArrayValue): Eliminated {
  const n = columnsOf(matrix)
  const one: ArrayValue = full([...batchOf(handedOn(matrix)), 1], 1, { dtype: 'float64' })
  const first = [matrix, beside, one] as const
  type Carry = readonly [ArrayValue, ArrayValue, ArrayValue]
  const [upper, after, parity] = repeated<Carry>(n, first, (k, [a, b, odd]) => {
    const i = numbers(n)
    const pivot = astype(
      argmax(where(less(i, k), -1, abs(columnAt(a, k))), { axis: -1, keepdims: true }),
      'int32',
    )
    const isPivot = asColumn(equal(i, pivot))
    const isTop = equal(rowNumbers(n), k)
    // Exactly one row is picked, so that the sum is that row.
    const top = (x: ArrayValue): ArrayValue => sum(where(isPivot, x, 0), { axis: -2, keepdims: true })
    const exchanged = (x: ArrayValue): ArrayValue =>
      where(isTop, top(x), where(isPivot, asRow(rowAt(x, k)), x))
    const [left, right] = [exchanged(a), exchanged(b)]
    const head = asColumn(columnAt(top(a), k))
    const column = asColumn(where(greater(i, k), columnAt(left, k), 0))
    const share = divide(column, where(equal(head, 0), 1, head))
    return [
      subtract(left, multiply(share, top(a))),
      subtract(right, multiply(share, top(b))),
      where(equal(pivot, k), odd, negative(odd)),
    ]
  })
  return { upper, right: after, parity }
}

/** What the upper triangles have to be multiplied by to give `right`; their diagonals hold no 0. */
function substituted(upper: ArrayValue, right: ArrayValue): ArrayValue {
  const n = columnsOf(upper)
  const [solution] = repeated<readonly [ArrayValue]>(n, [right], (turn, [b]) => {
    const k = subtract(n - 1, turn)
    const i = rowNumbers(n)
    const column = columnAt(upper, k)
    const row = divide(asRow(rowAt(b, k)), asColumn(asColumn(columnAt(column, k))))
    const rest = subtract(b, multiply(asColumn(column), row))
    return [where(equal(i, k), row, where(less(i, k), rest, b))]
  })
  return solution
}

/** As `solve`. */
export function solutionByLoop(x1: ArrayValue, x2: ArrayValue): ArrayValue {
  if (x2.ndim === 1) return squeeze(solutionByLoop(x1, asColumn(x2)), [-1])
  const n = columnsOf(x1)
  const batch = broadcastShapes(batchOf(handedOn(x1)), batchOf(handedOn(x2))) as readonly number[]
  const shape = [...batch, n, columnsOf(x2)]
  if (isEmpty(shape)) return nothing(x1.dtype, shape)
  const { matrix, scale, known } = prepared(x1)
  const wide = astype(x2, 'float64')
  const isKnown = all(isfinite(wide), { axis: -2, keepdims: true })
  const { upper, right } = eliminated(matrix, broadcastTo(where(isKnown, wide, 0), shape))
  const isRegular = asColumn(all(notEqual(diagonalOf(upper), 0), { axis: -1, keepdims: true }))
  // A singular triangle is replaced, as its quotients would not be finite.
  const triangle = where(isRegular, upper, eye(n, { dtype: 'float64' }))
  const solution = divide(substituted(triangle, right), scale)
  return astype(where(logicalAnd(logicalAnd(known, isRegular), isKnown), solution, NaN), x1.dtype)
}

interface Pivots {
  /** `[...b, n]`: the numbers whose product with `parity` is the determinant. */
  readonly pivots: ArrayValue
  /** `[...b]` */
  readonly parity: ArrayValue
  readonly known: ArrayValue
}

function pivotsOf(x: ArrayValue): Pivots {
  const { matrix, scale, known } = prepared(x)
  const { upper, parity } = eliminated(matrix, matrix)
  return {
    pivots: multiply(diagonalOf(upper), besideVectors(scale)),
    parity: squeeze(parity, [-1]),
    known: besideNumbers(known),
  }
}

interface Determinant {
  readonly sign: ArrayValue
  readonly logarithm: ArrayValue
}

/** A zero has no sign. */
const unsigned = (x: ArrayValue): ArrayValue => where(equal(x, 0), 0, x)

const signAndLogarithm = ({ pivots, parity }: Pivots): Determinant => ({
  sign: unsigned(multiply(prod(sign(pivots), { axis: -1 }), parity)),
  logarithm: sum(log(abs(pivots)), { axis: -1 }),
})

/** As `det`. */
export function determinantByLoop(x: ArrayValue): ArrayValue {
  const batch = batchOf(handedOn(x))
  if (isEmpty(handedOn(x))) return full(batch, 1, { dtype: x.dtype })
  const pivots = pivotsOf(x)
  const product = multiply(prod(pivots.pivots, { axis: -1 }), pivots.parity)
  const { sign: direction, logarithm } = signAndLogarithm(pivots)
  // On the way the product may have left the range and come back.
  const isSure = logicalAnd(isfinite(product), notEqual(product, 0))
  const result = where(isSure, product, unsigned(multiply(direction, exp(logarithm))))
  return astype(where(pivots.known, result, NaN), x.dtype)
}

/** As `slogdet`. */
export function signAndLogarithmByLoop(x: ArrayValue): readonly ArrayValue[] {
  const batch = batchOf(handedOn(x))
  if (isEmpty(handedOn(x))) return [1, 0].map((value) => full(batch, value, { dtype: x.dtype }))
  const pivots = pivotsOf(x)
  const { sign: direction, logarithm } = signAndLogarithm(pivots)
  return [direction, logarithm].map((part) => astype(where(pivots.known, part, NaN), x.dtype))
}
