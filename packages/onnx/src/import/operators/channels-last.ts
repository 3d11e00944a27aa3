import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { Tensor } from '../tensor.ts'

export const channelsFirst = (x: NDArray): NDArray => td.moveaxis(x, -1, 1)
export const channelsLast = (x: NDArray): NDArray => td.moveaxis(x, 1, -1)

/** The node with another first operand. */
export const withFirst = (call: NodeCall, first: NDArray): NodeCall =>
  call.with({
    operands: Array.from({ length: call.count }, (_, i) =>
      i === 0 ? Tensor.of(first) : call.has(i) ? call.value(i) : undefined,
    ),
  })

/** An operator of one result whose first operand, and whose result, have their channels last where a node says so. */
export const ofChannelsLast =
  (operator: Operator, isSo: (call: NodeCall) => boolean = () => true): Operator =>
  (call) => {
    if (!isSo(call)) return operator(call)
    return channelsLast(operator(withFirst(call, channelsFirst(call.array(0)))) as NDArray)
  }
