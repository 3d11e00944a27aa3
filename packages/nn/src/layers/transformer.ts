import { add, gelu, type NDArray, ParamError, relu } from '@tendril/core/fn'
import { Layer } from './layer.ts'
import { type AttentionOptions, MultiHeadAttention } from './attention.ts'
import { Dropout } from './dropout.ts'
import { LayerNorm } from './layer-norm.ts'
import { Linear } from './linear.ts'
import { checkOptions, common, count, keysFor, type LayerOptions } from './options.ts'
import { ModuleList } from './sequence.ts'

export interface TransformerEncoderLayerOptions extends LayerOptions {
  /** Features between the two linear layers; default: four times `features`. */
  readonly hiddenFeatures?: number
  readonly dropout?: number
  readonly activation?: 'relu' | 'gelu'
  /** Whether normalization comes before attention and linear layers instead of after. */
  readonly normFirst?: boolean
  readonly eps?: number
}

const known = [...common, 'hiddenFeatures', 'dropout', 'activation', 'normFirst', 'eps'] as const

/**
 * Self-attention and two linear layers, each added to what it was given, and normalized.
 *
 * Shapes: `[...b, l, features]` stays. Names as in PyTorch: `self_attn`, `linear1`, `linear2`, `norm1`, `norm2`.
 *
 * @throws ParamError when the features do not part into `heads`
 * @source Vaswani and others, "Attention is all you need" (2017); PyTorch, `TransformerEncoderLayer` with `batch_first`
 * @example new TransformerEncoderLayer(4, 2).eval().forward(ones([1, 3, 4])).shape   // [1, 3, 4]
 */
export class TransformerEncoderLayer extends Layer {
  readonly features: number
  readonly heads: number
  readonly activation: 'relu' | 'gelu'
  readonly normFirst: boolean
  declare selfAttn: MultiHeadAttention
  declare linear1: Linear
  declare dropout: Dropout
  declare linear2: Linear
  declare norm1: LayerNorm
  declare norm2: LayerNorm
  declare dropout1: Dropout
  declare dropout2: Dropout
  readonly #options: TransformerEncoderLayerOptions

  constructor(features: number, heads: number, options: TransformerEncoderLayerOptions = {}) {
    super(options)
    checkOptions('TransformerEncoderLayer', options, known)
    const { activation = 'relu', normFirst = false } = options
    this.features = count('TransformerEncoderLayer', 'features', features)
    this.heads = heads
    if (activation !== 'relu' && activation !== 'gelu') {
      const because = "it is 'relu' or 'gelu'"
      throw new ParamError({ op: 'TransformerEncoderLayer', param: 'activation', value: activation, because })
    }
    this.activation = activation
    this.normFirst = normFirst
    this.#options = options
    this.start()
  }

  protected override setup(): void {
    const { features, heads } = this
    const { hiddenFeatures = 4 * features, dropout = 0.1, eps = 1e-5 } = this.#options
    const { dtype = 'float32', key = null } = this.#options
    const [ofAttention, ofFirst, ofSecond] = keysFor(key, 3)
    this.selfAttn = new MultiHeadAttention(features, heads, { dtype, key: ofAttention! })
    this.linear1 = new Linear(features, hiddenFeatures, { dtype, key: ofFirst! })
    this.dropout = new Dropout(dropout)
    this.linear2 = new Linear(hiddenFeatures, features, { dtype, key: ofSecond! })
    this.norm1 = new LayerNorm(features, { dtype, eps })
    this.norm2 = new LayerNorm(features, { dtype, eps })
    this.dropout1 = new Dropout(dropout)
    this.dropout2 = new Dropout(dropout)
  }

  forward(x: NDArray, options: AttentionOptions = {}): NDArray {
    const { norm1, norm2 } = this
    if (this.normFirst) {
      const attended = add(x, this.#attended(norm1.forward(x), options))
      return add(attended, this.#fed(norm2.forward(attended)))
    }
    const attended = norm1.forward(add(x, this.#attended(x, options)))
    return norm2.forward(add(attended, this.#fed(attended)))
  }

  #attended(x: NDArray, options: AttentionOptions): NDArray {
    return this.dropout1.forward(this.selfAttn.forward(x, x, x, options))
  }

  #fed(x: NDArray): NDArray {
    const hidden = this.linear1.forward(x)
    const active = this.activation === 'relu' ? relu(hidden) : gelu(hidden)
    return this.dropout2.forward(this.linear2.forward(this.dropout.forward(active)))
  }

  protected override settings(): string {
    return `${this.features}, heads=${this.heads}, activation=${this.activation}, normFirst=${this.normFirst}`
  }
}

export interface TransformerEncoderOptions extends TransformerEncoderLayerOptions {
  /** Whether the result is normalized once more, as encoders with `normFirst` need. */
  readonly norm?: boolean
}

/**
 * A number of encoder layers, one after the other.
 *
 * Shapes: `[...b, l, features]` stays. Names as in PyTorch: `layers.0`, …, `norm`.
 *
 * @throws ParamError when the features do not part into `heads`
 * @source Vaswani and others, "Attention is all you need" (2017); PyTorch, `TransformerEncoder`
 * @example new TransformerEncoder(2, 4, 2).eval().forward(ones([1, 3, 4])).shape   // [1, 3, 4]
 */
export class TransformerEncoder extends Layer {
  readonly layers: ModuleList<TransformerEncoderLayer>
  readonly norm: LayerNorm | null

  constructor(depth: number, features: number, heads: number, options: TransformerEncoderOptions = {}) {
    super(options)
    checkOptions('TransformerEncoder', options, [...known, 'norm'])
    const { norm = options.normFirst ?? false, key = null, ...rest } = options
    const keys = keysFor(key, count('TransformerEncoder', 'depth', depth))
    this.layers = new ModuleList(
      keys.map((ofLayer) => new TransformerEncoderLayer(features, heads, { ...rest, key: ofLayer })),
    )
    const { dtype = 'float32', eps = 1e-5 } = options
    this.norm = norm ? new LayerNorm(features, { dtype, eps }) : null
    this.start()
  }

  forward(x: NDArray, options: AttentionOptions = {}): NDArray {
    let y = x
    for (const layer of this.layers) y = layer.forward(y, options)
    return this.norm === null ? y : this.norm.forward(y)
  }
}
