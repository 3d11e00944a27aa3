import {
  cumulativeSum,
  expandDims,
  greaterEqual,
  random,
  softmax,
  sum,
  astype,
  slice,
} from '@tendril/core/fn'
import type { MultinomialAttrs } from '@tensorflow/tfjs-core'
import { type Family, kernel } from '../kernel.ts'

/** Kernels that draw. */
export const draws: Family = {
  // Each number falls into the share of one outcome; rounding may leave the last share a little short.
  Multinomial: {
    ...kernel(['logits'], ([logits], { numSamples, normalized }: MultinomialAttrs) => {
      const shares = normalized ? logits : softmax(logits, { axis: -1 })
      const [items, outcomes] = shares.shape as readonly [number, number]
      const bounds = slice(cumulativeSum(shares, { axis: 1 }), [0, 0], [items, outcomes - 1])
      const drawn = random.uniform({ shape: [items, numSamples] })
      return sum(astype(greaterEqual(expandDims(drawn, 2), expandDims(bounds, 1)), 'int32'), { axis: 2 })
    }),
    seed: ({ seed }: MultinomialAttrs) => seed,
  },
}
