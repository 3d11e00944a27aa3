import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { plus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { itemOf, sizeOf, toldOf } from '../told.ts'
import { sizeAsArray, sliceAxis } from './axes.ts'

/** The corners of boxes and their areas. */
interface Corners {
  readonly low: NDArray
  readonly high: NDArray
}

/** Boxes are two opposite corners, in any order, or a centre with a width and a height. */
function cornersOf(boxes: NDArray, isCentred: boolean): Corners {
  const first = sliceAxis(boxes, boxes.ndim - 1, 0, 2)
  const second = sliceAxis(boxes, boxes.ndim - 1, 2, 4)
  if (!isCentred) return { low: td.minimum(first, second), high: td.maximum(first, second) }
  const half = td.divide(second, 2)
  return { low: td.subtract(first, half), high: td.add(first, half) }
}

const area = ({ low, high }: Corners): NDArray => td.prod(td.subtract(high, low), { axis: -1 })

/** Whether boxes share more of their union than a threshold says; boxes without an area share nothing. */
function overlaps(a: Corners, b: Corners, threshold: NDArray | number): NDArray {
  const sides = td.maximum(td.subtract(td.minimum(a.high, b.high), td.maximum(a.low, b.low)), 0)
  const shared = td.prod(sides, { axis: -1 })
  const [one, other] = [area(a), area(b)]
  const union = td.subtract(td.add(one, other), shared)
  const isSolid = td.logicalAnd(td.greater(one, 0), td.greater(other, 0))
  const share = td.divide(shared, td.where(isSolid, union, 1))
  return td.logicalAnd(td.logicalAnd(isSolid, td.greater(shared, 0)), td.greater(share, threshold))
}

/** More turns than boxes find nothing: a count that is larger than any is none. */
const largeCount = 1 << 16

/** How many boxes are looked for in each class at most. */
function turnsOf(call: NodeCall, boxes: NDArray): SizeLike {
  const told = call.has(2) ? toldOf(call, 2) : undefined
  if (told !== undefined) {
    const asked = td.maximum(itemOf(told.array, 0), 0)
    return sizeOf(call, td.minimum(asked, sizeAsArray(sizesOf(boxes)[1]!, 'int64')))
  }
  const most = call.has(2) ? Math.max(0, call.number(2)) : 0
  const size = sizesOf(boxes)[1]!
  if (typeof size === 'number') return Math.min(most, size)
  return most > largeCount ? size : most
}

const isOpen = (size: SizeLike): boolean => typeof size !== 'number'

const one = (value: NDArray | undefined): NDArray | undefined => value && td.reshape(value, [])

/** In each class the best box again and again, of those that no better one covers. */
const nonMaxSuppression: Operator = (call) => {
  const [boxes, scores] = [call.array(0), call.array(1)]
  const most = turnsOf(call, boxes)
  // Of a number that data decide one more, so that there are rows.
  const turns = isOpen(most) ? plus(most, 1) : most
  const [batch, count] = sizesOf(boxes) as [SizeLike, SizeLike]
  const classes = sizesOf(scores)[1]!
  if (turns === 0 || [batch, classes, count].includes(0)) return td.full([0, 3], 0, { dtype: 'int64' })
  const [overlap, least] = [one(call.optional(3)) ?? 0, one(call.optional(4))]
  const corners = cornersOf(boxes, call.flag('center_point_box'))
  const all: Corners = { low: td.expandDims(corners.low, 1), high: td.expandDims(corners.high, 1) }
  const places = td.arange(0, count, 1, { dtype: 'int32' })
  const isAbove = least === undefined ? td.fullLike(scores, 1, { dtype: 'bool' }) : td.greater(scores, least)
  const [, [chosen, found]] = td.scan(
    (isLeft: NDArray): [NDArray, [NDArray, NDArray]] => {
      const best = td.argmax(td.where(isLeft, scores, -Infinity), { axis: -1, keepdims: true })
      const isFound = td.takeAlongAxis(isLeft, best, { axis: -1 })
      // Boxes of the batch that were chosen, one for each class.
      const index = td.broadcastTo(best, [batch, classes, 2])
      const box: Corners = {
        low: td.expandDims(td.takeAlongAxis(corners.low, index, { axis: 1 }), 2),
        high: td.expandDims(td.takeAlongAxis(corners.high, index, { axis: 1 }), 2),
      }
      const isCovered = td.logicalOr(overlaps(all, box, overlap), td.equal(places, best))
      return [
        td.logicalAnd(isLeft, td.logicalNot(isCovered)),
        [td.squeeze(best, -1), td.squeeze(isFound, -1)],
      ]
    },
    isAbove,
    [],
    { length: turns },
  )
  const isTurn = td.less(td.arange(0, turns, 1, { dtype: 'int64' }), sizeAsArray(most, 'int64'))
  return selected(
    call,
    chosen,
    isOpen(most) ? td.logicalAnd(found, td.reshape(isTurn, [turns, 1, 1])) : found,
  )
}

/** The triples of batch, class and box that were found, the best first in each class. */
function selected(call: NodeCall, chosen: NDArray, found: NDArray): NDArray {
  const byClass = (rows: NDArray): NDArray => td.permuteDims(rows, [1, 2, 0])
  const [isFound, boxes] = [byClass(found), byClass(chosen)]
  const [batch, inClass, turn] = td.nonzero(isFound) as [NDArray, NDArray, NDArray]
  const box = td.gatherNd(boxes, td.stack([batch, inClass, turn], { axis: 1 }))
  return td.astype(td.stack([batch, inClass, box], { axis: 1 }), 'int64')
}

export const detection: Operators = { NonMaxSuppression: nonMaxSuppression }
