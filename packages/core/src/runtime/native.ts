import type { ConcreteType } from '../types/tensor-type.ts'
import { tensorType } from '../types/tensor-type.ts'
import { allEngines } from './engines.ts'
import { NDArray } from './nd-array.ts'

/** An engine's own array (tf.Tensor, nj.NdArray, ort.Tensor) as an array; undefined for any other value. */
export function wrapNative(value: object): NDArray | undefined {
  for (const engine of allEngines()) {
    const { native } = engine.backend
    if (native === undefined || !native.is(value, engine.device)) continue
    const { buffer, dtype, shape } = native.wrap(value, engine.device)
    return new NDArray(engine, tensorType(dtype, shape) as ConcreteType, buffer)
  }
  return undefined
}
