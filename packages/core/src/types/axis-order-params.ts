/** Kinds of parameters of an order or a choice of axes, and of a value for each. */
import {
  axisList,
  axisSpec,
  factory,
  ints as integers,
  isInt,
  isSize,
  normalizeAxis,
  sortedAxes,
  Refusal,
} from './param-kind.ts'
import { perAxis } from './param-lists.ts'
import type { SizeLike } from './size.ts'

/** Axis of the result, whose rank is one above the input's. */
export const newAxis = /* @__PURE__ */ factory<number, number>(/* @__PURE__ */ axisSpec(1))

/** Axes of the result, whose rank is the input's and as many more. */
export const newAxes = /* @__PURE__ */ factory<readonly number[], number | readonly number[]>({
  takes: 'an integer or an array of integers',
  accept: axisList,
  resolve: (own, rank) => sortedAxes(own, rank + own.length),
})

/** Axes in the order given. */
export const orderedAxes = /* @__PURE__ */ factory<readonly number[], number | readonly number[]>({
  takes: 'an integer or an array of integers',
  accept: axisList,
  resolve: (own, rank) => Object.freeze(own.map((one) => normalizeAxis(one, rank))),
})

export const perm = /* @__PURE__ */ factory<readonly number[], readonly number[]>({
  takes: 'an array of all axes',
  accept: (v) => integers(v),
  resolve: (own, rank) => {
    const from = own.map((one) => normalizeAxis(one, rank))
    if (from.length !== rank || new Set(from).size < rank)
      throw new Refusal(`it has to name each of the ${rank} axes once`)
    return Object.freeze(from)
  },
})

/** Axis, or null for all axes as one. */
export const axisOrNull = /* @__PURE__ */ factory<number | null, number | null>({
  takes: 'an integer or null',
  accept: (v) => (v === null ? null : isInt(v) ? v + 0 : undefined),
  resolve: (own, rank) => normalizeAxis(own!, rank),
})

/** Axis that may be left out where the array has only one. */
export const onlyAxis = /* @__PURE__ */ factory<number | null, number | null>({
  takes: 'an integer',
  accept: (v) => (v === null ? null : isInt(v) ? v + 0 : undefined),
  complete: (own, rank) => {
    if (own !== null) return normalizeAxis(own, rank)
    if (rank === 1) return 0
    throw new Refusal(`it is needed for an array of ${rank} axes`)
  },
})

/** How many axes two arrays share, or which ones: a list for each array. */
export const sharedAxes = /* @__PURE__ */ factory<
  number | readonly (readonly number[])[],
  number | readonly (readonly number[])[]
>({
  takes: 'a number of axes >= 0 or a pair of arrays of axes',
  accept: (v) => {
    if (isInt(v) && v >= 0) return v + 0
    const lists = Array.isArray(v) && v.length === 2 ? v.map((list) => integers(list)) : []
    const [first, second] = lists
    return first && second && first.length === second.length ? Object.freeze([first, second]) : undefined
  },
})

/** Bounds of a slice for the leading axes; null is open, and so are the axes left out. */
export const bounds = /* @__PURE__ */ factory<
  readonly (number | null)[],
  SizeLike | null | readonly (SizeLike | null)[]
>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer, null or an array of them',
  accept: (v) => {
    const all: unknown[] = Array.isArray(v) ? v : [v]
    return all.every((one) => one === null || isSize(one)) ? Object.freeze([...all]) : undefined
  },
  resolve: (own, rank) => perAxis(own, rank, null),
})

/** Steps of a slice for the leading axes; 1 for those left out. */
export const steps = /* @__PURE__ */ factory<readonly number[], number | readonly number[]>({
  takes: 'an integer or an array of integers, none of them 0',
  accept: (v) => {
    const all = integers(Array.isArray(v) ? v : [v])
    return all?.includes(0) === true ? undefined : all
  },
  resolve: (own, rank) => perAxis(own, rank, 1),
})
