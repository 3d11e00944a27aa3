import type { Scattering } from '../own-scatter.ts'
import { lower, type TfjsLowering } from './lower.ts'

/** tfjs' own kernels read indices outside of an axis as errors, or write beyond their memory. */
const kinds = {
  scatterReplace: 'replace',
  scatterSum: 'sum',
  scatterProd: 'prod',
  scatterMin: 'min',
  scatterMax: 'max',
} as const satisfies Readonly<Record<string, Scattering>>

/** Rows that are brought into others. */
export const scatters: readonly TfjsLowering[] = (Object.keys(kinds) as (keyof typeof kinds)[]).map((op) =>
  lower(op, (e, [x, indices, updates]) => {
    const infos = [x, indices, updates].map((value) => e.info(value))
    const call = `T.scatter(${infos.join(', ')}, '${kinds[op]}')`
    return e.value(e.node.outputs[0]!, e.call(call, infos, `scatter(${infos.join(', ')}, '${kinds[op]}')`))
  }),
)
