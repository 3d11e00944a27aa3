import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { minus, numbers, plus, product, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { maxRoiPool, roiAlign } from './regions.ts'
import {
  flatPlace,
  isUnpadded,
  padded,
  reachOf,
  roundedUp,
  scalar,
  spaceOf,
  stepsOf,
  surrounded,
  tapsOf,
  type Windows,
  windowsOf,
} from './windows.ts'

/** The windows of a pooling: as its padding says, and with what rounding up adds. */
function poolingWindows(call: NodeCall, x: NDArray): { readonly own: Windows; readonly whole: Windows } {
  const own = windowsOf(call, spaceOf(x), kernelOf(call, x), (i) => x.shape[i + 2]!)
  return { own, whole: call.flag('ceil_mode') ? roundedUp(x, own) : own }
}

function kernelOf(call: NodeCall, x: NDArray): readonly number[] {
  const kernel = call.ints('kernel_shape')
  return kernel.length === x.ndim - 2
    ? kernel
    : call.refuse(`its windows have ${kernel.length} axes, and its tensor ${x.ndim - 2} spatial ones`)
}

/** Sums of the elements under windows, without those that padding would add. */
function sums(x: NDArray, windows: Windows): NDArray {
  const { array, pads } = padded(x, windows, 0)
  const { kernel, strides, dilations } = windows
  const [items, channels, ...space] = sizesOf(array) as readonly [SizeLike, SizeLike, ...SizeLike[]]
  const planes = td.reshape(array, [times(items, channels), 1, ...space])
  const ones = td.ones([1, 1, ...kernel], { dtype: x.dtype })
  const totals = td.convolution(planes, ones, strides, pads, dilations)
  return td.reshape(totals, [items, channels, ...spaceOf(totals)])
}

const averagePool: Operator = (call) => {
  const x = call.array(0)
  const { own, whole } = poolingWindows(call, x)
  const { kernel, strides, dilations } = whole
  const countsPads = call.flag('count_include_pad') && !isUnpadded(own)
  const isPlain = dilations.every((step) => step === 1)
  const isGrown = whole.after.some((width, i) => width !== own.after[i])
  const { array, pads } = padded(x, whole, 0, (axis) => kernel[axis]!)
  if (isPlain && array === x && !(countsPads && isGrown))
    return td.avgPooling(x, kernel, strides, pads, { countIncludePad: countsPads })
  return td.divide(sums(x, whole), counts(x, own, whole, countsPads))
}

/** How many elements each window has, `[1, 1, ...positions]`. */
function counts(x: NDArray, own: Windows, whole: Windows, countsPads: boolean): NDArray {
  const space = spaceOf(x)
  if (!countsPads) return sums(td.ones([1, 1, ...space], { dtype: x.dtype }), whole)
  const wide = space.map((size, i) => plus(plus(size, own.before[i]!), own.after[i]!))
  const ones = td.ones([1, 1, ...wide], { dtype: x.dtype })
  const before = own.before.map(() => 0)
  const after = whole.after.map((width, i) => minus(width, own.after[i]!))
  return sums(ones, { ...whole, before, after })
}

const maxPool: Operator = (call) => {
  const given = call.array(0)
  const { whole } = poolingWindows(call, given)
  const { kernel, strides, dilations } = whole
  const x = isInteger(given) ? td.astype(given, 'float32') : given
  const { array, pads } = padded(x, whole, -Infinity, (axis) => kernel[axis]!)
  const best = td.maxPooling(array, kernel, strides, pads, dilations)
  const values = best.dtype === given.dtype ? best : td.astype(best, given.dtype)
  return call.wants(1) ? [values, placesOfBest(call, x, spaceOf(best), whole)] : values
}

const isInteger = ({ dtype }: NDArray): boolean => !dtype.startsWith('float')

/** Where the largest element of each window lies in the whole tensor; the first one of several. */
function placesOfBest(call: NodeCall, x: NDArray, positions: readonly SizeLike[], windows: Windows): NDArray {
  const space = spaceOf(x)
  const [items, channels] = sizesOf(x) as readonly [SizeLike, SizeLike]
  const planes = times(items, channels)
  const { places, flat, isInside } = tapsOf(space, positions, windows)
  const elements = td.take(td.reshape(x, [planes, product(space)]), flat, { axis: 1 })
  const seen = td.where(isInside, elements, -Infinity)
  const tap = td.argmax(seen, { axis: -1, keepdims: true })
  const steps = stepsOf(space, call.int('storage_order', 0) === 1)
  const all = [...positions, ...windows.kernel]
  const named = td.reshape(td.broadcastTo(flatPlace(places, space, steps), all), [
    1,
    product(positions),
    product(windows.kernel),
  ])
  const place = td.squeeze(td.takeAlongAxis(named, tap, { axis: 2 }), 2)
  const first = td.multiply(td.arange(0, planes, 1, { dtype: 'int32' }), scalar(product(space)))
  const whole = td.add(td.astype(place, 'int64'), td.astype(td.expandDims(first, 1), 'int64'))
  return td.reshape(whole, [items, channels, ...positions])
}

/** `(sum of |x|^p)^(1/p)`, where `sum` is over what a pooling covers. */
function norm(x: NDArray, p: number, sum: (powers: NDArray) => NDArray): NDArray {
  if (p === 1) return sum(td.abs(x))
  if (p === 2) return td.sqrt(sum(td.square(x)))
  return td.pow(sum(td.pow(td.abs(x), p)), 1 / p)
}

/** The order of a norm, which was a float in the first version. */
const orderOf = (call: NodeCall): number => (call.opset < 2 ? call.float('p', 2) : call.int('p', 2))

const lpPool: Operator = (call) => {
  const x = call.array(0)
  const { whole } = poolingWindows(call, x)
  return norm(x, orderOf(call), (powers) => sums(powers, whole))
}

const spatialAxes = (x: NDArray): readonly number[] => spaceOf(x).map((_, i) => i + 2)

const globalOf =
  (reduce: (x: NDArray, axis: readonly number[], call: NodeCall) => NDArray): Operator =>
  (call) => {
    const x = call.array(0)
    return reduce(x, spatialAxes(x), call)
  }

/** Elements put back where a pooling took them from. */
const maxUnpool: Operator = (call) => {
  const [x, indices] = [call.array(0), call.array(1)]
  const [items, channels] = sizesOf(x) as readonly [SizeLike, SizeLike]
  const kernel = kernelOf(call, x)
  const windows = windowsOf(call, spaceOf(x), kernel)
  // What is cut or added is known for numbers only.
  const given = call.has(2) ? x.shape.slice(2) : spaceOf(x)
  const space = given.map((size, i) => {
    const whole = plus(times(minus(size, 1), windows.strides[i]!), reachOf(kernel[i]!, 1))
    return minus(whole, plus(windows.before[i]!, windows.after[i]!))
  })
  const shape = [items, channels, ...space]
  const places = td.reshape(indices, [-1])
  const flat = td.scatterFlat(places, td.reshape(x, [-1]), product(shape), { reduction: 'replace' })
  const natural = td.reshape(flat, shape)
  if (!call.has(2)) return natural
  const wanted = call.numbers(2).slice(2)
  const more = numbers(wanted.map((size, i) => minus(size, space[i]!)))
  const none = more.map(() => 0)
  const cut = td.slice(natural, [], [null, null, ...more.map((width) => (width < 0 ? width : null))])
  return surrounded(
    cut,
    none,
    more.map((width) => Math.max(width, 0)),
    0,
  )
}

export const pooling: Operators = {
  AveragePool: averagePool,
  MaxPool: maxPool,
  LpPool: lpPool,
  GlobalAveragePool: globalOf((x, axis) => td.mean(x, { axis, keepdims: true })),
  GlobalMaxPool: globalOf((x, axis) => td.max(x, { axis, keepdims: true })),
  GlobalLpPool: globalOf((x, axis, call) =>
    norm(x, orderOf(call), (powers) => td.sum(powers, { axis, keepdims: true, dtype: x.dtype })),
  ),
  MaxUnpool: maxUnpool,
  MaxRoiPool: maxRoiPool,
  RoiAlign: roiAlign,
}
