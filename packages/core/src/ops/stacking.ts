import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, plus } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { handedOn } from './axes.ts'
import { alike, atLeastOne, concat } from './join.ts'
import { reshape } from './movement.ts'
import { meets } from './type-rules.ts'

/** Sizes with ones before them, or where numpy puts them, up to `rank`. */
export function shapeOfRank<D extends Dim>(shape: readonly D[], rank: 1 | 2 | 3): readonly (D | 1)[] {
  if (shape.length >= rank) return shape
  if (rank < 3 || shape.length === 0)
    return [...Array.from({ length: rank - shape.length }, () => 1 as const), ...shape]
  return shape.length === 1 ? [1, shape[0]!, 1] : [shape[0]!, shape[1]!, 1]
}

const ofRank = (x: ArrayValue, rank: 1 | 2 | 3): ArrayValue =>
  x.ndim >= rank ? x : reshape(x, shapeOfRank(handedOn(x), rank))

/** The type of arrays that are brought to a rank and joined. */
function joinedType(op: string, arrays: readonly TensorType[], rank: 1 | 2 | 3, axis: number): TensorType {
  const wide = arrays.map(({ dtype, shape }) => tensorType(dtype, shapeOfRank(shape, rank)))
  alike(op, wide, axis)
  const total = wide.map(({ shape }) => shape[axis]!).reduce<Dim>(plus, 0)
  return tensorType(wide[0]!.dtype, wide[0]!.shape.with(axis, total))
}

const castJoined =
  (op: string) =>
  ([arrays]: readonly [readonly TensorType[]]): DType => {
    atLeastOne(op, arrays)
    return meets(op, 'any')(arrays)
  }

const flatRank = (shape: readonly unknown[]): boolean => shape.length < 2

/**
 * The array with at least one axis.
 *
 * Shapes: `x` gives itself, a number `[1]`. Dtypes: any, kept.
 *
 * @source NumPy, `atleast_1d`; ivy, `atleast_1d`
 * @example atleast1d(array(7))   // [7]
 */
export const atleast1d = /* @__PURE__ */ defineOp({
  name: 'atleast1d',
  doc: 'The array with at least one axis.',
  inputs: ['x'],
  params: {},
  traits: { movement: true, identity: true },
  infer: ([x]) => tensorType(x.dtype, shapeOfRank(x.shape, 1)),
  decompose: ([x]): ArrayValue => ofRank(x, 1),
})

/**
 * The array with at least two axes.
 *
 * Shapes: `x` gives itself, `[n]` gives `[1, n]`. Dtypes: any, kept.
 *
 * @source NumPy, `atleast_2d`; ivy, `atleast_2d`
 * @example atleast2d(array(7))   // [[7]]
 */
export const atleast2d = /* @__PURE__ */ defineOp({
  name: 'atleast2d',
  doc: 'The array with at least two axes.',
  inputs: ['x'],
  params: {},
  traits: { movement: true, identity: true },
  infer: ([x]) => tensorType(x.dtype, shapeOfRank(x.shape, 2)),
  decompose: ([x]): ArrayValue => ofRank(x, 2),
})

/**
 * The array with at least three axes.
 *
 * Shapes: `x` gives itself, `[n]` gives `[1, n, 1]` and `[n, m]` gives `[n, m, 1]`. Dtypes: any, kept.
 *
 * @source NumPy, `atleast_3d`; ivy, `atleast_3d`
 * @example atleast3d(array(7))   // [[[7]]]
 */
export const atleast3d = /* @__PURE__ */ defineOp({
  name: 'atleast3d',
  doc: 'The array with at least three axes.',
  inputs: ['x'],
  params: {},
  traits: { movement: true, identity: true },
  infer: ([x]) => tensorType(x.dtype, shapeOfRank(x.shape, 3)),
  decompose: ([x]): ArrayValue => ofRank(x, 3),
})

