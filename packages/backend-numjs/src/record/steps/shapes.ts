import { array, concat, type NDArray, reshape, stack, where } from '@tendril/core/fn'
import { toShape } from '../view.ts'
import { type Mapping, type Out, toDType } from './compute.ts'

/** Its rows of a diagonal matrix hold nothing but one element. */
const diagonalMatrix: Mapping = (x, _rest, { shape: [n] }) => {
  const isOn = Array.from({ length: n! * n! }, (_, i) => i % (n! + 1) === 0)
  return where(reshape(array(isOn), [n!, n!]), reshape(x, [n!, 1]), 0)
}

/** Functions that put elements in memory of their own; those that show the same memory need no op here. */
export const moves: Readonly<Record<string, Mapping>> = {
  flatten: (x, _rest, { shape }) => toShape(x, shape),
  reshape: (x, _rest, { shape }) => toShape(x, shape),
  diag: diagonalMatrix,
}

type Join = (arrays: readonly NDArray[], out: Out, axis: number) => NDArray

/** Functions of several arrays. */
export const joins: Readonly<Record<string, Join>> = {
  /** Along the last axis. */
  concatenate: (arrays, { dtype }) => {
    const parts = arrays.map((one) => toDType(one, dtype))
    return concat(parts, { axis: -1 })
  },
  stack: (arrays, { dtype }, axis) =>
    stack(
      arrays.map((one) => toDType(one, dtype)),
      { axis },
    ),
}
