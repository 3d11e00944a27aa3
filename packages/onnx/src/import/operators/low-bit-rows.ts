import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { sizeAsArray, sizeOfAxis, axisOf } from './axes.ts'
import { bitsOf, scaled, unpacked } from './block-weights.ts'
import { placed } from './quantizing.ts'

/** Parts of an axis at indices; an index below 0 counts from the end. */
const takenAt = (x: NDArray, indices: NDArray, axis: number): NDArray => td.take(x, indices, { axis })

/** Indices within an axis, and which were so: the others give zeros. */
function within(
  call: NodeCall,
  data: NDArray,
  axis: number,
): { readonly places: NDArray; readonly are: NDArray } {
  const given = call.indices(1)
  const size = sizeAsArray(sizeOfAxis(data, axis), given.dtype)
  const counted = td.where(td.less(given, 0), td.add(given, size), given)
  const are = td.logicalAnd(td.greaterEqual(counted, 0), td.less(counted, size))
  return { places: td.where(are, counted, 0), are }
}

/** Rows of a matrix of integers, which alone are turned to floats: the matrix itself stays as small as it is. */
export const gatherBlockQuantized: Operator = (call) => {
  const [data, scales, zeros] = [call.array(0), call.array(2), call.optional(3)]
  const rank = data.ndim
  const axis = axisOf(call, call.int('gather_axis', 0), rank)
  const quantized = axisOf(call, call.int('quantize_axis', 1), rank)
  // Without a size, one block is the whole axis.
  const block = call.int('block_size', 128) || 2 ** 30
  // Integers of a narrow type, and floats, stand alone, and are around 0.
  const isPacked = data.dtype === 'uint8' && call.tensor(0).narrow === undefined
  const bits = isPacked ? bitsOf(call, 'bits') : 8
  const { places, are } = within(call, data, axis)
  const rows = unpacked(takenAt(data, places, axis), bits)
  const single = (of: NDArray): NDArray => td.astype(of, 'float32')
  /** For each integer the one of its block. */
  const spread = (of: NDArray): NDArray => {
    if (quantized === axis) return single(takenAt(of, td.floorDivide(places, block), axis))
    const along = quantized < axis ? quantized : quantized + call.tensor(1).rank - 1
    // One scale may be meant for all rows.
    const at = sizeOfAxis(of, axis) === 1 ? td.zerosLike(places) : places
    return placed(single(takenAt(of, at, axis)), rows, { axis: along, block })
  }
  const zero = zeros === undefined ? undefined : spread(unpacked(zeros, bits))
  const scale = spread(scales)
  const values =
    isPacked || zero !== undefined ? scaled(rows, scale, zero, bits) : td.multiply(single(rows), scale)
  const after = Array.from({ length: rank - 1 - axis }, (_, i) => axis + are.ndim + i)
  const before = Array.from({ length: axis }, (_, i) => i)
  return td.astype(td.where(td.expandDims(are, [...before, ...after]), values, 0), scales.dtype)
}
