/** Cholesky's factors and orthogonal ones by other ops, for engines that can run no kernel. */
import type { ArrayValue } from '../op.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { handedOn } from './axes.ts'
import { astype } from './astype.ts'
import { equal, greater, less } from './compare.ts'
import { eye } from './creation.ts'
import { tril, triu } from './grids.ts'
import { isfinite, logicalAnd } from './logic.ts'
import { matmul } from './matmul.ts'
import {
  asColumn,
  asRow,
  columnAt,
  columnsOf,
  isEmpty,
  nothing,
  numbers,
  prepared,
  rowNumbers,
  rowsOf,
} from './matrix-parts.ts'
import { batchOf } from './matrix-rules.ts'
import { broadcastTo, slice } from './movement.ts'
import { sqrt } from './powers.ts'
import { matrixTranspose } from './rearrange.ts'
import { repeated } from './recorded-loops.ts'
import { max, sum } from './reduce.ts'
import { all } from './truth-reductions.ts'
import { abs, negative } from './sign.ts'
import { where } from './where.ts'

type Pair = readonly [ArrayValue, ArrayValue]

/** As `cholesky`. */
export function choleskyByLoop(x: ArrayValue, upper: boolean): ArrayValue {
  if (isEmpty(handedOn(x))) return nothing(x.dtype, handedOn(x))
  const n = columnsOf(x)
  const { matrix, scale, known } = prepared(upper ? matrixTranspose(triu(x)) : tril(x))
  const zeros = nothing('float64', handedOn(x))
  const [factor] = repeated<Pair>(n, [zeros, matrix], (k, [made, rest]) => {
    const i = numbers(n)
    const column = columnAt(rest, k)
    const head = asColumn(columnAt(column, k))
    // Where the matrix is not positive definite, NaN goes on into all that follows.
    const root = where(greater(head, 0), sqrt(head), NaN)
    const next = where(less(i, k), 0, divide(column, root))
    return [where(equal(i, k), asColumn(next), made), subtract(rest, multiply(asColumn(next), asRow(next)))]
  })
  const isRight = logicalAnd(known, all(isfinite(factor), { axis: [-2, -1], keepdims: true }))
  const lower = astype(where(isRight, multiply(factor, sqrt(scale)), NaN), x.dtype)
  return upper ? matrixTranspose(lower) : lower
}

/** Lengths of the vectors along an axis; small elements keep their squares. */
export function lengths(x: ArrayValue, axis: number): ArrayValue {
  const over = { axis, keepdims: true }
  const most = max(abs(x), over)
  const scaled = divide(x, where(greater(most, 0), most, 1))
  return multiply(sqrt(sum(multiply(scaled, scaled), over)), most)
}

/** Take `share` times their product with `v` off vectors, `v` times; element `k` of `v` is 1. */
interface Mirrors {
  readonly v: ArrayValue
  /** `[...b, 1, 1]` */
  readonly share: ArrayValue
}

/** What mirrors column `k` onto its axis, from row `k` on. */
function mirrors(column: ArrayValue, k: ArrayValue): Mirrors {
  const i = numbers(columnsOf(column))
  const open = where(less(i, k), 0, column)
  const most = max(abs(open), { axis: -1, keepdims: true })
  const scaled = divide(open, where(greater(most, 0), most, 1))
  const size = sqrt(sum(multiply(scaled, scaled), { axis: -1, keepdims: true }))
  const head = asColumn(columnAt(scaled, k))
  const goal = where(less(head, 0), size, negative(size))
  const isOpen = greater(size, 0)
  const v = where(equal(i, k), 1, divide(scaled, where(isOpen, subtract(head, goal), 1)))
  const share = where(isOpen, divide(subtract(goal, head), where(isOpen, goal, 1)), 0)
  return { v, share: asColumn(share) }
}

/** The first columns of matrices, or their first rows. */
const firstColumns = (x: ArrayValue, count: number): ArrayValue =>
  slice(x, 0, [...batchOf(handedOn(x)).map(() => null), null, count])
const firstRows = (x: ArrayValue, count: number): ArrayValue =>
  slice(x, 0, [...batchOf(handedOn(x)).map(() => null), count])

/** Orthonormal columns and upper triangles of finite matrices with elements; `rank` columns of them. */
export function orthogonal(matrix: ArrayValue, rank: number): Pair {
  const [rows, columns] = [rowsOf(matrix), columnsOf(matrix)]
  const unit = broadcastTo(eye(rows, { dtype: 'float64' }), [...batchOf(handedOn(matrix)), rows, rows])
  const [whole, upper] = repeated<Pair>(Math.min(rows, columns), [unit, matrix], (k, [q, r]) => {
    const { v, share } = mirrors(columnAt(r, k), k)
    const [down, across] = [asColumn(v), asRow(v)]
    return [
      subtract(q, multiply(multiply(matmul(q, down), across), share)),
      subtract(r, multiply(multiply(down, matmul(across, r)), share)),
    ]
  })
  const onDiagonal = where(equal(rowNumbers(rows), numbers(columns)), upper, 0)
  const turn = where(less(sum(onDiagonal, { axis: -1 }), 0), -1, 1)
  return [
    firstColumns(multiply(whole, asRow(turn)), rank),
    firstRows(triu(multiply(upper, asColumn(turn))), rank),
  ]
}

/** As `qr`. */
export function qrByLoop(x: ArrayValue, complete: boolean): readonly ArrayValue[] {
  const [rows, columns] = [rowsOf(x), columnsOf(x)]
  const rank = complete ? rows : Math.min(rows, columns)
  const batch = batchOf(handedOn(x))
  if (isEmpty(handedOn(x))) {
    const unit = broadcastTo(eye(rows, rank, { dtype: x.dtype }), [...batch, rows, rank])
    return [unit, nothing(x.dtype, [...batch, rank, columns])]
  }
  const { matrix, scale, known } = prepared(x)
  const [q, r] = orthogonal(matrix, rank)
  return [q, multiply(r, scale)].map((part) => astype(where(known, part, NaN), x.dtype))
}
