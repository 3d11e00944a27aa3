import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import { lower, type TfLowering } from './lower.ts'

type Sizes = TfRef['shape']

function multiplied(e: TfEmitter, left: TfRef, right: TfRef, batch: Sizes): TfRef {
  const op = left.rank === 2 && right.rank === 2 ? 'MatMul' : 'BatchMatMulV2'
  return e.node(op, [left, right], left.dtype, [...batch, left.shape.at(-2)!, right.shape.at(-1)!])
}

/** tfjs' kernels meet unequal batches wrongly, and that of wasm takes floats only. */
function multipliedByTfjs(e: TfEmitter, left: TfRef, right: TfRef, batch: Sizes): TfRef {
  const spread = (x: TfRef): TfRef =>
    String(x.shape.slice(0, -2)) === String(batch) ? x : e.broadcast(x, [...batch, ...x.shape.slice(-2)])
  if (left.isFloat) {
    const isOne = left.rank === 2 && right.rank === 2
    return isOne ? multiplied(e, left, right, batch) : multiplied(e, spread(left), spread(right), batch)
  }
  const [rows, count, columns] = [left.shape.at(-2)!, left.shape.at(-1)!, right.shape.at(-1)!]
  const terms = e.node(
    'Mul',
    [
      e.reshape(left, [...left.shape.slice(0, -2), rows, count, 1]),
      e.reshape(right, [...right.shape.slice(0, -2), 1, count, columns]),
    ],
    left.dtype,
    [...batch, rows, count, columns],
  )
  return e.node('Sum', [terms, e.ints([batch.length + 1])], left.dtype, [...batch, rows, columns], {
    keep_dims: false,
  })
}

function matmul(e: TfEmitter, [x1, x2]: readonly [TfRef, TfRef]): TfRef {
  const { shape } = e.out
  // A vector is a row on the left and a column on the right.
  const left = x1.rank === 1 ? e.reshape(x1, [1, x1.shape[0]!]) : x1
  const right = x2.rank === 1 ? e.reshape(x2, [x2.shape[0]!, 1]) : x2
  const batch = shape.slice(0, shape.length - Number(x1.rank > 1) - Number(x2.rank > 1))
  const product =
    e.runtime === 'tensorflow' ? multiplied(e, left, right, batch) : multipliedByTfjs(e, left, right, batch)
  return x1.rank > 1 && x2.rank > 1 ? product : e.reshape(product, shape)
}

export const matrices: readonly TfLowering[] = [lower('matmul', matmul)]
