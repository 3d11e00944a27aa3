import { GradientError } from '../errors.ts'
import type { ArrayValue, Gradients } from '../op.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal } from './compare.ts'
import { eye } from './creation.ts'
import { tril } from './grids.ts'
import { diagonal } from './linalg.ts'
import { matmul } from './matmul.ts'
import { expandDims, matrixTranspose, squeeze } from './rearrange.ts'
import { negative } from './sign.ts'
import { inv, solve } from './solve.ts'
import { where } from './where.ts'

const product = (...matrices: readonly ArrayValue[]): ArrayValue => matrices.reduce((a, b) => matmul(a, b))

/** Numbers as the diagonals of matrices. */
const asDiagonal = (x: ArrayValue): ArrayValue =>
  multiply(expandDims(x, x.ndim), eye(x.shape.at(-1)!, { dtype: x.dtype }))

export function ofSolve(x1: ArrayValue, x2: ArrayValue, out: ArrayValue, g: ArrayValue): Gradients {
  const isVector = x2.ndim === 1
  const wide = (x: ArrayValue): ArrayValue => (isVector ? expandDims(x, x.ndim) : x)
  const back = solve(matrixTranspose(x1), wide(g))
  return [
    (): ArrayValue => negative(matmul(back, matrixTranspose(wide(out)))),
    (): ArrayValue => (isVector ? squeeze(back, back.ndim - 1) : back),
  ]
}

/** The slope of the logarithm of the determinant, times a number for each matrix. */
export const ofDeterminant = (x: ArrayValue, g: ArrayValue): ArrayValue =>
  multiply(expandDims(expandDims(g, g.ndim), g.ndim + 1), matrixTranspose(inv(x)))

/** A gradient by symmetric matrices whose lower triangle alone is read. */
function ofLowerTriangle(x: ArrayValue): ArrayValue {
  const both = add(x, matrixTranspose(x))
  return tril(subtract(both, asDiagonal(diagonal(x))))
}

export function ofCholesky(out: ArrayValue, g: ArrayValue, upper: boolean): ArrayValue {
  const [lower, lowerG] = upper ? [matrixTranspose(out), matrixTranspose(g)] : [out, g]
  const inner = tril(matmul(matrixTranspose(lower), lowerG))
  const halved = subtract(inner, multiply(asDiagonal(diagonal(inner)), 0.5))
  const turned = matrixTranspose(lower)
  // turned^-1 halved lower^-1
  const left = solve(turned, halved)
  const whole = matrixTranspose(solve(turned, matrixTranspose(left)))
  const even = multiply(add(whole, matrixTranspose(whole)), 0.5)
  const made = ofLowerTriangle(even)
  return upper ? matrixTranspose(made) : made
}

/** The triangle below the diagonal on both sides of it. */
function mirrored(x: ArrayValue): ArrayValue {
  const below = tril(x, { k: -1 })
  return add(add(below, matrixTranspose(below)), asDiagonal(diagonal(x)))
}

type Factors = readonly [ArrayValue, ...ArrayValue[]]

export function ofQr(x: ArrayValue, mode: string, [q, r]: Factors, [ofQ, ofR]: Factors): ArrayValue {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  if (rows < columns || (mode === 'complete' && rows !== columns))
    throw new GradientError({
      op: 'qr',
      because: `of ${rows}x${columns} matrices in mode '${mode}' it is not unique enough to be differentiated`,
      instead: "Factorize matrices with at least as many rows as columns, in mode 'reduced'",
    })
  const middle = subtract(matmul(r!, matrixTranspose(ofR!)), matmul(matrixTranspose(ofQ), q))
  const left = add(ofQ, matmul(q, mirrored(middle)))
  return matrixTranspose(solve(r!, matrixTranspose(left)))
}

/** 1 / (b - a) for each pair of different places, 0 on the diagonal. */
function reciprocalGaps(values: ArrayValue): ArrayValue {
  const gaps = subtract(expandDims(values, values.ndim - 1), expandDims(values, values.ndim))
  const isSame = equal(eye(values.shape.at(-1)!, { dtype: values.dtype }), 1)
  return where(isSame, 0, divide(1, where(isSame, 1, gaps)))
}

export function ofEigh([values, vectors]: Factors, [ofValues, ofVectors]: Factors): ArrayValue {
  const turned = matrixTranspose(vectors!)
  const inner = multiply(reciprocalGaps(values), matmul(turned, ofVectors!))
  const whole = product(vectors!, add(asDiagonal(ofValues), inner), turned)
  return ofLowerTriangle(multiply(add(whole, matrixTranspose(whole)), 0.5))
}

export function ofSvd(x: ArrayValue, full: boolean, [u, s, vh]: Factors, gradients: Factors): ArrayValue {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  if (full && rows !== columns)
    throw new GradientError({
      op: 'svd',
      because: 'with full matrices the vectors beyond the singular values are not unique',
      instead: 'Leave them out: svd(x, { fullMatrices: false })',
    })
  const [ofU, ofS, ofVh] = gradients
  const v = matrixTranspose(vh!)
  const ofV = matrixTranspose(ofVh!)
  const gaps = reciprocalGaps(multiply(s!, s!))
  const odd = (base: ArrayValue, g: ArrayValue): ArrayValue => {
    const inner = matmul(matrixTranspose(base), g)
    return multiply(gaps, subtract(inner, matrixTranspose(inner)))
  }
  const columnwise = expandDims(s!, s!.ndim - 1)
  const rowwise = expandDims(s!, s!.ndim)
  const middle = add(add(multiply(odd(u, ofU), columnwise), multiply(rowwise, odd(v, ofV))), asDiagonal(ofS!))
  let made = product(u, middle, vh!)
  const outside = (base: ArrayValue, g: ArrayValue): ArrayValue =>
    divide(subtract(g, product(base, matrixTranspose(base), g)), columnwise)
  if (rows > columns) made = add(made, matmul(outside(u, ofU), vh!))
  if (columns > rows) made = add(made, matmul(u, matrixTranspose(outside(v, ofV))))
  return made
}
