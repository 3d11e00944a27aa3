import { choleskyFactor } from '../numerics/matrix/cholesky.ts'
import { complexCholesky, unitary } from '../numerics/matrix/complex-factors.ts'
import { adjoint, type ComplexMatrix } from '../numerics/matrix/complex-matrix.ts'
import { orthogonalized } from '../numerics/matrix/qr.ts'
import { transposed } from '../numerics/matrix/scale.ts'
import { type ArrayValue, defineOp, type GradientOf, type HostArray } from '../op.ts'
import { type Dim, pin, same } from '../types/dim.ts'
import { isComplex } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { ofCholesky, ofQr } from './matrix-gradients.ts'
import {
  batchOf,
  expectMatrices,
  expectSquare,
  forEachComplexMatrix,
  forEachMatrix,
  putComplexMatrix,
  putMatrix,
  expectReal,
} from './matrix-rules.ts'
import { choleskyByLoop, qrByLoop } from './reflections.ts'
import { meets } from './type-rules.ts'

/**
 * Triangles whose products with their transposes are symmetric, positive definite matrices; conjugate transposes and
 * Hermitian matrices, of complex numbers.
 *
 * Only the lower triangle of `x` is read, with `upper` only the upper one. A matrix that is not positive definite, or
 * not finite, gives NaN in all elements, on every engine, as a graph cannot raise an error that depends on data.
 *
 * Shapes: `x: [...b, n, n]` gives `[...b, n, n]`. Dtypes: floats and complex keep theirs; integers become float32.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.cholesky`
 * @example cholesky(array([[4, 2], [2, 5]]))   // [[2, 0], [1, 2]]
 */
export const cholesky = /* @__PURE__ */ defineOp({
  name: 'cholesky',
  doc: 'Triangles whose products with their transposes are positive definite matrices.',
  inputs: ['x'],
  params: { upper: /* @__PURE__ */ p.bool(false) },
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('cholesky', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('cholesky', x)
    return x
  },
  reference: ([x], { upper }, [out]) => {
    const n = x.shape.at(-1)!
    const turned = (a: Float64Array): Float64Array => (upper ? transposed(a, n, n) : a)
    const turnedComplex = (a: ComplexMatrix): ComplexMatrix => (upper ? adjoint(a, n, n) : a)
    if (!isComplex(x.dtype))
      return forEachMatrix(x, (matrix, at) => putMatrix(out, at, turned(choleskyFactor(turned(matrix), n))))
    return forEachComplexMatrix(x, (matrix, at) =>
      putComplexMatrix(out, at, turnedComplex(complexCholesky(turnedComplex(matrix), n))),
    )
  },
  expand: ([x], { upper }): ArrayValue => choleskyByLoop(x, upper),
})

export const choleskyGradient: GradientOf<typeof cholesky> = (_inputs, { upper }, [out], [g]) => [
  () => ofCholesky(out, g, upper),
]

/** The smaller of two sizes. */
export const shorter = (a: Dim, b: Dim): Dim => (same(a, b) || pin(a) < pin(b) ? a : b)

/**
 * Matrices as products of one with orthonormal columns and an upper triangle.
 *
 * The diagonal of `r` is real and not negative, so that the factors of a matrix of full rank are unique and the same on every
 * engine. A matrix with an element that is not finite gives NaN.
 *
 * Shapes: `x: [...b, m, n]` gives `q: [...b, m, k]` and `r: [...b, k, n]`, where k is the smaller of m and n, or m with
 * `mode` complete. Dtypes: floats and complex keep theirs; integers become float32.
 *
 * @throws ShapeError when there are fewer than two axes, DTypeError for bool
 * @source array API standard, `linalg.qr`
 * @example qr(array([[0, 2], [3, 0]])).r   // [[3, 0], [0, 2]]
 */
export const qr = /* @__PURE__ */ defineOp({
  name: 'qr',
  doc: 'Matrices as products of one with orthonormal columns and an upper triangle.',
  inputs: ['x'],
  params: { mode: /* @__PURE__ */ p.oneOf(['reduced', 'complete'], 'reduced') },
  outputs: ['q', 'r'],
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('qr', 'floating or complex'),
  infer: ([x], { mode }) => {
    expectMatrices('qr', x)
    const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!]
    const rank = mode === 'complete' ? rows : shorter(rows, columns)
    const batch = batchOf(x.shape)
    return [tensorType(x.dtype, [...batch, rows, rank]), tensorType(x.dtype, [...batch, rank, columns])]
  },
  reference: ([x], _params, outs) => {
    const [q, r] = outs as readonly [HostArray, HostArray]
    const [rows, rank] = q.shape.slice(-2) as [number, number]
    if (isComplex(x.dtype))
      return forEachComplexMatrix(x, (matrix, at) => {
        const factors = unitary(matrix, rows, r.shape.at(-1)!, rank)
        putComplexMatrix(q, at, factors.q)
        putComplexMatrix(r, at, factors.r)
      })
    return forEachMatrix(x, (matrix, at) => {
      const factors = orthogonalized(matrix, rows, r.shape.at(-1)!, rank)
      putMatrix(q, at, factors.q)
      putMatrix(r, at, factors.r)
    })
  },
  expand: ([x], { mode }): readonly ArrayValue[] => {
    expectReal('qr', x)
    return qrByLoop(x, mode === 'complete')
  },
})

export const qrGradient: GradientOf<typeof qr> = ([x], { mode }, outs, gradients) => [
  () => ofQr(x, mode, outs, gradients),
]
