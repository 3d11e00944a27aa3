import { embedding, type NDArray, Variable } from '@tendril/core/fn'
import { type Initializer, normal } from '../initializers.ts'
import { Layer } from './layer.ts'
import { checkOptions, common, count, type LayerOptions } from './options.ts'

export interface EmbeddingOptions extends LayerOptions {
  readonly weightInitializer?: Initializer
}

/**
 * A vector for each of a number of things, looked up by index.
 *
 * Shapes: integers `[...i]` give `[...i, features]`; `weight: [rows, features]`. An index outside means the nearest row.
 *
 * @throws ParamError unless both sizes are whole numbers from 1, DTypeError when indices are no integers
 * @source ivy, `Embedding`; PyTorch, `Embedding`
 * @example new Embedding(10, 4).forward(array([1, 2, 1], { dtype: 'int32' })).shape   // [3, 4]
 */
export class Embedding extends Layer {
  readonly rows: number
  readonly features: number
  declare weight: Variable
  readonly #options: EmbeddingOptions

  constructor(rows: number, features: number, options: EmbeddingOptions = {}) {
    super(options)
    checkOptions('Embedding', options, [...common, 'weightInitializer'])
    this.rows = count('Embedding', 'rows', rows)
    this.features = count('Embedding', 'features', features)
    this.#options = options
    this.start()
  }

  protected override setup(): void {
    const { dtype = 'float32', key = null, weightInitializer = normal() } = this.#options
    this.weight = new Variable(weightInitializer([this.rows, this.features], { dtype, key }), {
      name: 'weight',
    })
  }

  forward(indices: NDArray): NDArray {
    return embedding(this.weight.value, indices)
  }

  protected override settings(): string {
    return `${this.rows}, ${this.features}`
  }
}
