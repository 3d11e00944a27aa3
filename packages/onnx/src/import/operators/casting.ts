import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { TensorProto_DataType as DataType } from '../../gen/onnx_pb.ts'
import type { ElementType } from '../element-types.ts'
import type { NodeCall, Operators } from '../node-call.ts'
import { converted, type Rounding } from '../rounding.ts'
import { Tensor } from '../tensor.ts'

/** The type that a node converts to; the first versions named it. */
function targetOf(call: NodeCall): number {
  if (call.opset >= 6) return call.int('to')
  const name = call.string('to').toUpperCase()
  return (
    (DataType as unknown as Readonly<Record<string, number>>)[name] ?? call.refuse(`there is no type ${name}`)
  )
}

function cast(call: NodeCall, to: ElementType): Tensor {
  const mode = call.string('round_mode', 'up')
  if (mode !== 'up' && mode !== 'down' && mode !== 'nearest')
    return call.refuse(`its round_mode is '${mode}', and has to be 'up', 'down' or 'nearest'`)
  const how: Rounding = { saturate: call.flag('saturate', true), mode }
  return Tensor.of(converted(call.array(0), to, how), to.narrow)
}

type Float = 'float16' | 'float32' | 'float64'

/** How a float is made of bits: of the fraction, of all, and the integers and floats that are computed with. */
const layouts = {
  float16: { integer: 'int16', bits: 16, fraction: 10, work: 'float32' },
  float32: { integer: 'int32', bits: 32, fraction: 23, work: 'float32' },
  float64: { integer: 'int64', bits: 64, fraction: 52, work: 'float64' },
} as const

const biasOf = ({ bits, fraction }: { readonly bits: number; readonly fraction: number }): number =>
  2 ** (bits - fraction - 2) - 1

const signBit = (float: Float): NDArray => {
  const { integer, bits } = layouts[float]
  return td.full([], -(2n ** BigInt(bits - 1)), { dtype: integer })
}

/** The bits of floats, as signed integers. */
function bitsOf(x: NDArray, float: Float): NDArray {
  const layout = layouts[float]
  const { integer, fraction, work } = layout
  const bias = biasOf(layout)
  const size = td.abs(td.astype(x, work))
  const { mantissa, exponent } = td.frexp(size)
  const rest = td.astype(td.subtract(td.multiply(mantissa, 2 ** (fraction + 1)), 2 ** fraction), integer)
  const power = td.astype(td.add(exponent, bias - 1), integer)
  const normal = td.add(td.bitwiseLeftShift(power, fraction), rest)
  const subnormal = td.astype(td.ldexp(size, fraction + bias - 1), integer)
  const infinite = td.full([], BigInt(2 * bias + 1) << BigInt(fraction), { dtype: integer })
  const finite = td.where(td.less(size, 2 ** (1 - bias)), subnormal, normal)
  const special = td.where(td.isnan(size), td.add(infinite, 2 ** (fraction - 1)), infinite)
  const bits = td.where(td.isfinite(size), finite, special)
  return td.where(td.signbit(x), td.add(bits, signBit(float)), bits)
}

/** The floats that signed integers are the bits of. */
function floatsOf(bits: NDArray, float: Float): NDArray {
  const layout = layouts[float]
  const { fraction, work } = layout
  const bias = biasOf(layout)
  const isNegative = td.less(bits, 0)
  const size = td.where(isNegative, td.subtract(bits, signBit(float)), bits)
  const power = td.bitwiseRightShift(size, fraction)
  const rest = td.subtract(size, td.bitwiseLeftShift(power, fraction))
  const digits = td.astype(rest, work)
  const scale = td.subtract(td.astype(power, work), bias + fraction)
  const normal = td.ldexp(td.add(digits, 2 ** fraction), scale)
  const subnormal = td.ldexp(digits, 1 - bias - fraction)
  const special = td.where(td.equal(rest, 0), Infinity, td.full([], NaN, { dtype: work }))
  const large = td.where(td.equal(power, 2 * bias + 1), special, normal)
  const value = td.where(td.equal(power, 0), subnormal, large)
  return td.astype(td.where(isNegative, td.negative(value), value), float)
}

const isFloat = (dtype: td.DType): dtype is Float => Object.hasOwn(layouts, dtype)

const widthOf = (dtype: td.DType): number => (dtype === 'bool' ? 8 : Number(/\d+$/.exec(dtype)![0]))

/** The same bits as elements of another dtype. */
function bitCast(call: NodeCall): NDArray | Tensor {
  const { array: x, narrow: from } = call.tensor(0)
  const { dtype, narrow } = call.elementTypeOf(call.int('to'))
  if (from !== undefined || narrow !== undefined)
    return from === narrow
      ? call.tensor(0)
      : call.refuse('the bits of elements that no array has are not kept')
  if (widthOf(dtype) !== widthOf(x.dtype))
    return call.refuse(`elements of ${x.dtype} have not as many bits as those of ${dtype}`)
  if (dtype === x.dtype) return x
  const integers = isFloat(x.dtype) ? bitsOf(x, x.dtype) : x
  return isFloat(dtype)
    ? floatsOf(td.astype(integers, layouts[dtype].integer), dtype)
    : td.astype(integers, dtype)
}

export const casting: Operators = {
  BitCast: bitCast,
  Cast: (call) => cast(call, call.elementTypeOf(targetOf(call))),
  CastLike: (call) => cast(call, call.tensor(1).type),
}
