import { ParamError, ShapeError } from '../errors.ts'
import { defineOp, type GradientOf } from '../op.ts'
import { type Dim, plus, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { rowMajorStrides } from '../types/shape.ts'
import { sizeOf } from '../types/reshape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { handedOn } from './axes.ts'
import { partsOf } from './gradient-axes.ts'
import { forEachIndex } from './kernels.ts'
import { copyElement } from './copies.ts'
import { reshape } from './movement.ts'
import { meets } from './type-rules.ts'

/** Refuses an empty list, which has no dtype and no shape; the text of a graph may hold one. */
export function atLeastOne(op: string, arrays: readonly TensorType[]): void {
  if (arrays.length > 0) return
  throw new ParamError({ op, param: 'arrays', value: arrays, because: 'it takes at least one array' })
}

/** Refuses arrays whose shapes differ in rank or, but for `axis`, in a size. */
export function alike(op: string, arrays: readonly TensorType[], axis: number | null): void {
  const first = arrays[0]!.shape
  const fits = ({ shape }: TensorType): boolean =>
    shape.length === first.length && shape.every((size, i) => i === axis || same(size, first[i]!))
  if (arrays.every(fits)) return
  throw new ShapeError({
    op,
    shapes: arrays.map(({ shape }) => shape),
    because: axis === null ? 'all have to be equal' : `all sizes but those of axis ${axis} have to be equal`,
  })
}

/**
 * The arrays one behind the other along an axis that they have; with `axis: null` all are flattened first.
 *
 * Shapes: equal but for `axis`, whose sizes add up. Dtypes: any, promoted.
 *
 * @throws ShapeError when another size or the ranks differ, ParamError for no array at all
 * @source array API standard, `concat`
 * @example concat([array([1, 2]), array([3])])   // [1, 2, 3]
 */
export const concat = /* @__PURE__ */ defineOp({
  name: 'concat',
  doc: 'The arrays one behind the other along an axis that they have.',
  inputs: ['arrays[]'],
  params: { axis: /* @__PURE__ */ p.axisOrNull(0) },
  traits: { movement: true },
  cast: ([arrays]) => {
    atLeastOne('concat', arrays)
    return meets('concat', 'any')(arrays)
  },
  infer: ([arrays], { axis }) => {
    const { dtype, shape } = arrays[0]!
    const add = (sizes: readonly Dim[]): Dim => sizes.reduce(plus, 0)
    if (axis === null) return tensorType(dtype, [add(arrays.map((array) => sizeOf(array.shape)))])
    alike('concat', arrays, axis)
    return tensorType(dtype, shape.with(axis, add(arrays.map((array) => array.shape[axis]!))))
  },
  reference: ([arrays], { axis }, [out]) => {
    const strides = rowMajorStrides(out.shape)
    let offset = 0
    for (const array of arrays) {
      const shape = axis === null ? [array.shape.reduce((n, size) => n * size, 1)] : array.shape
      forEachIndex(shape, [strides], (at, [to]) => copyElement(array, at, out, offset + to!))
      offset += shape[axis ?? 0]! * strides[axis ?? 0]!
    }
  },
})

export const concatGradient: GradientOf<typeof concat> = ([arrays], { axis }, _outs, [g]) => {
  if (axis !== null)
    return [
      partsOf(
        g,
        arrays.map((array) => handedOn(array)[axis]!),
        axis,
      ),
    ]
  const lines = partsOf(
    g,
    arrays.map(({ type }) => sizeOf(type.shape) as number),
    0,
  )
  return [
    arrays.map(
      ({ shape }, i) =>
        () =>
          reshape(lines[i]!(), shape),
    ),
  ]
}
