import { allocate } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import { bitsOf as widthOf, type Narrow, type NarrowFloat, valuesOf } from '../element-types.ts'
import type { NodeCall } from '../node-call.ts'
import { converted } from '../rounding.ts'
import { Tensor } from '../tensor.ts'

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

/** The bits of narrow floats, as integers of which the lowest ones count. */
function codesOfFloats(x: NDArray, narrow: NarrowFloat): NDArray {
  const { dtype, bits, fraction, bias, special } = narrow
  if (bits === 16) return td.bitwiseRightShift(bitsOf(converted(x, { dtype, narrow }), 'float32'), 16)
  const size = td.abs(x)
  // Numbers that are smaller than the normal ones are as far apart as the least of those.
  const power = td.maximum(td.add(td.frexp(size).exponent, bias - 1), 1)
  const digits = td.astype(td.ldexp(size, td.subtract(bias + fraction, power)), 'int32')
  const finite = td.add(td.multiply(td.subtract(power, 1), 2 ** fraction), digits)
  const half = 2 ** (bits - 1)
  const code = td.where(td.isinf(x), half - 2 ** fraction, td.where(td.equal(size, 0), 0, finite))
  const signed = td.where(td.signbit(x), td.add(code, half), code)
  const none = special === 'nan for -0' ? half : special === 'infinities' ? half - 2 : half - 1
  return td.where(td.isnan(x), none, signed)
}

/** The bits of elements, as integers of which the lowest ones count. */
function codesOf(x: NDArray, narrow: Narrow | undefined): NDArray {
  if (narrow === undefined) return td.astype(isFloat(x.dtype) ? bitsOf(x, x.dtype) : x, 'int32')
  if (narrow.kind === 'integer') return td.astype(x, 'int32')
  // A power of 2 is a half of the next one.
  if (narrow.kind === 'power')
    return td.where(td.isnan(x), 255, td.add(td.frexp(x).exponent, narrow.bias - 1))
  return codesOfFloats(x, narrow)
}

/** The elements of a narrow type that bits stand for. */
function narrowOfCodes(codes: NDArray, narrow: Narrow): NDArray {
  if (narrow.bits === 16) return floatsOf(td.bitwiseLeftShift(codes, 16), 'float32')
  const data = allocate(narrow.dtype, 2 ** narrow.bits)
  data.set(valuesOf(narrow) as never)
  const values = hostConstant({ dtype: narrow.dtype, shape: [data.length], data })
  return td.take(values, td.bitwiseAnd(codes, data.length - 1))
}

/** The same bits as elements of another type. */
export function bitCast(call: NodeCall): Tensor {
  const { array: x, type: from } = call.tensor(0)
  const to = call.elementTypeOf(call.int('to'))
  const [has, takes] = [widthOf(from), widthOf(to)]
  if (has !== takes)
    return call.refuse(`its elements have ${has} bits, and those that they are to be have ${takes}`)
  const { dtype, narrow } = to
  if (dtype === x.dtype && narrow === from.narrow) return call.tensor(0)
  if (narrow !== undefined) return Tensor.of(narrowOfCodes(codesOf(x, from.narrow), narrow), narrow)
  const plain = isFloat(x.dtype) ? bitsOf(x, x.dtype) : x
  const integers = from.narrow === undefined ? plain : codesOf(x, from.narrow)
  return Tensor.of(
    isFloat(dtype)
      ? floatsOf(td.astype(integers, layouts[dtype].integer), dtype)
      : td.astype(integers, dtype),
  )
}
