/** Memory of numbers, as kernels see it. */
export interface Numbers {
  [at: number]: number
  readonly length: number
}

/** Memory of elements that a kernel only moves. */
export interface Cells<T = unknown> {
  [at: number]: T
  readonly length: number
}
