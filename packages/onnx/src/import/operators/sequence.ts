import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { plus } from '../sizes.ts'
import { type OnnxValue, Sequence, type SizeLike, Tensor } from '../tensor.ts'
import { axisOf, sliceAxis } from './axes.ts'
import { expectFew } from './turns.ts'

/** A place in a sequence, counted from its front; `last` is the largest that there may be. */
function placeIn(call: NodeCall, operand: number, length: number, last: number): number {
  const given = call.number(operand)
  const place = given < 0 ? given + length : given
  if (place >= 0 && place <= last) return place
  return call.refuse(`it names place ${given} of a sequence of ${length}`)
}

const inserted: Operator = (call) => {
  const { items } = call.sequence(0)
  const place = call.has(2) ? placeIn(call, 2, items.length, items.length) : items.length
  return new Sequence(items.toSpliced(place, 0, call.value(1)))
}

const erased: Operator = (call) => {
  const { items } = call.sequence(0)
  const place = call.has(1) ? placeIn(call, 1, items.length, items.length - 1) : items.length - 1
  if (place < 0) call.refuse('its sequence is empty')
  return new Sequence(items.toSpliced(place, 1))
}

const joined: Operator = (call) => {
  const arrays = call
    .sequence(0)
    .items.map((item): NDArray =>
      item instanceof Tensor ? item.array : call.refuse('its sequence holds no tensors'),
    )
  const [first] = arrays
  if (first === undefined) return call.refuse('its sequence is empty')
  const isNew = call.flag('new_axis')
  const axis = axisOf(call, call.int('axis'), first.ndim + (isNew ? 1 : 0))
  return isNew ? td.stack(arrays, { axis }) : td.concat(arrays, { axis })
}

/** How long the parts are, of which a number means all but the last. */
function partLengths(call: NodeCall, x: NDArray, axis: number): readonly SizeLike[] {
  const given = call.has(1) ? call.tensor(1) : undefined
  if (given !== undefined && given.rank === 1) return call.sizes(1)
  const each = given === undefined ? 1 : call.number(1)
  if (each < 1) call.refuse(`its parts have ${each} elements`)
  const size = x.shape[axis]!
  const count = Math.ceil(size / each)
  expectFew(call, count)
  return Array.from({ length: count }, (_, i) => Math.min(each, size - i * each))
}

const parted: Operator = (call) => {
  const x = call.array(0)
  const axis = axisOf(call, call.int('axis', 0), x.ndim)
  let end: SizeLike = 0
  const parts = partLengths(call, x, axis).map((length) => {
    const start = end
    end = plus(start, length)
    return sliceAxis(x, axis, start, end)
  })
  const isKept = call.has(1) || call.flag('keepdims', true)
  return new Sequence(parts.map((part) => Tensor.of(isKept ? part : td.squeeze(part, axis))))
}

/** Runs a graph on each item; sequences beside the first one give an item each as well. */
const mapped: Operator = (call) => {
  const body = call.body('body')
  const { items } = call.sequence(0)
  expectFew(call, items.length)
  const given = Array.from({ length: call.count }, (_, i) => call.value(i))
  const results = items.map((_, i) =>
    body(
      given.map((value): OnnxValue => {
        if (!(value instanceof Sequence)) return value
        const item = value.items[i]
        return item === undefined ? call.refuse('its sequences differ in their lengths') : item
      }),
    ),
  )
  return call.graph('body').output.map((_, at) => new Sequence(results.map((result) => result[at]!)))
}

const truth = (value: boolean): Tensor =>
  Tensor.of(hostConstant({ dtype: 'bool', shape: [], data: Uint8Array.of(Number(value)) }))

export const sequence: Operators = {
  SequenceConstruct: (call) => {
    if (call.count === 0) call.refuse('it takes at least one tensor')
    return new Sequence(Array.from({ length: call.count }, (_, i) => call.value(i)))
  },
  SequenceEmpty: () => new Sequence([]),
  SequenceAt: (call) => {
    const { items } = call.sequence(0)
    return [items[placeIn(call, 1, items.length, items.length - 1)]!]
  },
  SequenceInsert: inserted,
  SequenceErase: erased,
  SequenceLength: (call) => Tensor.ofSizes('int64', [], [call.sequence(0).items.length]),
  ConcatFromSequence: joined,
  SplitToSequence: parted,
  SequenceMap: mapped,
  Optional: (call) => [call.has(0) ? call.value(0) : null],
  OptionalGetElement: (call) => [call.value(0) ?? call.refuse('its optional value is not there')],
  OptionalHasElement: (call) => truth(call.has(0) && call.value(0) !== null),
}
