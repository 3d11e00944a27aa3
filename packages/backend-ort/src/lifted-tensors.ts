import {
  allocate,
  type ConcreteType,
  type Lifted,
  type Scalar,
  tensorType,
  type TypedArray,
} from '@tendril/core/adapter'
import type { LiftedInput } from '@tendril/onnx/emit'
import { toTensor } from './buffers.ts'
import type { Feeds, OrtTensor } from './onnxruntime.ts'

/** The model's inputs that hold lifted sizes and numbers, by name. */
export function liftedTensors(inputs: readonly LiftedInput[], { sizes, literals }: Lifted<unknown>): Feeds {
  const feeds: Record<string, OrtTensor> = {}
  for (const { name, dtype, from, places, dims } of inputs) {
    const values: readonly Scalar[] = from === 'sizes' ? sizes : literals
    const data = allocate(dtype, places.length)
    places.forEach((place, i) => put(data, i, values[place]!, dtype === 'int64' || dtype === 'uint64'))
    feeds[name] = toTensor(data, tensorType(dtype, dims) as ConcreteType)
  }
  return feeds
}

function put(data: TypedArray, at: number, value: Scalar, isBig: boolean): void {
  const store = data as { [i: number]: number | bigint }
  store[at] = isBig ? BigInt(value) : Number(value)
}
