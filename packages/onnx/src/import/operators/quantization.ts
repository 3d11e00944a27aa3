import * as td from '@tendril/core/fn'
import type { DType, NDArray } from '@tendril/core/fn'
import type { ElementType } from '../element-types.ts'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { converted } from '../rounding.ts'
import { numbers } from '../sizes.ts'
import { sizesOf, Tensor } from '../tensor.ts'
import {
  aligned,
  asColumn,
  centred,
  dequantized,
  dynamicRange,
  integerConvolution,
  integerProduct,
  isQuantized,
  type Placement,
  saturated,
} from './quantizing.ts'
import { padded, spaceOf, windowsOf } from './windows.ts'

const placementOf = (call: NodeCall): Placement => ({
  axis: call.int('axis', 1),
  block: call.int('block_size', 0),
})

const bytes: ElementType = { dtype: 'uint8', narrow: undefined }

/** The precision that a scale brings along; powers of 2 bring none. */
const precisionOf = ({ type: { dtype, narrow } }: Tensor): ElementType => ({
  dtype,
  narrow: narrow?.kind === 'power' ? undefined : narrow,
})

export const quantizeLinear: Operator = (call) => {
  const [x, scale, zero] = [call.array(0), call.array(1), call.optional(2)]
  const type = call.maybe(2)?.type ?? call.elementType('output_dtype') ?? bytes
  if (!isQuantized(type)) call.refuse(`nothing is quantized to ${type.dtype}`)
  const precision = call.elementType('precision') ?? precisionOf(call.tensor(1))
  const { x: apart, scale: beside, zero: moves, whole } = aligned(x, scale, zero, placementOf(call))
  const taken = (index: number, array: NDArray): NDArray =>
    call.tensor(index).narrow === precision.narrow
      ? td.astype(array, precision.dtype)
      : converted(array, precision)
  const exact = td.divide(taken(0, apart), taken(1, beside))
  const quotient = precision.narrow === undefined ? exact : converted(exact, precision)
  const { dtype, narrow } = type
  if (narrow?.kind !== 'float') return Tensor.of(whole(saturated(quotient, moves, dtype, narrow)), narrow)
  const moved = moves === undefined ? quotient : td.add(td.astype(quotient, 'float32'), moves)
  return Tensor.of(whole(converted(moved, type, { saturate: call.flag('saturate', true) })), narrow)
}

export const dequantizeLinear: Operator = (call) => {
  const [x, scale, zero] = [call.array(0), call.array(1), call.optional(2)]
  const type = call.elementType('output_dtype') ?? precisionOf(call.tensor(1))
  const { x: apart, scale: beside, zero: moves, whole } = aligned(x, scale, zero, placementOf(call))
  const floats = dequantized(apart, beside, moves, type.dtype)
  return Tensor.of(whole(converted(floats, type)), type.narrow)
}

const dynamicQuantizeLinear: Operator = (call) => {
  const x = call.array(0)
  const [scale, zero] = dynamicRange(x)
  return [saturated(td.divide(x, scale), zero, 'uint8'), scale, zero]
}

/** Sums of products, scaled to what they stand for in the scale of the result. */
export function requantized(
  sums: NDArray,
  [a, b, y]: readonly [NDArray, NDArray, NDArray],
  zero: NDArray | undefined,
  dtype: DType,
): NDArray {
  const factor = td.astype(td.divide(td.multiply(a, b), y), 'float32')
  return saturated(td.multiply(td.astype(sums, 'float32'), factor), zero, dtype)
}

const qLinearMatMul: Operator = (call) => {
  const [a, b, yZero] = [call.array(0), call.array(3), call.array(7)]
  const sums = integerProduct(a, call.array(2), b, call.array(5))
  const scales = [asColumn(call.array(1))!, call.array(4), asColumn(call.array(6))!] as const
  return requantized(sums, scales, asColumn(yZero), yZero.dtype)
}

/** What belongs to each filter, in axes that broadcast against the filters or the channels of a result. */
const ofFilters = (values: NDArray, axis: number, rank: number): NDArray =>
  values.ndim === 0 || sizesOf(values)[0] === 1
    ? td.reshape(values, [])
    : td.reshape(
        values,
        Array.from({ length: rank }, (_, i) => (i === axis ? sizesOf(values)[0]! : 1)),
      )

function convolved(
  call: NodeCall,
  [x, xZero]: readonly [NDArray, NDArray | undefined],
  [w, wZero]: readonly [NDArray, NDArray | undefined],
): NDArray {
  const kernel = numbers(sizesOf(w).slice(2))
  const windows = windowsOf(call, spaceOf(x), kernel)
  const { strides, dilations } = windows
  const { array, pads } = padded(centred(x, xZero && td.reshape(xZero, [])), windows, 0)
  const filters = centred(w, wZero && ofFilters(wZero, 0, w.ndim))
  return integerConvolution(array, filters, { strides, pads, dilations, groups: call.int('group', 1) })
}

const qLinearConv: Operator = (call) => {
  const [x, w, yZero, bias] = [call.array(0), call.array(3), call.array(7), call.optional(8)]
  const sums = convolved(call, [x, call.array(2)], [w, call.array(5)])
  const whole = bias === undefined ? sums : td.add(sums, ofFilters(bias, 1, x.ndim))
  const one = (index: number): NDArray => td.reshape(call.array(index), [])
  const scales = [one(1), ofFilters(call.array(4), 1, x.ndim), one(6)] as const
  return requantized(whole, scales, td.reshape(yZero, []), yZero.dtype)
}

export const quantization: Operators = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  MatMulInteger: (call) => integerProduct(call.array(0), call.optional(2), call.array(1), call.optional(3)),
  QLinearMatMul: qLinearMatMul,
  ConvInteger: (call) =>
    convolved(call, [call.array(0), call.optional(2)], [call.array(1), call.optional(3)]),
  QLinearConv: qLinearConv,
}
