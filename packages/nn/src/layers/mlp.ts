import { ParamError } from '@tendril/core/fn'
import { ReLU } from './activations.ts'
import { Dropout } from './dropout.ts'
import { Linear } from './linear.ts'
import { checkOptions, common, keysFor, type LayerOptions } from './options.ts'
import { type ArrayModule, Sequential } from './sequence.ts'

export interface MLPOptions extends LayerOptions {
  /** Makes the layer between two linear ones. */
  readonly activation?: () => ArrayModule
  /** Share of elements that dropout drops after each activation. */
  readonly dropout?: number
  readonly bias?: boolean
}

/**
 * Linear layers of these sizes with activations between them.
 *
 * Shapes: `[...b, first size]` gives `[...b, last size]`.
 *
 * @throws ParamError for fewer than two sizes
 * @example new MLP([4, 8, 2])(ones([3, 4])).shape   // [3, 2]
 */
export class MLP extends Sequential {
  constructor(sizes: readonly number[], options: MLPOptions = {}) {
    checkOptions('MLP', options, [...common, 'activation', 'dropout', 'bias'])
    const { activation = (): ArrayModule => new ReLU(), dropout = 0, key = null, ...rest } = options
    if (sizes.length < 2)
      throw new ParamError({ op: 'MLP', param: 'sizes', value: sizes, because: 'it takes two sizes or more' })
    const keys = keysFor(key, sizes.length - 1)
    super(
      ...keys.flatMap((ofLayer, i): ArrayModule[] => {
        const linear = new Linear(sizes[i]!, sizes[i + 1]!, { ...rest, key: ofLayer })
        if (i === keys.length - 1) return [linear]
        return [linear, activation(), ...(dropout > 0 ? [new Dropout(dropout)] : [])]
      }),
    )
  }
}
