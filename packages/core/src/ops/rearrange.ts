import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { sizeOf } from '../types/reshape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { permuteDims, reshape } from './movement.ts'

/**
 * The array with axes of size 1 added; `axis` counts in the result.
 *
 * Shapes: `x: [...s]` gives `s` with a 1 at each of `axis`. Dtypes: any, kept.
 *
 * @throws ParamError when an axis is outside the result's rank
 * @source array API standard, `expand_dims`
 * @example expandDims(array([1, 2]), 1)   // [[1], [2]]
 */
export const expandDims = /* @__PURE__ */ defineOp({
  name: 'expandDims',
  doc: 'The array with axes of size 1 added.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.newAxes(0) },
  order: ['axis'],
  traits: { movement: true, identity: true },
  infer: ([x], { axis }) => tensorType(x.dtype, expandedShape(x.shape, axis)),
  decompose: ([x], { axis }): ArrayValue => reshape(x, expandedShape(x.shape, axis)),
})

export const expandDimsGradient: GradientOf<typeof expandDims> = (_inputs, { axis }, _outs, [g]) => [
  () => squeeze(g, axis),
]

function expandedShape<D extends Dim>(shape: readonly D[], axes: readonly number[]): readonly (D | 1)[] {
  const result: (D | 1)[] = [...shape]
  for (const axis of axes) result.splice(axis, 0, 1)
  return result
}

/**
 * The array without the axes `axis`, which have to be of size 1.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`. Dtypes: any, kept.
 *
 * @throws ShapeError when an axis has another size, ParamError when it is outside the rank
 * @source array API standard, `squeeze`
 * @example squeeze(array([[1], [2]]), 1)   // [1, 2]
 */
export const squeeze = /* @__PURE__ */ defineOp({
  name: 'squeeze',
  doc: 'The array without axes of size 1.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes() },
  traits: { movement: true, identity: true },
  infer: ([x], { axis }) => {
    const wide = axis.find((one) => !same(x.shape[one]!, 1))
    if (wide === undefined) return tensorType(x.dtype, without(x.shape, axis))
    throw new ShapeError({
      op: 'squeeze',
      shapes: [x.shape],
      because: `axis ${wide} is not of size 1`,
      instead: 'Take one element of it by x.at(…), or reduce over it',
    })
  },
  decompose: ([x], { axis }): ArrayValue => reshape(x, without(x.shape, axis)),
})

export const squeezeGradient: GradientOf<typeof squeeze> = (_inputs, { axis }, _outs, [g]) => [
  () => expandDims(g, axis),
]

const without = <T>(list: readonly T[], places: readonly number[]): T[] =>
  list.filter((_, i) => !places.includes(i))

/**
 * The elements in row-major order in one axis.
 *
 * Shapes: `x: [...s]` gives `[number of elements]`. Dtypes: any, kept.
 *
 * @source ivy, `flatten`
 * @example flatten(array([[1, 2], [3, 4]]))   // [1, 2, 3, 4]
 */
export const flatten = /* @__PURE__ */ defineOp({
  name: 'flatten',
  doc: 'The elements in row-major order in one axis.',
  inputs: ['x'],
  params: {},
  traits: { movement: true, identity: true },
  infer: ([x]) => tensorType(x.dtype, [sizeOf(x.shape)]),
  decompose: ([x]): ArrayValue => reshape(x, [sizeOf(x.type.shape) as number]),
})

/** All axes in order, two of them exchanged. */
function exchanged(rank: number, axis1: number, axis2: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, i) => i)
  return axes.with(axis1, axis2).with(axis2, axis1)
}

const permuted = (x: TensorType, axes: readonly number[]): TensorType =>
  tensorType(
    x.dtype,
    axes.map((axis) => x.shape[axis]!),
  )

