import { locate, ParamError, ShapeError } from '../errors.ts'
import { containerRules, isValue } from '../interpreter.ts'
import { type ArrayValue, invoke, type Op } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Caller } from '../source.ts'
import type { Container } from '../trace/container.ts'
import { take } from './indexing.ts'
import { permuteDims, reshape, slice } from './movement.ts'
import { nonzero } from './nonzero.ts'
import { maskPlaces, takeAt } from './take-at.ts'
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

/** What an axis is indexed by: one place, a range, an array of places or a mask; null adds an axis, `'...'` stands for all axes left. */
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

const isPlace = (item: unknown): item is SizeLike => typeof item === 'number' || item instanceof Size

const whole = /* @__PURE__ */ new Span(null, null, 1)

/** Indices along one axis: of the array, or of a new one of size 1 for a mask that has none. */
class Taken {
  readonly indices: ArrayValue
  readonly adds: boolean

  constructor(indices: ArrayValue, adds = false) {
    this.indices = indices
    this.adds = adds
  }
}

/** What stands for each axis of the array, and for each that is added. */
type Item = SizeLike | Span | null | Taken

const rankOf = ({ type }: ArrayValue): number => type.shape.length
const isMask = (item: Index): item is ArrayValue => isValue(item) && item.type.dtype === 'bool'

/** How many axes of the array an index stands for. */
function consumed(item: Index): number {
  if (item === null || item === '...') return 0
  return isMask(item) ? rankOf(item) : 1
}

/** The indices with `'...'` replaced by whole axes, so that every axis is named. */
function complete(x: ArrayValue, index: readonly Index[]): readonly Exclude<Index, '...'>[] {
  const refuse = (value: unknown, because: string): never => {
    throw new ParamError({ op: 'at', param: 'index', value, because })
  }
  for (const item of index) {
    if (item === '...' || isBound(item) || isValue(item) || item instanceof Span) continue
    refuse(
      item,
      "an axis is indexed by an integer, s(start, stop, step), null, '...' or an array of integers or booleans",
    )
  }
  if (index.filter((item) => item === '...').length > 1) refuse(index, "'...' may stand once")
  const named = index.reduce<number>((sum, item) => sum + consumed(item), 0)
  const rank = rankOf(x)
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
    const rules = containerRules()
    if (rules?.is(x) === true) {
      const each = ([one]: readonly unknown[]): NDArray => partOf(one as ArrayValue, index, below)
      return rules.map('at', undefined, [x], each) as NDArray
    }
    return partOf(x, index, below)
  } catch (error) {
    throw locate(error, below)
  }
}

type Call = (op: Op, ...args: unknown[]) => unknown

/** The indices with masks replaced by the places where they are true. */
function withPlaces(x: ArrayValue, index: readonly Exclude<Index, '...'>[], call: Call): readonly Item[] {
  let axis = 0
  return index.flatMap((item): readonly Item[] => {
    const at = axis
    axis += consumed(item)
    if (!isValue(item)) return [item]
    if (!isMask(item)) return [new Taken(item)]
    if (rankOf(item) === 0) {
      const [places] = call(nonzero as Op, call(reshape as Op, item, [1])) as readonly ArrayValue[]
      return [new Taken(places!, true)]
    }
    const places = call(maskPlaces as Op, x, item, { axis: at }) as readonly ArrayValue[]
    return places.map((one) => new Taken(one))
  })
}

/** Where the axes of index arrays go: in place of what they index, or first where something stands between them. */
function placeOfTaken(index: readonly Index[], items: readonly Item[]): number {
  const indexes = (item: Index): boolean => isPlace(item) || isValue(item)
  const first = index.findIndex(indexes)
  const last = index.findLastIndex(indexes)
  if (!index.slice(first, last).every(indexes)) return 0
  return items.findIndex((item) => isPlace(item) || item instanceof Taken)
}

function partOf(x: ArrayValue, index: readonly Index[], below: Caller): NDArray {
  const call = (op: Op, ...args: unknown[]): NDArray => invoke(op, args, below) as NDArray
  const items = withPlaces(x, complete(x, index), call)
  // What stands for an axis of the array, in order.
  const axes = items.filter((item) => item !== null && !(item instanceof Taken && item.adds))
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
  // What is left stands for an axis each, of what has been made so far or added here.
  const left = items.filter((item): item is Exclude<Item, SizeLike> => !isPlace(item))
  const added = left.flatMap((item, axis) =>
    item === null || (item instanceof Taken && item.adds) ? [axis] : [],
  )
  if (added.length > 0) result = call(expandDims as Op, result, added)
  return left.some((item) => item instanceof Taken)
    ? taken(result, left, placeOfTaken(index, items), call)
    : result
}

/** The elements at arrays of indices; their axes come to stand at `place`. */
function taken(
  x: NDArray,
  left: readonly (Span | null | Taken)[],
  place: number,
  call: (op: Op, ...args: unknown[]) => NDArray,
): NDArray {
  const axes = left.flatMap((item, axis) => (item instanceof Taken ? [axis] : []))
  const indices = left.flatMap((item) => (item instanceof Taken ? [item.indices] : []))
  if (axes.length === 1 && axes[0] === place) return call(take as Op, x, indices[0], { axis: place })
  const first = call(takeAt as Op, x, indices, axes)
  const own = Math.max(...indices.map(rankOf))
  if (place === 0 || own === 0) return first
  const others = Array.from({ length: left.length - axes.length }, (_, i) => own + i)
  const ownAxes = Array.from({ length: own }, (_, i) => i)
  return call(permuteDims as Op, first, others.toSpliced(place, 0, ...ownAxes))
}

interface At {
  (x: ArrayValue, ...index: readonly Index[]): NDArray
  (x: Container, ...index: readonly Index[]): Container
}

/**
 * Part of an array: each argument says what is taken of an axis, in order.
 *
 * An integer takes one element and the axis with it, negative ones count from the end; `s(start, stop, step)` takes a
 * range; an array of integers takes those elements, as `take` does: an index outside the axis means its nearest element;
 * `null` adds an axis; `'...'` stands for all axes that are not named, which otherwise are those at the end. Several arrays
 * broadcast together. A boolean array stands for as many axes as it has and takes the places where it is true, whose number
 * follows from the data.
 *
 * Shapes: `x: [...s]` gives what is left of each axis, in order; the axes of index arrays stand in place of what they index,
 * or first where a range, `null` or `'...'` stands between indices. Dtypes: any, kept.
 *
 * @throws ShapeError when an index is outside its axis, ParamError when more axes are named than there are
 * @source array API standard, indexing; NumPy, advanced indexing
 * @example at(array([[1, 2], [3, 4]]), '...', 0)   // [1, 3]
 */
export const at: At = (x: ArrayValue | Container, ...index: readonly Index[]) =>
  indexed(x as ArrayValue, index, at) as NDArray & Container
