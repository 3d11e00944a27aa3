import { minus, plus, times, type Dim } from './dim.ts'
import { floorDiv } from './poly-division.ts'

/** A window that slides along one axis. */
export interface Window {
  readonly stride: number
  readonly padBefore: Dim
  readonly padAfter: Dim
  readonly dilation: number
}

/** Positions of a window of `kernel` elements along an axis of `d`; below 1 when it does not fit. */
export function convOut(d: Dim, kernel: Dim, { stride, padBefore, padAfter, dilation }: Window): Dim {
  const reach = plus(times(dilation, minus(kernel, 1)), 1)
  return plus(floorDiv(minus(plus(d, plus(padBefore, padAfter)), reach), stride), 1)
}
