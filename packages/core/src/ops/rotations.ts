/** Eigenvalues and singular values by Jacobi's rotations in other ops, for engines that can run no kernel. */
import type { ArrayValue } from '../op.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { remainder } from './remainders.ts'
import { handedOn } from './axes.ts'
import { astype } from './astype.ts'
import { equal, greater, greaterEqual, less, notEqual } from './compare.ts'
import { eye, full } from './creation.ts'
import { tril } from './grids.ts'
import { take, takeAlongAxis } from './indexing.ts'
import { logicalAnd, logicalOr } from './logic.ts'
import {
  asColumn,
  asRow,
  besideVectors,
  columnsOf,
  diagonalOf,
  isEmpty,
  nothing,
  numbers,
  prepared,
  rowNumbers,
  rowsOf,
} from './matrix-parts.ts'
import { batchOf } from './matrix-rules.ts'
import { broadcastTo } from './movement.ts'
import { sqrt } from './powers.ts'
import { matrixTranspose, squeeze } from './rearrange.ts'
import { whilst } from './recorded-loops.ts'
import { max, sum } from './reduce.ts'
import { any } from './truth-reductions.ts'
import { lengths, orthogonal } from './reflections.ts'
import { argmax } from './search.ts'
import { abs } from './sign.ts'
import { argsort } from './sort.ts'
import { where } from './where.ts'

/** Twice as many as were ever needed: convergence is quadratic. */
const mostSweeps = 40
const epsilon = 2 ** -52

/** Rounds in which each of `n` numbers meets each other one once. */
const roundsOf = (n: number): number => (n % 2 === 0 ? n - 1 : n)

/** Whom each of `n` numbers meets in a round, as in a tournament; who meets nobody meets itself. */
function partners(n: number, round: ArrayValue): ArrayValue {
  const rounds = roundsOf(n)
  const i = numbers(n)
  const other = remainder(add(subtract(round, i), 2 * rounds), rounds)
  if (n % 2 === 1) return other
  // The last one stands outside of the circle and meets whoever would meet itself.
  const alone = remainder(multiply(round, (rounds + 1) / 2), rounds)
  return where(equal(i, n - 1), alone, where(equal(other, i), n - 1, other))
}

interface Turn {
  /** Whom each row or column is turned with. */
  readonly partner: ArrayValue
  readonly cosine: ArrayValue
  readonly sine: ArrayValue
}

/** The rotations after which pairs have no product any more; `own` are the squares beside it. */
function turnOf(partner: ArrayValue, own: ArrayValue, product: ArrayValue, isOpen: ArrayValue): Turn {
  const ratio = divide(
    subtract(take(own, partner, { axis: -1 }), own),
    where(isOpen, multiply(product, 2), 1),
  )
  // Both of a pair turn by one angle, in opposite directions.
  const isSecond = greater(numbers(columnsOf(own)), partner)
  const turnsBack = logicalOr(less(ratio, 0), logicalAnd(equal(ratio, 0), isSecond))
  const size = add(abs(ratio), sqrt(add(multiply(ratio, ratio), 1)))
  const tangent = where(isOpen, divide(where(turnsBack, -1, 1), size), 0)
  const cosine = divide(1, sqrt(add(multiply(tangent, tangent), 1)))
  return { partner, cosine, sine: multiply(tangent, cosine) }
}

const turnedColumns = (x: ArrayValue, { partner, cosine, sine }: Turn): ArrayValue =>
  subtract(multiply(x, asRow(cosine)), multiply(take(x, partner, { axis: -1 }), asRow(sine)))
const turnedRows = (x: ArrayValue, { partner, cosine, sine }: Turn): ArrayValue =>
  subtract(multiply(x, asColumn(cosine)), multiply(take(x, partner, { axis: x.ndim - 2 }), asColumn(sine)))

const noTurn = (): ArrayValue => full([], 0, { dtype: 'int32' })
const identities = (x: ArrayValue): ArrayValue => {
  const n = columnsOf(x)
  return broadcastTo(eye(n, { dtype: 'float64' }), [...batchOf(handedOn(x)), n, n])
}

/** The columns in another order. */
const reordered = (x: ArrayValue, order: ArrayValue): ArrayValue =>
  takeAlongAxis(x, asRow(order), { axis: x.ndim - 1 })

/** `[...b, 1, n]`: -1 for columns whose first element of at least 0.3 of the largest magnitude is below 0, else 1. */
function signsOf(columns: ArrayValue): ArrayValue {
  const axis = columns.ndim - 2
  const magnitude = abs(columns)
  const least = multiply(max(magnitude, { axis, keepdims: true }), 0.3)
  const isLarge = astype(greaterEqual(magnitude, least), 'int32')
  const lead = takeAlongAxis(columns, argmax(isLarge, { axis, keepdims: true }), { axis })
  return where(less(lead, 0), -1, 1)
}

