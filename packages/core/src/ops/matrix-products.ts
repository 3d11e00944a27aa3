import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, same, times } from '../types/dim.ts'
import { isComplex } from '../types/dtype.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { multiply } from './multiplication.ts'
import { axesOf, handedOn } from './axes.ts'
import { conj } from './complex-parts.ts'
import { atLeastOne } from './join.ts'
import { tensordot } from './linalg.ts'
import { matmul } from './matmul.ts'
import { reshape } from './movement.ts'
import { expandDims, matrixTranspose } from './rearrange.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * The conjugated matrices with their axes exchanged.
 *
 * Shapes: `x: [...b, n, m]` gives `[...b, m, n]`. Dtypes: any, kept.
 *
 * @throws ShapeError when there are fewer than two axes
 * @source PyTorch, `adjoint`; ivy, `adjoint`
 * @example adjoint(array([[1, 2]]))   // [[1], [2]]
 */
export const adjoint = /* @__PURE__ */ defineOp({
  name: 'adjoint',
  doc: 'The conjugated matrices with their axes exchanged.',
  inputs: ['x'],
  params: {},
  infer: ([x]) => matrixTranspose.def.infer([x], {}) as TensorType,
  decompose: ([x]): ArrayValue => matrixTranspose(isComplex(x.dtype) ? conj(x) : x),
})

/**
 * Sums of products over the last axes of two arrays.
 *
 * Shapes: `x1: [...a, n]`, `x2: [...b, n]` give `[...a, ...b]`; a number multiplies. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the last axes differ, DTypeError for bool arrays
 * @source NumPy, `inner`; ivy, `inner`
 * @example inner(array([1, 2]), array([3, 4]))   // 11
 */
export const inner = /* @__PURE__ */ defineOp({
  name: 'inner',
  doc: 'Sums of products over the last axes of two arrays.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('inner', 'numeric'),
  infer: ([x1, x2]) => {
    if (x1.shape.length === 0 || x2.shape.length === 0) return broadcastTypes('inner', [x1, x2])
    return tensordot.def.infer([x1, x2], {
      axes: [[x1.shape.length - 1], [x2.shape.length - 1]],
    }) as TensorType
  },
  decompose: ([x1, x2]): ArrayValue =>
    x1.ndim === 0 || x2.ndim === 0 ? multiply(x1, x2) : tensordot(x1, x2, { axes: [[-1], [-1]] }),
})

/**
 * Sums of products over the last axis of one array and the last but one of another.
 *
 * Shapes: `x1: [...a, n]`, `x2: [...b, n, m]` give `[...a, ...b, m]`, a line has only `n`; a number multiplies.
 * Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the axes differ, DTypeError for bool arrays
 * @source NumPy, `dot`; ivy, `dot`
 * @example dot(array([[1, 2]]), array([[3], [4]]))   // [[11]]
 */
export const dot = /* @__PURE__ */ defineOp({
  name: 'dot',
  doc: 'Sums of products over the last axis of one array and the last but one of another.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('dot', 'numeric'),
  infer: ([x1, x2]) => {
    if (x1.shape.length === 0 || x2.shape.length === 0) return broadcastTypes('dot', [x1, x2])
    return tensordot.def.infer([x1, x2], {
      axes: [[x1.shape.length - 1], [Math.max(0, x2.shape.length - 2)]],
    }) as TensorType
  },
  decompose: ([x1, x2]): ArrayValue => {
    if (x1.ndim === 0 || x2.ndim === 0) return multiply(x1, x2)
    return tensordot(x1, x2, { axes: [[x1.ndim - 1], [Math.max(0, x2.ndim - 2)]] })
  },
})

/** Both shapes with ones in front, up to the same rank. */
function levelled<D extends Dim>(
  a: readonly D[],
  b: readonly D[],
): readonly [readonly (D | 1)[], readonly (D | 1)[]] {
  const rank = Math.max(a.length, b.length)
  const ones = (n: number): readonly 1[] => Array.from({ length: n }, () => 1 as const)
  return [
    [...ones(rank - a.length), ...a],
    [...ones(rank - b.length), ...b],
  ]
}

const kronType = (a: TensorType, b: TensorType): TensorType => {
  const [left, right] = levelled(a.shape, b.shape)
  return tensorType(
    a.dtype,
    left.map((size, i) => times(size, right[i]!)),
  )
}

/**
 * Kronecker product: every element of one array times the other array.
 *
 * Shapes: `x1: [...s]`, `x2: [...t]` give the products of the sizes; the shorter shape is filled up with 1 in
 * front. Dtypes: numeric, promoted.
 *
 * @throws DTypeError for bool arrays
 * @source NumPy, `kron`; ivy, `kron`
 * @example kron(array([1, 2]), array([1, 10]))   // [1, 10, 2, 20]
 */
export const kron = /* @__PURE__ */ defineOp({
  name: 'kron',
  doc: 'Kronecker product: every element of one array times the other array.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('kron', 'numeric'),
  infer: ([x1, x2]) => kronType(x1, x2),
  decompose: ([x1, x2]): ArrayValue => {
    const [left, right] = levelled(handedOn(x1), handedOn(x2))
    const apart = multiply(
      reshape(
        x1,
        left.flatMap((size) => [size, 1]),
      ),
      reshape(
        x2,
        right.flatMap((size) => [1, size]),
      ),
    )
    return reshape(
      apart,
      left.map((size, i) => times(size, right[i]!) as number),
    )
  },
})

