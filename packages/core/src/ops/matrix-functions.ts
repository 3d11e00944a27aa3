import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { sizeOf } from '../types/reshape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { greater } from './compare.ts'
import { eye, full } from './creation.ts'
import { log2 } from './exp-log.ts'
import { exp2 } from './exponentials.ts'
import { clip } from './extrema.ts'
import { tril, triu } from './grids.ts'
import { take } from './indexing.ts'
import { matmul } from './matmul.ts'
import { broadcastTo, reshape } from './movement.ts'
import { matrixTranspose } from './rearrange.ts'
import { max, sum } from './reduce.ts'
import { ceil } from './rounding.ts'
import { abs, negative } from './sign.ts'
import { solve } from './solve.ts'
import { svdvals } from './spectra.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

function squares(op: string, { shape }: TensorType): void {
  if (shape.length >= 2 && same(shape.at(-1)!, shape.at(-2)!)) return
  throw new ShapeError({ op, shapes: [shape], because: 'the last two axes are a square matrix' })
}

/**
 * Exponentials of square matrices.
 *
 * By scaling, a Taylor series and squaring; matrices of a norm above 2^15 are not told apart.
 *
 * Shapes: `x: [...b, n, n]` gives the same. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the matrices are not square, DTypeError when `x` is bool
 * @source SciPy, `expm`; ivy, `matrix_exp`
 * @example matrixExp(array([[0, 0], [0, 0]]))   // [[1, 0], [0, 1]]
 */
export const matrixExp = /* @__PURE__ */ defineOp({
  name: 'matrixExp',
  doc: 'Exponentials of square matrices.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('matrixExp', 'floating'),
  infer: ([x]) => {
    squares('matrixExp', x)
    return x
  },
  decompose: ([x]): ArrayValue => {
    const norm = max(sum(abs(x), { axis: -1, keepdims: true }), { axis: -2, keepdims: true })
    // Halved so often that the series converges, and squared back.
    const halvings = clip(ceil(add(log2(where(greater(norm, 0), norm, 1)), 1)), 0, most)
    const small = multiply(x, exp2(negative(halvings)))
    const one: ArrayValue = broadcastTo(eye(x.shape.at(-1)!, { dtype: x.dtype }), x.shape)
    const terms = x.dtype === 'float64' ? 18 : 12
    let [power, made] = [one, one]
    for (let i = 1; i <= terms; i++) {
      power = divide(matmul(power, small), i)
      made = add(made, power)
    }
    for (let i = 0; i < most; i++) made = where(greater(halvings, i), matmul(made, made), made)
    return made
  },
})

const most = 16

/**
 * Solutions of systems whose matrices have zeros above or below the diagonal.
 *
 * What stands in the other triangle is not read. `adjoint` solves with the transposed matrix, `unitDiagonal` takes
 * the diagonal for ones.
 *
 * Shapes: `a: [...b, n, n]`, `b: [...b, n, k]` give `[...b, n, k]`. Dtypes: real, promoted; integers become
 * float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool arrays
 * @source PyTorch, `solve_triangular`; ivy, `solve_triangular`
 * @example solveTriangular(array([[2, 2], [9, 1]]), array([[4], [1]]))   // [[1], [1]]
 */
export const solveTriangular = /* @__PURE__ */ defineOp({
  name: 'solveTriangular',
  doc: 'Solutions of systems whose matrices have zeros above or below the diagonal.',
  inputs: ['a', 'b'],
  params: {
    upper: /* @__PURE__ */ p.bool(true),
    adjoint: /* @__PURE__ */ p.bool(false),
    unitDiagonal: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('solveTriangular', 'floating'),
  infer: ([a, b]) => {
    squares('solveTriangular', a)
    if (b.shape.length < 2 || !same(b.shape.at(-2)!, a.shape.at(-1)!))
      throw new ShapeError({
        op: 'solveTriangular',
        shapes: [a.shape, b.shape],
        because: 'the right sides are columns as long as the matrices',
      })
    return solve.def.infer([a, b], {}) as TensorType
  },
  decompose: ([a, b], { upper, adjoint, unitDiagonal }): ArrayValue => {
    const matrix = adjoint ? matrixTranspose(a) : a
    const isUpper = upper !== adjoint
    const count = a.shape.at(-1)!
    const plain = isUpper ? triu(matrix) : tril(matrix)
    const whole = unitDiagonal ? where(eye(count, { dtype: 'bool' }), 1, plain) : plain
    return solve(whole, b)
  },
})

/**
 * The array whose product with another over all of its axes is a third.
 *
 * Shapes: `x1: [...s, ...t]`, `x2: [...s]` give `[...t]`, where both hold as many elements. Dtypes: real, promoted;
 * integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool arrays
 * @source NumPy, `tensorsolve`; ivy, `tensorsolve`
 * @example tensorsolve(array([[2, 0], [0, 4]]), array([2, 4]))   // [1, 1]
 */
export const tensorsolve = /* @__PURE__ */ defineOp({
  name: 'tensorsolve',
  doc: 'The array whose product with another over all of its axes is a third.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('tensorsolve', 'floating'),
  infer: ([x1, x2]) => {
    const shape = x1.shape.slice(x2.shape.length)
    const fits =
      x1.shape.length >= x2.shape.length &&
      x2.shape.every((size, i) => same(size, x1.shape[i]!)) &&
      same(sizeOf(shape), sizeOf(x2.shape))
    if (fits) return tensorType(x1.dtype, shape)
    throw new ShapeError({
      op: 'tensorsolve',
      shapes: [x1.shape, x2.shape],
      because: 'the first begins with the sizes of the second, and the others hold as many elements',
    })
  },
  decompose: ([x1, x2]): ArrayValue => {
    const shape = x1.shape.slice(x2.ndim)
    const count = x2.size
    return reshape(solve(reshape(x1, [count, count]), reshape(x2, [count])), shape)
  },
})

/**
 * Condition numbers of matrices: the largest singular value divided by the smallest.
 *
 * Shapes: `x: [...b, n, m]` gives `[...b]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when there is no matrix, DTypeError when `x` is bool
 * @source NumPy, `cond`; ivy, `cond`
 * @example conditionNumber(array([[1, 0], [0, 4]]))   // 4
 */
export const conditionNumber = /* @__PURE__ */ defineOp({
  name: 'conditionNumber',
  doc: 'Condition numbers of matrices: the largest singular value divided by the smallest.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('conditionNumber', 'floating'),
  infer: ([x]) => {
    if (x.shape.length >= 2 && !x.shape.slice(-2).some((size) => same(size, 0)))
      return tensorType(x.dtype, x.shape.slice(0, -2))
    throw new ShapeError({
      op: 'conditionNumber',
      shapes: [x.shape],
      because: 'the last two axes are a matrix with elements',
    })
  },
  decompose: ([x]): ArrayValue => {
    const values = svdvals(x)
    const at = (place: number): ArrayValue =>
      take(values, full([], place, { dtype: 'int32' }), { axis: values.ndim - 1 })
    return divide(at(0), at(-1))
  },
})
