/** Expressions that lowerings are written in. Operands of one operator share a dtype; holes of onnxruntime are bridged. */
import { carrierOf } from './carriers.ts'
import type { Attributes } from './attributes.ts'
import type { OnnxDType } from './dtypes.ts'
import type { OnnxEmitter } from './emitter.ts'
import type { OnnxOp } from './kernel-types.gen.ts'
import type { OnnxRef } from './refs.ts'

type E = OnnxEmitter
type Ref = OnnxRef

export const rankOf = (refs: readonly Ref[]): number => Math.max(0, ...refs.map(({ rank }) => rank))

/** Runs `body` on the operands in a dtype that the kernel takes; a result of that dtype gets the operands' own back. */
export function carried(
  e: E,
  kernel: OnnxOp,
  operands: readonly Ref[],
  body: (operands: readonly Ref[]) => Ref,
  bitsOnly = false,
): Ref {
  const { dtype } = operands[0]!
  const carrier = carrierOf(kernel, dtype, bitsOnly)
  if (carrier === undefined)
    throw new Error(`onnxruntime has no ${kernel} for ${dtype}: a lowering asked for it.`)
  const result = body(operands.map((operand) => e.cast(operand, carrier)))
  return result.dtype === carrier ? e.cast(result, dtype) : result
}

/** An operator whose operands broadcast and whose result has their dtype. */
function elementwise(e: E, kernel: OnnxOp, operands: readonly Ref[], attributes: Attributes = {}): Ref {
  return carried(e, kernel, operands, (given) =>
    e.node(kernel, given, { dtype: given[0]!.dtype, rank: rankOf(given) }, attributes),
  )
}

/** An operator whose operands broadcast and whose result is bool. */
function comparing(e: E, kernel: OnnxOp, operands: readonly Ref[]): Ref {
  return carried(e, kernel, operands, (given) =>
    e.node(kernel, given, { dtype: 'bool', rank: rankOf(given) }),
  )
}

const unary =
  (kernel: OnnxOp) =>
  (e: E, x: Ref): Ref =>
    elementwise(e, kernel, [x])
const binary =
  (kernel: OnnxOp, attributes: Attributes = {}) =>
  (e: E, x: Ref, y: Ref): Ref =>
    elementwise(e, kernel, [x, y], attributes)
const relation =
  (kernel: OnnxOp) =>
  (e: E, x: Ref, y: Ref): Ref =>
    comparing(e, kernel, [x, y])

export const add = binary('Add')
export const sub = binary('Sub')
export const mul = binary('Mul')
export const div = binary('Div')
export const pow = binary('Pow')
/** The larger one; onnxruntime compares int64 by halves where it computes several at a time. */
export const max = (e: E, x: Ref, y: Ref): Ref =>
  x.dtype === 'int64' ? where(e, greater(e, x, y), x, y) : elementwise(e, 'Max', [x, y])
/** The smaller one, as `max`. */
export const min = (e: E, x: Ref, y: Ref): Ref =>
  x.dtype === 'int64' ? where(e, less(e, x, y), x, y) : elementwise(e, 'Min', [x, y])
/** Sign of the divisor; integers only. */
export const mod = binary('Mod', { fmod: 0 })
/** Sign of the dividend. */
export const fmod = binary('Mod', { fmod: 1 })
export const bitAnd = binary('BitwiseAnd')
export const bitOr = binary('BitwiseOr')
export const bitXor = binary('BitwiseXor')
export const bitNot = unary('BitwiseNot')

export const abs = unary('Abs')
export const neg = unary('Neg')
export const sign = unary('Sign')
export const sqrt = unary('Sqrt')
export const exp = unary('Exp')
export const log = unary('Log')
export const sin = unary('Sin')
export const cos = unary('Cos')
export const tanh = unary('Tanh')
export const floor = unary('Floor')
export const ceil = unary('Ceil')
export const round = unary('Round')
export const reciprocal = unary('Reciprocal')

export const equal = relation('Equal')
export const less = relation('Less')
export const lessEqual = relation('LessOrEqual')
export const greater = relation('Greater')
export const greaterEqual = relation('GreaterOrEqual')
export const and = binary('And')
export const or = binary('Or')
export const xor = binary('Xor')
export const not = unary('Not')

