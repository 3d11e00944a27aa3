import type { ConcreteType } from '../types/tensor-type.ts'
import { tensorType } from '../types/tensor-type.ts'
import type { Engine } from './engine.ts'
import { allEngines } from './engines.ts'
import { NDArray } from './nd-array.ts'

/** The engine that an array of an engine's own (tf.Tensor, nj.NdArray, ort.Tensor) belongs to; undefined for any other value. */
export function engineOf(value: object): Engine | undefined {
  for (const engine of allEngines()) if (engine.backend.native?.is(value, engine.device)) return engine
  return undefined
}

/** An engine's own array as an array; undefined for any other value. */
export function wrapNative(value: object): NDArray | undefined {
  const engine = engineOf(value)
  if (engine === undefined) return undefined
  const { buffer, dtype, shape } = engine.backend.native!.wrap(value, engine.device)
  return new NDArray(engine, tensorType(dtype, shape) as ConcreteType, buffer)
}

/** The function that an object of an engine's own, such as a model, stands for; undefined for any other object. */
export function functionOf(object: object): ((...args: unknown[]) => unknown) | undefined {
  for (const { backend } of allEngines()) {
    const fn = backend.native?.functionOf?.(object)
    if (fn !== undefined) return fn
  }
  return undefined
}
