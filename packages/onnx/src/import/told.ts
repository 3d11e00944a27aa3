import * as td from '@tendril/core/fn'
import { NDArray } from '@tendril/core/fn'
import { ofSizes, sizeFrom } from '@tendril/core/module'
import { type NodeCall, placeOf } from './node-call.ts'
import { numberOfAxis } from './operators/axes.ts'
import { product } from './sizes.ts'
import { known, type SizeLike, sizesOf, Tensor } from './tensor.ts'

/** Integers of an operand that the elements of inputs decide: a graph knows them as an array, and computes with it. */
export class Told {
  /** int64, with one axis. */
  readonly array: NDArray
  readonly count: number

  constructor(array: NDArray, count: number) {
    this.array = array
    this.count = count
  }
}

/** No shape has more sizes. */
const mostSizes = 64

/** No size, which a call refuses. */
export const wrongSize = -1

/**
 * The integers of an operand that data decide, where how many there are is known; undefined where they are numbers or sizes
 * of inputs, or have to be read.
 */
export function toldOf(call: NodeCall, index: number): Told | undefined {
  const tensor = call.tensor(index)
  if (tensor.isKnown || tensor.rank > 1) return undefined
  const { array } = tensor
  const count = lengthOf(array)
  if (count === 0 || count > mostSizes) return undefined
  return new Told(td.reshape(array.dtype === 'int64' ? array : td.astype(array, 'int64'), [count]), count)
}

/** How many elements an operand has, which decides ranks: an open number binds the graph to it. */
export const lengthOf = (array: NDArray): number => (array.ndim === 0 ? 1 : numberOfAxis(array, 0))

/** The integers of an operand that are sizes or counts, none below 0: numbers, sizes of inputs, or such that data decide. */
export function countsOf(call: NodeCall, index: number): readonly SizeLike[] {
  const told = toldOf(call, index)
  return told === undefined ? call.sizes(index) : sizesIn(call, told.array, told.count)
}

/** Integers as an array with one axis, to compute with. */
export const listOf = (of: readonly SizeLike[]): NDArray => Tensor.ofSizes('int64', [of.length], of).array

/** An integer without axes of a list. */
export const itemOf = (list: NDArray, index: number): NDArray =>
  td.take(list, td.full([], index, { dtype: 'int64' }), { axis: 0 })

/** An integer without axes as a size, which stays open; one below 0 is an error of the call. */
export const sizeOf = (call: NodeCall, value: NDArray): SizeLike => known(sizeFrom(value, placeOf(call.node)))

/** The integers of a list as sizes. */
export const sizesIn = (call: NodeCall, list: NDArray, count: number): readonly SizeLike[] =>
  Array.from({ length: count }, (_, i) => sizeOf(call, itemOf(list, i)))

/** An array of sizes that data decide; that it has as many elements is checked when they are known. */
export function reshaped(call: NodeCall, x: NDArray, shape: readonly SizeLike[]): NDArray {
  const line = td.reshape(x, [product(sizesOf(x))])
  return td.reshape(ofSizes(line, [product(shape)], { by: placeOf(call.node) }), [...shape])
}

/** The array under sizes that data decide, which have to be its own. */
export const under = (call: NodeCall, x: NDArray, shape: readonly SizeLike[]): NDArray =>
  ofSizes(x, [...shape], { by: placeOf(call.node) })