export const isNaN = (e: E, x: Ref): Ref => e.node('IsNaN', [x], { dtype: 'bool', rank: x.rank })
export const isInf = (e: E, x: Ref): Ref => e.node('IsInf', [x], { dtype: 'bool', rank: x.rank })

/** A number of the dtype of `like`. */
export const number = (e: E, like: Ref, value: number | bigint): Ref => e.scalar(like.dtype, value)

/** Picks by a condition; a zero that is picked loses its sign. */
export function where(e: E, condition: Ref, x: Ref, y: Ref): Ref {
  const operands = [x, y]
  const rank = rankOf([condition, ...operands])
  return carried(e, 'Where', operands, ([a, b]) =>
    e.node('Where', [condition, a, b], { dtype: a!.dtype, rank }),
  )
}

/** Dtypes of the same width that `Where` picks without a look at the value. */
const sameBits: Partial<Readonly<Record<OnnxDType, OnnxDType>>> = {
  int8: 'uint8',
  uint32: 'int32',
  uint64: 'int64',
  float32: 'int32',
  float64: 'int64',
}

/** Picks by a condition, bit by bit where values are kept so. */
export function select(e: E, condition: Ref, x: Ref, y: Ref): Ref {
  const bits = e.exact ? sameBits[x.dtype] : undefined
  if (bits === undefined) return where(e, condition, x, y)
  return e.bits(where(e, condition, e.bits(x, bits), e.bits(y, bits)), x.dtype)
}

/** The first value with the sign of the second; where values are kept to the bit, also with that of -0. */
export function withSign(e: E, size: Ref, signed: Ref): Ref {
  if (!e.exact) {
    const isNegative = less(e, signed, number(e, signed, 0))
    return mul(e, abs(e, size), where(e, isNegative, number(e, size, -1), number(e, size, 1)))
  }
  const bits = size.dtype === 'float64' ? 'int64' : 'int32'
  const top = size.dtype === 'float64' ? -(2n ** 63n) : -(2 ** 31)
  const signBit = e.scalar(bits, top)
  const rest = e.scalar(bits, size.dtype === 'float64' ? 2n ** 63n - 1n : 2 ** 31 - 1)
  const merged = bitOr(e, bitAnd(e, e.bits(size, bits), rest), bitAnd(e, e.bits(signed, bits), signBit))
  return e.bits(merged, size.dtype)
}

/** c0 + x * (c1 + x * (c2 + …)) */
export function polynomial(e: E, x: Ref, coefficients: readonly number[]): Ref {
  return coefficients
    .slice(0, -1)
    .reduceRight<Ref>(
      (rest, c) => add(e, mul(e, rest, x), number(e, x, c)),
      number(e, x, coefficients.at(-1)!),
    )
}

/** The vector of all sizes. */
export const shapeOf = (e: E, x: Ref): Ref => e.node('Shape', [x], { dtype: 'int64', rank: 1 })

export const reshape = (e: E, x: Ref, shape: Ref, rank: number): Ref =>
  e.node('Reshape', [x, shape], { dtype: x.dtype, rank }, { allowzero: 1 })

/** In one axis. */
export const flat = (e: E, x: Ref): Ref =>
  x.rank === 1 ? x : e.node('Reshape', [x, e.ints([-1])], { dtype: x.dtype, rank: 1 }, { allowzero: 1 })

export const unsqueeze = (e: E, x: Ref, axes: readonly number[]): Ref =>
  axes.length === 0
    ? x
    : e.node('Unsqueeze', [x, e.ints(axes)], { dtype: x.dtype, rank: x.rank + axes.length })

export const squeeze = (e: E, x: Ref, axes: readonly number[]): Ref =>
  axes.length === 0 ? x : e.node('Squeeze', [x, e.ints(axes)], { dtype: x.dtype, rank: x.rank - axes.length })

export const transpose = (e: E, x: Ref, perm: readonly number[]): Ref =>
  perm.every((from, to) => from === to)
    ? x
    : e.node('Transpose', [x], { dtype: x.dtype, rank: x.rank }, { perm })

/** Places that an operator tells as int64, in the dtype of our indices. */
export const asIndex = (e: E, places: Ref): Ref => ({ ...e.cast(places, 'int32'), wide: places })

/** One size as a scalar. */
export const sizeOf = (e: E, x: Ref, axis: number): Ref =>
  e.node('Gather', [shapeOf(e, x), e.scalar('int64', axis)], { dtype: 'int64', rank: 0 })
