import type { Lowering } from '@tendril/core/adapter'
import { storageOf } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value } from '../values.ts'
import { lower } from './lower.ts'

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/** What the kernel does with an update, by its number there. */
const kinds = { scatterReplace: 0, scatterSum: 1, scatterProd: 2, scatterMin: 4, scatterMax: 5 } as const
const ofWholeProducts = 3

/** Rows that are brought into others. */
export const scatters: readonly Lowering<NumjsEmitter, Value>[] = (
  Object.keys(kinds) as (keyof typeof kinds)[]
).map((op) =>
  lower(op, (js, [x, indices, updates], _params, node) => {
    const out = node.outputs[0]!
    const isWhole = op === 'scatterProd' && (out.dtype === 'int32' || out.dtype === 'uint32')
    const kind = isWhole ? ofWholeProducts : kinds[op]
    const sizes = [x.shape[0]!, product(x.shape.slice(1))].map((size) => js.lifts.size(size)).join(', ')
    const kernel = `scatter_${storageOf(out.dtype)}_${storageOf(indices.dtype)}`
    const [result] = js.call(
      [out],
      [x, indices, updates],
      ([from, places, rows], [to]) => `${kernel}(${from}, ${places}, ${rows}, ${to}, ${sizes}, ${kind})`,
    )
    return result!
  }),
)
