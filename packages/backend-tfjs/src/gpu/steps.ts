import type { TensorInfo } from '@tensorflow/tfjs-core'
import { countOf } from '@tendril/core/adapter'
import type { TfDType } from '../device.ts'
import { concatText, scanText, typeOf } from './programs.ts'
import type { Shader } from './shader.ts'

/** What runs the shaders of an op that takes several. */
export interface Runner {
  run(shader: Shader): TensorInfo
  free(info: TensorInfo): void
}

/** Storage buffers that one program may read, which is the least that WebGPU promises. */
const mostInputs = 6

/** Running sums or products, each step over twice as many elements as the one before. */
export function scanned(
  by: Runner,
  x: TensorInfo,
  axis: number,
  shape: number[],
  isSum: boolean,
  includeInitial: boolean,
): TensorInfo {
  const dtype = x.dtype as TfDType
  const [size, step] = [x.shape[axis]!, countOf(x.shape.slice(axis + 1))]
  const text = scanText(typeOf(dtype), isSum)
  let last = x
  const pass = (reach: number, to: number[], width: number): void => {
    const next = by.run({ text, inputs: [last], shape: to, dtype, ints: [width, step, reach, size] })
    if (last !== x) by.free(last)
    last = next
  }
  for (let reach = 1; reach < size; reach *= 2) pass(reach, x.shape, size)
  if (includeInitial) pass(-1, shape, size + 1)
  else if (last === x) pass(0, shape, size)
  return { ...last, shape }
}

/** Arrays one behind the other along an axis, as many at once as a program may read. */
export function joined(by: Runner, arrays: readonly TensorInfo[], axis: number): TensorInfo {
  let left = arrays
  while (left.length > mostInputs) {
    const first = joined(by, left.slice(0, mostInputs), axis)
    if (left !== arrays) by.free(left[0]!)
    left = [first, ...left.slice(mostInputs)]
  }
  const sizes = left.map((info) => info.shape[axis]!)
  const total = sizes.reduce((n, size) => n + size, 0)
  const [first] = left as [TensorInfo]
  const dtype = first.dtype as TfDType
  const ints = [total, countOf(first.shape.slice(axis + 1)), ...sizes]
  const text = concatText(typeOf(dtype), left.length)
  const result = by.run({ text, inputs: left, shape: first.shape.with(axis, total), dtype, ints })
  if (left !== arrays) by.free(first)
  return result
}