/**
 * Kronecker product of several arrays.
 *
 * Shapes: as for `kron`. Dtypes: numeric, promoted.
 *
 * @throws ParamError for no array, DTypeError for bool arrays
 * @source TensorLy, `kronecker`; ivy, `kronecker`
 * @example kronecker([array([1, 2]), array([3]), array([1, 10])])   // [3, 30, 6, 60]
 */
export const kronecker = /* @__PURE__ */ defineOp({
  name: 'kronecker',
  doc: 'Kronecker product of several arrays.',
  inputs: ['arrays[]'],
  params: {},
  cast: ([arrays]) => {
    atLeastOne('kronecker', arrays)
    return meets('kronecker', 'numeric')(arrays)
  },
  infer: ([arrays]) => arrays.reduce(kronType),
  decompose: ([arrays]): ArrayValue => arrays.reduce((x, y) => kron(x, y)),
})

/**
 * Kronecker products of the columns of matrices.
 *
 * Shapes: `[n, c]`, `[m, c]`, … give `[n m …, c]`. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the columns differ in number, DTypeError for bool arrays
 * @source TensorLy, `khatri_rao`; ivy, `khatri_rao`
 * @example khatriRao([array([[1, 2]]), array([[3, 4], [5, 6]])])   // [[3, 8], [5, 12]]
 */
export const khatriRao = /* @__PURE__ */ defineOp({
  name: 'khatriRao',
  doc: 'Kronecker products of the columns of matrices.',
  inputs: ['arrays[]'],
  params: {},
  cast: ([arrays]) => {
    atLeastOne('khatriRao', arrays)
    return meets('khatriRao', 'numeric')(arrays)
  },
  infer: ([arrays]) => {
    const columns = arrays[0]!.shape[1]
    if (arrays.some(({ shape }) => shape.length !== 2 || !same(shape[1]!, columns!))) {
      throw new ShapeError({
        op: 'khatriRao',
        shapes: arrays.map(({ shape }) => shape),
        because: 'all are matrices with as many columns',
      })
    }
    return tensorType(arrays[0]!.dtype, [
      arrays.map(({ shape }) => shape[0]!).reduce<Dim>(times, 1),
      columns!,
    ])
  },
  decompose: ([arrays]): ArrayValue =>
    arrays.reduce((x, y) =>
      reshape(multiply(expandDims(x, 1), expandDims(y, 0)), [x.shape[0]! * y.shape[0]!, x.shape[1]!]),
    ),
})

/**
 * Outer products of arrays, item by item.
 *
 * Shapes: `[b, ...s]`, `[b, ...t]`, … give `[b, ...s, ...t, …]`. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the items differ in number, DTypeError for bool arrays
 * @source TensorLy, `batched_outer`; ivy, `batched_outer`
 * @example batchedOuter([array([[1, 2]]), array([[3, 4]])])   // [[[3, 4], [6, 8]]]
 */
export const batchedOuter = /* @__PURE__ */ defineOp({
  name: 'batchedOuter',
  doc: 'Outer products of arrays, item by item.',
  inputs: ['arrays[]'],
  params: {},
  cast: ([arrays]) => {
    atLeastOne('batchedOuter', arrays)
    return meets('batchedOuter', 'numeric')(arrays)
  },
  infer: ([arrays]) => {
    const items = arrays[0]!.shape[0]
    if (arrays.some(({ shape }) => shape.length === 0 || !same(shape[0]!, items!))) {
      throw new ShapeError({
        op: 'batchedOuter',
        shapes: arrays.map(({ shape }) => shape),
        because: 'all have as many items, along axis 0',
      })
    }
    return tensorType(arrays[0]!.dtype, [items!, ...arrays.flatMap(({ shape }) => shape.slice(1))])
  },
  decompose: ([arrays]): ArrayValue =>
    arrays.reduce((x, y) =>
      multiply(
        expandDims(
          x,
          axesOf(y)
            .slice(1)
            .map((_, i) => x.ndim + i),
        ),
        expandDims(y, axesOf(x).slice(1)),
      ),
    ),
})

/**
 * Product of several matrices, the first and the last of which may be lines.
 *
 * They are multiplied from the left.
 *
 * Shapes: `[n, a]`, `[a, b]`, …, `[z, m]` give `[n, m]`. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool arrays
 * @source NumPy, `multi_dot`; ivy, `multi_dot`
 * @example multiDot([array([[1, 2]]), array([[3], [4]]), array([[2]])])   // [[22]]
 */
export const multiDot = /* @__PURE__ */ defineOp({
  name: 'multiDot',
  doc: 'Product of several matrices, the first and the last of which may be lines.',
  inputs: ['arrays[]'],
  params: {},
  cast: ([arrays]) => {
    atLeastOne('multiDot', arrays)
    return meets('multiDot', 'numeric')(arrays)
  },
  infer: ([arrays]) => arrays.reduce((x, y) => matmul.def.infer([x, y], {}) as TensorType),
  decompose: ([arrays]): ArrayValue => arrays.reduce((x, y) => matmul(x, y)),
})
