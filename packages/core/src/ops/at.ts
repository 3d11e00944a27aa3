import { locate, ParamError, ShapeError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { type ArrayValue, invoke, type Op } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Caller } from '../source.ts'
import { take } from './indexing.ts'
import { slice } from './movement.ts'
import { Size, type SizeLike } from '../types/size.ts'
import { expandDims, squeeze } from './rearrange.ts'

/** A range of an axis, made by `s`. */
export class Span {
  readonly start: SizeLike | null
  readonly stop: SizeLike | null
  readonly step: number

  constructor(start: SizeLike | null, stop: SizeLike | null, step: number) {
    this.start = start
    this.stop = stop
    this.step = step
    Object.freeze(this)
  }

  toString(): string {
    return `s(${[this.start, this.stop, this.step].join(', ')})`
  }
}

/** What an axis is indexed by: one place, a range, an array of places; null adds an axis, `'...'` stands for all axes left. */
export type Index = SizeLike | Span | null | '...' | ArrayValue

const isBound = (value: unknown): boolean =>
  value === null || value instanceof Size || Number.isSafeInteger(value)

/**
 * The range of an axis from `start` to before `stop`, every `step`-th element; null is an open bound.
 *
 * Negative bounds count from the end, all are cut to the axis, a negative step walks backwards. `s()` is the whole axis.
 *
 * @throws ParamError when a bound is no integer or the step is 0
 * @source Python's slices, `start:stop:step`
 * @example at(array([0, 1, 2, 3]), s(1, 3))   // [1, 2]
 */
export function s(start: SizeLike | null = null, stop: SizeLike | null = null, step = 1): Span {
  for (const [param, value] of Object.entries({ start, stop })) {
    if (isBound(value)) continue
    throw new ParamError({ op: 's', param, value, because: 'a bound is an integer, a size or null' })
  }
  if (Number.isSafeInteger(step) && step !== 0) return new Span(start, stop, step)
  throw new ParamError({ op: 's', param: 'step', value: step, because: 'it takes an integer other than 0' })
}

const isPlace = (item: Index): item is SizeLike => typeof item === 'number' || item instanceof Size

const whole = /* @__PURE__ */ new Span(null, null, 1)

/** The indices with `'...'` replaced by whole axes, so that every axis is named. */
function complete(x: ArrayValue, index: readonly Index[]): readonly Exclude<Index, '...'>[] {
  const refuse = (value: unknown, because: string, instead?: string): never => {
    throw new ParamError({ op: 'at', param: 'index', value, because, ...(instead && { instead }) })
  }
  let open = 0
  let arrays = 0
  for (const item of index) {
    if (item === '...') open++
    else if (isValue(item)) arrays++
    else if (!isBound(item) && !(item instanceof Span)) {
      refuse(
        item,
        "an axis is indexed by an integer, s(start, stop, step), null, '...' or an array of integers",
      )
    }
  }
  if (open > 1) refuse(index, "'...' may stand once")
  if (arrays > 1) refuse(index, 'one axis may be indexed by an array', 'Take from one axis after the other')
  const named = index.filter((item) => item !== null && item !== '...').length
  const rank = x.type.shape.length
  if (named > rank) refuse(index, `it names ${named} axes of an array that has ${rank}`)
  const rest = Array.from({ length: rank - named }, () => whole)
  const place = index.indexOf('...')
  const list = place < 0 ? [...index, ...rest] : index.toSpliced(place, 1, ...rest)
  return list as Exclude<Index, '...'>[]
}

/** Refuses an index outside an axis whose size is known; a size known later is checked by `squeeze`. */
function checkPlace(x: ArrayValue, place: number, axis: number): void {
  const size = (x.unobserved ?? x.type.shape)[axis]!
  if (typeof size !== 'number' || (place < size && place >= -size)) return
  // The function may catch the error, which holds for this size only.
  void x.shape[axis]
  throw new ShapeError({
    op: 'at',
    shapes: [x.unobserved ?? x.type.shape],
    because:
      size === 0
        ? `axis ${axis} has no elements, not even one at ${place}`
        : `index ${place} is outside axis ${axis}, it has to lie in [-${size}, ${size - 1}]`,
  })
}

/** `at` on behalf of the public function or method `below`. */
export function indexed(x: ArrayValue, index: readonly Index[], below: Caller): NDArray {
  try {
    return partOf(x, index, below)
  } catch (error) {
    throw locate(error, below)
  }
}

function partOf(x: ArrayValue, index: readonly Index[], below: Caller): NDArray {
  const call = (op: Op, ...args: unknown[]): NDArray => invoke(op, args, below) as NDArray
  const items = complete(x, index)
  const axes = items.filter((item) => item !== null)
  const spans = axes.map((item, axis) => {
    if (item instanceof Size) return new Span(item, item.plus(1), 1)
    if (typeof item !== 'number') return item instanceof Span ? item : whole
    checkPlace(x, item, axis)
    return new Span(item, item === -1 ? null : item + 1, 1)
  })
  const bounds = [
    spans.map(({ start }) => start),
    spans.map(({ stop }) => stop),
    spans.map(({ step }) => step),
  ]
  const isWhole = ({ start, stop, step }: Span): boolean => start === null && stop === null && step === 1
  let result = x as NDArray
  if (!spans.every(isWhole)) result = call(slice as Op, result, ...bounds)
  const single = axes.flatMap((item, axis) => (isPlace(item) ? [axis] : []))
  if (single.length > 0) result = call(squeeze as Op, result, single)
  // What is left of each index: an axis for a range, those of the array for an array.
  const left = items.filter((item) => !isPlace(item))
  const places = left.find((item) => isValue(item))
  if (places !== undefined) {
    const axis = left.slice(0, left.indexOf(places)).filter((item) => item !== null).length
    result = call(take as Op, result, places, { axis })
  }
  const added: number[] = []
  let rank = 0
  for (const item of left) {
    if (item === null) added.push(rank)
    rank += isValue(item) ? item.type.shape.length : 1
  }
  return added.length > 0 ? call(expandDims as Op, result, added) : result
}

/**
 * Part of an array: each argument says what is taken of an axis, in order.
 *
 * An integer takes one element and the axis with it, negative ones count from the end; `s(start, stop, step)` takes a
 * range; an array of integers takes those elements, as `take` does; `null` adds an axis; `'...'` stands for all axes
 * that are not named, which otherwise are those at the end.
 *
 * Shapes: `x: [...s]` gives what is left of each axis, in order. Dtypes: any, kept.
 *
 * @throws ShapeError when an index is outside its axis, ParamError when more axes are named than there are
 * @source array API standard, indexing
 * @example at(array([[1, 2], [3, 4]]), '...', 0)   // [1, 3]
 */
export const at = (x: ArrayValue, ...index: readonly Index[]): NDArray => indexed(x, index, at)
