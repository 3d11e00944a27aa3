import {
  array,
  decodeSafetensors,
  dim,
  DTypeError,
  equal,
  expandDims,
  finfo,
  type NDArray,
  ParamError,
  ShapeError,
  slice,
  squeeze,
  tanh,
  where,
} from '@tendril/core/fn'
import type { ConfigJson } from '../config-json.ts'
import { zeros } from '../initializers.ts'
import { Layer } from '../layers/layer.ts'
import { Linear } from '../layers/linear.ts'
import { checkOptions, keysFor } from '../layers/options.ts'
import { checkHeld, readParts } from '../model-folder.ts'
import type { Tensors } from '../resnet/shards.ts'
import { loadTensors } from '../weights-file.ts'
import { type BertConfig, countBertWeights, readBertConfig } from './config.ts'
import { BertEmbeddings, BertEncoder, type BertOptions } from './layers.ts'

/** What a BERT takes: token ids `[n, tokens]` as a tokenizer gives them, and what belongs to them. */
export interface BertInput {
  readonly inputIds: NDArray
  /** 1 for tokens, 0 for what only fills up; default: all are tokens. */
  readonly attentionMask?: NDArray | undefined
  /** Which sentence a token is of; default: all are of the first. */
  readonly tokenTypeIds?: NDArray | undefined
}

export interface BertOutput {
  /** A vector for each token, `[n, tokens, hidden]`. */
  readonly lastHiddenState: NDArray
  /** One for each text, `[n, hidden]`, where the model has a pooler. */
  readonly poolerOutput: NDArray | null
}

export interface BertModelOptions extends BertOptions {
  /** Whether there is a matrix behind the first token. Default: true. */
  readonly addPoolingLayer?: boolean
}

class BertPooler extends Layer {
  readonly dense: Linear

  constructor({ hiddenSize }: BertConfig, options: BertOptions) {
    super()
    this.dense = new Linear(hiddenSize, hiddenSize, options)
  }

  forward(states: NDArray): NDArray {
    const first = squeeze(slice(states, [null, 0], [null, 1]), 1)
    return tanh(this.dense.forward(first))
  }
}

/**
 * The BERT of Hugging Face: names of weights, config fields and results are those of `transformers`, so that its files load.
 *
 * Shapes: `inputIds: [n, tokens]` gives `lastHiddenState: [n, tokens, hidden]` and `poolerOutput: [n, hidden]`. Both sizes
 * stay open in a trace; tokens beyond `max_position_embeddings` are refused where their number is known.
 *
 * @throws FormatError for a config that is none of a BERT, ShapeError for ids that are no matrix or too many, DTypeError
 * for ids that are no integers
 * @source transformers, `BertModel`; "BERT: pre-training of deep bidirectional transformers" (2018)
 * @example new BertModel({ hidden_size: 4, num_attention_heads: 2, num_hidden_layers: 1, vocab_size: 9 }).eval()({ inputIds: ones([2, 3], { dtype: 'int32' }) }).poolerOutput.shape   // [2, 4]
 */
export class BertModel extends Layer {
  readonly config: BertConfig
  readonly embeddings: BertEmbeddings
  readonly encoder: BertEncoder
  readonly pooler: BertPooler | null

  constructor(config: ConfigJson = {}, options: BertModelOptions = {}) {
    super()
    checkOptions('BertModel', options, ['dtype', 'key', 'weightInitializer', 'addPoolingLayer'])
    const { addPoolingLayer = true, ...rest } = options
    this.config = readBertConfig(config)
    const [ofEmbeddings, ofEncoder, ofPooler] = keysFor(options.key ?? null, 3)
    this.embeddings = new BertEmbeddings(this.config, { ...rest, key: ofEmbeddings! })
    this.encoder = new BertEncoder(this.config, { ...rest, key: ofEncoder! })
    this.pooler = addPoolingLayer ? new BertPooler(this.config, { ...rest, key: ofPooler! }) : null
  }

  /**
   * The model that a folder holds as `config.json` and `model.safetensors`, or the files that a
   * `model.safetensors.index.json` lists, ready for evaluation. Files of models for a task hold one too.
   *
   * @throws FormatError when a file is malformed, StateDictError when they do not fit each other, ParamError when one cannot be read
   * @example const model = await BertModel.fromFolder('all-MiniLM-L6-v2')
   */
  static async fromFolder(folder: string): Promise<BertModel> {
    const { config, tensors } = await readParts(folder)
    return loadBert(config, tensors)
  }

  /**
   * The same from a parsed `config.json` and the bytes of `model.safetensors`, where there is no file system.
   *
   * @throws FormatError when one is malformed, StateDictError when they do not fit each other
   */
  static fromParts(config: ConfigJson, weights: Uint8Array): BertModel {
    return loadBert(config, decodeSafetensors(weights).tensors)
  }

  forward({ inputIds, attentionMask, tokenTypeIds }: BertInput): BertOutput {
    checkIds(inputIds, this.config)
    const embedded = this.embeddings.forward(inputIds, tokenTypeIds)
    const mask = attentionMask && added(attentionMask, embedded)
    const lastHiddenState = this.encoder.forward(embedded, mask)
    return { lastHiddenState, poolerOutput: this.pooler && this.pooler.forward(lastHiddenState) }
  }
}

function checkIds(ids: NDArray | undefined, { maxPositionEmbeddings }: BertConfig): void {
  if (typeof ids !== 'object' || !('shape' in ids))
    throw new ParamError({ op: 'BertModel', param: 'inputIds', value: ids, because: 'it takes an array' })
  if (!/^u?int/.test(ids.dtype))
    throw new DTypeError({ op: 'BertModel', dtypes: [ids.dtype], because: 'token ids are integers' })
  const tokens = ids.ndim === 2 ? dim(ids, 1).known : undefined
  if (ids.ndim === 2 && (tokens ?? 0) <= maxPositionEmbeddings) return
  const because = `it takes ids as [n, tokens], of ${maxPositionEmbeddings} tokens at the most`
  throw new ShapeError({ op: 'BertModel', shapes: [[...ids.shape]], because })
}

/** What is added to the scores of attention `[n, heads, tokens, tokens]`: the least number where nothing is to be seen. */
function added(mask: NDArray, { dtype }: NDArray): NDArray {
  const hidden = array(finfo(dtype).min, { dtype })
  return expandDims(where(equal(mask, 0), hidden, array(0, { dtype })), [1, 2])
}

/** Where files keep what is no weight. */
const positions = 'embeddings.position_ids'

/** The tensors of the encoder alone, by the names of today: models for a task have it under `bert.`, old files gammas and betas. */
function encoderOf(tensors: Tensors): Tensors {
  const isInner = [...tensors.keys()].some((name) => name.startsWith('bert.'))
  const named = [...tensors].flatMap(([name, tensor]) => {
    if (isInner && !name.startsWith('bert.')) return []
    const own = (isInner ? name.slice('bert.'.length) : name)
      .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
      .replace(/LayerNorm\.beta$/, 'LayerNorm.bias')
    return own === positions ? [] : [[own, tensor] as const]
  })
  return new Map(named)
}

/** A model with these weights. */
export function loadBert(config: ConfigJson, tensors: Tensors): BertModel {
  const own = encoderOf(tensors)
  const read = readBertConfig(config)
  checkHeld(own, read.numHiddenLayers, countBertWeights(read))
  const addPoolingLayer = [...own.keys()].some((name) => name.startsWith('pooler.'))
  const model = new BertModel(config, { weightInitializer: zeros, addPoolingLayer })
  loadTensors(model, own, {})
  return model.eval()
}
