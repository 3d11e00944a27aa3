import { isInteger } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operators, Results } from '../node-call.ts'
import { areEqual, plus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { countsOf, itemOf, toldOf } from '../told.ts'
import { alongAxis, axisOf, placesAlong, sizeAsArray, sizeOfAxis, sliceAxis } from './axes.ts'
import { elementOf, isOfFile } from './elements.ts'
import { firstOf } from './told-parts.ts'
import { unique } from './uniques.ts'

function gather(call: NodeCall): NDArray {
  const x = call.array(0)
  const axis = axisOf(call, call.int('axis', 0), x.ndim)
  const indices = call.tensor(1)
  if (!indices.isKnown || indices.rank > 0) return td.take(x, call.indices(1), { axis })
  const index = call.sizes(1)[0]!
  // One place that the file names is a part of the axis, which needs no look at the data.
  return td.squeeze(sliceAxis(x, axis, index, index === -1 ? null : plus(index, 1)), axis)
}

/** The elements of each line at indices, which may have fewer lines than the array. */
function gatherElements(call: NodeCall): NDArray {
  const x = call.array(0)
  const indices = call.indices(1)
  const axis = axisOf(call, call.int('axis', 0), x.ndim)
  const stops = sizesOf(indices).map((size, i) =>
    i === axis || areEqual(size, sizesOf(x)[i]!) === true ? null : size,
  )
  const lines = stops.every((stop) => stop === null) ? x : td.slice(x, [], stops)
  return td.takeAlongAxis(lines, indices, { axis })
}

const reductionNames = { none: 'replace', add: 'sum', mul: 'prod', min: 'min', max: 'max' } as const

function reductionOf(call: NodeCall): (typeof reductionNames)[keyof typeof reductionNames] {
  const name = call.string('reduction', 'none')
  if (Object.hasOwn(reductionNames, name)) return reductionNames[name as keyof typeof reductionNames]
  return call.refuse(`its reduction is '${name}', and has to be one of ${Object.keys(reductionNames).join()}`)
}

type Reduction = ReturnType<typeof reductionOf>

/** Truth values are joined as the numbers that they stand for: a sum of them is true where one is. */
function scattered(
  call: NodeCall,
  fn: (x: NDArray, updates: NDArray, reduction: Reduction) => NDArray,
): NDArray {
  const [x, updates] = [call.array(0), call.array(2)]
  const reduction = reductionOf(call)
  if (x.dtype !== 'bool' || reduction === 'replace') return fn(x, updates, reduction)
  const join = reduction === 'sum' || reduction === 'max' ? 'max' : 'min'
  return td.astype(fn(td.astype(x, 'int32'), td.astype(updates, 'int32'), join), 'bool')
}

/** An array with updates brought in at indices of its lines, of which there may be fewer than in the array. */
const scatterElements = (call: NodeCall): NDArray =>
  scattered(call, (x, updates, reduction) => {
    const indices = call.indices(1)
    const axis = axisOf(call, call.int('axis', 0), x.ndim)
    const shape = sizesOf(indices)
    const isWhole = shape.every((size, i) => i === axis || areEqual(size, sizesOf(x)[i]!) === true)
    if (isWhole) return td.putAlongAxis(x, indices, updates, { axis, reduction })
    const places = shape.map((size, i) =>
      i === axis ? indices : td.broadcastTo(placesAlong(x.ndim, i, size, indices.dtype), [...shape]),
    )
    return td.scatterInto(x, td.stack(places, { axis: -1 }), updates, { reduction })
  })

/** One value at the index of each line, another one elsewhere; an index outside names no place. */
function oneHot(call: NodeCall): NDArray {
  const given = call.indices(0)
  const [depth] = countsOf(call, 1)
  const whole = isInteger(given.dtype) ? given : td.astype(given, 'int64')
  const wide = ['int32', 'int64'].includes(whole.dtype) ? whole : td.astype(whole, 'int64')
  const counted = td.where(td.less(wide, 0), td.add(wide, sizeAsArray(depth!, wide.dtype)), wide)
  const values = call.tensor(2)
  const axis = call.int('axis', -1)
  if (isOfFile(values)) {
    const [offValue, onValue] = [elementOf(values, 0), elementOf(values, 1)]
    return td.oneHot(counted, depth!, { axis, onValue, offValue, dtype: values.dtype })
  }
  const isHot = td.oneHot(counted, depth!, { axis, onValue: true, offValue: false, dtype: 'bool' })
  const at = (place: number): NDArray => td.take(values.array, td.full([], place, { dtype: 'int32' }))
  return td.where(isHot, at(1), at(0))
}

/** The parts of an axis, or the elements of a whole array, at which a condition is true. */
function compress(call: NodeCall): NDArray {
  const given = call.array(0)
  const axis = call.int('axis', undefined)
  const x = axis === undefined ? td.flatten(given) : given
  const along = axisOf(call, axis ?? 0, x.ndim)
  const condition = call.array(1)
  const [most, count] = [sizeOfAxis(x, along), sizeOfAxis(condition, 0)]
  // What a condition says beyond the last element is not asked for.
  const isWithin = typeof most === 'number' && typeof count === 'number' && count <= most
  const mask = isWithin || areEqual(most, count) === true ? condition : sliceAxis(condition, 0, 0, most)
  return td.take(x, td.nonzero(mask)[0]!, { axis: along })
}

function nonZero(call: NodeCall): NDArray {
  const x = call.array(0)
  return td.astype(td.stack(td.nonzero(x.ndim === 0 ? td.reshape(x, [1]) : x)), 'int64')
}

function topK(call: NodeCall): Results {
  const given = call.array(0)
  const axis = axisOf(call, call.int('axis', -1), given.ndim)
  const told = call.opset < 10 ? undefined : toldOf(call, 1)
  const [k] = call.opset < 10 ? [call.int('k')] : told === undefined ? call.sizes(1) : []
  const { x, count } =
    told === undefined ? { x: given, count: k! } : firstOf(call, given, axis, itemOf(told.array, 0))
  const { values, indices } = td.topK(x, count, { axis, largest: call.flag('largest', true) })
  return [values, td.astype(indices, 'int64')]
}

/** A cache with new elements written from an index of each item on, around its end where it is circular. */
function tensorScatter(call: NodeCall): NDArray {
  const [cache, update] = [call.array(0), call.array(1)]
  const rank = cache.ndim
  const axis = axisOf(call, call.int('axis', -2), rank)
  const mode = call.string('mode', 'linear')
  if (mode !== 'linear' && mode !== 'circular') call.refuse(`its mode is '${mode}'`)
  const starts = call.has(2) ? call.indices(2) : undefined
  const places = placesAlong(rank, axis, sizeOfAxis(update, axis), starts?.dtype ?? 'int32')
  const shifted =
    starts === undefined
      ? places
      : td.add(places, td.reshape(starts, alongAxis<SizeLike>(rank, 0, sizeOfAxis(starts, 0), 1)))
  const size = sizeAsArray(sizeOfAxis(cache, axis), shifted.dtype)
  const indices = mode === 'circular' ? td.remainder(shifted, size) : shifted
  return td.putAlongAxis(cache, indices, update, { axis })
}

export const indexing: Operators = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: (call) => td.gatherNd(call.array(0), call.indices(1), { batchDims: call.int('batch_dims', 0) }),
  NonZero: nonZero,
  OneHot: oneHot,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: (call) =>
    scattered(call, (x, updates, reduction) => td.scatterInto(x, call.indices(1), updates, { reduction })),
  TensorScatter: tensorScatter,
  TopK: topK,
  Unique: unique,
}
