/** Kinds of parameters that follow sizes. */
import type { Value } from '../interpreter.ts'
import { factory, isInt, isSize, sizesOf } from './param-kind.ts'
import type { SizeLike } from './size.ts'

/** Sizes of an array; reshape's may hold one -1. */
export const shape = /* @__PURE__ */ factory<readonly number[], SizeLike | readonly SizeLike[]>({
  role: 'liftable',
  sizes: true,
  takes: 'an array of sizes',
  accept: (v) => (isSize(v, -1) ? Object.freeze([v]) : sizesOf(v, -1)),
})

export const size = /* @__PURE__ */ factory<number, SizeLike>({
  role: 'liftable',
  sizes: true,
  takes: 'a size (integer >= 0)',
  accept: (v) => (isSize(v, 0) ? v : undefined),
})

export const index = /* @__PURE__ */ factory<number, SizeLike>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer',
  accept: (v) => (isInt(v) ? v + 0 : isSize(v) ? v : undefined),
})

/** Sizes or counts, one for each axis. */
export const sizes = /* @__PURE__ */ factory<readonly number[], SizeLike | readonly SizeLike[]>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer >= 0 or an array of them',
  accept: (v) => sizesOf(Array.isArray(v) ? v : [v], 0),
})

/** How often something is repeated; an array of counts means another op. */
export const repeats = /* @__PURE__ */ factory<readonly number[], SizeLike | readonly SizeLike[] | Value>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer >= 0 or an array of them',
  accept: (v) => sizesOf(Array.isArray(v) ? v : [v], 0),
})

/** Distances along axes, of either sign. */
export const shifts = /* @__PURE__ */ factory<readonly number[], SizeLike | readonly SizeLike[]>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer or an array of integers',
  accept: (v) => sizesOf(Array.isArray(v) ? v : [v]),
})
