import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { product } from '../sizes.ts'
import { numbersOf, type SizeLike, sizesOf } from '../tensor.ts'
import { linearTaps, tapped } from './sampled.ts'
import { scalar, spaceOf } from './windows.ts'

/** One number of each region, `[regions]`. */
const column = (rois: NDArray, at: number): NDArray =>
  td.squeeze(td.slice(rois, [null, at], [null, at + 1]), 1)

/** One axis of all regions: where they begin, how wide one cell is, and how many samples it has. */
interface Cells {
  readonly count: number
  readonly first: NDArray
  readonly step: NDArray
  /** Samples of each region, and most of all. */
  readonly samples: NDArray
  readonly most: number
}

function cellsOf(call: NodeCall, rois: NDArray, axis: number, count: number): Cells {
  const scale = call.float('spatial_scale', 1)
  const isHalfPixel =
    call.opset >= 16 && call.string('coordinate_transformation_mode', 'half_pixel') === 'half_pixel'
  const edge = (at: number): NDArray => {
    const scaled = td.multiply(column(rois, at), scale)
    return isHalfPixel ? td.subtract(scaled, 0.5) : scaled
  }
  const first = edge(axis)
  const raw = td.subtract(edge(axis + 2), first)
  // Once no region was smaller than an element.
  const length = isHalfPixel ? raw : td.maximum(raw, 1)
  const ratio = call.int('sampling_ratio', 0)
  const step = td.divide(length, count)
  if (ratio > 0) return { count, first, step, samples: td.fullLike(first, ratio), most: ratio }
  const samples = td.ceil(step)
  return { count, first, step, samples, most: mostSamples(call, axis, count, isHalfPixel) }
}

/** The most samples that a cell of any region has, for which the regions are read. */
function mostSamples(call: NodeCall, axis: number, count: number, isHalfPixel: boolean): number {
  const corners = numbersOf(call.tensor(1).read())
  const scale = call.float('spatial_scale', 1)
  let most = 1
  for (let i = 0; i + 3 < corners.length; i += 4) {
    const length = (corners[i + axis + 2]! - corners[i + axis]!) * scale
    // One more, for what is rounded otherwise in single precision.
    most = Math.max(most, Math.ceil((isHalfPixel ? length : Math.max(length, 1)) / count + 1e-4))
  }
  return most
}

/** Places of the samples, `[regions, cells, samples]`, and which of them there are. */
function samplesOf({ count, first, step, samples, most }: Cells): { at: NDArray; isThere: NDArray } {
  const { dtype } = first
  const cell = td.expandDims(td.arange(0, count, 1, { dtype }), 1)
  const sample = td.arange(0, most, 1, { dtype })
  const [start, width, number] = [first, step, samples].map((one) => td.expandDims(one, [1, 2])) as [
    NDArray,
    NDArray,
    NDArray,
  ]
  const within = td.divide(td.multiply(td.add(sample, 0.5), width), td.maximum(number, 1))
  return {
    at: td.add(td.add(start, td.multiply(cell, width)), within),
    isThere: td.less(td.multiply(sample, td.onesLike(number)), number),
  }
}

