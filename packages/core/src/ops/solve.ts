import { ShapeError } from '../errors.ts'
import {
  complexDeterminant as determinantOfComplex,
  directionAndLogarithm,
  factorizeComplex,
  solveComplexBy,
} from '../numerics/matrix/complex-lu.ts'
import { determinant, factorize, signAndLogarithm, solveBy } from '../numerics/matrix/lu.ts'
import { type ArrayValue, defineOp, type GradientOf, type HostArray } from '../op.ts'
import { same } from '../types/dim.ts'
import { isComplex, partDType } from '../types/dtype.ts'
import { broadcastShapes } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { multiply } from './multiplication.ts'
import { eye } from './creation.ts'
import { determinantByLoop, signAndLogarithmByLoop, solutionByLoop } from './elimination.ts'
import { broadcastStrides, forEachIndex, put } from './kernels.ts'
import { ofDeterminant, ofSolve } from './matrix-gradients.ts'
import {
  batchOf,
  complexMatrixAt,
  expectSquare,
  forEachComplexMatrix,
  forEachMatrix,
  matrixAt,
  putComplexMatrix,
  putMatrix,
} from './matrix-rules.ts'
import { meets } from './type-rules.ts'

function solutionType(x1: TensorType, x2: TensorType): TensorType {
  const size = expectSquare('solve', x1)
  const isVector = x2.shape.length === 1
  const rows = x2.shape.at(isVector ? -1 : -2)
  const refuse = (because: string): never => {
    throw new ShapeError({ op: 'solve', shapes: [x1.shape, x2.shape], because })
  }
  if (rows === undefined) return refuse(`'x2' is a vector or matrices`)
  if (!same(rows, size)) return refuse(`'x2' needs as many rows as 'x1' has`)
  if (isVector) return tensorType(x1.dtype, x1.shape.slice(0, -1))
  const batch = broadcastShapes(batchOf(x1.shape), batchOf(x2.shape))
  if (batch === undefined) return refuse('all axes but the last two have to broadcast')
  return tensorType(x1.dtype, [...batch, ...x2.shape.slice(-2)])
}

function solveEach(x1: HostArray, x2: HostArray, out: HostArray): void {
  const isVector = x2.shape.length === 1
  const [n, columns] = [x1.shape.at(-1)!, isVector ? 1 : x2.shape.at(-1)!]
  const batch = isVector ? batchOf(x1.shape) : batchOf(out.shape)
  const steps = [batchOf(x1.shape), isVector ? [] : batchOf(x2.shape)].map((own) =>
    broadcastStrides(own, batch),
  )
  forEachIndex(batch, steps, (at, [left, right]) => {
    if (isComplex(x1.dtype)) {
      const factors = factorizeComplex(complexMatrixAt(x1, left!, n * n), n)
      const given = complexMatrixAt(x2, right!, n * columns)
      return putComplexMatrix(out, at, solveComplexBy(factors, given, columns))
    }
    const factors = factorize(matrixAt(x1, left!, n * n), n)
    putMatrix(out, at, solveBy(factors, matrixAt(x2, right!, n * columns), columns))
  })
}

/**
 * What the square matrices `x1` have to be multiplied by to give `x2`.
 *
 * Elimination with row exchanges, in float64. A singular matrix (a pivot is exactly 0) has no solution, and one with an
 * element that is not finite none either: all elements are NaN then, on every engine, as a graph cannot raise an error
 * that depends on data. The same holds for a single column of `x2` that is not finite.
 *
 * Shapes: `x1: [...b, n, n]`, `x2: [...b, n, k]` give `[...b, n, k]`, the axes before broadcast; an `x2: [n]` is one
 * vector for all matrices and gives `[...b, n]`. Dtypes: floats and complex, promoted; integers become float32.
 *
 * @throws ShapeError when `x1` is not square or `x2` does not fit, DTypeError for bool
 * @source array API standard, `linalg.solve`
 * @example solve(array([[2, 0], [0, 4]]), array([2, 2]))   // [1, 0.5]
 */
export const solve = /* @__PURE__ */ defineOp({
  name: 'solve',
  doc: 'What square matrices have to be multiplied by to give others.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('solve', 'floating or complex'),
  infer: ([x1, x2]) => solutionType(x1, x2),
  reference: ([x1, x2], _params, [out]) => solveEach(x1, x2, out),
  expand: ([x1, x2]): ArrayValue => solutionByLoop(x1, x2),
})

