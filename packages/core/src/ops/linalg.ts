import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { type Dim, pin, same } from '../types/dim.ts'
import { isComplex, partDType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { conj } from './complex-parts.ts'
import { restored } from './gradient-axes.ts'
import { matmul } from './matmul.ts'
import { permuteDims, reshape, slice } from './movement.ts'
import { expandDims } from './rearrange.ts'
import { reducedShape, refuseEmpty, sum, totalDType } from './reduce.ts'
import { roll } from './repetition.ts'
import { abs } from './sign.ts'
import { widely } from './statistics.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { normOf, slopeOfNorm } from './vector-norms.ts'

/** The axes that `tensordot` sums over, in each of its arrays. */
function contracted(
  x1: TensorType,
  x2: TensorType,
  axes: number | readonly (readonly number[])[],
): readonly [readonly number[], readonly number[]] {
  const refuse = (because: string): never => {
    throw new ParamError({ op: 'tensordot', param: 'axes', value: axes, because })
  }
  const ranks = [x1.shape.length, x2.shape.length]
  const count = (n: number, from: number): readonly number[] => Array.from({ length: n }, (_, i) => from + i)
  const named = typeof axes === 'number' ? [count(axes, ranks[0]! - axes), count(axes, 0)] : axes
  const placed = named.map((list, k): readonly number[] => {
    const rank = ranks[k]!
    const places = list.map((axis) => (typeof axes !== 'number' && axis < 0 ? axis + rank : axis))
    if (places.some((axis) => axis < 0 || axis >= rank)) return refuse(`'x${k + 1}' has ${rank} axes`)
    if (new Set(places).size < places.length) return refuse('an axis is named twice')
    return places
  })
  const [first, second] = [placed[0]!, placed[1]!]
  if (first.every((axis, i) => same(x1.shape[axis]!, x2.shape[second[i]!]!))) return [first, second]
  throw new ShapeError({
    op: 'tensordot',
    shapes: [x1.shape, x2.shape],
    because: `axes [${first}] of 'x1' and [${second}] of 'x2' have to be of the same sizes`,
  })
}

const others = (rank: number, axes: readonly number[]): readonly number[] =>
  Array.from({ length: rank }, (_, i) => i).filter((axis) => !axes.includes(axis))

const sizesAt = <D extends Dim>(shape: readonly D[], axes: readonly number[]): readonly D[] =>
  axes.map((axis) => shape[axis]!)
const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/**
 * Sum of products over axes that two arrays share: the last of `x1` and the first of `x2`, or those listed for each.
 *
 * Shapes: the axes left of `x1`, then those left of `x2`. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the axes differ in size, ParamError when they are outside the rank or named twice
 * @source array API standard, `tensordot`
 * @example tensordot(array([[1, 2], [3, 4]]), array([[1, 0], [0, 1]]))   // 5
 */
export const tensordot = /* @__PURE__ */ defineOp({
  name: 'tensordot',
  doc: 'Sum of products over axes that two arrays share.',
  inputs: ['x1', 'x2'],
  params: { axes: /* @__PURE__ */ p.sharedAxes(2) },
  traits: { contraction: true },
  cast: /* @__PURE__ */ meets('tensordot', 'numeric'),
  infer: ([x1, x2], { axes }) => {
    const [first, second] = contracted(x1, x2, axes)
    const left = sizesAt(x1.shape, others(x1.shape.length, first))
    return tensorType(x1.dtype, [...left, ...sizesAt(x2.shape, others(x2.shape.length, second))])
  },
  decompose: ([x1, x2], { axes }): ArrayValue => {
    const [first, second] = contracted(x1.type, x2.type, axes)
    const [left, right] = [others(x1.ndim, first), others(x2.ndim, second)]
    const [rows, columns] = [sizesAt(x1.shape, left), sizesAt(x2.shape, right)]
    const inner = product(sizesAt(x1.shape, first))
    const a = reshape(permuteDims(x1, [...left, ...first]), [product(rows), inner])
    const b = reshape(permuteDims(x2, [...second, ...right]), [inner, product(columns)])
    return reshape(matmul(a, b), [...rows, ...columns])
  },
})

/** An axis of the first of two arrays that broadcast, counted from the end, where both have it; its sizes have to be equal. */
function commonAxis(op: string, x1: TensorType, x2: TensorType, axis: number): number {
  const fromEnd = axis - x1.shape.length
  const size = x2.shape.at(fromEnd)
  if (size !== undefined && -fromEnd <= x2.shape.length && same(x1.shape[axis]!, size)) return fromEnd
  throw new ShapeError({
    op,
    shapes: [x1.shape, x2.shape],
    because: `axis ${fromEnd}, counted from the end, has to be of one size in both`,
  })
}

/**
 * Sum of products along `axis`, which both arrays have; the other axes broadcast.
 *
 * Of complex arrays the first one is conjugated.
 * `axis` counts in `x1`, and both have it at the same place from the end.
 *
 * Shapes: `x1` and `x2` broadcast, without `axis`. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the sizes of `axis` differ or the others do not broadcast
 * @source array API standard, `vecdot`
 * @example vecdot(array([1, 2]), array([3, 4]))   // 11
 */
export const vecdot = /* @__PURE__ */ defineOp({
  name: 'vecdot',
  doc: 'Sum of products along an axis that two arrays share.',
  inputs: ['x1', 'x2'],
  params: { axis: /* @__PURE__ */ p.axis(-1) },
  traits: { contraction: true },
  cast: /* @__PURE__ */ meets('vecdot', 'numeric'),
  infer: ([x1, x2], { axis }) => {
    const fromEnd = commonAxis('vecdot', x1, x2, axis)
    const both = broadcastTypes('vecdot', [x1, x2])
    return tensorType(x1.dtype, both.shape.toSpliced(fromEnd + both.shape.length, 1))
  },
  decompose: ([x1, x2], { axis }): ArrayValue =>
    sum(multiply(isComplex(x1.dtype) ? conj(x1) : x1, x2), { axis: axis - x1.ndim, dtype: x1.dtype }),
})

const vectors = (op: string, x1: TensorType, x2: TensorType): void => {
  if (x1.shape.length === 1 && x2.shape.length === 1) return
  throw new ShapeError({ op, shapes: [x1.shape, x2.shape], because: 'both have to have one axis' })
}

/**
 * Products of all pairs of elements of two vectors.
 *
 * Shapes: `x1: [n]`, `x2: [m]` give `[n, m]`. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when one has not one axis, DTypeError for two bool arrays
 * @source array API standard, `linalg.outer`
 * @example outer(array([1, 2]), array([3, 4]))   // [[3, 4], [6, 8]]
 */
export const outer = /* @__PURE__ */ defineOp({
  name: 'outer',
  doc: 'Products of all pairs of elements of two vectors.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('outer', 'numeric'),
  infer: ([x1, x2]) => {
    vectors('outer', x1, x2)
    return tensorType(x1.dtype, [x1.shape[0]!, x2.shape[0]!])
  },
  decompose: ([x1, x2]): ArrayValue => multiply(expandDims(x1, 1), expandDims(x2, 0)),
})

/**
 * Cross product of vectors of three elements along `axis`; the other axes broadcast.
 *
 * `axis` counts in `x1`, and both have it at the same place from the end.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when `axis` has not three elements in both
 * @source array API standard, `linalg.cross`
 * @example cross(array([1, 0, 0]), array([0, 1, 0]))   // [0, 0, 1]
 */
export const cross = /* @__PURE__ */ defineOp({
  name: 'cross',
  doc: 'Cross product of vectors of three elements.',
  inputs: ['x1', 'x2'],
  params: { axis: /* @__PURE__ */ p.axis(-1) },
  cast: /* @__PURE__ */ meets('cross', 'numeric'),
  infer: ([x1, x2], { axis }) => {
    commonAxis('cross', x1, x2, axis)
    if (same(x1.shape[axis]!, 3)) return broadcastTypes('cross', [x1, x2])
    throw new ShapeError({
      op: 'cross',
      shapes: [x1.shape, x2.shape],
      because: `axis ${axis - x1.shape.length}, counted from the end, has to have 3 elements`,
    })
  },
  decompose: ([x1, x2], { axis }): ArrayValue => {
    const next = (x: ArrayValue): ArrayValue => roll(x, -1, { axis: axis - x1.ndim })
    return next(subtract(multiply(x1, next(x2)), multiply(next(x1), x2)))
  },
})

/** Where the diagonal of a matrix begins, in row-major order, and how many elements it has. */
function diagonalOf(rows: number, columns: number, offset: number): { start: number; count: number } {
  const count = Math.max(0, offset < 0 ? Math.min(rows + offset, columns) : Math.min(rows, columns - offset))
  return { start: count === 0 ? 0 : offset < 0 ? -offset * columns : offset, count }
}

const matrixType = (op: string, x: TensorType): void => {
  if (x.shape.length >= 2) return
  throw new ShapeError({ op, shapes: [x.shape], because: 'a matrix has two axes' })
}

/**
 * The elements on a diagonal of the matrices in the last two axes.
 *
 * `offset` 0 is the main diagonal, positive ones lie above it, negative ones below; none may be there.
 *
 * Shapes: `x: [...b, n, m]` gives `[...b, length of the diagonal]`. Dtypes: any, kept.
 *
 * @throws ShapeError when there are fewer than two axes
 * @source array API standard, `linalg.diagonal`
 * @example diagonal(array([[1, 2], [3, 4]]))   // [1, 4]
 */
export const diagonal = /* @__PURE__ */ defineOp({
  name: 'diagonal',
  doc: 'The elements on a diagonal of matrices.',
  inputs: ['x'],
  params: { offset: /* @__PURE__ */ p.index(0) },
  traits: { movement: true },
  infer: ([x], { offset }) => {
    matrixType('diagonal', x)
    const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!]
    const batch = x.shape.slice(0, -2)
    if (offset === 0 && same(rows, columns)) return tensorType(x.dtype, [...batch, rows])
    return tensorType(x.dtype, [...batch, diagonalOf(pin(rows), pin(columns), pin(offset)).count])
  },
  decompose: ([x], { offset }): ArrayValue => {
    const batch = x.shape.slice(0, -2)
    const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!]
    const { start, count } = diagonalOf(rows, columns, offset)
    const stop = count === 0 ? start : start + (count - 1) * (columns + 1) + 1
    // The elements of a diagonal lie one row and one element apart.
    const last = (value: number): (number | null)[] => [...batch.map(() => null), value]
    const steps = [...batch.map(() => 1), columns + 1]
    return slice(reshape(x, [...batch, rows * columns]), last(start), last(stop), steps)
  },
})

