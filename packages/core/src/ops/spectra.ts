import { complexSingularValues, hermitianEigen } from '../numerics/matrix/complex-spectra.ts'
import { eigen as eigenOf } from '../numerics/matrix/eigen.ts'
import { singularValues } from '../numerics/matrix/singular-values.ts'
import { symmetricEigen } from '../numerics/matrix/symmetric-eigen.ts'
import { type ArrayValue, defineOp, type GradientOf, type HostArray } from '../op.ts'
import { complexDType, isComplex, partDType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { shorter } from './factors.ts'
import { ofEigh, ofSvd } from './matrix-gradients.ts'
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
import { eigenByRotations, singularByRotations } from './rotations.ts'
import { meets } from './type-rules.ts'

/**
 * Eigenvalues of symmetric or Hermitian matrices in ascending order, and their eigenvectors as columns.
 *
 * Only the lower triangle is read. An eigenvector has length 1, and the first of its elements that is at least 0.3 of the
 * largest magnitude is positive (real and positive); those of equal eigenvalues are one choice of many. A matrix with an element that is not
 * finite gives NaN.
 *
 * Shapes: `x: [...b, n, n]` gives `eigenvalues: [...b, n]` and `eigenvectors: [...b, n, n]`.
 * Dtypes: floats and complex numbers keep theirs; integers become float32; what is real of complex matrices is of the dtype of
 * their parts.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.eigh`
 * @example eigh(array([[2, 0], [0, 1]])).eigenvalues   // [1, 2]
 */
export const eigh = /* @__PURE__ */ defineOp({
  name: 'eigh',
  doc: 'Eigenvalues of symmetric matrices in ascending order, and their eigenvectors as columns.',
  inputs: ['x'],
  params: {},
  outputs: ['eigenvalues', 'eigenvectors'],
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('eigh', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('eigh', x)
    return [tensorType(partDType(x.dtype), x.shape.slice(0, -1)), x]
  },
  reference: ([x], _params, outs) => {
    const [values, vectors] = outs as readonly [HostArray, HostArray]
    if (isComplex(x.dtype))
      return forEachComplexMatrix(x, (matrix, at) => {
        const eigen = hermitianEigen(matrix, x.shape.at(-1)!)
        putMatrix(values, at, eigen.values)
        putComplexMatrix(vectors, at, eigen.vectors)
      })
    return forEachMatrix(x, (matrix, at) => {
      const eigen = symmetricEigen(matrix, x.shape.at(-1)!)
      putMatrix(values, at, eigen.values)
      putMatrix(vectors, at, eigen.vectors)
    })
  },
  expand: ([x]): readonly ArrayValue[] => {
    expectReal('eigh', x)
    return eigenByRotations(x)
  },
})

export const eighGradient: GradientOf<typeof eigh> = (_inputs, _params, outs, gradients) => [
  () => ofEigh(outs, gradients),
]

/**
 * Eigenvalues of symmetric matrices, in ascending order.
 *
 * As those of `eigh`: only the lower triangle is read.
 *
 * Shapes: `x: [...b, n, n]` gives `[...b, n]`. Dtypes: floats and complex numbers keep theirs; integers become float32; what is real of complex matrices is of the dtype of
 * their parts.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.eigvalsh`
 * @example eigvalsh(array([[2, 0], [0, 1]]))   // [1, 2]
 */
export const eigvalsh = /* @__PURE__ */ defineOp({
  name: 'eigvalsh',
  doc: 'Eigenvalues of symmetric matrices, in ascending order.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('eigvalsh', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('eigvalsh', x)
    return tensorType(partDType(x.dtype), x.shape.slice(0, -1))
  },
  decompose: ([x]): ArrayValue => eigh(x).eigenvalues,
})

/**
 * Eigenvalues of square matrices, in no order, and their eigenvectors as columns; both complex.
 *
 * Those of a real matrix are real exactly or conjugate pairs, the one above the real axis first. An eigenvector has
 * length 1, and the first of its elements that is at least 0.3 of the largest magnitude is real and positive. A matrix
 * that has too few eigenvectors gives some nearly equal ones; one with an element that is not finite gives NaN.
 *
 * Shapes: `x: [...b, n, n]` gives `eigenvalues: [...b, n]` and `eigenvectors: [...b, n, n]`.
 * Dtypes: float64 and complex128 give complex128, others complex64; an engine without complex numbers has a gap.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.eig`
 * @example real(eig(array([[2, 1], [0, 3]])).eigenvalues)   // [2, 3]
 */
export const eig = /* @__PURE__ */ defineOp({
  name: 'eig',
  doc: 'Eigenvalues of square matrices, in no order, and their eigenvectors as columns; both complex.',
  inputs: ['x'],
  params: {},
  outputs: ['eigenvalues', 'eigenvectors'],
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('eig', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('eig', x)
    const dtype = complexDType(x.dtype)
    return [tensorType(dtype, x.shape.slice(0, -1)), tensorType(dtype, x.shape)]
  },
  reference: ([x], _params, outs) => {
    const [values, vectors] = outs as readonly [HostArray, HostArray]
    forEachComplexMatrix(x, (matrix, at) => {
      const eigen = eigenOf(matrix, x.shape.at(-1)!)
      putComplexMatrix(values, at, eigen.values)
      putComplexMatrix(vectors, at, eigen.vectors)
    })
  },
})

