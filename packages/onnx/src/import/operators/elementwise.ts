import { isInteger } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { elementOf, isOfFile } from './elements.ts'

type Unary = (x: NDArray) => NDArray
type Binary = (a: NDArray, b: NDArray) => NDArray

const unary =
  (fn: Unary): Operator =>
  (call) =>
    fn(call.array(0))

/** Two operands; before opset 7 the second one was put in place by an axis. */
const binary =
  (fn: Binary): Operator =>
  (call) =>
    fn(call.array(0), placed(call))

function placed(call: NodeCall): NDArray {
  const [a, b] = [call.array(0), call.array(1)]
  if (call.opset >= 7 || !call.flag('broadcast') || b.ndim === 0) return b
  const axis = call.int('axis', a.ndim - b.ndim)
  const after = a.ndim - (axis < 0 ? axis + a.ndim : axis) - b.ndim
  if (after < 0) return call.refuse(`its axis is ${axis}, and its operands have ${a.ndim} and ${b.ndim} axes`)
  return after === 0
    ? b
    : td.expandDims(
        b,
        Array.from({ length: after }, (_, i) => b.ndim + i),
      )
}

/** One operand after the other. */
const folded =
  (fn: Binary): Operator =>
  (call) =>
    call.arrays().reduce(fn)

/** Quotients; those of integers are rounded towards 0. */
export const divided: Binary = (a, b) => (isInteger(a.dtype) ? td.truncDivide(a, b) : td.divide(a, b))

/** Powers, in the dtype of the base; the exponent may have another one. */
function power(base: NDArray, exponent: NDArray): NDArray {
  if (base.dtype === exponent.dtype) return td.pow(base, exponent)
  const { dtype } = base
  if (isInteger(dtype)) {
    const common = isInteger(exponent.dtype) ? dtype : 'float64'
    return td.astype(td.pow(td.astype(base, common), td.astype(exponent, common)), dtype)
  }
  // A narrow base takes an exponent that it cannot hold.
  const common = exponent.dtype === 'float64' ? 'float64' : dtype === 'float16' ? 'float32' : dtype
  return td.astype(td.pow(td.astype(base, common), td.astype(exponent, common)), dtype)
}

/** The array between bounds; where the lower one is above the other, the other one holds. */
function clip(call: NodeCall): NDArray {
  const x = call.array(0)
  if (call.opset < 11) {
    const low = call.float('min', undefined)
    const high = call.float('max', undefined)
    return bounded(x, low, high, low !== undefined && high !== undefined && low <= high)
  }
  const [low, high] = [call.maybe(1), call.maybe(2)]
  const areOfFile = low !== undefined && high !== undefined && isOfFile(low) && isOfFile(high)
  const isOrdered = areOfFile && elementOf(low) <= elementOf(high)
  return bounded(x, low && scalarOf(low.array), high && scalarOf(high.array), isOrdered)
}

/** Bounds are scalars, which some models write as vectors of one element. */
const scalarOf = (bound: NDArray): NDArray => (bound.ndim === 0 ? bound : td.reshape(bound, []))

function bounded(
  x: NDArray,
  low: NDArray | number | undefined,
  high: NDArray | number | undefined,
  isOrdered: boolean,
): NDArray {
  if (isOrdered) return td.clip(x, low!, high!)
  const raised = low === undefined ? x : td.maximum(x, low)
  return high === undefined ? raised : td.minimum(raised, high)
}

function isInfinite(call: NodeCall): NDArray {
  const x = call.array(0)
  const [low, high] = [call.flag('detect_negative', true), call.flag('detect_positive', true)]
  if (low && high) return td.isinf(x)
  if (!low && !high) return td.logicalAnd(td.isinf(x), false)
  return td.equal(x, low ? -Infinity : Infinity)
}

function shifted(call: NodeCall): NDArray {
  const direction = call.string('direction')
  if (direction === 'LEFT') return td.bitwiseLeftShift(call.array(0), call.array(1))
  if (direction === 'RIGHT') return td.bitwiseRightShift(call.array(0), call.array(1))
  return call.refuse(`its direction is '${direction}', and has to be 'LEFT' or 'RIGHT'`)
}

const maximum: Binary = (a, b) => (a.dtype === 'bool' ? td.logicalOr(a, b) : td.maximum(a, b))
const minimum: Binary = (a, b) => (a.dtype === 'bool' ? td.logicalAnd(a, b) : td.minimum(a, b))

export const elementwise: Operators = {
  Abs: unary((x) => td.abs(x)),
  Acos: unary((x) => td.acos(x)),
  Acosh: unary((x) => td.acosh(x)),
  Add: binary((a, b) => td.add(a, b)),
  And: binary((a, b) => td.logicalAnd(a, b)),
  Asin: unary((x) => td.asin(x)),
  Asinh: unary((x) => td.asinh(x)),
  Atan: unary((x) => td.atan(x)),
  Atanh: unary((x) => td.atanh(x)),
  BitShift: shifted,
  BitwiseAnd: binary((a, b) => td.bitwiseAnd(a, b)),
  BitwiseNot: unary((x) => td.bitwiseInvert(x)),
  BitwiseOr: binary((a, b) => td.bitwiseOr(a, b)),
  BitwiseXor: binary((a, b) => td.bitwiseXor(a, b)),
  Ceil: unary((x) => td.ceil(x)),
  Clip: clip,
  Cos: unary((x) => td.cos(x)),
  Cosh: unary((x) => td.cosh(x)),
  Div: binary(divided),
  Equal: binary((a, b) => td.equal(a, b)),
  Erf: unary((x) => (isInteger(x.dtype) ? td.astype(td.erf(x), x.dtype) : td.erf(x))),
  Exp: unary((x) => td.exp(x)),
  Floor: unary((x) => td.floor(x)),
  Greater: binary((a, b) => td.greater(a, b)),
  GreaterOrEqual: binary((a, b) => td.greaterEqual(a, b)),
  IsInf: isInfinite,
  IsNaN: unary((x) => td.isnan(x)),
  Less: binary((a, b) => td.less(a, b)),
  LessOrEqual: binary((a, b) => td.lessEqual(a, b)),
  Log: unary((x) => td.log(x)),
  Max: folded(maximum),
  Mean: (call) => {
    const arrays = call.arrays()
    const sum = arrays.reduce((a, b) => td.add(a, b))
    return arrays.length === 1 ? sum : td.divide(sum, arrays.length)
  },
  Min: folded(minimum),
  Mod: (call) => {
    const [a, b] = [call.array(0), call.array(1)]
    return call.flag('fmod') ? td.fmod(a, b) : td.remainder(a, b)
  },
  Mul: binary((a, b) => td.multiply(a, b)),
  Neg: unary((x) => td.negative(x)),
  Not: unary((x) => td.logicalNot(x)),
  Or: binary((a, b) => td.logicalOr(a, b)),
  Pow: binary(power),
  Reciprocal: unary((x) => td.reciprocal(x)),
  Round: unary((x) => td.round(x)),
  Sign: unary((x) => td.sign(x)),
  Sin: unary((x) => td.sin(x)),
  Sinh: unary((x) => td.sinh(x)),
  Sqrt: unary((x) => td.sqrt(x)),
  Sub: binary((a, b) => td.subtract(a, b)),
  Sum: folded((a, b) => td.add(a, b)),
  Tan: unary((x) => td.tan(x)),
  Where: (call) => td.where(call.array(0), call.array(1), call.array(2)),
  Xor: binary((a, b) => td.logicalXor(a, b)),
}
