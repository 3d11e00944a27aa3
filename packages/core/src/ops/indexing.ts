import { DTypeError, ShapeError } from '../errors.ts'
import { defineOp, type GradientOf, type HostArray } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
import { type DType, isInteger } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes, rowMajorStrides } from '../types/shape.ts'
import { sizeOf } from '../types/reshape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { handedOn } from './axes.ts'
import { zeros } from './fills.ts'
import { addedAt, nearest } from './gradient-places.ts'
import { broadcastStrides, forEachIndex } from './kernels.ts'
import { copyElement, gather } from './copies.ts'
import { putAlongAxis } from './scatter-lines.ts'

/** Dtype that indices are converted to: int32, or int64 where that may not hold them. */
export function indexDType(op: string, { dtype, weak }: TensorType): DType {
  if (weak !== null) {
    if (weak === 'int') return 'int32'
    if (weak === 'bigint') return 'int64'
  } else if (isInteger(dtype)) return ['int64', 'uint32', 'uint64'].includes(dtype) ? 'int64' : 'int32'
  throw new DTypeError({
    op,
    dtypes: [dtype],
    because: 'indices are integers',
    instead: "Convert them first: astype(indices, 'int32')",
  })
}

/** Place that an index stands for: negative ones count from the end, those outside mean the nearest element. */
export function placeOf(index: number | bigint, size: number): number {
  const from = Number(index) < 0 ? Number(index) + size : Number(index)
  return Math.min(Math.max(from, 0), size - 1)
}

/** Refuses an axis without elements, unless none are asked for. */
export function refuseEmptyAxis(op: string, x: TensorType, indices: TensorType, size: Dim): void {
  if (!same(size, 0) || same(sizeOf(indices.shape), 0)) return
  throw new ShapeError({
    op,
    shapes: [x.shape, indices.shape],
    because: 'an axis without elements has none to take',
  })
}

/**
 * The elements of one axis at `indices`, in that order.
 *
 * Negative indices count from the end; an index outside the axis means its nearest element, on every engine. `axis` may
 * be left out where `x` has one axis.
 *
 * Shapes: `x: [...a, n, ...b]`, `indices: [...i]` give `[...a, ...i, ...b]`. Dtypes: any, kept; `indices` are integers.
 *
 * @throws ParamError when `axis` is needed, DTypeError when `indices` are no integers, ShapeError when the axis is empty
 * @source array API standard, `take`
 * @example take(array([10, 20, 30]), array([2, 0, -1], { dtype: 'int32' }))   // [30, 10, 30]
 */
export const take = /* @__PURE__ */ defineOp({
  name: 'take',
  doc: 'The elements of one axis at indices, in that order.',
  inputs: ['x', 'indices'],
  params: { axis: /* @__PURE__ */ p.onlyAxis(null) },
  traits: { movement: true },
  cast: ([, indices]) => [null, indexDType('take', indices)],
  infer: ([x, indices], { axis }) => {
    const size = x.shape[axis!]!
    refuseEmptyAxis('take', x, indices, size)
    return tensorType(x.dtype, [...x.shape.slice(0, axis!), ...indices.shape, ...x.shape.slice(axis! + 1)])
  },
  reference: ([x, indices], { axis }, [out]) => {
    const size = x.shape[axis!]!
    const inner = x.shape.slice(axis! + 1).reduce((n, each) => n * each, 1)
    const count = indices.data.length
    gather(x, out, (at) => {
      const line = Math.floor(at / inner)
      const place = placeOf(indices.data[line % count]!, size)
      return (Math.floor(line / count) * size + place) * inner + (at % inner)
    })
  },
})

export const takeGradient: GradientOf<typeof take> = ([x, indices], { axis }, _outs, [g]) => [
  () => addedAt(g, x, nearest(indices, x.shape[axis!]!), axis!),
  null,
]

/** Shape of the result: both broadcast, but for `axis`, which has the size that `indices` have. */
function alongAxis(x: TensorType, indices: TensorType, axis: number): readonly Dim[] | undefined {
  if (indices.shape.length !== x.shape.length) return undefined
  const size = indices.shape[axis]!
  return broadcastShapes(x.shape.with(axis, size), indices.shape)
}

/**
 * The elements of each line along `axis` at the indices of the same line.
 *
 * Negative indices count from the end; an index outside the axis means its nearest element, on every engine.
 *
 * Shapes: `x` and `indices` have one rank and broadcast but for `axis`, where the result is as long as `indices`.
 * Dtypes: any, kept; `indices` are integers.
 *
 * @throws ShapeError when the shapes do not fit or the axis is empty, DTypeError when `indices` are no integers
 * @source array API standard, `take_along_axis`
 * @example takeAlongAxis(array([[1, 2], [3, 4]]), array([[1], [0]], { dtype: 'int32' }))   // [[2], [3]]
 */
export const takeAlongAxis = /* @__PURE__ */ defineOp({
  name: 'takeAlongAxis',
  doc: 'The elements of each line along an axis at the indices of the same line.',
  inputs: ['x', 'indices'],
  params: { axis: /* @__PURE__ */ p.axis(-1) },
  traits: { movement: true },
  cast: ([, indices]) => [null, indexDType('takeAlongAxis', indices)],
  infer: ([x, indices], { axis }) => {
    const shape = alongAxis(x, indices, axis)
    if (shape === undefined) {
      throw new ShapeError({
        op: 'takeAlongAxis',
        shapes: [x.shape, indices.shape],
        because: `both need the same rank, and but for axis ${axis} sizes that are equal or 1`,
      })
    }
    refuseEmptyAxis('takeAlongAxis', x, tensorType(x.dtype, shape), x.shape[axis]!)
    return tensorType(x.dtype, shape)
  },
  reference: ([x, indices], { axis }, [out]) => {
    const steps = broadcastStrides(x.shape, out.shape).with(axis, 0)
    const stride = rowMajorStrides(x.shape)[axis]!
    const from = broadcastStrides(indices.shape, out.shape)
    forEachIndex(out.shape, [steps, from], (at, [base, i]) => {
      const place = placeOf((indices as HostArray).data[i!]!, x.shape[axis]!)
      copyElement(x, base! + place * stride, out, at)
    })
  },
})

export const takeAlongAxisGradient: GradientOf<typeof takeAlongAxis> = (
  [x, indices],
  { axis },
  [out],
  [g],
) => [
  () => {
    const size = x.shape[axis]!
    const start = zeros(handedOn(out).with(axis, size), { dtype: g.dtype })
    return putAlongAxis(start, nearest(indices, size), g, { axis, reduction: 'sum' })
  },
  null,
]
