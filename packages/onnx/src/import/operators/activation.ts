import { isInteger } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { areEqual, product } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { alongAxis, axisOf, sizeOfAxis } from './axes.ts'

/** Attributes are float32, as are the constants that they are compared with. */
const is = (value: number, constant: number): boolean => Math.fround(value) === Math.fround(constant)

/** An operator on lines; before opset 13 a line was made of all axes from one on. */
const onLines =
  (fn: (x: NDArray, axis: number) => NDArray): Operator =>
  (call) => {
    const x = call.array(0)
    if (call.opset >= 13) return fn(x, axisOf(call, call.int('axis', -1), x.ndim))
    const axis = axisOf(call, call.int('axis', 1), x.ndim)
    if (axis === x.ndim - 1) return fn(x, axis)
    const shape = sizesOf(x)
    const lines = td.reshape(x, [...shape.slice(0, axis), product(shape.slice(axis))])
    return td.reshape(fn(lines, axis), [...shape])
  }

/** 1 at the first of the largest elements of each line, 0 elsewhere. */
const hardmax = (x: NDArray, axis: number): NDArray =>
  td.oneHot(td.argmax(x, { axis }), sizeOfAxis(x, axis), { axis, dtype: x.dtype })

/** Slopes broadcast to the array; before opset 7 a vector of them was that of the channels. */
function prelu(call: NodeCall): NDArray {
  const [x, given] = [call.array(0), call.array(1)]
  const isOfChannels =
    call.opset < 7 && given.ndim === 1 && x.ndim > 2 && areEqual(sizesOf(given)[0]!, 1) !== true
  const slope = isOfChannels
    ? td.reshape(given, alongAxis<SizeLike>(x.ndim, 1, sizesOf(given)[0]!, 1))
    : given
  return isInteger(x.dtype) ? td.where(td.less(x, 0), td.multiply(x, slope), x) : td.prelu(x, slope)
}

function selu(call: NodeCall): NDArray {
  const x = call.array(0)
  // The first version knew fewer digits.
  const [ownAlpha, ownGamma] = call.opset < 6 ? [1.6732, 1.0507] : [1.6732632423543772, 1.0507009873554805]
  const [alpha, gamma] = [call.float('alpha', ownAlpha), call.float('gamma', ownGamma)]
  if (is(alpha, 1.6732632423543772) && is(gamma, 1.0507009873554805)) return td.selu(x)
  return td.multiply(td.elu(x, { alpha }), gamma)
}

function hardSigmoid(call: NodeCall): NDArray {
  const x = call.array(0)
  const [alpha, beta] = [call.float('alpha', 0.2), call.float('beta', 0.5)]
  if (is(alpha, 1 / 6) && is(beta, 0.5)) return td.hardSigmoid(x)
  return td.clip(td.add(td.multiply(x, alpha), beta), 0, 1)
}

/** 0 around 0, and what lies beyond moved towards it. */
function shrink(call: NodeCall): NDArray {
  const x = call.array(0)
  const [lambd, bias] = [call.float('lambd', 0.5), call.float('bias', 0)]
  const moved = td.where(td.less(x, -lambd), added(x, bias), td.zerosLike(x))
  return td.where(td.greater(x, lambd), added(x, -bias), moved)
}

/** Integers are cut again after a fraction was added. */
const added = (x: NDArray, bias: number): NDArray =>
  bias === 0 ? x : td.astype(td.add(isInteger(x.dtype) ? td.astype(x, 'float64') : x, bias), x.dtype)

function gelu(call: NodeCall): NDArray {
  const approximate = call.string('approximate', 'none')
  if (approximate !== 'none' && approximate !== 'tanh')
    call.refuse(`its approximation is '${approximate}', and has to be 'none' or 'tanh'`)
  return td.gelu(call.array(0), { approximate: approximate === 'tanh' })
}

function swish(call: NodeCall): NDArray {
  const x = call.array(0)
  const alpha = call.float('alpha', 1)
  return alpha === 1 ? td.silu(x) : td.multiply(x, td.sigmoid(td.multiply(x, alpha)))
}

export const activation: Operators = {
  Celu: (call) => td.celu(call.array(0), { alpha: call.float('alpha', 1) }),
  Elu: (call) => td.elu(call.array(0), { alpha: call.float('alpha', 1) }),
  Gelu: gelu,
  HardSigmoid: hardSigmoid,
  HardSwish: (call) => td.hardswish(call.array(0)),
  Hardmax: onLines(hardmax),
  LeakyRelu: (call) => td.leakyRelu(call.array(0), { alpha: call.float('alpha', 0.01) }),
  LogSoftmax: onLines((x, axis) => td.logSoftmax(x, { axis })),
  Mish: (call) => td.mish(call.array(0)),
  PRelu: prelu,
  Relu: (call) => td.relu(call.array(0)),
  Selu: selu,
  Shrink: shrink,
  Sigmoid: (call) => td.sigmoid(call.array(0)),
  Softmax: onLines((x, axis) => td.softmax(x, { axis })),
  Softplus: (call) => td.softplus(call.array(0)),
  Softsign: (call) => td.softsign(call.array(0)),
  SwiGLU: (call) => td.multiply(swish(call), call.array(1)),
  Swish: swish,
  Tanh: (call) => td.tanh(call.array(0)),
  ThresholdedRelu: (call) => td.thresholdedRelu(call.array(0), { threshold: call.float('alpha', 1) }),
}
