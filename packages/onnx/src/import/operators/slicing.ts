import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { toldOf } from '../told.ts'
import { axisOf, numberOfAxis, sliceAxis } from './axes.ts'
import { centeredBy, isTold, slicedBy } from './told-parts.ts'

/** Bounds beyond any axis, which files write for an open end. */
const beyond = 2 ** 31 - 1

/** The part of a tensor between bounds along some axes. */
export function slice(call: NodeCall): NDArray {
  const x = call.array(0)
  const isOld = call.opset < 10
  const bound = isOld ? undefined : [1, 2, 3, 4].find((i) => isTold(call, i))
  if (bound !== undefined) return slicedBy(call, x, toldOf(call, bound)!.count)
  const starts = isOld ? call.ints('starts') : call.sizes(1)
  const stops = isOld ? call.ints('ends') : call.sizes(2)
  const named = isOld ? call.ints('axes', undefined) : call.has(3) ? call.numbers(3) : undefined
  const steps = !isOld && call.has(4) ? call.numbers(4) : starts.map(() => 1)
  const axes = named ?? starts.map((_, i) => i)
  if (stops.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    call.refuse('it has not one start, end, axis and step for each axis')
  const bounds = {
    starts: nulls(x.ndim),
    stops: nulls(x.ndim),
    steps: Array.from({ length: x.ndim }, () => 1),
  }
  axes.forEach((one, i) => {
    const axis = axisOf(call, one, x.ndim)
    const step = steps[i]!
    if (step === 0) call.refuse('a step of it is 0')
    const size = sizesOf(x)[axis]!
    bounds.starts[axis] = startOf(starts[i]!, step, size)
    bounds.stops[axis] = stopOf(stops[i]!, step)
    bounds.steps[axis] = Math.max(-beyond, Math.min(step, beyond))
  })
  return td.slice(x, bounds.starts, bounds.stops, bounds.steps)
}

const nulls = (rank: number): (SizeLike | null)[] => Array.from({ length: rank }, () => null)

/** Walking backwards, a start before the first element means that one. */
function startOf(start: SizeLike, step: number, size: SizeLike): SizeLike | null {
  if (typeof start !== 'number') return start
  if (step < 0 && start >= beyond) return null
  if (step < 0 && typeof size === 'number' && size > 0 && start < -size) return 0
  return Math.max(-beyond, Math.min(start, beyond))
}

function stopOf(stop: SizeLike, step: number): SizeLike | null {
  if (typeof stop !== 'number') return stop
  if (step > 0 ? stop >= beyond : stop <= -beyond) return null
  return Math.max(-beyond, Math.min(stop, beyond))
}

/** The middle of each axis that is too long, and zeros on both sides of one that is too short. */
export function centerCropPad(call: NodeCall): NDArray {
  const x = call.array(0)
  const own = sizesOf(x)
  const axes = call.ints(
    'axes',
    own.map((_, axis) => axis),
  )
  const told = toldOf(call, 1)
  if (told !== undefined) return centeredBy(call, x, axes, told)
  const wanted = call.numbers(1)
  const width = own.map((): [number, number] => [0, 0])
  let cropped = x
  axes.forEach((named, i) => {
    const axis = axisOf(call, named, own.length)
    const more = wanted[i]! - numberOfAxis(x, axis)
    if (more < 0) {
      const start = Math.floor(-more / 2)
      cropped = sliceAxis(cropped, axis, start, start + wanted[i]!)
    } else width[axis] = [Math.floor(more / 2), more - Math.floor(more / 2)]
  })
  return width.some(([before, after]) => before + after > 0)
    ? td.pad(cropped, width, { constantValues: false })
    : cropped
}
