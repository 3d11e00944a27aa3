import { ShapeError } from '../errors.ts'
import { defineOp, type GradientOf, type HostArray } from '../op.ts'
import { type Dim, printDim, same } from '../types/dim.ts'
import { broadcastShapes } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { accumulation, broadcastStrides, elementAt, forEachIndex, put } from './kernels.ts'
import { expandDims, matrixTranspose, squeeze } from './rearrange.ts'
import { meets } from './type-rules.ts'

const refuse = (x1: TensorType, x2: TensorType, because: string): never => {
  throw new ShapeError({
    op: 'matmul',
    shapes: [x1.shape, x2.shape],
    because,
    instead: 'Transpose one of them, or check the order of the arguments',
  })
}

function productType(x1: TensorType, x2: TensorType): TensorType {
  const [a, b] = [x1.shape, x2.shape]
  if (a.length === 0 || b.length === 0) {
    return refuse(x1, x2, 'an array without axes is no matrix; multiply takes scalars')
  }
  const inner = b.length === 1 ? -1 : -2
  if (!same(a.at(-1)!, b.at(inner)!)) {
    return refuse(
      x1,
      x2,
      `the last axis of 'x1' has ${printDim(a.at(-1)!)} elements, axis ${inner} of 'x2' has ${printDim(b.at(inner)!)}`,
    )
  }
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2))
  if (batch === undefined) return refuse(x1, x2, 'all axes but the last two have to broadcast')
  const rows: readonly Dim[] = a.length === 1 ? [] : [a.at(-2)!]
  const columns: readonly Dim[] = b.length === 1 ? [] : [b.at(-1)!]
  return tensorType(x1.dtype, [...batch, ...rows, ...columns])
}

/** Multiplies matrix by matrix; a vector is a row on the left and a column on the right. */
function multiplyMatrices(x1: HostArray, x2: HostArray, out: HostArray): void {
  const { zero, add, multiply } = accumulation(x1.dtype)
  const a = x1.shape.length === 1 ? [1, ...x1.shape] : x1.shape
  const b = x2.shape.length === 1 ? [...x2.shape, 1] : x2.shape
  const [rows, inner, columns] = [a.at(-2)!, a.at(-1)!, b.at(-1)!]
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2)) as readonly number[]
  // Steps from matrix to matrix, counted in whole matrices.
  const steps = [a, b].map((shape) => broadcastStrides(shape.slice(0, -2), batch))
  forEachIndex(batch, steps, (at, [left, right]) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let total = zero
        for (let k = 0; k < inner; k++) {
          const x = elementAt(x1, (left! * rows + i) * inner + k)
          total = add(total, multiply(x, elementAt(x2, (right! * inner + k) * columns + j)))
        }
        put(out.data, (at * rows + i) * columns + j, total)
      }
    }
  })
}

/**
 * Matrix product of the last two axes; all axes before them broadcast.
 *
 * Shapes: `x1: [...b, n, k]`, `x2: [...b, k, m]` give `[...b, n, m]`; an `x1: [k]` is a row and an `x2: [k]` a column,
 * whose axis is not in the result. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the inner sizes differ or an array has no axes, DTypeError for bool
 * @source array API standard, `matmul`
 * @example matmul(array([[1, 2], [3, 4]]), array([1, 1]))   // [3, 7]
 */
export const matmul = /* @__PURE__ */ defineOp({
  name: 'matmul',
  doc: 'Matrix product of the last two axes; all axes before them broadcast.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { contraction: true },
  cast: /* @__PURE__ */ meets('matmul', 'numeric'),
  infer: ([x1, x2]) => productType(x1, x2),
  reference: ([x1, x2], _params, [out]) => multiplyMatrices(x1, x2, out),
})

export const matmulGradient: GradientOf<typeof matmul> = ([x1, x2], _params, _outs, [g]) => {
  const [isRow, isColumn] = [x1.ndim === 1, x2.ndim === 1]
  const left = isRow ? expandDims(x1, 0) : x1
  const right = isColumn ? expandDims(x2, 1) : x2
  const wide = isColumn ? expandDims(g, g.ndim) : g
  const whole = isRow ? expandDims(wide, wide.ndim - 1) : wide
  return [
    () => matmul(whole, matrixTranspose(right)),
    () => {
      const made = matmul(matrixTranspose(left), whole)
      return isColumn ? squeeze(made, made.ndim - 1) : made
    },
  ]
}
