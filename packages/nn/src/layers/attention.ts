import { DTypeError, multiHeadAttention, type NDArray, ParamError, Variable } from '@tendril/core/fn'
import { glorotUniform, zeros } from '../initializers.ts'
import { Layer } from './layer.ts'
import { Linear } from './linear.ts'
import { checkOptions, common, count, keysFor, type LayerOptions } from './options.ts'

export interface MultiHeadAttentionOptions extends LayerOptions {
  readonly bias?: boolean
}

export interface AttentionOptions {
  /** Bools say which keys a query may attend to; floats are added to the scores. Broadcasts to `[...b, l, s]`. */
  readonly mask?: NDArray | null
  /** Whether a query attends to the keys up to its own place only. */
  readonly isCausal?: boolean
}

/**
 * Attention of several heads, with projections before and after.
 *
 * Shapes: `query: [...b, l, features]`, `key` and `value: [...b, s, features]` give `[...b, l, features]`.
 * Key and value are the query, and value is the key, unless given. Names as in PyTorch: `in_proj_weight`, `out_proj.weight`.
 *
 * @throws ParamError when the features do not part into `heads`, DTypeError for a mask of integers
 * @source PyTorch, `MultiheadAttention` with `batch_first`; ivy, `MultiHeadAttention`
 * @example new MultiHeadAttention(4, 2).forward(ones([1, 3, 4])).shape   // [1, 3, 4]
 */
export class MultiHeadAttention extends Layer {
  readonly features: number
  readonly heads: number
  declare inProjWeight: Variable
  declare inProjBias: Variable | null
  declare outProj: Linear
  readonly #options: MultiHeadAttentionOptions

  constructor(features: number, heads: number, options: MultiHeadAttentionOptions = {}) {
    super(options)
    checkOptions('MultiHeadAttention', options, [...common, 'bias'])
    this.features = count('MultiHeadAttention', 'features', features)
    this.heads = count('MultiHeadAttention', 'heads', heads)
    if (features % heads !== 0) {
      const because = `${features} features do not part into as many heads`
      throw new ParamError({ op: 'MultiHeadAttention', param: 'heads', value: heads, because })
    }
    this.#options = options
    this.start()
  }

  protected override setup(): void {
    const { bias = true, dtype = 'float32', key = null } = this.#options
    const [ofInput, ofOutput] = keysFor(key, 2)
    const rows = 3 * this.features
    const weight = glorotUniform()([rows, this.features], { dtype, key: ofInput! })
    this.inProjWeight = new Variable(weight, { name: 'in_proj_weight' })
    this.inProjBias = bias ? new Variable(zeros([rows], { dtype }), { name: 'in_proj_bias' }) : null
    this.outProj = new Linear(this.features, this.features, { bias, dtype, key: ofOutput! })
  }

  forward(
    query: NDArray,
    key: NDArray = query,
    value: NDArray = key,
    options: AttentionOptions = {},
  ): NDArray {
    checkOptions('MultiHeadAttention', options, ['mask', 'isCausal'])
    const { mask = null, isCausal = false } = options
    if (mask !== null && /^u?int/.test(mask.dtype)) {
      const because =
        'a mask of bools says which keys count, one of floats is added, and integers could mean either'
      const instead = "Convert it: astype(mask, 'bool')"
      throw new DTypeError({ op: 'MultiHeadAttention', dtypes: [mask.dtype], because, instead })
    }
    const { inProjWeight, inProjBias, outProj, heads } = this
    return multiHeadAttention(
      query,
      key,
      value,
      heads,
      inProjWeight.value,
      inProjBias?.value,
      outProj.weight.value,
      outProj.bias?.value,
      mask ?? undefined,
      { isCausal },
    )
  }

  protected override settings(): string {
    return `${this.features}, heads=${this.heads}`
  }
}
