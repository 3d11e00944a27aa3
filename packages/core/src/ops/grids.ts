import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, isPoly } from '../types/dim.ts'
import { bitsOf } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { handedOn } from './axes.ts'
import { equal, greaterEqual, lessEqual } from './compare.ts'
import { arange, full } from './creation.ts'
import { checkedSizes, dtypeOfFill } from './creation-rules.ts'
import { broadcastTo, reshape } from './movement.ts'
import { accept, commonDType } from './type-rules.ts'
import { where } from './where.ts'

/** Refuses arrays that hold no matrices. */
function matrices(op: string, x: TensorType): TensorType {
  if (x.shape.length >= 2) return x
  throw new ShapeError({ op, shapes: [x.shape], because: 'the last two axes are the matrix' })
}

/** Row numbers, moved by `k`, as a column, and column numbers as a row. */
function places(x: ArrayValue, k: number): { rows: ArrayValue; columns: ArrayValue } {
  const [height, width] = handedOn(x).slice(-2) as [number, number]
  const rows = reshape(arange(height, { dtype: 'int32' }), [height, 1])
  const offset = isPoly(k) ? full([], k, { dtype: 'int32' }) : k
  return { rows: k === 0 ? rows : add(rows, offset), columns: arange(width, { dtype: 'int32' }) }
}

/**
 * Matrices with 0 above a diagonal.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 * `k` counts diagonals above the main one.
 *
 * @throws ShapeError when `x` has less than two axes
 * @source array API standard, `tril`
 * @example tril(array([[1, 2], [3, 4]]))   // [[1, 0], [3, 4]]
 */
export const tril = /* @__PURE__ */ defineOp({
  name: 'tril',
  doc: 'Matrices with 0 above a diagonal.',
  inputs: ['x'],
  params: {
    k: /* @__PURE__ */ p.index(0),
  },
  traits: { handsSizesOn: true },
  infer: ([x]) => matrices('tril', x),
  decompose: ([x], { k }): ArrayValue => {
    const { rows, columns } = places(x, k)
    return where(lessEqual(columns, rows), x, false)
  },
})

/**
 * Matrices with 0 below a diagonal.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 * `k` counts diagonals above the main one.
 *
 * @throws ShapeError when `x` has less than two axes
 * @source array API standard, `triu`
 * @example triu(array([[1, 2], [3, 4]]))   // [[1, 2], [0, 4]]
 */
export const triu = /* @__PURE__ */ defineOp({
  name: 'triu',
  doc: 'Matrices with 0 below a diagonal.',
  inputs: ['x'],
  params: {
    k: /* @__PURE__ */ p.index(0),
  },
  traits: { handsSizesOn: true },
  infer: ([x]) => matrices('triu', x),
  decompose: ([x], { k }): ArrayValue => {
    const { rows, columns } = places(x, k)
    return where(greaterEqual(columns, rows), x, false)
  },
})

/**
 * Vectors that hold `onValue` at the index given and `offValue` elsewhere.
 *
 * Shapes: `indices: [...s]` gives `[...s]` with a new axis of `depth` elements at `axis`. Dtypes: `indices` are integers; the result is `dtype`, by default float32.
 * An index outside [0, depth) gives `offValue` everywhere.
 *
 * @throws DTypeError when the indices are not integers or the dtype cannot hold a value
 * @source ONNX, `OneHot`; ivy, `one_hot`
 * @example oneHot(array([1, 0], { dtype: 'int32' }), 2)   // [[0, 1], [1, 0]]
 */
export const oneHot = /* @__PURE__ */ defineOp({
  name: 'oneHot',
  doc: 'Vectors that hold `onValue` at the index given and `offValue` elsewhere.',
  inputs: ['indices'],
  params: {
    depth: /* @__PURE__ */ p.size(),
    axis: /* @__PURE__ */ p.newAxis(-1),
    onValue: /* @__PURE__ */ p.scalar(1),
    offValue: /* @__PURE__ */ p.scalar(0),
    dtype: /* @__PURE__ */ p.dtype('float32'),
  },
  traits: { handsSizesOn: true },
  cast: ([indices]) => {
    const dtype = accept('oneHot', 'integer', commonDType('oneHot', [indices]))
    // So that every index up to `depth` has a number of its own.
    return bitsOf(dtype) < 32 ? 'int32' : dtype
  },
  infer: ([indices], { depth, axis, onValue, offValue, dtype }) => {
    dtypeOfFill('oneHot', onValue, dtype)
    dtypeOfFill('oneHot', offValue, dtype)
    const [size] = checkedSizes('oneHot', 'depth', [depth]) as readonly [Dim]
    return tensorType(dtype, (indices.shape as readonly Dim[]).toSpliced(axis, 0, size))
  },
  decompose: ([indices], { depth, axis, onValue, offValue, dtype }): ArrayValue => {
    const shape = handedOn(indices)
    const column = reshape(indices, shape.toSpliced(axis, 0, 1))
    const sizes = [depth, ...shape.slice(axis).map(() => 1)]
    const isHot = equal(column, reshape(arange(depth, { dtype: indices.dtype }), sizes))
    return where(isHot, full([], onValue, { dtype }), full([], offValue, { dtype }))
  },
})

/** Which array runs along each axis of a grid: Cartesian order has the rows of the second one first. */
const axesOf = (count: number, indexing: 'xy' | 'ij'): readonly number[] =>
  Array.from({ length: count }, (_, i) => (indexing === 'xy' && i < 2 && count > 1 ? 1 - i : i))

/**
 * Coordinates of a grid: one array for each axis, which holds the numbers given for it.
 *
 * Shapes: vectors of n, m, … elements give arrays `[m, n, …]`, or `[n, m, …]` with `indexing` ij. Dtypes: any, each kept.
 *
 * @throws ShapeError when an array has more than one axis
 * @source array API standard, `meshgrid`
 * @example meshgrid(array([1, 2]), array([3, 4]))[0]   // [[1, 2], [1, 2]]
 */
export const meshgrid = /* @__PURE__ */ defineOp({
  name: 'meshgrid',
  doc: 'Coordinates of a grid: one array for each axis, which holds the numbers given for it.',
  inputs: ['...arrays'],
  params: {
    indexing: /* @__PURE__ */ p.oneOf(['xy', 'ij'], 'xy'),
  },
  outputs: 'list',
  infer: ([arrays], { indexing }) => {
    for (const { shape } of arrays) {
      if (shape.length > 1)
        throw new ShapeError({ op: 'meshgrid', shapes: [shape], because: 'each axis is given by a vector' })
    }
    const sizes = arrays.map(({ shape }) => shape[0] ?? 1)
    const shape = axesOf(arrays.length, indexing).map((i) => sizes[i]!)
    return arrays.map(({ dtype }) => tensorType(dtype, shape))
  },
  decompose: ([arrays], { indexing }): readonly ArrayValue[] => {
    const axes = axesOf(arrays.length, indexing)
    const shape = axes.map((i) => arrays[i]!.size)
    return arrays.map((array, i) =>
      broadcastTo(
        reshape(
          array,
          axes.map((axis) => (axis === i ? array.size : 1)),
        ),
        shape,
      ),
    )
  },
})
