import type { HostArray } from '../op.ts'
import type { Element } from '../types/promotion.ts'
import { rowMajorStrides } from '../types/shape.ts'
import { type Writable, forEachIndex, put, widthOf } from './kernels.ts'

/** Copies one element; both arrays have the same dtype. */
export function copyElement(from: HostArray, fromAt: number, to: HostArray, toAt: number): void {
  const width = widthOf(from)
  for (let i = 0; i < width; i++) (to.data as Writable)[toAt * width + i] = from.data[fromAt * width + i]!
}

/** Fills `out` with the elements that lie `steps` apart in `x`, counted from `offset`. */
export function copyStrided(x: HostArray, out: HostArray, steps: readonly number[], offset = 0): void {
  forEachIndex(out.shape, [steps], (at, [from]) => copyElement(x, offset + from!, out, at))
}

/** Sets all elements to one value of their dtype. */
export function fill(out: HostArray, value: Element): void {
  const count = out.data.length / widthOf(out)
  const element = typeof value === 'boolean' ? Number(value) : value
  for (let at = 0; at < count; at++) put(out.data, at, element)
}

/** Copies elements from places that `from` tells for each place of the result. */
export function gather(x: HostArray, out: HostArray, from: (at: number) => number): void {
  const count = out.data.length / widthOf(out)
  for (let at = 0; at < count; at++) copyElement(x, from(at), out, at)
}

/** The index along each axis of a place in row-major order. */
export const indexAt = (shape: readonly number[], at: number): number[] =>
  rowMajorStrides(shape).map((stride, axis) => Math.floor(at / stride) % shape[axis]!)

/** Calls `visit` with the place of the first element of each line along `axis`, and the step between its elements. */
export function forEachLine(
  shape: readonly number[],
  axis: number,
  visit: (start: number, step: number) => void,
): void {
  const step = shape.slice(axis + 1).reduce((n, size) => n * size, 1)
  const outer = shape.slice(0, axis).reduce((n, size) => n * size, 1)
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < step; j++) visit(i * step * shape[axis]! + j, step)
  }
}
