import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, pin, same, times } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes } from '../types/shape.ts'
import { sliceAxis } from '../types/slice.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { alike, atLeastOne, concat } from './join.ts'
import { broadcastTo, reshape, slice } from './movement.ts'
import { expandDims } from './rearrange.ts'
import { meets } from './type-rules.ts'

/**
 * The arrays side by side along a new axis.
 *
 * Shapes: all equal `[...s]`, give `s` with the number of arrays at `axis`. Dtypes: any, promoted.
 *
 * @throws ShapeError when the shapes differ, ParamError for no array at all or an axis outside the result's rank
 * @source array API standard, `stack`
 * @example stack([array([1, 2]), array([3, 4])], { axis: 1 })   // [[1, 3], [2, 4]]
 */
export const stack = /* @__PURE__ */ defineOp({
  name: 'stack',
  doc: 'The arrays side by side along a new axis.',
  inputs: ['arrays[]'],
  params: { axis: /* @__PURE__ */ p.newAxis(0) },
  traits: { movement: true },
  cast: ([arrays]) => {
    atLeastOne('stack', arrays)
    return meets('stack', 'any')(arrays)
  },
  infer: ([arrays], { axis }) => {
    alike('stack', arrays, null)
    const { dtype, shape } = arrays[0]!
    return tensorType(dtype, shape.toSpliced(axis, 0, arrays.length))
  },
  decompose: ([arrays], { axis }): ArrayValue =>
    concat(
      arrays.map((array) => expandDims(array, axis)),
      { axis },
    ),
})

/** More arrays than a program can hold: refused before they are listed, since a file may ask for them. */
const mostParts = 2 ** 16

function fewEnough(op: string, { shape }: TensorType, parts: number): number {
  if (parts <= mostParts) return parts
  throw new ShapeError({ op, shapes: [shape], because: `${parts} parts are more than ${mostParts}` })
}

/** Sizes of the parts that an axis is split into. */
function partSizes(x: TensorType, sections: number | readonly number[], axis: number): readonly Dim[] {
  const size = x.shape[axis]!
  if (typeof sections !== 'number') {
    const whole = pin(size)
    return [...sections, null].map((end, i) => sliceAxis(whole, sections[i - 1] ?? null, end, 1).count)
  }
  const each = floorDiv(size, fewEnough('split', x, sections))
  if (same(times(each, sections), size)) return Array.from({ length: sections }, () => each)
  throw new ShapeError({
    op: 'split',
    shapes: [x.shape],
    because: `axis ${axis} does not part into ${sections} equal parts`,
    instead: 'Name the places where the parts begin: [2, 5]',
  })
}

/**
 * The parts of the array along `axis`: a number of equal ones, or those between the places given.
 *
 * `split(x, [2, 5])` gives `x[:2]`, `x[2:5]` and `x[5:]`; places count from the end when negative and are cut to the axis.
 *
 * Shapes: `x: [...s]` gives arrays of the same rank. Dtypes: any, kept.
 *
 * @throws ShapeError when the axis does not part equally, ParamError when it is outside the rank
 * @source ivy, `split`; places as in numpy
 * @example split(array([1, 2, 3, 4]), 2)[1]   // [3, 4]
 */
export const split = /* @__PURE__ */ defineOp({
  name: 'split',
  doc: 'The parts of the array along an axis.',
  inputs: ['x'],
  params: { indicesOrSections: /* @__PURE__ */ p.sections(), axis: /* @__PURE__ */ p.axis(0) },
  outputs: 'list',
  traits: { movement: true },
  infer: ([x], { indicesOrSections, axis }) =>
    partSizes(x, indicesOrSections, axis).map((size) => tensorType(x.dtype, x.shape.with(axis, size))),
  decompose: ([x], { indicesOrSections: parts, axis }): readonly ArrayValue[] => {
    const along = (bound: number | null): (number | null)[] =>
      x.shape.map((_, i) => (i === axis ? bound : null))
    const each = typeof parts === 'number' ? x.shape[axis]! / parts : 0
    const places =
      typeof parts === 'number' ? Array.from({ length: parts - 1 }, (_, i) => (i + 1) * each) : parts
    return [...places, null].map((end, i) => slice(x, along(places[i - 1] ?? null), along(end)))
  },
})

/**
 * The arrays that lie side by side along `axis`, which they no longer have.
 *
 * Shapes: `x: [...s]` gives as many arrays as `axis` has elements, each `[...s without axis]`. Dtypes: any, kept.
 *
 * @throws ParamError when the axis is outside the rank
 * @source array API standard, `unstack`
 * @example unstack(array([[1, 2], [3, 4]]))[0]   // [1, 2]
 */
export const unstack = /* @__PURE__ */ defineOp({
  name: 'unstack',
  doc: 'The arrays that lie side by side along an axis.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axis(0) },
  outputs: 'list',
  traits: { movement: true },
  infer: ([x], { axis }) =>
    Array.from({ length: fewEnough('unstack', x, pin(x.shape[axis]!)) }, () =>
      tensorType(x.dtype, x.shape.toSpliced(axis, 1)),
    ),
  decompose: ([x], { axis }): readonly ArrayValue[] =>
    Array.from({ length: x.shape[axis]! }, (_k, k) => {
      const along = (bound: number): (number | null)[] => x.shape.map((_, i) => (i === axis ? bound : null))
      return reshape(slice(x, along(k), along(k + 1)), x.shape.toSpliced(axis, 1))
    }),
})

/**
 * The arrays broadcast against each other.
 *
 * Shapes: all give the shape that all broadcast to. Dtypes: any, each kept.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @source array API standard, `broadcast_arrays`
 * @example broadcastArrays(array([1, 2]), array([[3], [4]]))[0]   // [[1, 2], [1, 2]]
 */
export const broadcastArrays = /* @__PURE__ */ defineOp({
  name: 'broadcastArrays',
  doc: 'The arrays broadcast against each other.',
  inputs: ['...arrays'],
  params: {},
  outputs: 'list',
  traits: { movement: true },
  infer: ([arrays]) => {
    const shape = commonShape(arrays)
    return arrays.map(({ dtype }) => tensorType(dtype, shape))
  },
  decompose: ([arrays]): readonly ArrayValue[] => {
    const shape = commonShape(arrays.map(({ type }) => type)) as readonly number[]
    return arrays.map((array) => broadcastTo(array, shape))
  },
})

function commonShape(arrays: readonly TensorType[]): readonly Dim[] {
  const shapes = arrays.map(({ shape }) => shape)
  const shape = broadcastShapes(...shapes)
  if (shape !== undefined) return shape
  throw new ShapeError({
    op: 'broadcastArrays',
    shapes,
    because: 'axes are matched from the last one backwards, and two that meet must be equal or one of them 1',
  })
}
