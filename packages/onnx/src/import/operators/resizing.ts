import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { areEqual, floorDiv, minus, times } from '../sizes.ts'
import { numbersOf, type SizeLike, sizesOf } from '../tensor.ts'
import { countsOf, itemOf, lengthOf, sizeOf, type Told, toldOf } from '../told.ts'
import { axisOf, sizeAsArray } from './axes.ts'
import { type Amount, resizeAxis, type ResizedAxis, type Resizing } from './resized-axis.ts'

const modes: Readonly<Record<string, Resizing['mode']>> = {
  nearest: 'nearest',
  linear: 'linear',
  bilinear: 'linear',
  cubic: 'cubic',
}

const modeOf = (call: NodeCall): Resizing['mode'] => {
  const mode = call.string('mode', 'nearest')
  return modes[mode] ?? call.refuse(`it knows no mode '${mode}'`)
}

/** What the first versions do, that know a mode and nothing else. */
const plain = (mode: Resizing['mode']): Resizing => ({
  mode,
  coordinates: 'asymmetric',
  rounding: 'floor',
  a: -0.75,
  antialias: false,
  excludesOutside: false,
  extrapolation: 0,
})

const resizingOf = (call: NodeCall): Resizing => {
  const mode = modeOf(call)
  if (call.opset < 11) return plain(mode)
  return {
    mode,
    coordinates: call.string('coordinate_transformation_mode', 'half_pixel'),
    rounding: call.string('nearest_mode', 'round_prefer_floor'),
    a: call.float('cubic_coeff_a', -0.75),
    antialias: call.flag('antialias'),
    excludesOutside: call.flag('exclude_outside'),
    extrapolation: call.float('extrapolation_value', 0),
  }
}

/** The size that a scale makes, rounded down; of an open size where the scale is a simple fraction. */
function scaledSize(size: SizeLike, scale: number, numberOf: () => number): SizeLike {
  // In single precision, as ONNX' own shapes are computed: 10 times 0.7 is 7.
  if (typeof size === 'number') return Math.floor(Math.fround(size * scale))
  for (let by = 1; by <= 64; by++) {
    const top = Math.round(scale * by)
    if (top > 0 && Math.fround(top / by) === Math.fround(scale)) return floorDiv(times(size, top), by)!
  }
  return Math.floor(Math.fround(numberOf() * scale))
}

/** The same of a scale that data give. */
function countOf(call: NodeCall, size: SizeLike, scale: Amount, numberOf: () => number): SizeLike {
  if (typeof scale === 'number') return scaledSize(size, scale, numberOf)
  return sizeOf(call, td.astype(td.floor(td.multiply(sizeAsArray(size, 'float32'), scale)), 'int32'))
}

/** An operand of numbers that may be left out, or hold none. */
const listOf = (call: NodeCall, index: number): readonly Amount[] | undefined => {
  if (index < 0 || !call.has(index)) return undefined
  const tensor = call.tensor(index)
  if (tensor.isKnown || tensor.rank !== 1) {
    const list = call.numbers(index)
    return list.length === 0 ? undefined : list
  }
  const count = lengthOf(tensor.array)
  if (count > mostAxes) call.refuse(`it has ${count} numbers for the axes of a tensor`)
  const items = Array.from({ length: count }, (_, i) => itemOf(tensor.array, i))
  return count === 0 ? undefined : items
}

const mostAxes = 64

const resize: Operator = (call) => {
  const x = call.array(0)
  const all = sizesOf(x)
  const axes = call.ints('axes', undefined)?.map((axis) => axisOf(call, axis, x.ndim)) ?? all.map((_, i) => i)
  const isFirst = call.opset < 11
  const scales = listOf(call, isFirst ? 1 : 2)
  const settings = resizingOf(call)
  const roi = settings.coordinates === 'tf_crop_and_resize' ? listOf(call, 1) : undefined
  const regionOf = (i: number): readonly [Amount, Amount] => [roi?.[i] ?? 0, roi?.[i + axes.length] ?? 1]
  const plans =
    scales === undefined
      ? bySizes(call, axes, x)
      : axes.map((axis, i): Plan => {
          const [size, scale] = [all[axis]!, scales[i]!]
          return { axis, size, count: countOf(call, size, scale, () => x.shape[axis]!), scale }
        })
  return resized(
    x,
    plans.map((plan, i) => ({ ...plan, region: regionOf(i) })),
    settings,
  )
}