/** As `eigh`. */
export function eigenByRotations(x: ArrayValue): readonly ArrayValue[] {
  if (isEmpty(handedOn(x))) return [nothing(x.dtype, handedOn(x).slice(0, -1)), nothing(x.dtype, handedOn(x))]
  const n = columnsOf(x)
  const rounds = roundsOf(n)
  const { matrix, scale, known } = prepared(tril(x))
  const whole = where(greater(numbers(n), rowNumbers(n)), matrixTranspose(matrix), matrix)
  const isBeside = notEqual(numbers(n), rowNumbers(n))
  type Carry = readonly [ArrayValue, ArrayValue, ArrayValue]
  const [, almost, vectors] = whilst<Carry>(
    [noTurn(), whole, identities(whole)],
    ([turn, a]) =>
      logicalAnd(less(turn, mostSweeps * rounds), any(logicalAnd(isBeside, greater(abs(a), 1e-20)))),
    ([turn, a, v]) => {
      const partner = partners(n, remainder(turn, rounds))
      const isPair = logicalAnd(isBeside, equal(numbers(n), asColumn(partner)))
      const products = where(isPair, a, 0)
      const product = divide(add(sum(products, { axis: -1 }), sum(products, { axis: -2 })), 2)
      const by = turnOf(partner, diagonalOf(a), product, notEqual(product, 0))
      const turned = turnedColumns(turnedRows(a, by), by)
      return [add(turn, 1), where(isPair, 0, turned), turnedColumns(v, by)]
    },
  )
  const values = diagonalOf(almost)
  const order = argsort(values, { axis: -1 })
  const sorted = reordered(vectors, order)
  const eigenvalues = multiply(takeAlongAxis(values, order, { axis: -1 }), besideVectors(scale))
  return [
    astype(where(besideVectors(known), eigenvalues, NaN), x.dtype),
    astype(where(known, multiply(sorted, signsOf(sorted)), NaN), x.dtype),
  ]
}

/** As `svd`. */
export function singularByRotations(x: ArrayValue, complete: boolean): readonly ArrayValue[] {
  const [rows, columns] = [rowsOf(x), columnsOf(x)]
  if (rows < columns) {
    const [u, s, vh] = singularByRotations(matrixTranspose(x), complete)
    return [matrixTranspose(vh!), s!, matrixTranspose(u!)]
  }
  const rank = complete ? rows : columns
  const batch = batchOf(handedOn(x))
  if (isEmpty(handedOn(x))) {
    const unit = broadcastTo(eye(rows, rank, { dtype: x.dtype }), [...batch, rows, rank])
    return [unit, nothing(x.dtype, [...batch, columns]), nothing(x.dtype, [...batch, columns, columns])]
  }
  const { matrix, scale, known } = prepared(x)
  const { w, v } = orthogonalColumns(matrix)
  const sizes = squeeze(lengths(w, -2), [-2])
  const order = argsort(sizes, { axis: -1, descending: true })
  const right = reordered(v, order)
  const signs = signsOf(right)
  // The rotated columns are orthogonal already: their lengths are all that is left, and further vectors come with them.
  const [u] = orthogonal(multiply(reordered(w, order), signs), rank)
  const s = multiply(takeAlongAxis(sizes, order, { axis: -1 }), besideVectors(scale))
  return [
    astype(where(known, u, NaN), x.dtype),
    astype(where(besideVectors(known), s, NaN), x.dtype),
    astype(where(known, matrixTranspose(multiply(right, signs)), NaN), x.dtype),
  ]
}

/** The columns of `matrix`, turned by `v` until they are orthogonal. */
function orthogonalColumns(matrix: ArrayValue): { readonly w: ArrayValue; readonly v: ArrayValue } {
  const n = columnsOf(matrix)
  const rounds = roundsOf(n)
  type Carry = readonly [ArrayValue, ArrayValue, ArrayValue, ArrayValue]
  const [, , w, v] = whilst<Carry>(
    [noTurn(), full([], true, { dtype: 'bool' }), matrix, identities(matrix)],
    ([turn, hasTurned]) => {
      const isWithin = notEqual(remainder(turn, rounds), 0)
      return logicalAnd(less(turn, mostSweeps * rounds), logicalOr(isWithin, hasTurned))
    },
    ([turn, hasTurned, a, b]) => {
      const round = remainder(turn, rounds)
      const partner = partners(n, round)
      const squares = sum(multiply(a, a), { axis: -2 })
      const product = sum(multiply(a, take(a, partner, { axis: -1 })), { axis: -2 })
      const root = sqrt(squares)
      const bound = multiply(multiply(root, take(root, partner, { axis: -1 })), epsilon)
      const isOpen = logicalAnd(notEqual(numbers(n), partner), greater(abs(product), bound))
      const by = turnOf(partner, squares, product, isOpen)
      return [
        add(turn, 1),
        logicalOr(any(isOpen), logicalAnd(hasTurned, notEqual(round, 0))),
        turnedColumns(a, by),
        turnedColumns(b, by),
      ]
    },
  )
  return { w, v }
}
