// The rows that probe-ort-values.mjs asks, and the words they are written in.
import { tensor } from './node.mjs'

export const { NaN: nan, POSITIVE_INFINITY: inf } = Number
/** The standard leaves it to the implementation. */
export const open = 'open'
export const rows = []

export const list = (values, dtype = 'float32') => tensor(dtype, [values.length], values)
export const f32 = (...values) => list(values)
export const i32 = (...values) => list(values, 'int32')
export const i64 = (...values) => list(values, 'int64')
export const u8 = (...values) => list(values, 'uint8')
export const bools = (...values) => list(values, 'bool')
export const matrix = (height, width, values = []) => tensor('float32', [height, width], values)
export const zeros = (...shape) => tensor('float32', shape, [])

/** One row; `outputs` is the dtype of the first input unless said otherwise, `wanted` the data, or the dims and data. */
export function row(
  operator,
  inputs,
  wanted,
  { attributes = {}, outputs = [inputs[0].dtype], crash = false, note = '' } = {},
) {
  rows.push({ operator, inputs, attributes, outputs, wanted, crash, note })
}
export const as = (...outputs) => ({ outputs })
export const given = (attributes, ...outputs) =>
  outputs.length > 0 ? { attributes, outputs } : { attributes }

export const bound = (value) => tensor('float32', [], [value])
