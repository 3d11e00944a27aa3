/** Kinds of parameters of windows over spatial axes, and of padding. */
import { factory, ints, Refusal } from './param-kind.ts'
import { beforeAfter } from './param-lists.ts'
import type { SizeLike } from './size.ts'

/** Strides, dilations or window sizes: one for each spatial axis. */
export const strides = /* @__PURE__ */ factory<readonly number[], readonly number[]>({
  takes: 'an array of integers >= 1, one for each spatial axis',
  accept: (v) => ints(v, 1),
})

/** Padding of every axis, stored as all lengths before, then all after: `2`, `[[1, 2], [0, 0]]`. */
export const padWidth = /* @__PURE__ */ factory<
  readonly number[],
  SizeLike | readonly SizeLike[] | readonly (readonly SizeLike[])[]
>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer >= 0 or a pair [before, after] for each axis',
  accept: beforeAfter,
  resolve: (width, rank) => {
    if (width.length === 1) return Object.freeze(Array.from({ length: 2 * rank }, () => width[0]!))
    if (width.length === 2 * rank) return width
    throw new Refusal(`it has to hold ${rank} pair${rank === 1 ? '' : 's'}, one for each axis`)
  },
})

/** Padding of spatial axes: a name, one number, one for each axis, or a pair for each, stored flat. */
export const padding = /* @__PURE__ */ factory<
  'same' | 'valid' | readonly number[],
  'same' | 'valid' | number | readonly number[] | readonly (readonly number[])[]
>({
  role: 'liftable',
  takes: "'same', 'valid', an integer >= 0, one for each spatial axis or a pair [before, after] for each",
  accept: (v) => (v === 'same' || v === 'valid' ? v : beforeAfter(v)),
})

/** Padding of the spatial axes of a window: all lengths before, then all after. */
export const pads = /* @__PURE__ */ factory<readonly number[], readonly number[]>({
  role: 'liftable',
  takes: 'an array of integers >= 0: the padding before each spatial axis, then after each',
  accept: (v) => ints(v, 0),
})
