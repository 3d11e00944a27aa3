import { ShapeError } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import * as sizes from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { itemOf, toldOf } from '../told.ts'
import { axisOf, sizeAsArray, sizeOfAxis, sliceAxis } from './axes.ts'
import { elementOf, isOfFile } from './elements.ts'
import { addedBy, cutBy, integersOf, isTold, perAxis, widenedBy } from './told-parts.ts'

type Widths = readonly (readonly [before: SizeLike, after: SizeLike])[]

/** A tensor with more elements before and after axes, or less of them. */
export function pad(call: NodeCall): NDArray {
  const given = call.array(0)
  if (call.opset >= 11 && (isTold(call, 1) || isTold(call, 3))) return paddedBy(call, given)
  const widths = widthsOf(call, given.ndim)
  const mode = call.string('mode', 'constant')
  const x = cropped(given, widths)
  const added = widths.map(([before, after]) => [positive(before), positive(after)] as const)
  if (added.every(([before, after]) => before === 0 && after === 0)) return x
  switch (mode) {
    case 'constant':
      return withConstant(call, x, added)
    case 'edge':
      return td.pad(x, added, { mode })
    case 'reflect':
      return reflected(x, added)
    case 'wrap':
      return rolled(x, added, wrapped)
    default:
      return call.refuse(`its mode is '${mode}'`)
  }
}

/** The same where data decide how much. */
function paddedBy(call: NodeCall, x: NDArray): NDArray {
  const mode = call.string('mode', 'constant')
  const count = call.has(3) ? (toldOf(call, 3)?.count ?? call.numbers(3).length) : x.ndim
  const halves = td.reshape(integersOf(call, 1), [2, count])
  const pads = { before: itemOf(halves, 0), after: itemOf(halves, 1) }
  const widened = widenedBy(call, perAxis(call, x, 3, count), pads)
  if (mode === 'constant') return withConstant(call, cutBy(call, x, widened), addedBy(widened, x.ndim))
  const inside = insideOf[mode] ?? call.refuse(`its mode is '${mode}'`)
  return widened.reduce((y, { axis, cut: [start], left, added: [before, after] }) => {
    const places = td.arange(sizes.minus(0, before), sizes.plus(left, after), 1, { dtype: 'int64' })
    const at = td.add(inside(places, sizeAsArray(left, 'int64')), sizeAsArray(start, 'int64'))
    return td.take(y, at, { axis })
  }, x)
}

/** The place of the element that a new place takes. */
type Inside = (places: NDArray, size: NDArray) => NDArray

/** How much is added before and after each axis; below 0 it is taken away. */
function widthsOf(call: NodeCall, rank: number): Widths {
  const pads = call.opset < 2 ? call.ints('paddings') : call.opset < 11 ? call.ints('pads') : call.sizes(1)
  const axes = call.has(3) ? call.numbers(3) : Array.from({ length: rank }, (_, axis) => axis)
  if (pads.length !== 2 * axes.length) call.refuse(`it has ${pads.length} widths for ${axes.length} axes`)
  const widths: (readonly [SizeLike, SizeLike])[] = Array.from({ length: rank }, () => [0, 0])
  axes.forEach((axis, i) => (widths[axisOf(call, axis, rank)] = [pads[i]!, pads[i + axes.length]!]))
  return widths
}

const positive = (width: SizeLike): SizeLike => (typeof width === 'number' ? Math.max(0, width) : width)

function cropped(x: NDArray, widths: Widths): NDArray {
  return widths.reduce<NDArray>((left, [before, after], axis) => {
    const start = typeof before === 'number' && before < 0 ? -before : 0
    const end = typeof after === 'number' && after < 0 ? -after : 0
    if (start === 0 && end === 0) return left
    return sliceAxis(left, axis, start, sizes.minus(sizeOfAxis(left, axis), end))
  }, x)
}

function withConstant(call: NodeCall, x: NDArray, widths: Widths): NDArray {
  if (call.opset < 11) return td.pad(x, widths, { constantValues: call.float('value', 0) })
  const value = call.maybe(2)
  if (value === undefined) return td.pad(x, widths, { constantValues: false })
  if (isOfFile(value)) return td.pad(x, widths, { constantValues: elementOf(value) })
  const isInside = td.pad(td.full(sizesOf(x), true, { dtype: 'bool' }), widths, { constantValues: false })
  return td.where(isInside, td.pad(x, widths, { constantValues: false }), td.reshape(value.array, []))
}

/** Mirrored at the borders: more than once where an axis has too few elements. */
function reflected(x: NDArray, widths: Widths): NDArray {
  try {
    return td.pad(x, widths, { mode: 'reflect' })
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    return rolled(x, widths, mirrored)
  }
}

/** Each new place takes the element that `inside` finds for it, axis by axis. */
function rolled(x: NDArray, widths: Widths, inside: Inside): NDArray {
  return widths.reduce<NDArray>((left, [before, after], axis) => {
    if (before === 0 && after === 0) return left
    const size = sizeOfAxis(left, axis)
    const places = td.arange(sizes.minus(0, before), sizes.plus(size, after), 1, { dtype: 'int32' })
    return td.take(left, inside(places, td.full([], size, { dtype: 'int32' })), { axis })
  }, x)
}

const wrapped: Inside = (places, size) => td.remainder(places, size)

const nearest: Inside = (places, size) => td.minimum(td.maximum(places, 0), td.subtract(size, 1))

/** Places mirrored at the borders, over and over. */
function mirrored(places: NDArray, size: NDArray): NDArray {
  const last = td.subtract(size, 1)
  const period = td.maximum(td.multiply(last, 2), 1)
  const phase = td.remainder(places, period)
  return td.minimum(phase, td.subtract(period, phase))
}

const insideOf: Readonly<Record<string, Inside>> = { edge: nearest, reflect: mirrored, wrap: wrapped }