/**
 * The array with its last two axes exchanged: every matrix transposed.
 *
 * Shapes: `x: [...b, n, m]` gives `[...b, m, n]`. Dtypes: any, kept.
 *
 * @throws ShapeError when there are fewer than two axes
 * @source array API standard, `matrix_transpose`
 * @example matrixTranspose(array([[1, 2], [3, 4]]))   // [[1, 3], [2, 4]]
 */
export const matrixTranspose = /* @__PURE__ */ defineOp({
  name: 'matrixTranspose',
  doc: 'The array with its last two axes exchanged.',
  inputs: ['x'],
  params: {},
  traits: { movement: true },
  infer: ([x]) => {
    const rank = x.shape.length
    if (rank >= 2) return permuted(x, exchanged(rank, rank - 2, rank - 1))
    throw new ShapeError({ op: 'matrixTranspose', shapes: [x.shape], because: 'a matrix has two axes' })
  },
  decompose: ([x]): ArrayValue => permuteDims(x, exchanged(x.ndim, x.ndim - 2, x.ndim - 1)),
})

/**
 * The array with two axes exchanged.
 *
 * Shapes: `x: [...s]` gives `s` with the two sizes exchanged. Dtypes: any, kept.
 *
 * @throws ParamError when an axis is outside the rank
 * @source ivy, `swapaxes`
 * @example swapaxes(array([[1, 2, 3]]), 0, 1)   // [[1], [2], [3]]
 */
export const swapaxes = /* @__PURE__ */ defineOp({
  name: 'swapaxes',
  doc: 'The array with two axes exchanged.',
  inputs: ['x'],
  order: ['axis1', 'axis2'],
  params: { axis1: /* @__PURE__ */ p.axis(), axis2: /* @__PURE__ */ p.axis() },
  traits: { movement: true },
  infer: ([x], { axis1, axis2 }) => permuted(x, exchanged(x.shape.length, axis1, axis2)),
  decompose: ([x], { axis1, axis2 }): ArrayValue => permuteDims(x, exchanged(x.ndim, axis1, axis2)),
})

/** The order of axes in which each of `source` stands at its `destination`, the others in their order. */
function moved(rank: number, source: readonly number[], destination: readonly number[]): readonly number[] {
  if (source.length !== destination.length) {
    throw new ParamError({
      op: 'moveaxis',
      param: 'destination',
      value: destination,
      because: `it has to name as many axes as 'source', which names ${source.length}`,
    })
  }
  for (const [param, value] of Object.entries({ source, destination })) {
    if (new Set(value).size === value.length) continue
    throw new ParamError({ op: 'moveaxis', param, value, because: 'an axis is named twice' })
  }
  const axes = Array.from({ length: rank }, (_, i) => i).filter((axis) => !source.includes(axis))
  const pairs = destination.map((to, i) => ({ to, from: source[i]! })).sort((a, b) => a.to - b.to)
  for (const { to, from } of pairs) axes.splice(to, 0, from)
  return axes
}

/**
 * The array with axes moved to other places; the others keep their order.
 *
 * Shapes: `x: [...s]` gives its sizes in the new order. Dtypes: any, kept.
 *
 * @throws ParamError when `source` and `destination` differ in length, or an axis is named twice or outside the rank
 * @source array API standard, `moveaxis`
 * @example moveaxis(array([[1, 2, 3]]), 0, -1)   // [[1], [2], [3]]
 */
export const moveaxis = /* @__PURE__ */ defineOp({
  name: 'moveaxis',
  doc: 'The array with axes moved to other places.',
  inputs: ['x'],
  order: ['source', 'destination'],
  params: {
    source: /* @__PURE__ */ p.orderedAxes(),
    destination: /* @__PURE__ */ p.orderedAxes(),
  },
  traits: { movement: true },
  infer: ([x], { source, destination }) => permuted(x, moved(x.shape.length, source, destination)),
  decompose: ([x], { source, destination }): ArrayValue => permuteDims(x, moved(x.ndim, source, destination)),
})
