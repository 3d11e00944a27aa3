import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operators } from '../node-call.ts'
import { shapeRules } from '../shape-rules.ts'
import * as sizes from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { countsOf, toldOf } from '../told.ts'
import { alongAxis, axesOf, axisOf, numberOfAxis, placesAlong, sizeOfAxis, sliceAxis } from './axes.ts'
import { centerCropPad, slice } from './slicing.ts'
import { pad } from './padding.ts'
import { squeezedBy, unsqueezedBy } from './told-axes.ts'
import { splitBy } from './told-parts.ts'
import { expandedBy, reshapeBy, triangleBy } from './told-shapes.ts'

function reshape(call: NodeCall): NDArray {
  const x = call.array(0)
  const told = call.opset < 5 ? undefined : toldOf(call, 1)
  if (told !== undefined) return reshapeBy(call, x, told)
  const wanted = call.opset < 5 ? call.ints('shape', []) : call.sizes(1)
  const copies = !call.flag('allowzero')
  const own = sizesOf(x)
  const shape = wanted.map((size, i) => {
    if (size !== 0 || !copies) return size
    return own[i] ?? call.refuse(`its shape takes over size ${i} of a tensor of ${own.length} axes`)
  })
  return td.reshape(x, withRest(shape, own))
}

/** Sizes of which -1 is what is left, computed here where it can be: a size of 0 tells nothing to `reshape`. */
function withRest(shape: readonly SizeLike[], own: readonly SizeLike[]): readonly SizeLike[] {
  const at = shape.indexOf(-1)
  if (at < 0) return shape
  const total = sizes.product(own)
  const others = sizes.product(shape.toSpliced(at, 1))
  if (typeof total !== 'number' || typeof others !== 'number') return shape
  if (others === 0) return total === 0 ? shape.with(at, 0) : shape
  return total % others === 0 ? shape.with(at, total / others) : shape
}

/** The broadcast of an array and a shape, either of which may have sizes of 1 that the other one has more of. */
function expand(call: NodeCall): NDArray {
  const x = call.array(0)
  const told = toldOf(call, 1)
  return told === undefined ? broadcast(x, call.sizes(1)) : expandedBy(call, x, told)
}

function broadcast(x: NDArray, shape: readonly SizeLike[]): NDArray {
  const own = sizesOf(x)
  const rank = Math.max(own.length, shape.length)
  const at = (list: readonly SizeLike[], i: number): SizeLike => list[i - rank + list.length] ?? 1
  const sizesOfBoth = Array.from({ length: rank }, (_, i) => broadcastSize(at(own, i), at(shape, i)))
  if (sizesOfBoth.every((size) => size !== undefined)) return td.broadcastTo(x, sizesOfBoth)
  // Which of two open sizes is 1 shows when they are known.
  return td.broadcastArrays(x, td.full([...shape], 0))[0]!
}

function broadcastSize(a: SizeLike, b: SizeLike): SizeLike | undefined {
  if (a === 1) return b
  if (b === 1 || sizes.areEqual(a, b) === true) return a
  if (typeof a === 'number') return a
  return typeof b === 'number' ? b : undefined
}

function squeeze(call: NodeCall): NDArray {
  const x = call.array(0)
  const told = call.has(1) ? toldOf(call, 1) : undefined
  if (told !== undefined) return squeezedBy(call, x, told)
  const axes = axesOf(call, 1, x.ndim)
  if (axes !== undefined) return axes.length === 0 ? x : td.squeeze(x, axes)
  const single = Array.from({ length: x.ndim }, (_, axis) => axis).filter(
    (axis) => numberOfAxis(x, axis) === 1,
  )
  return single.length === 0 ? x : td.squeeze(x, single)
}

function unsqueeze(call: NodeCall): NDArray {
  const x = call.array(0)
  const told = call.has(1) ? toldOf(call, 1) : undefined
  if (told !== undefined) return unsqueezedBy(call, x, told)
  const axes = call.has(1) ? call.numbers(1) : call.ints('axes')
  return axes.length === 0 ? x : td.expandDims(x, axes)
}

function transpose(call: NodeCall): NDArray {
  const x = call.array(0)
  const reversed = Array.from({ length: x.ndim }, (_, i) => x.ndim - 1 - i)
  return td.permuteDims(x, call.ints('perm', reversed))
}

/** The axes before one as one, and those from it on as another one. */
function flatten(call: NodeCall): NDArray {
  const x = call.array(0)
  const axis = call.int('axis', 1)
  const own = sizesOf(x)
  const at = axis < 0 ? axis + own.length : axis
  if (at < 0 || at > own.length) call.refuse(`it names axis ${axis} of a tensor of ${own.length} axes`)
  return td.reshape(x, [sizes.product(own.slice(0, at)), sizes.product(own.slice(at))])
}

