import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, plus, same, times } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { tensordot } from './linalg.ts'
import { diag } from './matrix-making.ts'
import { permuteDims, reshape } from './movement.ts'
import { eigh } from './spectra.ts'
import { meets } from './type-rules.ts'

/**
 * Eigenvalues and eigenvectors of symmetric matrices given by two diagonals.
 *
 * Shapes: `alpha: [n]`, `beta: [n - 1]` give `eigenvalues: [n]` and `eigenvectors: [n, n]`. Dtypes: real, promoted;
 * integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool arrays
 * @source SciPy, `eigh_tridiagonal`; ivy, `eigh_tridiagonal`
 * @example eighTridiagonal(array([1, 2]), array([0])).eigenvalues   // [1, 2]
 */
export const eighTridiagonal = /* @__PURE__ */ defineOp({
  name: 'eighTridiagonal',
  doc: 'Eigenvalues and eigenvectors of symmetric matrices given by two diagonals.',
  inputs: ['alpha', 'beta'],
  params: {},
  outputs: ['eigenvalues', 'eigenvectors'],
  cast: /* @__PURE__ */ meets('eighTridiagonal', 'floating'),
  infer: ([alpha, beta]) => {
    const fits =
      alpha.shape.length === 1 && beta.shape.length === 1 && same(alpha.shape[0]!, plus(beta.shape[0]!, 1))
    if (!fits)
      throw new ShapeError({
        op: 'eighTridiagonal',
        shapes: [alpha.shape, beta.shape],
        because: 'the second diagonal has one element fewer',
      })
    return [alpha, tensorType(alpha.dtype, [alpha.shape[0]!, alpha.shape[0]!])]
  },
  decompose: ([alpha, beta]): readonly ArrayValue[] => {
    const { eigenvalues, eigenvectors } = eigh(
      add(diag(alpha), add(diag(beta, { k: 1 }), diag(beta, { k: -1 }))),
    )
    return [eigenvalues, eigenvectors]
  },
})

/**
 * Sums of products over the last axes of one array and the first of another.
 *
 * Over all axes, unless `nModes` says how many.
 *
 * Shapes: `x1: [...s, ...m]`, `x2: [...m, ...t]` give `[...s, ...t]`. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the sizes differ, DTypeError for bool arrays
 * @source TensorLy, `inner`; ivy, `general_inner_product`
 * @example generalInnerProduct(array([1, 2]), array([3, 4]))   // 11
 */
export const generalInnerProduct = /* @__PURE__ */ defineOp({
  name: 'generalInnerProduct',
  doc: 'Sums of products over the last axes of one array and the first of another.',
  inputs: ['x1', 'x2'],
  params: { nModes: /* @__PURE__ */ p.degree(null) },
  cast: /* @__PURE__ */ meets('generalInnerProduct', 'numeric'),
  infer: ([x1, x2], { nModes }) =>
    tensordot.def.infer([x1, x2], { axes: nModes ?? x1.shape.length }) as TensorType,
  decompose: ([x1, x2], { nModes }): ArrayValue => tensordot(x1, x2, { axes: nModes ?? x1.ndim }),
})

/**
 * The array as a matrix: some axes as rows, the others as columns.
 *
 * Shapes: `x: [...s]` gives `[product of the rows, product of the others]`. Dtypes: any, kept.
 *
 * @throws ParamError when an axis is outside the rank
 * @source TensorLy, `matricize`; ivy, `matricize`
 * @example matricize(array([[1, 2], [3, 4]]), [1])   // [[1, 3], [2, 4]]
 */
export const matricize = /* @__PURE__ */ defineOp({
  name: 'matricize',
  doc: 'The array as a matrix: some axes as rows, the others as columns.',
  inputs: ['x'],
  params: { rowModes: /* @__PURE__ */ p.axes() },
  traits: { movement: true },
  infer: ([x], { rowModes }) => matrixType(x, rowModes),
  decompose: ([x], { rowModes }): ArrayValue =>
    reshape(
      permuteDims(x, [...rowModes, ...columnsOf(x.ndim, rowModes)]),
      matrixType(x.type, rowModes).shape as readonly number[],
    ),
})

const columnsOf = (rank: number, rows: readonly number[]): readonly number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !rows.includes(axis))

const matrixType = (x: TensorType, rows: readonly number[]): TensorType => {
  const product = (axes: readonly number[]): Dim => axes.map((axis) => x.shape[axis]!).reduce<Dim>(times, 1)
  return tensorType(x.dtype, [product(rows), product(columnsOf(x.shape.length, rows))])
}
