/** The kinds of parameters. Each is called with its default, or with nothing when it is required. */
import { type DType, isDType } from './dtype.ts'
import type { Value } from '../interpreter.ts'
import type { Graph } from '../ir/graph.ts'
import type { Key } from '../numerics/threefry.ts'
import { type Complex, type Element, isComplexNumber } from './promotion.ts'
import {
  type Draw,
  factory,
  ints as integers,
  isDraw,
  isGraph,
  isInt,
  isKey,
  isSize,
  make,
  type ParamKind,
  sizesOf,
  type Spec,
} from './param-kind.ts'
import type { Size, SizeLike } from './size.ts'

export * from './axis-params.ts'
export * from './window-params.ts'

const asScalar = (v: unknown): Element | undefined => {
  if (typeof v === 'number' || typeof v === 'bigint' || typeof v === 'boolean') return v
  return isComplexNumber(v) ? Object.freeze({ re: v.re, im: v.im }) : undefined
}

export const bool = /* @__PURE__ */ factory<boolean, boolean>({
  takes: 'a boolean',
  accept: (v) => (typeof v === 'boolean' ? v : undefined),
})

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

export const dtype = /* @__PURE__ */ factory<DType, DType>({
  takes: 'the name of a dtype',
  nullable: true,
  accept: (v) => (isDType(v) ? v : undefined),
})

/** Where the result goes: a loaded device. */
export const device = /* @__PURE__ */ factory<string, string>({
  aside: 'device',
  takes: 'the name of a device',
  accept: (v) => (typeof v === 'string' ? v : undefined),
})

/** A wish that the standard names and that is met anyway: arrays never change, sorting keeps the order of equals. */
export const granted = /* @__PURE__ */ factory<boolean, boolean>({
  aside: 'void',
  takes: 'a boolean',
  accept: (v) => (typeof v === 'boolean' ? v : undefined),
})

export const string = /* @__PURE__ */ factory<string, string>({
  takes: 'a string',
  accept: (v) => (typeof v === 'string' ? v : undefined),
})

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

/** A number of a range, which may be a size. */
export const bound = /* @__PURE__ */ factory<number, SizeLike>({
  role: 'literal',
  sizes: true,
  takes: 'a number',
  accept: (v) => (typeof v === 'number' || isSize(v) ? v : undefined),
})

/** Integers that follow sizes: pads, tile counts, slice bounds; null stands for an open bound. */
export const indices = /* @__PURE__ */ factory<
  readonly (number | null)[],
  SizeLike | readonly (SizeLike | null)[]
>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer or an array of integers',
  accept: (v) =>
    isSize(v)
      ? Object.freeze([v])
      : Array.isArray(v) && v.every((i) => i === null || isSize(i))
        ? Object.freeze([...v])
        : undefined,
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

/** An array by which a call means another op. */
export const array = /* @__PURE__ */ factory<null, Value>({
  aside: 'void',
  takes: 'an array',
  accept: () => undefined,
})

/** Distances along axes, of either sign. */
export const shifts = /* @__PURE__ */ factory<readonly number[], SizeLike | readonly SizeLike[]>({
  role: 'liftable',
  sizes: true,
  takes: 'an integer or an array of integers',
  accept: (v) => sizesOf(Array.isArray(v) ? v : [v]),
})

/** A number of equal parts, or the places where each part but the first begins. */
export const sections = /* @__PURE__ */ factory<number | readonly number[], number | readonly number[]>({
  takes: 'a number of parts >= 1 or an array of places',
  accept: (v) => (isInt(v) && v >= 1 ? v : integers(v)),
})

export const key = /* @__PURE__ */ factory<Key | Draw, Key>({
  role: 'literal',
  takes: 'a key made by random.key',
  accept: (v) => (isKey(v) || isDraw(v) ? Object.freeze(v) : undefined),
})

/** A graph that the op runs; it sees its inputs and its own constants only. */
export const graph = /* @__PURE__ */ factory<Graph, Graph>({
  takes: 'a graph',
  accept: (v) => (isGraph(v) ? v : undefined),
})

export function oneOf<const T extends string, const D extends T = never>(
  names: readonly T[],
  ...fallback: [D?]
): ParamKind<T, T, [D] extends [never] ? false : true> {
  const spec: Spec<T> = {
    choices: names,
    takes: `one of ${names.map((n) => `'${n}'`).join(', ')}`,
    accept: (v) => (names.includes(v as T) ? (v as T) : undefined),
  }
  return make<T, T>(spec, fallback[0]) as ParamKind<T, T, [D] extends [never] ? false : true>
}