export const roiAlign: Operator = (call) => {
  const [x, given] = [call.array(0), call.array(1)]
  const dtype = x.dtype === 'float64' ? 'float64' : 'float32'
  const rois = td.astype(given, dtype)
  const mode = call.string('mode', 'avg')
  if (mode !== 'avg' && mode !== 'max') return call.refuse(`it knows no mode '${mode}'`)
  const [items, channels, height, width] = sizesOf(x) as readonly SizeLike[] as [
    SizeLike,
    SizeLike,
    SizeLike,
    SizeLike,
  ]
  const regions = sizesOf(rois)[0]!
  const rows = cellsOf(call, rois, 1, call.int('output_height', 1))
  const columns = cellsOf(call, rois, 0, call.int('output_width', 1))
  const shape = [regions, rows.count, rows.most, columns.count, columns.most]
  const count = product(shape)
  const flat = (of: NDArray): NDArray => td.reshape(td.broadcastTo(of, shape), [1, count])
  const [down, across] = [samplesOf(rows), samplesOf(columns)]
  const [y, z] = [flat(td.expandDims(down.at, [3, 4])), flat(td.expandDims(across.at, [1, 2]))]
  const item = td.expandDims(flat(td.expandDims(td.astype(call.array(2), 'int32'), [1, 2, 3, 4])), 2)
  const inside = (at: NDArray, size: SizeLike): NDArray =>
    td.logicalAnd(td.greaterEqual(at, -1), td.lessEqual(at, scalar(size)))
  const near = (at: NDArray, size: SizeLike): NDArray =>
    td.minimum(td.maximum(at, 0), td.subtract(td.astype(td.asarray(scalar(size)), dtype), 1))
  const source = td.astype(x, dtype)
  const image = {
    flat: td.reshape(td.permuteDims(source, [1, 0, 2, 3]), [1, channels, product([items, height, width])]),
    items: 1,
    channels,
    space: [items, height, width],
  }
  const axes = [{ places: item, shares: undefined }, linearTaps(near(y, height)), linearTaps(near(z, width))]
  const { elements, shares } = tapped(image, axes, count, [1, 2, 2], 'nearest')
  const weighted = td.multiply(elements, shares!)
  const isMean = mode === 'avg'
  const axis = [3, 4, 5]
  const values = isMean ? td.sum(weighted, { axis, dtype }) : td.max(weighted, { axis })
  const isOn = td.expandDims(td.logicalAnd(inside(y, height), inside(z, width)), 1)
  const seen = td.reshape(td.where(isOn, values, 0), [channels, ...shape])
  const there = td.logicalAnd(td.expandDims(down.isThere, [3, 4]), td.expandDims(across.isThere, [1, 2]))
  const pooled = isMean
    ? td.divide(
        td.sum(td.where(there, seen, 0), { axis: [3, 5], dtype }),
        td.expandDims(td.maximum(td.multiply(rows.samples, columns.samples), 1), [1, 2]),
      )
    : td.max(td.where(there, seen, -Infinity), { axis: [3, 5] })
  const result = td.permuteDims(pooled, [1, 0, 2, 3])
  return result.dtype === x.dtype ? result : td.astype(result, x.dtype)
}

/** For each region and cell which places of an axis it covers, `[regions, cells, places]`. */
function covers(rois: NDArray, at: number, scale: number, count: number, size: SizeLike): NDArray {
  const edge = (index: number): NDArray => {
    const scaled = td.multiply(column(rois, index), scale)
    // Halves are rounded away from 0.
    return td.multiply(td.floor(td.add(td.abs(scaled), 0.5)), td.sign(scaled))
  }
  const first = td.expandDims(edge(at), 1)
  const last = td.expandDims(edge(at + 2), 1)
  const step = td.divide(td.maximum(td.add(td.subtract(last, first), 1), 1), count)
  const cell = td.arange(0, count, 1, { dtype: rois.dtype })
  const from = td.add(td.floor(td.multiply(cell, step)), first)
  const to = td.add(td.ceil(td.multiply(td.add(cell, 1), step)), first)
  const place = td.arange(0, size, 1, { dtype: rois.dtype })
  return td.logicalAnd(td.greaterEqual(place, td.expandDims(from, 2)), td.less(place, td.expandDims(to, 2)))
}

/** The largest element of each cell of a region; 0 for a cell without elements. */
export const maxRoiPool: Operator = (call) => {
  const [x, given] = [call.array(0), call.array(1)]
  const dtype = x.dtype === 'float64' ? 'float64' : 'float32'
  const rois = td.astype(given, dtype)
  const [height, width] = spaceOf(x) as readonly [SizeLike, SizeLike]
  const [rows, columns] = call.ints('pooled_shape') as readonly [number, number]
  const scale = call.float('spatial_scale', 1)
  // [regions, channels, height, width]
  const images = td.take(x, td.astype(column(rois, 0), 'int32'), { axis: 0 })
  const across = td.expandDims(covers(rois, 1, scale, columns, width), [1, 2])
  const lines = td.max(td.where(across, td.expandDims(images, 3), -Infinity), { axis: 4 })
  const down = td.expandDims(covers(rois, 2, scale, rows, height), [1, 4])
  const best = td.max(td.where(down, td.expandDims(lines, 2), -Infinity), { axis: 3 })
  const isFull = td.logicalAnd(td.any(down, { axis: 3 }), td.any(across, { axis: 4 }))
  return td.where(isFull, best, 0)
}