function split(call: NodeCall): readonly NDArray[] {
  const x = call.array(0)
  const axis = axisOf(call, call.int('axis', 0), x.ndim)
  const told = call.has(1) ? toldOf(call, 1) : undefined
  if (told !== undefined) return splitBy(call, x, axis, told)
  const given = call.has(1) ? call.sizes(1) : call.ints('split', undefined)
  const size = sizeOfAxis(x, axis)
  const count = given?.length ?? call.int('num_outputs', call.node.output.length)
  const lengths = given ?? equalParts(call, size, count)
  const ends = lengths.reduce<SizeLike[]>((all, one) => [...all, sizes.plus(all.at(-1) ?? 0, one)], [])
  if (sizes.areEqual(ends.at(-1) ?? 0, size) === false && (given !== undefined || call.opset < 18))
    call.refuse(`its parts have ${ends.at(-1)} elements, and its axis ${String(size)}`)
  if (count === 1) return [x]
  const places = ends.slice(0, -1)
  if (places.every((place) => typeof place === 'number') && typeof size === 'number')
    return td.split(x, places as readonly number[], { axis })
  return lengths.map((_, i) => sliceAxis(x, axis, ends[i - 1] ?? 0, i === count - 1 ? null : ends[i]!))
}

/** Equally long parts, the last of which may be shorter. */
function equalParts(call: NodeCall, size: SizeLike, count: number): readonly SizeLike[] {
  const length = sizes.floorDiv(sizes.plus(size, count - 1), count)
  if (length === undefined) return call.refuse('it has no parts')
  if (call.opset < 18 && typeof size === 'number' && size % count !== 0)
    call.refuse(`an axis of ${size} elements has no ${count} equal parts`)
  return Array.from({ length: count }, (_, i) => {
    if (i < count - 1 && typeof size !== 'number') return length
    const left = sizes.minus(size, sizes.times(length, i))
    return typeof left === 'number' && typeof length === 'number' ? Math.max(0, Math.min(left, length)) : left
  })
}

function tile(call: NodeCall): NDArray {
  const x = call.array(0)
  if (call.opset >= 6) return td.tile(x, [...countsOf(call, 1)])
  // Its first version repeats one axis.
  const [times] = countsOf(call, 1)
  const axis = axisOf(call, call.number(2), x.ndim)
  return td.tile(x, alongAxis<SizeLike>(x.ndim, axis, times!, 1))
}

function depthToSpace(call: NodeCall): NDArray {
  const x = call.array(0)
  const block = call.int('blocksize')
  const [n, c, h, w] = sizesOf(x) as readonly [SizeLike, SizeLike, SizeLike, SizeLike]
  const channels = sizes.floorDiv(c, block * block)!
  const isColumnFirst = call.string('mode', 'DCR') === 'CRD'
  const apart = isColumnFirst ? [n, channels, block, block, h, w] : [n, block, block, channels, h, w]
  const order = isColumnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
  const mixed = td.permuteDims(td.reshape(x, apart), order)
  return td.reshape(mixed, [n, channels, sizes.times(h, block), sizes.times(w, block)])
}

function spaceToDepth(call: NodeCall): NDArray {
  const x = call.array(0)
  const block = call.int('blocksize')
  const [n, c, h, w] = sizesOf(x) as readonly [SizeLike, SizeLike, SizeLike, SizeLike]
  const [rows, columns] = [sizes.floorDiv(h, block)!, sizes.floorDiv(w, block)!]
  const apart = td.reshape(x, [n, c, rows, block, columns, block])
  const isColumnFirst = call.string('mode', 'DCR') === 'CRD'
  const mixed = td.permuteDims(apart, isColumnFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4])
  return td.reshape(mixed, [n, sizes.times(c, block * block), rows, columns])
}

/** Each sequence of a batch backwards up to its length. */
function reverseSequence(call: NodeCall): NDArray {
  const x = call.array(0)
  const time = axisOf(call, call.int('time_axis', 0), x.ndim)
  const batch = axisOf(call, call.int('batch_axis', 1), x.ndim)
  const lengths = td.reshape(
    td.astype(call.indices(1), 'int32'),
    alongAxis<SizeLike>(x.ndim, batch, sizeOfAxis(x, batch), 1),
  )
  const places = placesAlong(x.ndim, time, sizeOfAxis(x, time), 'int32')
  const backwards = td.subtract(td.subtract(lengths, 1), places)
  return td.takeAlongAxis(x, td.where(td.less(places, lengths), backwards, places), { axis: time })
}

function triangle(call: NodeCall): NDArray {
  const told = call.has(1) ? toldOf(call, 1) : undefined
  const isUpper = call.flag('upper', true)
  if (told !== undefined) return triangleBy(call.array(0), told.array, isUpper)
  const [k] = call.has(1) ? call.sizes(1) : [0]
  return isUpper ? td.triu(call.array(0), { k: k! }) : td.tril(call.array(0), { k: k! })
}

export const movement: Operators = {
  CenterCropPad: centerCropPad,
  Concat: (call) => td.concat(call.arrays(), { axis: call.int('axis', 1) }),
  DepthToSpace: depthToSpace,
  Expand: expand,
  Flatten: flatten,
  Identity: (call) => [call.value(0)],
  Pad: pad,
  Reshape: reshape,
  ReverseSequence: reverseSequence,
  // Their elements are sizes, which rules of shapes compute.
  Shape: (call) => shapeRules['Shape']!(call)!,
  Size: (call) => shapeRules['Size']!(call)!,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Trilu: triangle,
  Unsqueeze: unsqueeze,
}