/**
 * The arrays side by side: along the second axis, or the only one.
 *
 * Shapes: equal but for the axis, whose sizes add up. Dtypes: any, promoted.
 *
 * @throws ShapeError when another size or the ranks differ
 * @source NumPy, `hstack`; ivy, `hstack`
 * @example hstack([array([1, 2]), array([3])])   // [1, 2, 3]
 */
export const hstack = /* @__PURE__ */ defineOp({
  name: 'hstack',
  doc: 'The arrays side by side: along the second axis, or the only one.',
  inputs: ['arrays[]'],
  params: {},
  traits: { movement: true },
  cast: /* @__PURE__ */ castJoined('hstack'),
  infer: ([arrays]) => joinedType('hstack', arrays, 1, flatRank(arrays[0]!.shape) ? 0 : 1),
  decompose: ([arrays]): ArrayValue => {
    const wide = arrays.map((array) => ofRank(array, 1))
    return concat(wide, { axis: flatRank(wide[0]!.type.shape) ? 0 : 1 })
  },
})

/**
 * The arrays one below the other: along the first axis, lines as rows.
 *
 * Shapes: equal but for the first axis, whose sizes add up. Dtypes: any, promoted.
 *
 * @throws ShapeError when another size or the ranks differ
 * @source NumPy, `vstack`; ivy, `vstack`
 * @example vstack([array([1, 2]), array([3, 4])])   // [[1, 2], [3, 4]]
 */
export const vstack = /* @__PURE__ */ defineOp({
  name: 'vstack',
  doc: 'The arrays one below the other: along the first axis, lines as rows.',
  inputs: ['arrays[]'],
  params: {},
  traits: { movement: true },
  cast: /* @__PURE__ */ castJoined('vstack'),
  infer: ([arrays]) => joinedType('vstack', arrays, 2, 0),
  decompose: ([arrays]): ArrayValue =>
    concat(
      arrays.map((array) => ofRank(array, 2)),
      { axis: 0 },
    ),
})

/**
 * The arrays behind each other: along the third axis.
 *
 * Shapes: equal but for the third axis, whose sizes add up. Dtypes: any, promoted.
 *
 * @throws ShapeError when another size or the ranks differ
 * @source NumPy, `dstack`; ivy, `dstack`
 * @example dstack([array([1, 2]), array([3, 4])])   // [[[1, 3], [2, 4]]]
 */
export const dstack = /* @__PURE__ */ defineOp({
  name: 'dstack',
  doc: 'The arrays behind each other: along the third axis.',
  inputs: ['arrays[]'],
  params: {},
  traits: { movement: true },
  cast: /* @__PURE__ */ castJoined('dstack'),
  infer: ([arrays]) => joinedType('dstack', arrays, 3, 2),
  decompose: ([arrays]): ArrayValue =>
    concat(
      arrays.map((array) => ofRank(array, 3)),
      { axis: 2 },
    ),
})

/**
 * The arrays side by side, lines as columns.
 *
 * Shapes: `[n]` or `[n, m, ...]`, equal but for the second axis, whose sizes add up. Dtypes: any, promoted.
 *
 * @throws ShapeError when another size or the ranks differ
 * @source NumPy, `column_stack`; ivy, `column_stack`
 * @example columnStack([array([1, 2]), array([3, 4])])   // [[1, 3], [2, 4]]
 */
export const columnStack = /* @__PURE__ */ defineOp({
  name: 'columnStack',
  doc: 'The arrays side by side, lines as columns.',
  inputs: ['arrays[]'],
  params: {},
  traits: { movement: true },
  cast: /* @__PURE__ */ castJoined('columnStack'),
  infer: ([arrays]) => {
    const wide = arrays.map((array) =>
      array.shape.length < 2 ? tensorType(array.dtype, [array.shape[0] ?? 1, 1]) : array,
    )
    return joinedType('columnStack', wide, 2, 1)
  },
  decompose: ([arrays]): ArrayValue =>
    concat(
      arrays.map((array) => (array.ndim < 2 ? reshape(array, [array.size, 1]) : array)),
      { axis: 1 },
    ),
})