/**
 * Sum of the elements on a diagonal of the matrices in the last two axes.
 *
 * Shapes: `x: [...b, n, m]` gives `[...b]`. Dtypes: as for `sum`.
 *
 * @throws ShapeError when there are fewer than two axes
 * @source array API standard, `linalg.trace`
 * @example trace(array([[1, 2], [3, 4]]))   // 5
 */
export const trace = /* @__PURE__ */ defineOp({
  name: 'trace',
  doc: 'Sum of the elements on a diagonal of matrices.',
  inputs: ['x'],
  params: { offset: /* @__PURE__ */ p.index(0), dtype: /* @__PURE__ */ p.dtype(null) },
  cast: ([x], { dtype }) => totalDType('trace', x, dtype),
  infer: ([x]) => {
    matrixType('trace', x)
    return tensorType(x.dtype, x.shape.slice(0, -2))
  },
  decompose: ([x], { offset }): ArrayValue => sum(diagonal(x, { offset }), { axis: -1, dtype: x.dtype }),
})

/**
 * Norm of the vectors along `axis` (null: of all elements).
 *
 * `ord` p takes the p-th root of the sum of p-th powers; 0 counts what is not zero, Infinity and -Infinity take the
 * largest and the smallest magnitude.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: floats keep theirs; integers become float32, complex numbers give the dtype of their parts.
 *
 * @throws DTypeError when `x` is bool, ShapeError for an infinite `ord` of no elements
 * @source array API standard, `linalg.vector_norm`
 * @example vectorNorm(array([3, 4]))   // 5
 */
export const vectorNorm = /* @__PURE__ */ defineOp({
  name: 'vectorNorm',
  doc: 'Norm of the vectors along axes.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    keepdims: /* @__PURE__ */ p.bool(false),
    ord: /* @__PURE__ */ p.number(2),
  },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('vectorNorm', 'floating or complex'),
  infer: ([x], { axis, keepdims, ord }) => {
    if (Math.abs(ord) === Infinity) refuseEmpty('vectorNorm', x, axis)
    return tensorType(partDType(x.dtype), reducedShape(x, axis, keepdims))
  },
  decompose: ([x], { axis, keepdims, ord }): ArrayValue =>
    widely(isComplex(x.dtype) ? abs(x) : x, (wide) => normOf(wide, ord, { axis, keepdims })),
})

export const vectorNormGradient: GradientOf<typeof vectorNorm> = ([x], { axis, ord }, [out], [g]) => [
  () => multiply(restored(g, x, axis), slopeOfNorm(x, restored(out, x, axis), ord, axis)),
]
