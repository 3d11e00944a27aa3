import { ShapeError } from '../errors.ts'
import { scalarOf } from '../infer.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { plus, same } from '../types/dim.ts'
import { type DType, isComplex } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { handedOn } from './axes.ts'
import { sizeOf } from '../types/reshape.ts'
import { arange, eye, full } from './creation.ts'
import { zerosLike } from './fills.ts'
import { tril, triu } from './grids.ts'
import { take } from './indexing.ts'
import { concat } from './join.ts'
import { diagonal } from './linalg.ts'
import { broadcastTo, flip, slice } from './movement.ts'
import { pad } from './pad.ts'
import { stack } from './parts.ts'
import { expandDims, flatten } from './rearrange.ts'
import { cumulativeProd } from './scan.ts'
import { negative } from './sign.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

const identityAt = (rows: number, columns: number, k: number, dtype: DType): ArrayValue =>
  eye(rows, columns, { k, dtype })

/**
 * A matrix with a line on a diagonal, or the diagonal of a matrix.
 *
 * `k` counts diagonals above the main one.
 *
 * Shapes: `x: [n]` gives `[n + |k|, n + |k|]`; a matrix gives its diagonal. Dtypes: any, kept.
 *
 * @throws ShapeError when there are other than one or two axes
 * @source NumPy, `diag`; ivy, `diag`
 * @example diag(array([1, 2]))   // [[1, 0], [0, 2]]
 */
export const diag = /* @__PURE__ */ defineOp({
  name: 'diag',
  doc: 'A matrix with a line on a diagonal, or the diagonal of a matrix.',
  inputs: ['x'],
  params: { k: /* @__PURE__ */ p.int(0) },
  infer: ([x], { k }) => {
    if (x.shape.length === 2) return diagonal.def.infer([x], { offset: k }) as TensorType
    if (x.shape.length === 1) {
      const count = plus(x.shape[0]!, Math.abs(k))
      return tensorType(x.dtype, [count, count])
    }
    throw new ShapeError({ op: 'diag', shapes: [x.shape], because: 'it takes a line or a matrix' })
  },
  decompose: ([x], { k }): ArrayValue => {
    if (x.ndim === 2) return diagonal(x, { offset: k })
    const count = x.shape[0]! + Math.abs(k)
    const wide = pad(x, [[Math.max(k, 0), Math.max(-k, 0)]])
    return where(identityAt(count, count, k, 'bool'), k >= 0 ? wide : expandDims(pad(x, [[0, -k]]), 1), false)
  },
})

/**
 * A matrix with all elements on a diagonal.
 *
 * `k` counts diagonals above the main one.
 *
 * Shapes: `x` of n elements gives `[n + |k|, n + |k|]`. Dtypes: any, kept.
 *
 * @source NumPy, `diagflat`; ivy, `diagflat`
 * @example diagflat(array([[1], [2]]))   // [[1, 0], [0, 2]]
 */
export const diagflat = /* @__PURE__ */ defineOp({
  name: 'diagflat',
  doc: 'A matrix with all elements on a diagonal.',
  inputs: ['x'],
  params: { k: /* @__PURE__ */ p.int(0) },
  infer: ([x], { k }) => {
    const count = plus(sizeOf(x.shape), Math.abs(k))
    return tensorType(x.dtype, [count, count])
  },
  decompose: ([x], { k }): ArrayValue => diag(flatten(x), { k }),
})

/**
 * Ones on a diagonal and zeros elsewhere, in the shape of a matrix.
 *
 * `k` counts diagonals above the main one.
 *
 * Shapes: `x: [n, m]` gives `[n, m]`. Dtypes: `dtype`, by default that of `x`.
 *
 * @throws ShapeError when `x` is no matrix
 * @source ONNX, `EyeLike`; ivy, `eye_like`
 * @example eyeLike(array([[5, 5], [5, 5]]))   // [[1, 0], [0, 1]]
 */
export const eyeLike = /* @__PURE__ */ defineOp({
  name: 'eyeLike',
  doc: 'Ones on a diagonal and zeros elsewhere, in the shape of a matrix.',
  inputs: ['x'],
  params: { k: /* @__PURE__ */ p.int(0), dtype: /* @__PURE__ */ p.dtype(null) },
  infer: ([x], { dtype }) => {
    if (x.shape.length === 2) return tensorType(dtype ?? x.dtype, x.shape)
    throw new ShapeError({ op: 'eyeLike', shapes: [x.shape], because: 'a matrix has two axes' })
  },
  decompose: ([x], { k, dtype }): ArrayValue =>
    identityAt(handedOn(x)[0]!, handedOn(x)[1]!, k, dtype ?? x.dtype),
  gradient: 'zero',
})

/**
 * Matrices with a number on the diagonal.
 *
 * Shapes: `x: [...b, n, m]` gives the same. Dtypes: any, kept.
 *
 * @throws ShapeError when there are fewer than two axes, DTypeError when the dtype cannot hold the number
 * @source NumPy, `fill_diagonal`; ivy, `fill_diagonal`
 * @example fillDiagonal(array([[1, 2], [3, 4]]), 0)   // [[0, 2], [3, 0]]
 */
