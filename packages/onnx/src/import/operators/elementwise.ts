import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'

const unary =
  (fn: (x: NDArray) => NDArray): Operator =>
  (call) =>
    fn(call.array(0))

/** Two operands; before opset 7 the second one was put in place by an axis. */
const binary =
  (fn: (a: NDArray, b: NDArray) => NDArray): Operator =>
  (call) =>
    fn(call.array(0), placed(call))

function placed(call: NodeCall): NDArray {
  const [a, b] = [call.array(0), call.array(1)]
  if (call.opset >= 7 || !call.flag('broadcast') || b.ndim === 0) return b
  const axis = call.int('axis', a.ndim - b.ndim)
  const after = a.ndim - (axis < 0 ? axis + a.ndim : axis) - b.ndim
  return after === 0
    ? b
    : td.expandDims(
        b,
        Array.from({ length: after }, (_, i) => b.ndim + i),
      )
}

/** One operand after the other. */
const folded =
  (fn: (a: NDArray, b: NDArray) => NDArray): Operator =>
  (call) =>
    call.arrays().reduce(fn)

export const elementwise: Operators = {
  Abs: unary((x) => td.abs(x)),
  Add: binary((a, b) => td.add(a, b)),
  Sub: binary((a, b) => td.subtract(a, b)),
  Mul: binary((a, b) => td.multiply(a, b)),
  Max: folded((a, b) => td.maximum(a, b)),
}
