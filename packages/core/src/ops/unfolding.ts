import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, pin, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { sizeOf } from '../types/reshape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { checkedSizes } from './creation-rules.ts'
import { arange, full } from './creation.ts'
import { take } from './indexing.ts'
import { tensordot } from './linalg.ts'
import { batchedOuter } from './matrix-products.ts'
import { reshape } from './movement.ts'
import { flatten, moveaxis } from './rearrange.ts'
import { mean } from './statistics.ts'
import { meets } from './type-rules.ts'

/** The sizes of an axis, those before it left as they are, and all others as one. */
const unfoldedType = (x: TensorType, mode: number): TensorType =>
  tensorType(x.dtype, [x.shape[mode]!, sizeOf(x.shape.toSpliced(mode, 1))])

function checkShape(op: string, x: TensorType, shape: readonly Dim[]): void {
  if (same(sizeOf(x.shape), sizeOf(shape))) return
  throw new ShapeError({ op, shapes: [x.shape, shape], because: 'both have as many elements' })
}

/**
 * The array as a matrix whose rows are those of one axis.
 *
 * Shapes: `x: [...s]` gives `[size of the axis, product of the others]`. Dtypes: any, kept.
 *
 * @throws ParamError when the axis is outside the rank
 * @source TensorLy, `unfold`; ivy, `unfold`
 * @example unfold(array([[1, 2], [3, 4]]), { mode: 1 })   // [[1, 3], [2, 4]]
 */
export const unfold = /* @__PURE__ */ defineOp({
  name: 'unfold',
  doc: 'The array as a matrix whose rows are those of one axis.',
  inputs: ['x'],
  params: { mode: /* @__PURE__ */ p.axis(0) },
  traits: { movement: true },
  infer: ([x], { mode }) => unfoldedType(x, mode),
  decompose: ([x], { mode }): ArrayValue =>
    reshape(moveaxis(x, mode, 0), unfoldedType(x.type, mode).shape as readonly number[]),
})

/**
 * The array that a matrix was unfolded from along an axis.
 *
 * Shapes: `x: [n, m]` gives `shape`. Dtypes: any, kept.
 *
 * @throws ShapeError when the number of elements differs, ParamError when the axis is outside
 * @source TensorLy, `fold`; ivy, `fold`
 * @example fold(array([[1, 3], [2, 4]]), 1, [2, 2])   // [[1, 2], [3, 4]]
 */
export const fold = /* @__PURE__ */ defineOp({
  name: 'fold',
  doc: 'The array that a matrix was unfolded from along an axis.',
  inputs: ['x'],
  params: { mode: /* @__PURE__ */ p.int(), shape: /* @__PURE__ */ p.sizes() },
  order: ['mode', 'shape'],
  traits: { movement: true },
  infer: ([x], { mode, shape }) => {
    checkShape('fold', x, shape)
    if (mode >= shape.length || mode < -shape.length)
      throw new ParamError({
        op: 'fold',
        param: 'mode',
        value: mode,
        because: `the shape has ${shape.length} axes`,
      })
    return tensorType(x.dtype, shape)
  },
  decompose: ([x], { mode, shape }): ArrayValue => {
    const axis = mode < 0 ? mode + shape.length : mode
    return moveaxis(reshape(x, [shape[axis]!, ...shape.toSpliced(axis, 1)]), 0, axis)
  },
})

/**
 * Product of an array with a matrix or a vector along one axis.
 *
 * Shapes: `x: [...s]`, `matrix: [k, n]` or `[n]` give `s` with k in place of n, or without it. Dtypes: numeric,
 * promoted.
 *
 * @throws ShapeError when the sizes differ, DTypeError for bool arrays
 * @source TensorLy, `mode_dot`; ivy, `mode_dot`
 * @example modeDot(array([[1, 2], [3, 4]]), array([[1, 1]]), 1)   // [[3], [7]]
 */
export const modeDot = /* @__PURE__ */ defineOp({
  name: 'modeDot',
  doc: 'Product of an array with a matrix or a vector along one axis.',
  inputs: ['x', 'matrix'],
  params: { mode: /* @__PURE__ */ p.axis() },
  cast: /* @__PURE__ */ meets('modeDot', 'numeric'),
  infer: ([x, matrix], { mode }) => {
    const size = x.shape[mode]!
    const fits = (matrix.shape.length === 1 || matrix.shape.length === 2) && same(matrix.shape.at(-1)!, size)
    if (!fits)
      throw new ShapeError({
        op: 'modeDot',
        shapes: [x.shape, matrix.shape],
        because: `the last axis of the matrix is as long as axis ${mode}`,
      })
    const rest = matrix.shape.length === 1 ? [] : [matrix.shape[0]!]
    return tensorType(x.dtype, x.shape.toSpliced(mode, 1, ...rest))
  },
  decompose: ([x, matrix], { mode }): ArrayValue => {
    const product = tensordot(x, matrix, { axes: [[mode], [matrix.ndim - 1]] })
    return matrix.ndim === 1 ? product : moveaxis(product, product.ndim - 1, mode)
  },
})

