import { multiply } from '../../ops/index.ts'
import type { Engine } from '../../runtime/engine.ts'
import type { NDArray } from '../../runtime/nd-array.ts'
import { arrayOn } from './arguments.ts'

const known = new WeakMap<Engine, boolean>()

/** Whether an engine takes numbers below the smallest normal one for zero. */
export async function flushes(engine: Engine): Promise<boolean> {
  const before = known.get(engine)
  if (before !== undefined) return before
  const array = arrayOn(engine, { dtype: 'float32', shape: [1], data: new Float32Array([2 ** -140]) })
  const product = multiply(array, 2) as NDArray
  const [value] = await product.data()
  for (const one of [array, product]) one.dispose()
  const is = value === 0
  known.set(engine, is)
  return is
}
