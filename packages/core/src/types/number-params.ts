/** Kinds of parameters that are numbers. */
import { type Complex, type Element, isComplexNumber } from './promotion.ts'
import { factory, ints as integers, isInt, isSize } from './param-kind.ts'
import type { Size, SizeLike } from './size.ts'

const asScalar = (v: unknown): Element | undefined => {
  if (typeof v === 'number' || typeof v === 'bigint' || typeof v === 'boolean') return v
  return isComplexNumber(v) ? Object.freeze({ re: v.re, im: v.im }) : undefined
}

export const int = /* @__PURE__ */ factory<number, number>({
  takes: 'an integer',
  accept: (v) => (isInt(v) ? v + 0 : undefined),
})

/** Integer that is at least 1, such as a stride or a count. */
export const count = /* @__PURE__ */ factory<number, number>({
  takes: 'an integer >= 1',
  accept: (v) => (isInt(v) && v >= 1 ? v : undefined),
})

/** How often something is done. */
export const degree = /* @__PURE__ */ factory<number, number>({
  takes: 'an integer >= 0',
  accept: (v) => (isInt(v) && v >= 0 ? v + 0 : undefined),
})

export const ints = /* @__PURE__ */ factory<readonly number[], readonly number[]>({
  takes: 'an array of integers',
  accept: (v) => integers(v),
})

/** One integer >= 1 for all spatial axes, or one for each. */
export const counts = /* @__PURE__ */ factory<number | readonly number[], number | readonly number[]>({
  takes: 'an integer >= 1 or an array of them',
  accept: (v) => (isInt(v) && v >= 1 ? v : integers(v, 1)),
})

/** Number that programs lift out, such as an epsilon. */
export const number = /* @__PURE__ */ factory<number, number>({
  role: 'literal',
  takes: 'a number',
  accept: (v) => (typeof v === 'number' ? v : undefined),
})

/** Number that is complex where the result is; programs that spell the op meet real ones. */
export const point = /* @__PURE__ */ factory<number, number | Complex>({
  role: 'literal',
  element: true,
  takes: 'a number or { re, im }',
  accept: (v) => (typeof v === 'number' || isComplexNumber(v) ? (asScalar(v) as number) : undefined),
})

export const numbers = /* @__PURE__ */ factory<readonly number[], readonly number[]>({
  takes: 'an array of numbers',
  accept: (v) =>
    Array.isArray(v) && v.every((one) => typeof one === 'number')
      ? Object.freeze([...(v as number[])])
      : undefined,
})

/** Norm of a matrix. */
export const matrixNorm = /* @__PURE__ */ factory<number | 'fro' | 'nuc', number | 'fro' | 'nuc' | null>({
  takes: "'fro', 'nuc', 1, 2 or Infinity, or one of these numbers below 0",
  accept(v) {
    if (v === null) return 'fro'
    if (v === 'fro' || v === 'nuc') return v
    return typeof v === 'number' && [1, 2, Infinity].includes(Math.abs(v)) ? v : undefined
  },
})

/** Value of an array's element: number, bigint, boolean or `{ re, im }`. */
export const scalar = /* @__PURE__ */ factory<Element, Element>({
  role: 'literal',
  element: true,
  takes: 'a number, bigint, boolean or { re, im }',
  accept: asScalar,
})

/** Value of the elements of an array, which may be a size. */
export const fill = /* @__PURE__ */ factory<Element, Element | Size>({
  role: 'literal',
  element: true,
  sizes: true,
  takes: 'a number, bigint, boolean, { re, im } or size',
  accept: (v) => (isSize(v) ? v : asScalar(v)),
})

/** A number of a range, which may be a size. */
export const bound = /* @__PURE__ */ factory<number, SizeLike>({
  role: 'literal',
  sizes: true,
  takes: 'a number',
  accept: (v) => (typeof v === 'number' || isSize(v) ? v : undefined),
})

/** A number of equal parts, or the places where each part but the first begins. */
export const sections = /* @__PURE__ */ factory<number | readonly number[], number | readonly number[]>({
  takes: 'a number of parts >= 1 or an array of places',
  accept: (v) => (isInt(v) && v >= 1 ? v : integers(v)),
})