export const solveGradient: GradientOf<typeof solve> = ([x1, x2], _params, [out], [g]) =>
  ofSolve(x1, x2, out, g)

/**
 * Inverses of square matrices.
 *
 * As `solve` for the identity: a singular matrix, and one with an element that is not finite, gives NaN.
 *
 * Shapes: `x: [...b, n, n]` gives `[...b, n, n]`. Dtypes: floats and complex keep theirs; integers become float32.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.inv`
 * @example inv(array([[2, 0], [0, 4]]))   // [[0.5, 0], [0, 0.25]]
 */
export const inv = /* @__PURE__ */ defineOp({
  name: 'inv',
  doc: 'Inverses of square matrices.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('inv', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('inv', x)
    return x
  },
  decompose: ([x]): ArrayValue => solve(x, eye(x.shape.at(-1)!, { dtype: x.dtype })),
})

/**
 * Determinants of square matrices.
 *
 * A matrix without elements has the determinant 1; one with an element that is not finite gives NaN.
 *
 * Shapes: `x: [...b, n, n]` gives `[...b]`. Dtypes: floats and complex keep theirs; integers become float32.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.det`
 * @example det(array([[1, 2], [3, 4]]))   // -2
 */
export const det = /* @__PURE__ */ defineOp({
  name: 'det',
  doc: 'Determinants of square matrices.',
  inputs: ['x'],
  params: {},
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('det', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('det', x)
    return tensorType(x.dtype, batchOf(x.shape))
  },
  reference: ([x], _params, [out]) => {
    const n = x.shape.at(-1)!
    if (!isComplex(x.dtype))
      return forEachMatrix(x, (matrix, at) => put(out.data, at, determinant(factorize(matrix, n))))
    return forEachComplexMatrix(x, (matrix, at) =>
      put(out.data, at, determinantOfComplex(factorizeComplex(matrix, n))),
    )
  },
  expand: ([x]): ArrayValue => determinantByLoop(x),
})

export const detGradient: GradientOf<typeof det> = ([x], _params, [out], [g]) => [
  () => ofDeterminant(x, multiply(g, out)),
]

/**
 * Sign of the determinants of square matrices, and logarithm of their magnitude.
 *
 * A singular matrix has the sign 0 and the logarithm -Infinity; one with an element that is not finite gives NaN.
 *
 * Shapes: `x: [...b, n, n]` gives `[...b]` twice. Dtypes: floats and complex numbers keep theirs; integers become float32. The sign of a
 * complex determinant is complex, of size 1 or 0.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.slogdet`
 * @example slogdet(array([[0, 1], [1, 0]])).sign   // -1
 */
export const slogdet = /* @__PURE__ */ defineOp({
  name: 'slogdet',
  doc: 'Sign of the determinants of square matrices, and logarithm of their magnitude.',
  inputs: ['x'],
  params: {},
  outputs: ['sign', 'logabsdet'],
  traits: { solves: true },
  cast: /* @__PURE__ */ meets('slogdet', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('slogdet', x)
    const batch = batchOf(x.shape)
    return [tensorType(x.dtype, batch), tensorType(partDType(x.dtype), batch)]
  },
  reference: ([x], _params, outs) => {
    const n = x.shape.at(-1)!
    const [signs, logarithms] = outs as readonly [HostArray, HostArray]
    if (isComplex(x.dtype))
      return forEachComplexMatrix(x, (matrix, at) => {
        const { re, im, logarithm } = directionAndLogarithm(factorizeComplex(matrix, n))
        put(signs.data, at, { re, im })
        put(logarithms.data, at, logarithm)
      })
    return forEachMatrix(x, (matrix, at) => {
      const { sign, logarithm } = signAndLogarithm(factorize(matrix, n))
      put(signs.data, at, sign)
      put(logarithms.data, at, logarithm)
    })
  },
  expand: ([x]): readonly ArrayValue[] => signAndLogarithmByLoop(x),
})

export const slogdetGradient: GradientOf<typeof slogdet> = ([x], _params, _outs, [, g]) => [
  () => ofDeterminant(x, g!),
]