/**
 * Product of an array with a matrix along each axis, in order.
 *
 * Shapes: `x: [...s]`, `matrices[i]: [k, s[i]]` give `[..., k, ...]`. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the sizes differ, DTypeError for bool arrays
 * @source TensorLy, `multi_mode_dot`; ivy, `multi_mode_dot`
 * @example multiModeDot(array([[1, 2], [3, 4]]), [array([[1, 1]]), array([[1, 1]])])   // [[10]]
 */
export const multiModeDot = /* @__PURE__ */ defineOp({
  name: 'multiModeDot',
  doc: 'Product of an array with a matrix along each axis, in order.',
  inputs: ['x', 'matrices[]'],
  params: {},
  cast: ([x, matrices]) => meets('multiModeDot', 'numeric')([x, ...matrices]),
  infer: ([x, matrices]) =>
    matrices.reduce<TensorType>((product, matrix, i) => {
      if (i < product.shape.length && matrix.shape.length === 2)
        return modeDot.def.infer([product, matrix], { mode: i }) as TensorType
      throw new ShapeError({
        op: 'multiModeDot',
        shapes: [product.shape, matrix.shape],
        because: 'there is a matrix for each of the first axes',
      })
    }, x),
  decompose: ([x, matrices]): ArrayValue =>
    matrices.reduce<ArrayValue>((product, matrix, i) => modeDot(product, matrix, i), x),
})

/**
 * Mean of the products of `order` elements of the same item.
 *
 * Shapes: `x: [b, ...s]` gives `s`, `order` times. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when there are no items, DTypeError when `x` is bool
 * @source TensorLy, `higher_order_moment`; ivy, `higher_order_moment`
 * @example higherOrderMoment(array([[1, 2], [3, 4]]), 2)   // [[5, 7], [7, 10]]
 */
export const higherOrderMoment = /* @__PURE__ */ defineOp({
  name: 'higherOrderMoment',
  doc: 'Mean of the products of `order` elements of the same item.',
  inputs: ['x'],
  params: { order: /* @__PURE__ */ p.count() },
  cast: /* @__PURE__ */ meets('higherOrderMoment', 'floating'),
  infer: ([x], { order }) => {
    if (x.shape.length === 0)
      throw new ShapeError({
        op: 'higherOrderMoment',
        shapes: [x.shape],
        because: 'it takes items along axis 0',
      })
    return tensorType(x.dtype, Array.from({ length: order }, () => x.shape.slice(1)).flat())
  },
  decompose: ([x], { order }): ArrayValue => {
    const factors = Array.from({ length: order }, () => x)
    return mean(batchedOuter(factors), { axis: 0 })
  },
})

/**
 * The elements that lie given steps apart, from the row-major order of an array.
 *
 * `strides` count elements. The result is an array of its own.
 *
 * Shapes: `x: [...s]` gives `shape`. Dtypes: any, kept.
 *
 * @throws ShapeError when a place lies outside, ParamError when there are more or fewer strides than axes
 * @source PyTorch, `as_strided`; ivy, `as_strided`
 * @example asStrided(array([1, 2, 3, 4]), [2, 2], [1, 2])   // [[1, 3], [2, 4]]
 */
export const asStrided = /* @__PURE__ */ defineOp({
  name: 'asStrided',
  doc: 'The elements that lie given steps apart, from the row-major order of an array.',
  inputs: ['x'],
  params: {
    shape: /* @__PURE__ */ p.sizes(),
    strides: /* @__PURE__ */ p.ints(),
    offset: /* @__PURE__ */ p.degree(0),
  },
  order: ['shape', 'strides'],
  traits: { movement: true },
  infer: ([x], { shape, strides, offset }) => {
    if (strides.length !== shape.length)
      throw new ParamError({
        op: 'asStrided',
        param: 'strides',
        value: strides,
        because: `there is one for each of ${shape.length} axes`,
      })
    const sizes = checkedSizes('asStrided', 'shape', shape)
    if (!same(sizeOf(sizes), 0)) {
      const steps = strides.map((step, i) => step * (pin(sizes[i]!) - 1))
      const least = steps.reduce((n, step) => n + Math.min(step, 0), offset)
      const most = steps.reduce((n, step) => n + Math.max(step, 0), offset)
      if (least < 0 || most >= pin(sizeOf(x.shape)))
        throw new ShapeError({
          op: 'asStrided',
          shapes: [x.shape, shape],
          because: 'some places lie outside of the array',
        })
    }
    return tensorType(x.dtype, sizes)
  },
  decompose: ([x], { shape, strides, offset }): ArrayValue => {
    const places = shape.map((size, axis): ArrayValue => {
      const along = multiply(arange(0, size, 1, { dtype: 'int32' }), strides[axis]!)
      return reshape(
        along,
        shape.map((_, i) => (i === axis ? size : 1)),
      )
    })
    const first: ArrayValue = full(shape, offset, { dtype: 'int32' })
    return take(
      flatten(x),
      places.reduce((sum, one) => add(sum, one), first),
      { axis: 0 },
    )
  },
})
