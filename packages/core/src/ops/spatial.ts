import { ParamError, ShapeError } from '../errors.ts'
import { type Dim, plus } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import type { Windows } from './windows.ts'

/** Windows as users write them: one number for all spatial axes, or one for each. */
export interface WrittenWindows {
  readonly strides: number | readonly number[]
  readonly padding: 'same' | 'valid' | readonly number[]
  readonly dilations: number | readonly number[]
}

/** A number for each of `rank` spatial axes. */
export function eachAxis(
  op: string,
  param: string,
  value: number | readonly number[],
  rank: number,
): readonly number[] {
  const list = typeof value === 'number' ? [value] : value
  if (list.length === rank) return list
  if (list.length === 1) return Array.from({ length: rank }, () => list[0]!)
  throw new ParamError({
    op,
    param,
    value,
    because: `it takes one number, or one for each of ${rank} spatial axes`,
  })
}

/** The padding before each spatial axis, then after each. */
function padsOf(op: string, padding: 'valid' | readonly number[], rank: number): readonly number[] {
  if (padding === 'valid') return Array.from({ length: 2 * rank }, () => 0)
  if (padding.length === 2 * rank) return padding
  if (padding.length !== 1 && padding.length !== rank) {
    const because = `it takes one number, or a number or pair for each of ${rank} spatial axes`
    throw new ParamError({ op, param: 'padding', value: padding, because })
  }
  const each = eachAxis(op, 'padding', padding, rank)
  return [...each, ...each]
}

/** Elements that a dilated window reaches over. */
export const reachOf = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1

/** Padding that makes `ceil(d / stride)` places: half before and half after, an odd one after, as in TensorFlow and ONNX. */
function samePads(
  space: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): readonly number[] {
  const totals = space.map((size, i) => {
    const places = Math.ceil(size / strides[i]!)
    return Math.max((places - 1) * strides[i]! + reachOf(kernel[i]!, dilations[i]!) - size, 0)
  })
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))]
}

/** The windows on axes whose sizes are known. */
export function windowsOn(
  op: string,
  space: () => readonly number[],
  kernel: readonly number[],
  written: WrittenWindows,
): Windows {
  const rank = kernel.length
  const strides = eachAxis(op, 'strides', written.strides, rank)
  const dilations = eachAxis(op, 'dilations', written.dilations, rank)
  const { padding } = written
  if (padding !== 'same') return { strides, pads: padsOf(op, padding, rank), dilations }
  // By steps of one, windows overlap the ends as much whatever the size.
  const sizes = strides.every((step) => step === 1) ? kernel.map(() => 1) : space()
  const pads = samePads(sizes, kernel, strides, dilations)
  return { strides, pads, dilations }
}

/** Sizes of the spatial axes that `written` windows leave; `fitted` gives them where the padding is a number. */
export function writtenShape(
  op: string,
  space: readonly Dim[],
  { strides, padding, dilations }: WrittenWindows,
  fitted: (windows: Windows) => readonly Dim[],
): readonly Dim[] {
  const rank = space.length
  const steps = eachAxis(op, 'strides', strides, rank)
  const apart = eachAxis(op, 'dilations', dilations, rank)
  if (padding !== 'same') return fitted({ strides: steps, pads: padsOf(op, padding, rank), dilations: apart })
  return space.map((size, i) => {
    if (size !== 0) return floorDiv(plus(size, steps[i]! - 1), steps[i]!)
    throw new ShapeError({ op, shapes: [space], because: `spatial axis ${i} has no elements for a window` })
  })
}
