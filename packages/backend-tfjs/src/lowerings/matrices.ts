import { type ConcreteType, tensorType } from '@tendril/core/adapter'
import type { TfjsEmitter } from '../emitter.ts'
import { isGpu } from '../gpu/device.ts'
import { type Info, isPlain, type Order, plainOrder, type Value } from '../value.ts'
import { loop, lower, type TfjsLowering } from './lower.ts'

/** A stack of matrices as kernels take it: three axes, the last two swapped where that saves a move. */
interface Stack {
  readonly info: Info
  readonly swapped: boolean
  readonly batch: number
}

const sizeOf = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)
const swapped = (rank: number): Order => [...plainOrder(rank).slice(0, -2), rank - 1, rank - 2]

function stack(e: TfjsEmitter, x: Value, vector: 'row' | 'column', merged: boolean): Stack {
  if (x.rank === 1) {
    const shape = vector === 'row' ? [1, 1, x.size] : [1, x.size, 1]
    return { info: e.reshaped(e.info(x), shape, x.type.dtype), swapped: false, batch: 1 }
  }
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const batch = sizeOf(x.shape.slice(0, -2))
  const orders = e.orders(x)
  const isSwapped = !orders.some(isPlain) && orders.some((order) => String(order) === String(swapped(x.rank)))
  if (isSwapped) {
    const info = e.info(x, swapped(x.rank))
    return { info: e.reshaped(info, [batch, columns, rows], x.type.dtype), swapped: true, batch }
  }
  // One matrix on the other side multiplies all rows at once.
  const shape = merged ? [1, batch * rows, columns] : [batch, rows, columns]
  return { info: e.reshaped(e.info(x), shape, x.type.dtype), swapped: false, batch: merged ? 1 : batch }
}

/** Repeats a stack along axes where the other has more matrices. */
function spread(e: TfjsEmitter, x: Value, batch: readonly number[]): Value {
  const shape = [...batch, ...x.shape.slice(-2)]
  if (String(shape) === String(x.shape)) return x
  const type = tensorType(x.type.dtype, shape) as ConcreteType
  return loop(e, 'x0', [x], type, (info) => `tf.broadcastTo(${info}, ${e.fixed(shape)})`)
}

interface Sizes {
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

function matrixPlan(e: TfjsEmitter, a: Stack, b: Stack, { batch, rows, inner, columns }: Sizes): string {
  const sizes = [batch, rows, inner, columns].map((size) => e.size(size))
  return e.bind(
    `T.matrixPlan(${sizes.join(', ')}, ${a.batch > 1}, ${a.swapped}, ${b.batch > 1}, ${b.swapped})`,
    'p',
  )
}

function integers(e: TfjsEmitter, a: Stack, b: Stack, sizes: Sizes): Info {
  const shape = e.shape([sizes.batch, sizes.rows, sizes.columns])
  return e.call(
    `T.integerMatmul(${a.info}, ${b.info}, ${shape}, ${matrixPlan(e, a, b, sizes)})`,
    [a.info, b.info],
    `tf.matMul(${a.info}, ${b.info}, ${a.swapped}, ${b.swapped})`,
  )
}

function matmul(e: TfjsEmitter, [x1, x2]: readonly [Value, Value]): Value {
  const type = e.node.outputs[0]!
  const { dtype } = type
  const [left, right] = [x1.shape.slice(0, -2), x2.shape.slice(0, -2)]
  const batch = type.shape.slice(0, type.shape.length - Number(x1.rank > 1) - Number(x2.rank > 1))
  const both = sizeOf(batch)
  const fits = (own: readonly number[]): boolean => sizeOf(own) === 1 || sizeOf(own) === both
  const [y1, y2] = fits(left) && fits(right) ? [x1, x2] : [spread(e, x1, batch), spread(e, x2, batch)]
  const a = stack(e, y1, 'row', sizeOf(y2.shape.slice(0, -2)) === 1)
  const b = stack(e, y2, 'column', false)
  const stacked = Math.max(a.batch, b.batch)
  const inner = x1.shape.at(-1)!
  const columns = x2.rank === 1 ? 1 : x2.shape.at(-1)!
  const rows = sizeOf(type.shape) / columns / stacked
  const shaped = (info: Info): Info =>
    String(type.shape) === String([stacked, rows, columns]) ? info : e.reshaped(info, type.shape, dtype)
  const sizes = { batch: stacked, rows, inner, columns }
  if (dtype === 'int32') return e.value(type, shaped(integers(e, a, b, sizes)))
  const flags = { transposeA: String(a.swapped), transposeB: String(b.swapped) }
  const write = (bias: Info | undefined): { info: Info; order: Order } => {
    const operands = `${a.info}, ${b.info}`
    const kernel =
      bias === undefined
        ? e.kernelCall('BatchMatMul', { a: a.info, b: b.info }, flags)
        : e.kernelCall('_FusedMatMul', { a: a.info, b: b.info, bias }, { ...flags, activation: "'linear'" })
    const spelling =
      bias === undefined
        ? `tf.matMul(${operands}, ${a.swapped}, ${b.swapped})`
        : `tf.fused.matMul({ a: ${a.info}, b: ${b.info}, transposeA: ${a.swapped}, transposeB: ${b.swapped}, bias: ${bias} })`
    const shape = e.shape([stacked, rows, columns])
    // The kernels of GPUs multiply what lies beside a matrix by 0, which infinities turn into NaN.
    const text = isGpu(e.device)
      ? `T.matmul(${operands}, ${bias?.name}, ${shape}, ${matrixPlan(e, a, b, sizes)}, () => ${kernel})`
      : kernel
    const info = e.call(text, bias === undefined ? [a.info, b.info] : [a.info, b.info, bias], spelling)
    return { info: shaped(info), order: plainOrder(type.shape.length) }
  }
  // With a swapped operand the wasm kernel adds the last element of the bias to all rows but the first.
  if (stacked === 1 && !a.swapped && !b.swapped) {
    return e.pending(type, {
      biasAxis: type.shape.length - 1,
      operands: [a.info.storage, b.info.storage],
      write,
    })
  }
  return e.value(type, write(undefined).info)
}

export const matrices: readonly TfjsLowering[] = [lower('matmul', matmul)]
