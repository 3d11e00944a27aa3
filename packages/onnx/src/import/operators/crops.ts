import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { minus, product } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { scalar } from './windows.ts'

/** Where the rows or columns of all crops lie on an axis of the images, `[crops, count]`. */
function placesOf(from: NDArray, to: NDArray, size: SizeLike, count: number): NDArray {
  const last = td.astype(scalar(minus(size, 1)), from.dtype)
  const [first, end] = [td.multiply(from, last), td.multiply(to, last)]
  // One place alone is that of the middle.
  if (count === 1) return td.expandDims(td.multiply(td.add(first, end), 0.5), 1)
  const step = td.divide(td.subtract(end, first), count - 1)
  const steps = td.arange(0, count, 1, { dtype: from.dtype })
  return td.add(td.expandDims(first, 1), td.multiply(td.expandDims(step, 1), steps))
}

/** Boxes of images, all made as large. */
export function cropAndResize(call: NodeCall): NDArray {
  const [x, boxes, items] = [call.array(0), call.array(1), call.array(2)]
  const [rows, columns] = call.numbers(3) as [number, number]
  const [, channels, height, width] = sizesOf(x) as readonly [SizeLike, SizeLike, SizeLike, SizeLike]
  const crops = sizesOf(boxes)[0]!
  const edge = (i: number): NDArray => td.squeeze(td.slice(boxes, [null, i], [null, i + 1]), 1)
  const y = td.expandDims(placesOf(edge(0), edge(2), height, rows), 2)
  const across = td.expandDims(placesOf(edge(1), edge(3), width, columns), 1)
  const planes = td.reshape(td.take(x, items, { axis: 0 }), [crops, channels, product([height, width])])
  const within = (place: NDArray, size: SizeLike): NDArray =>
    td.logicalAnd(
      td.greaterEqual(place, 0),
      td.lessEqual(place, td.astype(scalar(minus(size, 1)), place.dtype)),
    )
  const index = (place: NDArray, size: SizeLike): NDArray =>
    td.minimum(td.maximum(td.astype(place, 'int32'), 0), scalar(minus(size, 1)))
  /** The elements at rows and columns, `[crops, channels, rows, columns]`. */
  const at = (row: NDArray, column: NDArray): NDArray => {
    const flat = td.add(td.multiply(index(row, height), scalar(width)), index(column, width))
    const line = td.reshape(flat, [crops, 1, rows * columns])
    const taken = td.takeAlongAxis(planes, td.broadcastTo(line, [crops, channels, rows * columns]), {
      axis: 2,
    })
    return td.reshape(taken, [crops, channels, rows, columns])
  }
  const isInside = td.expandDims(td.logicalAnd(within(y, height), within(across, width)), 1)
  const values =
    call.string('mode', 'bilinear') === 'nearest' ? nearest(at, y, across) : between(at, y, across)
  return td.where(isInside, values, call.float('extrapolation_value', 0))
}

type At = (row: NDArray, column: NDArray) => NDArray

/** Halves are rounded up. */
const nearest = (at: At, y: NDArray, x: NDArray): NDArray =>
  at(td.floor(td.add(y, 0.5)), td.floor(td.add(x, 0.5)))

function between(at: At, y: NDArray, x: NDArray): NDArray {
  const [top, left] = [td.floor(y), td.floor(x)]
  const [bottom, right] = [td.ceil(y), td.ceil(x)]
  const [down, over] = [td.expandDims(td.subtract(y, top), 1), td.expandDims(td.subtract(x, left), 1)]
  const mixed = (a: NDArray, b: NDArray, share: NDArray): NDArray =>
    td.add(a, td.multiply(td.subtract(b, a), share))
  const upper = mixed(at(top, left), at(top, right), over)
  const lower = mixed(at(bottom, left), at(bottom, right), over)
  return mixed(upper, lower, down)
}
