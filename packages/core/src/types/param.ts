import { type DType, isDType } from './dtype.ts'
import type { Value } from '../interpreter.ts'
import type { Graph } from '../ir/graph.ts'
import type { Key } from '../numerics/threefry.ts'
import { type Complex, type Element, isComplexNumber } from './promotion.ts'
import {
  axesSpec,
  axisSpec,
  type Draw,
  factory,
  ints,
  isDraw,
  isGraph,
  isInt,
  isKey,
  isSize,
  make,
  normalizeAxis,
  type ParamKind,
  perAxis,
  sizesOf,
  sortedAxes,
  Refusal,
  type Spec,
} from './param-kind.ts'
import type { Size, SizeLike } from './size.ts'
import { windowParams } from './window-params.ts'

export { type Draw, isDraw, isGraph, isKey, type ParamKind, type ParamValue, Refusal } from './param-kind.ts'

const scalar = (v: unknown): Element | undefined => {
  if (typeof v === 'number' || typeof v === 'bigint' || typeof v === 'boolean') return v
  return isComplexNumber(v) ? Object.freeze({ re: v.re, im: v.im }) : undefined
}

/** The kinds of parameters. Each is called with its default, or with nothing when it is required. */
export const p = {
  bool: factory<boolean, boolean>({
    takes: 'a boolean',
    accept: (v) => (typeof v === 'boolean' ? v : undefined),
  }),
  int: factory<number, number>({ takes: 'an integer', accept: (v) => (isInt(v) ? v + 0 : undefined) }),
  /** Integer that is at least 1, such as a stride or a count. */
  count: factory<number, number>({
    takes: 'an integer >= 1',
    accept: (v) => (isInt(v) && v >= 1 ? v : undefined),
  }),
  /** How often something is done. */
  degree: factory<number, number>({
    takes: 'an integer >= 0',
    accept: (v) => (isInt(v) && v >= 0 ? v + 0 : undefined),
  }),
  ints: factory<readonly number[], readonly number[]>({
    takes: 'an array of integers',
    accept: (v) => ints(v),
  }),
  /** One integer >= 1 for all spatial axes, or one for each. */
  counts: factory<number | readonly number[], number | readonly number[]>({
    takes: 'an integer >= 1 or an array of them',
    accept: (v) => (isInt(v) && v >= 1 ? v : ints(v, 1)),
  }),
  /** Number that programs lift out, such as an epsilon. */
  number: factory<number, number>({
    role: 'literal',
    takes: 'a number',
    accept: (v) => (typeof v === 'number' ? v : undefined),
  }),
  /** Number that is complex where the result is; programs that spell the op meet real ones. */
  point: factory<number, number | Complex>({
    role: 'literal',
    element: true,
    takes: 'a number or { re, im }',
    accept: (v) => (typeof v === 'number' || isComplexNumber(v) ? (scalar(v) as number) : undefined),
  }),
  numbers: factory<readonly number[], readonly number[]>({
    takes: 'an array of numbers',
    accept: (v) =>
      Array.isArray(v) && v.every((one) => typeof one === 'number')
        ? Object.freeze([...(v as number[])])
        : undefined,
  }),
  /** Norm of a matrix. */
  matrixNorm: factory<number | 'fro' | 'nuc', number | 'fro' | 'nuc' | null>({
    takes: "'fro', 'nuc', 1, 2 or Infinity, or one of these numbers below 0",
    accept(v) {
      if (v === null) return 'fro'
      if (v === 'fro' || v === 'nuc') return v
      return typeof v === 'number' && [1, 2, Infinity].includes(Math.abs(v)) ? v : undefined
    },
  }),
  /** Value of an array's element: number, bigint, boolean or `{ re, im }`. */
  scalar: factory<Element, Element>({
    role: 'literal',
    element: true,
    takes: 'a number, bigint, boolean or { re, im }',
    accept: scalar,
  }),
  /** Value of the elements of an array, which may be a size. */
  fill: factory<Element, Element | Size>({
    role: 'literal',
    element: true,
    sizes: true,
    takes: 'a number, bigint, boolean, { re, im } or size',
    accept: (v) => (isSize(v) ? v : scalar(v)),
  }),
  dtype: factory<DType, DType>({
    takes: 'the name of a dtype',
    nullable: true,
    accept: (v) => (isDType(v) ? v : undefined),
  }),
  /** Where the result goes: a loaded device. */
  device: factory<string, string>({
    aside: 'device',
    takes: 'the name of a device',
    accept: (v) => (typeof v === 'string' ? v : undefined),
  }),
  /** A wish that the standard names and that is met anyway: arrays never change, sorting keeps the order of equals. */
  granted: factory<boolean, boolean>({
    aside: 'void',
    takes: 'a boolean',
    accept: (v) => (typeof v === 'boolean' ? v : undefined),
  }),
  string: factory<string, string>({
    takes: 'a string',
    accept: (v) => (typeof v === 'string' ? v : undefined),
  }),
  axis: factory<number, number>(axisSpec(0)),
  /** Axis of the result, whose rank is one above the input's. */
  newAxis: factory<number, number>(axisSpec(1)),
  /** Axes of the result, whose rank is the input's and as many more. */
  newAxes: factory<readonly number[], number | readonly number[]>({
    ...axesSpec(0),
    resolve: (axes, rank) => sortedAxes(axes, rank + axes.length),
  }),
  axes: factory<readonly number[], number | readonly number[]>(axesSpec(0)),
  /** Axes in the order given. */
  orderedAxes: factory<readonly number[], number | readonly number[]>({
    ...axesSpec(0),
    resolve: (axes, rank) => Object.freeze(axes.map((axis) => normalizeAxis(axis, rank))),
  }),
  perm: factory<readonly number[], readonly number[]>({
    takes: 'an array of all axes',
    accept: (v) => ints(v),
    resolve: (perm, rank) => {
      const from = perm.map((axis) => normalizeAxis(axis, rank))
      if (from.length !== rank || new Set(from).size < rank)
        throw new Refusal(`it has to name each of the ${rank} axes once`)
      return Object.freeze(from)
    },
  }),
  /** Sizes of an array; reshape's may hold one -1. */
  shape: factory<readonly number[], SizeLike | readonly SizeLike[]>({
    role: 'liftable',
    sizes: true,
    takes: 'an array of sizes',
    accept: (v) => (isSize(v, -1) ? Object.freeze([v]) : sizesOf(v, -1)),
  }),
  size: factory<number, SizeLike>({
    role: 'liftable',
    sizes: true,
    takes: 'a size (integer >= 0)',
    accept: (v) => (isSize(v, 0) ? v : undefined),
  }),
  index: factory<number, SizeLike>({
    role: 'liftable',
    sizes: true,
    takes: 'an integer',
    accept: (v) => (isInt(v) ? v + 0 : isSize(v) ? v : undefined),
  }),
  /** A number of a range, which may be a size. */
  bound: factory<number, SizeLike>({
    role: 'literal',
    sizes: true,
    takes: 'a number',
    accept: (v) => (typeof v === 'number' || isSize(v) ? v : undefined),
  }),
  /** Integers that follow sizes: pads, tile counts, slice bounds; null stands for an open bound. */
  indices: factory<readonly (number | null)[], SizeLike | readonly (SizeLike | null)[]>({
    role: 'liftable',
    sizes: true,
    takes: 'an integer or an array of integers',
    accept: (v) =>
      isSize(v)
        ? Object.freeze([v])
        : Array.isArray(v) && v.every((i) => i === null || isSize(i))
          ? Object.freeze([...v])
          : undefined,
  }),
  /** Axis, or null for all axes as one. */
  axisOrNull: factory<number | null, number | null>({
    takes: 'an integer or null',
    accept: (v) => (v === null ? null : isInt(v) ? v + 0 : undefined),
    resolve: (axis, rank) => normalizeAxis(axis!, rank),
  }),
  /** Axis that may be left out where the array has only one. */
  onlyAxis: factory<number | null, number | null>({
    takes: 'an integer',
    accept: (v) => (v === null ? null : isInt(v) ? v + 0 : undefined),
    complete: (axis, rank) => {
      if (axis !== null) return normalizeAxis(axis, rank)
      if (rank === 1) return 0
      throw new Refusal(`it is needed for an array of ${rank} axes`)
    },
  }),
  /** Sizes or counts, one for each axis. */
  sizes: factory<readonly number[], SizeLike | readonly SizeLike[]>({
    role: 'liftable',
    sizes: true,
    takes: 'an integer >= 0 or an array of them',
    accept: (v) => sizesOf(Array.isArray(v) ? v : [v], 0),
  }),
  /** How often something is repeated; an array of counts means another op. */
  repeats: factory<readonly number[], SizeLike | readonly SizeLike[] | Value>({
    role: 'liftable',
    sizes: true,
    takes: 'an integer >= 0 or an array of them',
    accept: (v) => sizesOf(Array.isArray(v) ? v : [v], 0),
  }),
  /** An array by which a call means another op. */
  array: factory<null, Value>({ aside: 'void', takes: 'an array', accept: () => undefined }),
  /** Distances along axes, of either sign. */
  shifts: factory<readonly number[], SizeLike | readonly SizeLike[]>({
    role: 'liftable',
    sizes: true,
    takes: 'an integer or an array of integers',
    accept: (v) => sizesOf(Array.isArray(v) ? v : [v]),
  }),
  /** A number of equal parts, or the places where each part but the first begins. */
  sections: factory<number | readonly number[], number | readonly number[]>({
    takes: 'a number of parts >= 1 or an array of places',
    accept: (v) => (isInt(v) && v >= 1 ? v : ints(v)),
  }),
  /** How many axes two arrays share, or which ones: a list for each array. */
  sharedAxes: factory<number | readonly (readonly number[])[], number | readonly (readonly number[])[]>({
    takes: 'a number of axes >= 0 or a pair of arrays of axes',
    accept: (v) => {
      if (isInt(v) && v >= 0) return v + 0
      const lists = Array.isArray(v) && v.length === 2 ? v.map((axes) => ints(axes)) : []
      const [first, second] = lists
      return first && second && first.length === second.length ? Object.freeze([first, second]) : undefined
    },
  }),
  /** Bounds of a slice for the leading axes; null is open, and so are the axes left out. */
  bounds: factory<readonly (number | null)[], SizeLike | null | readonly (SizeLike | null)[]>({
    role: 'liftable',
    sizes: true,
    takes: 'an integer, null or an array of them',
    accept: (v) => {
      const bounds: unknown[] = Array.isArray(v) ? v : [v]
      return bounds.every((bound) => bound === null || isSize(bound)) ? Object.freeze([...bounds]) : undefined
    },
    resolve: (bounds, rank) => perAxis(bounds, rank, null),
  }),
  /** Steps of a slice for the leading axes; 1 for those left out. */
  steps: factory<readonly number[], number | readonly number[]>({
    takes: 'an integer or an array of integers, none of them 0',
    accept: (v) => {
      const steps = ints(Array.isArray(v) ? v : [v])
      return steps?.includes(0) === true ? undefined : steps
    },
    resolve: (steps, rank) => perAxis(steps, rank, 1),
  }),
  ...windowParams,
  key: factory<Key | Draw, Key>({
    role: 'literal',
    takes: 'a key made by random.key',
    accept: (v) => (isKey(v) || isDraw(v) ? Object.freeze(v) : undefined),
  }),
  /** A graph that the op runs; it sees its inputs and its own constants only. */
  graph: factory<Graph, Graph>({
    takes: 'a graph',
    accept: (v) => (isGraph(v) ? v : undefined),
  }),
  oneOf<const T extends string, const D extends T = never>(
    names: readonly T[],
    ...fallback: [D?]
  ): ParamKind<T, T, [D] extends [never] ? false : true> {
    const spec: Spec<T> = {
      choices: names,
      takes: `one of ${names.map((n) => `'${n}'`).join(', ')}`,
      accept: (v) => (names.includes(v as T) ? (v as T) : undefined),
    }
    return make<T, T>(spec, fallback[0]) as ParamKind<T, T, [D] extends [never] ? false : true>
  },
} as const
