import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { floatsAs } from './scores.ts'
import { bitsOf, isStored, matrixOf, unpacked } from './block-weights.ts'
import { as, single } from './heads.ts'
import { gatherBlockQuantized } from './low-bit-rows.ts'

/** Half floats are multiplied in single precision, and rounded once. */
function product(x: NDArray, weight: NDArray, bias?: NDArray): NDArray {
  const sums = td.matmul(single(x), weight)
  const all = bias === undefined ? sums : td.add(sums, single(bias))
  return as(all, x.dtype)
}

const matMulNBits: Operator = (call) => {
  if (call.int('weight_prepacked', 0) !== 0) call.refuse('its weights are laid out for one kind of device')
  const weight = matrixOf(call, {
    packed: call.tensor(1),
    scales: call.tensor(2),
    zeros: call.maybe(3),
    groups: call.maybe(4),
    bits: bitsOf(call, 'bits'),
    block: call.int('block_size'),
    rows: call.int('N'),
    columns: call.int('K'),
    isTurned: true,
  })
  return product(call.array(0), weight, call.optional(5))
}

/** A sign, two bits of an exponent and one of a mantissa. */
const smallFloats = [0, 0.005208333, 2 / 3, 1, 1 / 3, 0.5, 1 / 6, 0.25]

/** What the 4 bits of bitsandbytes stand for, as parts of the largest element of a block. */
const codes: readonly (readonly number[])[] = [
  [...smallFloats, ...smallFloats.map((value) => -value)],
  // Quantiles of a normal distribution.
  [
    -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
    -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
    0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
  ],
]

/** Elements of a matrix in blocks that run on from row to row; those of a file are turned to floats while it is imported. */
function bnb4Matrix(call: NodeCall): NDArray {
  const [rows, columns, block] = [call.int('N'), call.int('K'), call.int('block_size')]
  const code = codes[call.int('quant_type')] ?? call.refuse('its quant_type is 0 or 1')
  const count = rows * columns
  const blocks = Math.ceil(count / block)
  const [packed, largest] = [call.tensor(1), call.tensor(2)]
  if (isStored(packed) && isStored(largest)) {
    const [bytes, sizes] = [packed.read() as Uint8Array, largest.read() as ArrayLike<number>]
    if (bytes.length < count / 2 || sizes.length < blocks) call.refuse(`it has not ${count} elements`)
    // The first of two elements has the upper bits.
    const data = Float32Array.from(
      { length: count },
      (_, i) => code[(bytes[i >> 1]! >> (i % 2 === 0 ? 4 : 0)) & 15]! * sizes[Math.floor(i / block)]!,
    )
    return hostConstant({ dtype: 'float32', shape: [rows, columns], data })
  }
  const indices = td.reshape(td.flip(td.reshape(unpacked(packed.array, 4), [-1, 2]), { axis: 1 }), [-1])
  const values = td.take(floatsAs(code, [-1]), td.astype(indices, 'int32'))
  const scales = td.repeat(td.reshape(single(largest.array), [blocks]), block)
  const whole = td.multiply(td.slice(values, [0], [count]), td.slice(scales, [0], [count]))
  return td.reshape(whole, [rows, columns])
}

const matMulBnb4: Operator = (call) => {
  const weight = bnb4Matrix(call)
  return product(call.array(0), call.flag('transB', true) ? td.matrixTranspose(weight) : weight)
}

/** Products with matrices of integers of a few bits, and their rows. */
export const lowBitProducts: Operators = {
  GatherBlockQuantized: gatherBlockQuantized,
  MatMulBnb4: matMulBnb4,
  MatMulNBits: matMulNBits,
}
