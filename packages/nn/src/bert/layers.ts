import {
  add,
  arange,
  dim,
  dropout,
  embedding,
  matmul,
  matrixTranspose,
  multiply,
  type NDArray,
  permuteDims,
  reshape,
  scaledDotProductAttention,
  softmax,
} from '@tendril/core/fn'
import { type Initializer, normal } from '../initializers.ts'
import { Dropout } from '../layers/dropout.ts'
import { Embedding } from '../layers/embedding.ts'
import { Layer } from '../layers/layer.ts'
import { LayerNorm } from '../layers/layer-norm.ts'
import { Linear } from '../layers/linear.ts'
import { keysFor, type LayerOptions } from '../layers/options.ts'
import { ModuleList } from '../layers/sequence.ts'
import { activate, activationOf, type Active } from '../resnet/activation.ts'
import type { BertConfig } from './config.ts'

/** How the layers make their weights. */
export interface BertOptions extends Omit<LayerOptions, 'buildMode'> {
  readonly weightInitializer?: Initializer
}

/** As transformers makes them: tables and matrices normal with its `initializer_range`. */
const drawn = normal({ std: 0.02 })

const linear = (into: number, out: number, { weightInitializer = drawn, ...rest }: BertOptions): Linear =>
  new Linear(into, out, { ...rest, weightInitializer })

const normed = ({ hiddenSize, layerNormEps }: BertConfig, { dtype = 'float32' }: BertOptions): LayerNorm =>
  new LayerNorm(hiddenSize, { dtype, eps: layerNormEps })

/** A vector for each token: of its word, of its place, and of the sentence that it is in, added up. */
export class BertEmbeddings extends Layer {
  readonly wordEmbeddings: Embedding
  readonly positionEmbeddings: Embedding
  readonly tokenTypeEmbeddings: Embedding
  /** As files call it. */
  readonly LayerNorm: LayerNorm
  readonly dropout: Dropout

  constructor(config: BertConfig, { weightInitializer = drawn, ...options }: BertOptions) {
    super()
    const { vocabSize, maxPositionEmbeddings, typeVocabSize, hiddenSize } = config
    const keys = keysFor(options.key ?? null, 3)
    const [words, places, types] = [vocabSize, maxPositionEmbeddings, typeVocabSize].map(
      (rows, i) => new Embedding(rows, hiddenSize, { ...options, weightInitializer, key: keys[i]! }),
    )
    this.wordEmbeddings = words!
    this.positionEmbeddings = places!
    this.tokenTypeEmbeddings = types!
    this.LayerNorm = normed(config, options)
    this.dropout = new Dropout(config.hiddenDropoutProb)
  }

  forward(inputIds: NDArray, tokenTypeIds: NDArray | undefined): NDArray {
    const places = arange(0, dim(inputIds, 1), 1, { dtype: 'int64' })
    const first = multiply(inputIds, 0)
    const words = this.wordEmbeddings.forward(inputIds)
    const typed = add(words, this.tokenTypeEmbeddings.forward(tokenTypeIds ?? first))
    return this.dropout.forward(
      this.LayerNorm.forward(add(typed, embedding(this.positionEmbeddings.weight.value, places))),
    )
  }
}

/** Queries, keys and values, and what attention makes of them. */
class BertSelfAttention extends Layer {
  readonly heads: number
  readonly rate: number
  readonly query: Linear
  readonly key: Linear
  readonly value: Linear

  constructor(
    { hiddenSize, numAttentionHeads, attentionProbsDropoutProb }: BertConfig,
    options: BertOptions,
  ) {
    super()
    this.heads = numAttentionHeads
    this.rate = attentionProbsDropoutProb
    const [query, key, value] = keysFor(options.key ?? null, 3).map((one) =>
      linear(hiddenSize, hiddenSize, { ...options, key: one }),
    )
    this.query = query!
    this.key = key!
    this.value = value!
  }

