import { add, type NDArray } from '@tendril/core'
import { scale } from './library.ts'

export const shift = (x: NDArray): NDArray => add(x, 2)
export const both = (x: NDArray): NDArray => shift(scale(x, 2))
