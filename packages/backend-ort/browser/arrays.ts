import * as td from '@tendril/core'

/** Numbers between -1 and 1, all different. */
export const waves = (...shape: number[]): td.NDArray => {
  const data = Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, (_, i) => Math.sin(i))
  return td.reshape(td.array(data), shape)
}

/** An array with its elements, which are still to come. */
export const host = async (x: td.NDArray) => ({ dtype: x.dtype, shape: x.shape, data: await x.data() })