  forward(hidden: NDArray, mask: NDArray | undefined): NDArray {
    const [batch, tokens] = [dim(hidden, 0), dim(hidden, 1)]
    const [query, key, value] = [this.query, this.key, this.value].map((layer) =>
      permuteDims(reshape(layer.forward(hidden), [batch, tokens, this.heads, -1]), [0, 2, 1, 3]),
    ) as [NDArray, NDArray, NDArray]
    const context = permuteDims(this.#attended(query, key, value, mask), [0, 2, 1, 3])
    return reshape(context, [batch, tokens, this.query.outFeatures])
  }

  #attended(query: NDArray, key: NDArray, value: NDArray, mask: NDArray | undefined): NDArray {
    if (!this.training || this.rate === 0) return scaledDotProductAttention(query, key, value, mask)
    const scale = 1 / Math.sqrt(query.shape.at(-1)!)
    const scores = matmul(multiply(query, scale), matrixTranspose(key))
    const weights = softmax(mask === undefined ? scores : add(scores, mask))
    return matmul(dropout(weights, { rate: this.rate }), value)
  }
}

/** A matrix, added to what came before, and normalized. */
class BertOutput extends Layer {
  readonly dense: Linear
  readonly LayerNorm: LayerNorm
  readonly dropout: Dropout

  constructor(config: BertConfig, into: number, options: BertOptions) {
    super()
    this.dense = linear(into, config.hiddenSize, options)
    this.LayerNorm = normed(config, options)
    this.dropout = new Dropout(config.hiddenDropoutProb)
  }

  forward(hidden: NDArray, before: NDArray): NDArray {
    return this.LayerNorm.forward(add(this.dropout.forward(this.dense.forward(hidden)), before))
  }
}

class BertAttention extends Layer {
  readonly self: BertSelfAttention
  readonly output: BertOutput

  constructor(config: BertConfig, options: BertOptions) {
    super()
    const [ofSelf, ofOutput] = keysFor(options.key ?? null, 2)
    this.self = new BertSelfAttention(config, { ...options, key: ofSelf! })
    this.output = new BertOutput(config, config.hiddenSize, { ...options, key: ofOutput! })
  }

  forward(hidden: NDArray, mask: NDArray | undefined): NDArray {
    return this.output.forward(this.self.forward(hidden, mask), hidden)
  }
}

class BertIntermediate extends Layer {
  readonly dense: Linear
  readonly intermediateActFn: Active

  constructor({ hiddenSize, intermediateSize, hiddenAct }: BertConfig, options: BertOptions) {
    super()
    const { dtype = 'float32' } = options
    this.dense = linear(hiddenSize, intermediateSize, options)
    this.intermediateActFn = activationOf(hiddenAct, { dtype })
  }

  forward(hidden: NDArray): NDArray {
    return activate(this.intermediateActFn, this.dense.forward(hidden))
  }
}

class BertLayer extends Layer {
  readonly attention: BertAttention
  readonly intermediate: BertIntermediate
  readonly output: BertOutput

  constructor(config: BertConfig, options: BertOptions) {
    super()
    const [ofAttention, ofIntermediate, ofOutput] = keysFor(options.key ?? null, 3)
    this.attention = new BertAttention(config, { ...options, key: ofAttention! })
    this.intermediate = new BertIntermediate(config, { ...options, key: ofIntermediate! })
    this.output = new BertOutput(config, config.intermediateSize, { ...options, key: ofOutput! })
  }

  forward(hidden: NDArray, mask: NDArray | undefined): NDArray {
    const attended = this.attention.forward(hidden, mask)
    return this.output.forward(this.intermediate.forward(attended), attended)
  }
}

export class BertEncoder extends Layer {
  readonly layer: ModuleList<BertLayer>

  constructor(config: BertConfig, options: BertOptions) {
    super()
    const keys = keysFor(options.key ?? null, config.numHiddenLayers)
    this.layer = new ModuleList(keys.map((key) => new BertLayer(config, { ...options, key })))
  }

  forward(hidden: NDArray, mask: NDArray | undefined): NDArray {
    let states = hidden
    for (const layer of this.layer) states = layer.forward(states, mask)
    return states
  }
}