type Plan = Omit<ResizedAxis, 'region'>

function bySizes(call: NodeCall, axes: readonly number[], x: NDArray): readonly Plan[] {
  const all = sizesOf(x)
  const policy = call.string('keep_aspect_ratio_policy', 'stretch')
  if (!['stretch', 'not_larger', 'not_smaller'].includes(policy))
    return call.refuse(`it knows no keep_aspect_ratio_policy '${policy}'`)
  const told = toldOf(call, 3)
  if (told !== undefined && policy !== 'stretch') return inProportion(call, axes, x, told, policy)
  if (policy === 'stretch' && (told !== undefined || !call.flag('antialias'))) {
    const wanted = countsOf(call, 3)
    return axes.map((axis, i) => ({ axis, size: all[axis]!, count: wanted[i]!, scale: undefined }))
  }
  // The number of taps follows from the scale, as one size does from the others.
  const wanted = numbersOf(call.tensor(3).read())
  const sizes = axes.map((axis) => x.shape[axis]!)
  const scales = wanted.map((count, i) => count / sizes[i]!)
  if (policy === 'stretch')
    return axes.map((axis, i) => ({ axis, size: sizes[i]!, count: wanted[i]!, scale: undefined }))
  const scale = policy === 'not_larger' ? Math.min(...scales) : Math.max(...scales)
  return axes.map((axis, i) => {
    const size = sizes[i]!
    return { axis, size, count: Math.floor(size * scale + 0.5), scale }
  })
}

/** All axes by one scale, with which none is larger, or none is smaller, than data ask for. */
function inProportion(
  call: NodeCall,
  axes: readonly number[],
  x: NDArray,
  { array }: Told,
  policy: string,
): readonly Plan[] {
  const all = sizesOf(x)
  const own = axes.map((axis) => sizeAsArray(all[axis]!, 'float32'))
  const scales = td.divide(td.astype(array, 'float32'), td.stack(own))
  const scale = policy === 'not_larger' ? td.min(scales) : td.max(scales)
  return axes.map((axis, i) => {
    const count = td.astype(td.floor(td.add(td.multiply(own[i]!, scale), 0.5)), 'int32')
    return { axis, size: all[axis]!, count: sizeOf(call, count), scale }
  })
}

function resized(x: NDArray, plans: readonly ResizedAxis[], settings: Resizing): NDArray {
  const isCropping = settings.coordinates === 'tf_crop_and_resize'
  const changed = plans.filter(
    ({ size, count, scale, region: [start, end] }) =>
      areEqual(minus(size, count), 0) !== true ||
      (scale ?? 1) !== 1 ||
      (isCropping && (start !== 0 || end !== 1)),
  )
  const isExact = settings.mode === 'nearest' || x.dtype === 'float64'
  const source = isExact || changed.length === 0 ? x : td.astype(x, 'float32')
  const y = changed.reduce((image, plan) => resizeAxis(image, plan, settings), source)
  return y.dtype === x.dtype ? y : td.astype(y, x.dtype)
}

/** The scales of all axes: an operand, attributes, or those of the last two axes. */
const upsampleScales = (call: NodeCall): readonly Amount[] => {
  if (call.opset >= 9) return listOf(call, 1) ?? []
  if (call.opset >= 7) return call.floats('scales')
  return [1, 1, call.float('height_scale'), call.float('width_scale')]
}

const upsample: Operator = (call) => {
  const x = call.array(0)
  const all = sizesOf(x)
  const scales = upsampleScales(call)
  if (scales.length !== all.length) call.refuse(`it has ${scales.length} scales for ${all.length} axes`)
  const plans = scales.map((scale, axis): ResizedAxis => {
    const size = all[axis]!
    return { axis, size, count: countOf(call, size, scale, () => x.shape[axis]!), scale, region: [0, 1] }
  })
  return resized(x, plans, plain(modeOf(call)))
}

export const resizing: Operators = { Resize: resize, Upsample: upsample }
