import type { ArrayValue } from '../op.ts'

/** All axes of an array, without a look at its sizes: a program made by a decomposition that reads one has it fixed. */
export const axesOf = ({ ndim }: ArrayValue): readonly number[] => Array.from({ length: ndim }, (_, i) => i)

/** The sizes of an array for parameters of other ops; while a graph is open some of them are no numbers. */
export const handedOn = ({ type }: ArrayValue): readonly number[] => type.shape as readonly number[]
