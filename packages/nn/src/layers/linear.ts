import { linear, type NDArray, Variable } from '@tendril/core/fn'
import { glorotUniform, type Initializer, zeros } from '../initializers.ts'
import { Layer } from './layer.ts'
import { checkOptions, common, count, keysFor, type LayerOptions } from './options.ts'

export interface LinearOptions extends LayerOptions {
  readonly bias?: boolean
  readonly weightInitializer?: Initializer
  readonly biasInitializer?: Initializer
}

/**
 * The last axis times a matrix, plus a bias.
 *
 * Shapes: `[...b, in]` gives `[...b, out]`; `weight: [out, in]`, `bias: [out]`.
 *
 * @throws ParamError unless both sizes are whole numbers from 1
 * @source ivy, `Linear`; PyTorch, `Linear`
 * @example new Linear(2, 3)(array([1, 2])).shape   // [3]
 */
export class Linear extends Layer {
  readonly inFeatures: number
  readonly outFeatures: number
  declare weight: Variable
  declare bias: Variable | null
  readonly #options: LinearOptions

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super(options)
    checkOptions('Linear', options, [...common, 'bias', 'weightInitializer', 'biasInitializer'])
    this.inFeatures = count('Linear', 'inFeatures', inFeatures)
    this.outFeatures = count('Linear', 'outFeatures', outFeatures)
    this.#options = options
    this.start()
  }

  protected override setup(): void {
    const { bias = true, dtype = 'float32', key = null } = this.#options
    const { weightInitializer = glorotUniform(), biasInitializer = zeros } = this.#options
    const [ofWeight, ofBias] = keysFor(key, 2)
    const weight = weightInitializer([this.outFeatures, this.inFeatures], { dtype, key: ofWeight! })
    this.weight = new Variable(weight, { name: 'weight' })
    this.bias = bias
      ? new Variable(biasInitializer([this.outFeatures], { dtype, key: ofBias! }), { name: 'bias' })
      : null
  }

  forward(x: NDArray): NDArray {
    return linear(x, this.weight.value, this.bias?.value)
  }

  protected override settings(): string {
    return `${this.inFeatures}, ${this.outFeatures}, bias=${this.#options.bias ?? true}`
  }
}
