/** Kinds of parameters that name axes of an array. */
import { axisList, axisSpec, factory, sortedAxes } from './param-kind.ts'

export const axis = /* @__PURE__ */ factory<number, number>(/* @__PURE__ */ axisSpec(0))

export const axes = /* @__PURE__ */ factory<readonly number[], number | readonly number[]>({
  takes: 'an integer or an array of integers',
  accept: axisList,
  resolve: sortedAxes,
})
