import {
  add,
  broadcastTo,
  concat,
  expandDims,
  flatten,
  flip,
  matrixTranspose,
  permuteDims,
  reshape,
  squeeze,
  sum,
} from '../../ops/index.ts'
import { isFloat } from '../../types/dtype.ts'
import * as p from '../../types/param-kinds.ts'
import { defineRule } from '../rule.ts'
import { firstKeepsType, keepsType } from './keeps-type.ts'

const equalAxes = (a: readonly number[] | null, b: readonly number[] | null): boolean =>
  String(a) === String(b)

export const permuteTwice = defineRule({
  name: 'permuteDims(permuteDims(x, a), b) -> permuteDims(x, a[b])',
  holes: ['x'],
  captures: { inner: p.perm(), outer: p.perm() },
  match: ([x], { inner, outer }) => permuteDims(permuteDims(x, inner), outer),
  replace: ([x], { inner, outer }) =>
    permuteDims(
      x,
      outer.map((axis) => inner[axis]!),
    ),
})

export const permuteNothing = defineRule({
  name: 'permuteDims(x, in order) -> x',
  holes: ['x'],
  captures: { axes: p.perm() },
  match: ([x], { axes }) => permuteDims(x, axes),
  replace: ([x]) => x,
  when: (_types, { axes }) => axes.every((axis, i) => axis === i) || 'it changes the order of the axes',
})

export const matrixTransposeTwice = defineRule({
  name: 'matrixTranspose(matrixTranspose(x)) -> x',
  holes: ['x'],
  match: ([x]) => matrixTranspose(matrixTranspose(x)),
  replace: ([x]) => x,
})

export const flipTwice = defineRule({
  name: 'flip(flip(x, axis), axis) -> x',
  holes: ['x'],
  captures: { axis: p.axes(null) },
  match: ([x], { axis }) => flip(flip(x, { axis }), { axis }),
  replace: ([x]) => x,
})

export const reshapeTwice = defineRule({
  name: 'reshape(reshape(x, a), b) -> reshape(x, b)',
  holes: ['x'],
  captures: { inner: p.shape(), outer: p.shape() },
  match: ([x], { inner, outer }) => reshape(reshape(x, inner), outer),
  replace: ([x], { outer }) => reshape(x, outer),
})

export const reshapeExpanded = defineRule({
  name: 'reshape(expandDims(x), shape) -> reshape(x, shape)',
  holes: ['x'],
  captures: { axis: p.newAxes(), shape: p.shape() },
  match: ([x], { axis, shape }) => reshape(expandDims(x, axis), shape),
  replace: ([x], { shape }) => reshape(x, shape),
})

export const reshapeSqueezed = defineRule({
  name: 'reshape(squeeze(x), shape) -> reshape(x, shape)',
  holes: ['x'],
  captures: { axis: p.axes(), shape: p.shape() },
  match: ([x], { axis, shape }) => reshape(squeeze(x, axis), shape),
  replace: ([x], { shape }) => reshape(x, shape),
})

export const flattenReshaped = defineRule({
  name: 'flatten(reshape(x)) -> flatten(x)',
  holes: ['x'],
  captures: { shape: p.shape() },
  match: ([x], { shape }) => flatten(reshape(x, shape)),
  replace: ([x]) => flatten(x),
})

export const squeezeExpanded = defineRule({
  name: 'squeeze(expandDims(x, axis), axis) -> x',
  holes: ['x'],
  captures: { at: p.newAxes(), axis: p.axes() },
  match: ([x], { at, axis }) => squeeze(expandDims(x, at), axis),
  replace: ([x]) => x,
  when: ([x], { at, axis }, result) =>
    equalAxes(at, axis) ? keepsType(x, result) : 'other axes are taken away than were put in',
})

export const expandSqueezed = defineRule({
  name: 'expandDims(squeeze(x, axis), axis) -> x',
  holes: ['x'],
  captures: { at: p.newAxes(), axis: p.axes() },
  match: ([x], { at, axis }) => expandDims(squeeze(x, axis), at),
  replace: ([x]) => x,
  when: ([x], { at, axis }, result) =>
    equalAxes(at, axis) ? keepsType(x, result) : 'other axes are put in than were taken away',
})

export const sumOfExpanded = defineRule({
  name: 'sum(expandDims(x)) over the new axes -> x',
  holes: ['x'],
  captures: { at: p.newAxes(), axis: p.axes(null) },
  match: ([x], { at, axis }) => sum(expandDims(x, at), { axis }),
  // A sum begins with 0, and 0 + -0 is 0.
  replace: ([x]) => (isFloat(x.dtype) ? add(x, 0) : x),
  when: ([x], { at, axis }, result) =>
    equalAxes(at, axis) ? keepsType(x, result) : 'sums over other axes than the new ones',
})

export const broadcastTwice = defineRule({
  name: 'broadcastTo(broadcastTo(x, a), b) -> broadcastTo(x, b)',
  holes: ['x'],
  captures: { inner: p.sizes(), outer: p.sizes() },
  match: ([x], { inner, outer }) => broadcastTo(broadcastTo(x, inner), outer),
  replace: ([x], { outer }) => broadcastTo(x, outer),
})

export const concatOfOne = defineRule({
  name: 'concat([x]) -> x',
  holes: ['x'],
  captures: { axis: p.axisOrNull(0) },
  match: ([x], { axis }) => concat([x], { axis }),
  replace: ([x]) => x,
  when: firstKeepsType,
})