/**
 * Eigenvalues of square matrices, in no order; complex.
 *
 * As those of `eig`.
 *
 * Shapes: `x: [...b, n, n]` gives `[...b, n]`.
 * Dtypes: float64 and complex128 give complex128, others complex64; an engine without complex numbers has a gap.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.eigvals`
 * @example real(eigvals(array([[2, 1], [0, 3]])))   // [2, 3]
 */
export const eigvals = /* @__PURE__ */ defineOp({
  name: 'eigvals',
  doc: 'Eigenvalues of square matrices, in no order; complex.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('eigvals', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('eigvals', x)
    return tensorType(complexDType(x.dtype), x.shape.slice(0, -1))
  },
  decompose: ([x]): ArrayValue => eig(x).eigenvalues,
})

/**
 * Matrices as products `u`, the diagonal matrix of singular values `s`, and `vh`.
 *
 * Singular values are in descending order and not negative. Of the vectors that belong to the shorter side of the
 * matrix (rows of `vh` where it has as many rows as columns), the first element that is at least 0.3 of the largest
 * magnitude is positive; those of the other side follow. Those of equal singular values are one choice of many, and so
 * are those that fill up `u` or `vh`. A matrix with an element that is not finite gives NaN.
 *
 * Shapes: `x: [...b, m, n]` gives `u: [...b, m, m]`, `s: [...b, k]`, `vh: [...b, n, n]`, where k is the smaller of m and
 * n; without `fullMatrices` `u: [...b, m, k]` and `vh: [...b, k, n]`. Dtypes: floats and complex numbers keep theirs; integers become float32; what is real of complex matrices is of the dtype of
 * their parts.
 *
 * @throws ShapeError when there are fewer than two axes, DTypeError for bool
 * @source array API standard, `linalg.svd`
 * @example svd(array([[3, 0], [0, 4]])).s   // [4, 3]
 */
export const svd = /* @__PURE__ */ defineOp({
  name: 'svd',
  doc: 'Matrices as products of orthonormal ones with the singular values between them.',
  inputs: ['x'],
  params: { fullMatrices: /* @__PURE__ */ p.bool(true) },
  outputs: ['u', 's', 'vh'],
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('svd', 'floating or complex'),
  infer: ([x], { fullMatrices }) => {
    expectMatrices('svd', x)
    const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!]
    const rank = shorter(rows, columns)
    const batch = batchOf(x.shape)
    return [
      tensorType(x.dtype, [...batch, rows, fullMatrices ? rows : rank]),
      tensorType(partDType(x.dtype), [...batch, rank]),
      tensorType(x.dtype, [...batch, fullMatrices ? columns : rank, columns]),
    ]
  },
  reference: ([x], { fullMatrices }, outs) => {
    const [rows, columns] = x.shape.slice(-2) as [number, number]
    const [u, s, vh] = outs as readonly [HostArray, HostArray, HostArray]
    if (isComplex(x.dtype))
      return forEachComplexMatrix(x, (matrix, at) => {
        const parts = complexSingularValues(matrix, rows, columns, fullMatrices)
        putComplexMatrix(u, at, parts.u)
        putMatrix(s, at, parts.s)
        putComplexMatrix(vh, at, parts.vh)
      })
    return forEachMatrix(x, (matrix, at) => {
      const parts = singularValues(matrix, rows, columns, fullMatrices)
      putMatrix(u, at, parts.u)
      putMatrix(s, at, parts.s)
      putMatrix(vh, at, parts.vh)
    })
  },
  expand: ([x], { fullMatrices }): readonly ArrayValue[] => {
    expectReal('svd', x)
    return singularByRotations(x, fullMatrices)
  },
})

export const svdGradient: GradientOf<typeof svd> = ([x], { fullMatrices }, outs, gradients) => [
  () => ofSvd(x, fullMatrices, outs, gradients),
]

/**
 * Singular values of matrices, in descending order.
 *
 * Shapes: `x: [...b, m, n]` gives `[...b, k]`, where k is the smaller of m and n.
 * Dtypes: floats and complex numbers keep theirs; integers become float32; what is real of complex matrices is of the dtype of
 * their parts.
 *
 * @throws ShapeError when there are fewer than two axes, DTypeError for bool
 * @source array API standard, `linalg.svdvals`
 * @example svdvals(array([[3, 0], [0, 4]]))   // [4, 3]
 */
export const svdvals = /* @__PURE__ */ defineOp({
  name: 'svdvals',
  doc: 'Singular values of matrices, in descending order.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('svdvals', 'floating or complex'),
  infer: ([x]) => {
    expectMatrices('svdvals', x)
    const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!]
    return tensorType(partDType(x.dtype), [...batchOf(x.shape), shorter(rows, columns)])
  },
  decompose: ([x]): ArrayValue => svd(x, { fullMatrices: false }).s,
})
