import { ParamError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { type ArrayValue, defineOp, type Op } from '../op.ts'
import { type Dim, pin, plus, times } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { sizeOf } from '../types/reshape.ts'
import { tensorType } from '../types/tensor-type.ts'
import { axesOf, handedOn } from './axes.ts'
import { checkedSizes } from './creation-rules.ts'
import { concat } from './join.ts'
import { broadcastTo, reshape, slice } from './movement.ts'
import { flatten } from './rearrange.ts'
import { repeatBy } from './repeat-by.ts'

/** Both lists with as many entries as the longer one; 1 stands for those that are missing in front. */
function aligned<D extends Dim>(
  shape: readonly D[],
  counts: readonly number[],
): readonly [sizes: readonly (D | 1)[], counts: readonly number[]] {
  const rank = Math.max(shape.length, counts.length)
  const ones = (length: number): readonly 1[] => Array.from({ length }, () => 1 as const)
  return [
    [...ones(rank - shape.length), ...shape],
    [...ones(rank - counts.length), ...counts],
  ]
}

/**
 * The array laid side by side, `repetitions` times along each axis.
 *
 * Shapes: `x: [...s]` gives each size times its count; the shorter of both is filled up with 1 in front.
 * Dtypes: any, kept.
 *
 * @throws ParamError for negative counts
 * @source array API standard, `tile`
 * @example tile(array([1, 2]), [2, 2])   // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export const tile = /* @__PURE__ */ defineOp({
  name: 'tile',
  doc: 'The array laid side by side along each axis.',
  inputs: ['x'],
  params: { repetitions: /* @__PURE__ */ p.sizes() },
  traits: { movement: true, identity: true, handsSizesOn: true },
  infer: ([x], { repetitions }) => {
    checkedSizes('tile', 'repetitions', repetitions)
    const [sizes, counts] = aligned(x.shape, repetitions)
    return tensorType(
      x.dtype,
      sizes.map((size, i) => times(size, counts[i]!)),
    )
  },
  decompose: ([x], { repetitions }): ArrayValue => {
    const [sizes, counts] = aligned(handedOn(x), repetitions)
    const apart = reshape(
      x,
      sizes.flatMap((size) => [1, size]),
    )
    const repeated = broadcastTo(
      apart,
      sizes.flatMap((size, i) => [counts[i]!, size]),
    )
    return reshape(
      repeated,
      sizes.map((size, i) => times(size, counts[i]!) as number),
    )
  },
})

/** Size of an axis whose elements are repeated. */
function repeatedSize(size: Dim, repeats: readonly number[]): Dim {
  checkedSizes('repeat', 'repeats', repeats)
  if (repeats.length === 1) return times(size, repeats[0]!)
  if (repeats.length === pin(size)) return repeats.reduce<Dim>(plus, 0)
  throw new ParamError({
    op: 'repeat',
    param: 'repeats',
    value: repeats,
    because: `it takes one number, or one for each of the ${pin(size)} elements of the axis`,
  })
}

/** Every element of `axis` repeated `count` times, one behind the other. */
function repeatEach(x: ArrayValue, count: number, axis: number): ArrayValue {
  const shape = handedOn(x)
  const apart = reshape(x, shape.toSpliced(axis + 1, 0, 1))
  const repeated = broadcastTo(apart, shape.toSpliced(axis + 1, 0, count))
  return reshape(repeated, shape.with(axis, times(shape[axis]!, count) as number))
}

/**
 * Every element of `axis` several times, one behind the other; with `axis: null` of the flattened array.
 *
 * `repeats` is one number, or one for each element of the axis; of an array of them it is `repeatBy`, whose size follows
 * from the data.
 *
 * Shapes: `x: [...s]` gives `axis` as many elements as `repeats` add up to. Dtypes: any, kept.
 *
 * @throws ParamError when `repeats` has another length than the axis
 * @source array API standard, `repeat`
 * @example repeat(array([1, 2]), 2)   // [1, 1, 2, 2]
 */
export const repeat = /* @__PURE__ */ defineOp({
  name: 'repeat',
  doc: 'Every element of an axis several times, one behind the other.',
  inputs: ['x'],
  params: { repeats: /* @__PURE__ */ p.repeats(), axis: /* @__PURE__ */ p.axis(null) },
  traits: { movement: true, handsSizesOn: true },
  variant: ([, repeats]): Op | undefined => (isValue(repeats) ? (repeatBy as Op) : undefined),
  infer: ([x], { repeats, axis }) => {
    if (axis === null) return tensorType(x.dtype, [repeatedSize(sizeOf(x.shape), repeats)])
    return tensorType(x.dtype, x.shape.with(axis, repeatedSize(x.shape[axis]!, repeats)))
  },
  decompose: ([x], { repeats, axis }): ArrayValue => {
    if (axis === null) return repeat(flatten(x), repeats, { axis: 0 })
    if (repeats.length === 1) return repeatEach(x, repeats[0]!, axis)
    if (repeats.length === 0) return x
    const only = (i: number): (number | null)[] => axesOf(x).map((one) => (one === axis ? i : null))
    const parts = repeats.map((count, i) => repeatEach(slice(x, only(i), only(i + 1)), count, axis))
    return concat(parts, { axis })
  },
})

/** Distance by which the elements of an axis of `size` end up behind their place. */
const turn = (shift: number, size: number): number => (size === 0 ? 0 : ((shift % size) + size) % size)

function rollAlong(x: ArrayValue, shift: number, axis: number): ArrayValue {
  const size = x.shape[axis]!
  const by = turn(shift, size)
  if (by === 0) return x
  const cut = axesOf(x).map((one) => (one === axis ? size - by : null))
  return concat([slice(x, cut, []), slice(x, [], cut)], { axis })
}

/** Pairs of a shift and its axis; one of either serves all of the other. */
function rolls(shift: readonly number[], axis: readonly number[]): readonly (readonly [number, number])[] {
  const count = Math.max(shift.length, axis.length)
  if ([shift, axis].every(({ length }) => length === count || length === 1)) {
    return Array.from({ length: count }, (_, i) => [
      shift[shift.length === 1 ? 0 : i]!,
      axis[axis.length === 1 ? 0 : i]!,
    ])
  }
  throw new ParamError({
    op: 'roll',
    param: 'shift',
    value: shift,
    because: `it takes one number, or one for each of the ${axis.length} axes`,
  })
}

/**
 * The array with its elements moved along `axis` by `shift` places; those that leave at one end come in at the other.
 *
 * With `axis: null` the flattened array is moved. Several axes take one shift each, or one for all.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 *
 * @throws ParamError when the numbers of shifts and axes differ
 * @source array API standard, `roll`
 * @example roll(array([1, 2, 3]), 1)   // [3, 1, 2]
 */
export const roll = /* @__PURE__ */ defineOp({
  name: 'roll',
  doc: 'The array with its elements moved along axes, around the end.',
  inputs: ['x'],
  params: { shift: /* @__PURE__ */ p.shifts(), axis: /* @__PURE__ */ p.orderedAxes(null) },
  traits: { movement: true },
  infer: ([x], { shift, axis }) => {
    rolls(shift, axis ?? [0])
    return x
  },
  decompose: ([x], { shift, axis }): ArrayValue => {
    if (axis === null) return reshape(roll(flatten(x), shift, { axis: 0 }), x.shape)
    return rolls(shift, axis).reduce((rolled, [by, along]) => rollAlong(rolled, by, along), x)
  },
})
