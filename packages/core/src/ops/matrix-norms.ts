import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import { bitsOf, type DType, isComplex, partDType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { handedOn } from './axes.ts'
import { greater } from './compare.ts'
import { conj } from './complex-parts.ts'
import { eye } from './creation.ts'
import { zeros } from './fills.ts'
import { vectorNorm } from './linalg.ts'
import { matmul } from './matmul.ts'
import { batchOf, expectMatrices, expectSquare } from './matrix-rules.ts'
import { broadcastTo } from './movement.ts'
import { expandDims, matrixTranspose } from './rearrange.ts'
import { max, min, sum } from './reduce.ts'
import { abs } from './sign.ts'
import { inv } from './solve.ts'
import { svd, svdvals } from './spectra.ts'
import { countNonzero } from './statistics.ts'
import { accept, commonDType, meets } from './type-rules.ts'
import { where } from './where.ts'

/** Refuses the least of no sums or singular values; the largest of none is 0. */
function refuseLeastOfNone(x: TensorType, ord: number): void {
  const axes = ord === -1 ? [-1] : ord === -2 ? [-2, -1] : ord === -Infinity ? [-2] : []
  if (!axes.some((axis) => same(x.shape.at(axis)!, 0))) return
  throw new ShapeError({
    op: 'matrixNorm',
    shapes: [x.shape],
    because: `there is no least one among none, which 'ord' ${ord} asks for`,
  })
}

function normOf(x: ArrayValue, ord: number): ArrayValue {
  if (Math.abs(ord) === 2) {
    const values = svdvals(x)
    return ord > 0 ? max(values, { axis: -1 }) : min(values, { axis: -1 })
  }
  const [along, over] = Math.abs(ord) === 1 ? [-2, -1] : [-1, -1]
  const sums = sum(abs(x), { axis: along })
  return ord > 0 ? max(sums, { axis: over }) : min(sums, { axis: over })
}

/**
 * Norm of the matrices in the last two axes.
 *
 * `ord`: 'fro' the root of the sum of squares, 'nuc' the sum of the singular values, 1 and -1 the largest and smallest
 * sum of magnitudes of a column, Infinity and -Infinity those of a row, 2 and -2 the largest and smallest singular value.
 *
 * Shapes: `x: [...b, m, n]` gives `[...b]`, or `[...b, 1, 1]` with `keepdims`.
 * Dtypes: floats and complex keep theirs; integers become float32.
 *
 * @throws ShapeError when there are fewer than two axes, or for the least of nothing; DTypeError for bool
 * @source array API standard, `linalg.matrix_norm`
 * @example matrixNorm(array([[1, -2], [3, 4]]), { ord: 1 })   // 6
 */
export const matrixNorm = /* @__PURE__ */ defineOp({
  name: 'matrixNorm',
  doc: 'Norm of the matrices in the last two axes.',
  inputs: ['x'],
  params: { keepdims: /* @__PURE__ */ p.bool(false), ord: /* @__PURE__ */ p.matrixNorm('fro') },
  cast: /* @__PURE__ */ meets('matrixNorm', 'floating or complex'),
  infer: ([x], { keepdims, ord }) => {
    expectMatrices('matrixNorm', x)
    if (typeof ord === 'number') refuseLeastOfNone(x, ord)
    const batch = batchOf(x.shape)
    return tensorType(partDType(x.dtype), keepdims ? [...batch, 1, 1] : batch)
  },
  decompose: ([x], { keepdims, ord }): ArrayValue => {
    if (ord === 'fro') return vectorNorm(x, { axis: [-2, -1], keepdims })
    const isNone = typeof ord === 'number' && ord > 0 && x.shape.slice(-2).includes(0)
    const norm: ArrayValue = isNone
      ? zeros(batchOf(handedOn(x)), { dtype: partDType(x.dtype) })
      : ord === 'nuc'
        ? sum(svdvals(x), { axis: -1, dtype: partDType(x.dtype) })
        : normOf(x, ord)
    return keepdims ? expandDims(norm, [-2, -1]) : norm
  },
})

/**
 * Square matrices multiplied by themselves `n` times; for an `n` below 0 their inverses are.
 *
 * Shapes: `x: [...b, m, m]` gives `[...b, m, m]`. Dtypes: floats and complex keep theirs; integers become float32.
 *
 * @throws ShapeError when the matrices are not square, DTypeError for bool
 * @source array API standard, `linalg.matrix_power`
 * @example matrixPower(array([[1, 1], [0, 1]]), 3)   // [[1, 3], [0, 1]]
 */
export const matrixPower = /* @__PURE__ */ defineOp({
  name: 'matrixPower',
  doc: 'Square matrices multiplied by themselves.',
  inputs: ['x'],
  params: { n: /* @__PURE__ */ p.int() },
  cast: /* @__PURE__ */ meets('matrixPower', 'floating or complex'),
  infer: ([x]) => {
    expectSquare('matrixPower', x)
    return x
  },
  decompose: ([x], { n }): ArrayValue => {
    if (n === 0) return broadcastTo(eye(x.shape.at(-1)!, { dtype: x.dtype }), handedOn(x))
    let square: ArrayValue = n < 0 ? inv(x) : x
    let product: ArrayValue | undefined
    for (let rest = Math.abs(n); ; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) product = product === undefined ? square : matmul(product, square)
      if (rest <= 1) return product!
      square = matmul(square, square)
    }
  },
})