export const fillDiagonal = /* @__PURE__ */ defineOp({
  name: 'fillDiagonal',
  doc: 'Matrices with a number on the diagonal.',
  inputs: ['x'],
  params: { value: /* @__PURE__ */ p.scalar() },
  infer: ([x], { value }) => {
    scalarOf('fillDiagonal', value, x.dtype)
    if (x.shape.length >= 2) return x
    throw new ShapeError({ op: 'fillDiagonal', shapes: [x.shape], because: 'a matrix has two axes' })
  },
  decompose: ([x], { value }): ArrayValue =>
    where(
      identityAt(handedOn(x).at(-2)!, handedOn(x).at(-1)!, 0, 'bool'),
      full([], value, { dtype: x.dtype }),
      x,
    ),
})

/**
 * Matrices with 0 below a diagonal, or above it.
 *
 * `upper` keeps what is above; `k` counts diagonals above the main one.
 *
 * Shapes: `x: [...b, n, m]` gives the same. Dtypes: any, kept.
 *
 * @throws ShapeError when there are fewer than two axes
 * @source ONNX, `Trilu`; ivy, `trilu`
 * @example trilu(array([[1, 2], [3, 4]]))   // [[1, 2], [0, 4]]
 */
export const trilu = /* @__PURE__ */ defineOp({
  name: 'trilu',
  doc: 'Matrices with 0 below a diagonal, or above it.',
  inputs: ['x'],
  params: { k: /* @__PURE__ */ p.int(0), upper: /* @__PURE__ */ p.bool(true) },
  infer: ([x], { k, upper }) => (upper ? triu : tril).def.infer([x], { k }) as TensorType,
  decompose: ([x], { k, upper }): ArrayValue => (upper ? triu(x, { k }) : tril(x, { k })),
})

/**
 * Powers of the elements of a line as rows.
 *
 * The highest power stands first, unless `increasing` is set. Integers wrap.
 *
 * Shapes: `x: [m]` gives `[m, n]`, by default square. Dtypes: numeric, kept.
 *
 * @throws ShapeError when `x` has not one axis, DTypeError when it is bool
 * @source NumPy, `vander`; ivy, `vander`
 * @example vander(array([2, 3]), { n: 3 })   // [[4, 2, 1], [9, 3, 1]]
 */
export const vander = /* @__PURE__ */ defineOp({
  name: 'vander',
  doc: 'Powers of the elements of a line as rows.',
  inputs: ['x'],
  params: { n: /* @__PURE__ */ p.size(null), increasing: /* @__PURE__ */ p.bool(false) },
  cast: /* @__PURE__ */ meets('vander', 'numeric'),
  infer: ([x], { n }) => {
    if (x.shape.length === 1) return tensorType(x.dtype, [x.shape[0]!, n ?? x.shape[0]!])
    throw new ShapeError({ op: 'vander', shapes: [x.shape], because: 'it takes one line' })
  },
  decompose: ([x], { n, increasing }): ArrayValue => {
    const count = n ?? x.shape[0]!
    const powers = arange(0, count, 1, { dtype: isComplex(x.dtype) ? 'float32' : x.dtype })
    const base = expandDims(x, 1)
    const ones = full([x.shape[0]!, 1], 1, { dtype: x.dtype })
    if (count === 0) return slice(ones, [], [null, 0])
    const factors = broadcastTo(base, [x.shape[0]!, count - 1])
    const rising = cumulativeProd(concat([ones, factors], { axis: 1 }), { axis: 1, dtype: x.dtype })
    return increasing || powers.size === 0 ? rising : flip(rising, { axis: 1 })
  },
})

/**
 * Matrices whose product with a vector is the cross product.
 *
 * Shapes: `x: [...b, 3]` gives `[...b, 3, 3]`. Dtypes: numeric, kept.
 *
 * @throws ShapeError when the last axis has not 3 elements, DTypeError when `x` is bool
 * @source ivy, `vector_to_skew_symmetric_matrix`
 * @example vectorToSkewSymmetricMatrix(array([1, 2, 3]))   // [[0, -3, 2], [3, 0, -1], [-2, 1, 0]]
 */
export const vectorToSkewSymmetricMatrix = /* @__PURE__ */ defineOp({
  name: 'vectorToSkewSymmetricMatrix',
  doc: 'Matrices whose product with a vector is the cross product.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('vectorToSkewSymmetricMatrix', 'numeric'),
  infer: ([x]) => {
    if (x.shape.length > 0 && same(x.shape.at(-1)!, 3)) return tensorType(x.dtype, [...x.shape, 3])
    throw new ShapeError({
      op: 'vectorToSkewSymmetricMatrix',
      shapes: [x.shape],
      because: 'the last axis has 3 elements',
    })
  },
  decompose: ([x]): ArrayValue => {
    const part = (i: number): ArrayValue => take(x, full([], i, { dtype: 'int32' }), { axis: x.ndim - 1 })
    const [a, b, c] = [part(0), part(1), part(2)]
    const zero = zerosLike(a)
    const rows = [
      [zero, negative(c), b],
      [c, zero, negative(a)],
      [negative(b), a, zero],
    ]
    return stack(
      rows.map((row) => stack(row, { axis: -1 })),
      { axis: -2 },
    )
  },
})
