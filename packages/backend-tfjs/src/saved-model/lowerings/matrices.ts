import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import { lower, type TfLowering } from './lower.ts'

function matmul(e: TfEmitter, [x1, x2]: readonly [TfRef, TfRef]): TfRef {
  const { dtype, shape } = e.out
  // A vector is a row on the left and a column on the right.
  const left = x1.rank === 1 ? e.reshape(x1, [1, x1.shape[0]!]) : x1
  const right = x2.rank === 1 ? e.reshape(x2, [x2.shape[0]!, 1]) : x2
  const [rows, columns] = [left.shape.at(-2)!, right.shape.at(-1)!]
  const batch = shape.slice(0, shape.length - Number(x1.rank > 1) - Number(x2.rank > 1))
  const isPlain = left.rank === 2 && right.rank === 2
  const product = e.node(isPlain ? 'MatMul' : 'BatchMatMulV2', [left, right], dtype, [
    ...batch,
    rows,
    columns,
  ])
  return x1.rank > 1 && x2.rank > 1 ? product : e.reshape(product, shape)
}

export const matrices: readonly TfLowering[] = [lower('matmul', matmul)]