const epsilonOf = (dtype: DType): number =>
  ({ 16: 2 ** -10, 32: 2 ** -23 })[bitsOf(partDType(dtype))] ?? 2 ** -52

/** The dtypes of matrices and of a tolerance for each of them. */
const besideTolerance =
  (op: string) =>
  ([x]: readonly [TensorType, ...unknown[]]): readonly DType[] => {
    const dtype = accept(op, 'floating or complex', commonDType(op, [x]))
    return [dtype, partDType(dtype)]
  }

/** Sizes of the batch of matrices, each with a tolerance. */
function batchWith(op: string, x: TensorType, rtol: TensorType | undefined): TensorType['shape'] {
  expectMatrices(op, x)
  const batch = broadcastShapes(batchOf(x.shape), rtol?.shape ?? [])
  if (batch !== undefined) return batch
  throw new ShapeError({
    op,
    shapes: [x.shape, rtol!.shape],
    because: `'rtol' has to broadcast with all axes but the last two`,
  })
}

/** What singular values have to be above, as `[...b, 1]`. */
function threshold(x: ArrayValue, values: ArrayValue, rtol: ArrayValue | undefined): ArrayValue {
  const share = rtol === undefined ? undefined : expandDims(rtol, -1)
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  return multiply(
    max(values, { axis: -1, keepdims: true }),
    share ?? Math.max(rows, columns) * epsilonOf(x.dtype),
  )
}

/**
 * Ranks of matrices: how many singular values are above `rtol` times the largest one.
 *
 * Without `rtol` that is the larger of the matrix' sizes times the distance from 1 to the next number of the dtype.
 *
 * Shapes: `x: [...b, m, n]` gives `[...b]`, which `rtol` broadcasts with. Dtypes: numeric; gives int32.
 *
 * @throws ShapeError when there are fewer than two axes or `rtol` does not fit, DTypeError for bool
 * @source array API standard, `linalg.matrix_rank`
 * @example matrixRank(array([[1, 2], [2, 4]]))   // 1
 */
export const matrixRank = /* @__PURE__ */ defineOp({
  name: 'matrixRank',
  doc: 'Ranks of matrices: how many singular values are above a tolerance.',
  inputs: ['x', 'rtol?'],
  params: {},
  cast: /* @__PURE__ */ besideTolerance('matrixRank'),
  infer: ([x, rtol]) => tensorType('int32', batchWith('matrixRank', x, rtol)),
  decompose: ([x, rtol]): ArrayValue => {
    if (x.shape.slice(-2).includes(0))
      return zeros(
        broadcastShapes(batchOf(handedOn(x)), rtol === undefined ? [] : handedOn(rtol)) as readonly number[],
        {
          dtype: 'int32',
        },
      )
    const values = svdvals(x)
    return countNonzero(greater(values, threshold(x, values, rtol)), { axis: -1 })
  },
})

/**
 * Pseudo-inverses of matrices, by Moore and Penrose.
 *
 * Singular values that are not above `rtol` times the largest one count as 0; its default is that of `matrixRank`.
 *
 * Shapes: `x: [...b, m, n]` gives `[...b, n, m]`, where `rtol` broadcasts with b.
 * Dtypes: floats and complex keep theirs; integers become float32.
 *
 * @throws ShapeError when there are fewer than two axes or `rtol` does not fit, DTypeError for bool
 * @source array API standard, `linalg.pinv`
 * @example pinv(array([[2, 0], [0, 0]]))   // [[0.5, 0], [0, 0]]
 */
export const pinv = /* @__PURE__ */ defineOp({
  name: 'pinv',
  doc: 'Pseudo-inverses of matrices, by Moore and Penrose.',
  inputs: ['x', 'rtol?'],
  params: {},
  cast: /* @__PURE__ */ besideTolerance('pinv'),
  infer: ([x, rtol]) =>
    tensorType(x.dtype, [...batchWith('pinv', x, rtol), x.shape.at(-1)!, x.shape.at(-2)!]),
  decompose: ([x, rtol]): ArrayValue => {
    const [rows, columns] = x.shape.slice(-2) as [number, number]
    const batch = broadcastShapes(
      batchOf(handedOn(x)),
      rtol === undefined ? [] : handedOn(rtol),
    ) as readonly number[]
    if (rows === 0 || columns === 0) return zeros([...batch, columns, rows], { dtype: x.dtype })
    const { u, s, vh } = svd(x, { fullMatrices: false })
    const isLarge = greater(s, threshold(x, s, rtol))
    const inverse = where(isLarge, divide(1, where(isLarge, s, 1)), 0)
    const adjoint = (one: ArrayValue): ArrayValue =>
      isComplex(x.dtype) ? conj(matrixTranspose(one)) : matrixTranspose(one)
    return matmul(multiply(adjoint(vh), expandDims(inverse, -2)), adjoint(u))
  },
})
