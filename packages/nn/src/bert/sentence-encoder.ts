import {
  add,
  divide,
  equal,
  expandDims,
  maximum,
  multiply,
  type NDArray,
  sqrt,
  square,
  sum,
  where,
} from '@tendril/core/fn'
import { decodeSafetensors } from '@tendril/core/fn'
import type { ConfigJson } from '../config-json.ts'
import { Layer } from '../layers/layer.ts'
import { readParts } from '../model-folder.ts'
import { type BertInput, BertModel, loadBert } from './model.ts'

/**
 * Vectors of length 1 for sentences, near each other where they mean the same: the mean of what a BERT gives for the
 * tokens. What only fills up a batch is left out.
 *
 * Shapes: `inputIds: [n, tokens]` gives `[n, hidden]`.
 *
 * @throws as `BertModel`
 * @source sentence-transformers, mean pooling and `Normalize`; "Sentence-BERT" (2019)
 * @example new SentenceEncoder(new BertModel({ hidden_size: 4, num_attention_heads: 2, num_hidden_layers: 1, vocab_size: 9 })).eval()({ inputIds: ones([2, 3], { dtype: 'int32' }) }).shape   // [2, 4]
 */
export class SentenceEncoder extends Layer {
  readonly bert: BertModel

  constructor(bert: BertModel) {
    super()
    this.bert = bert
  }

  /**
   * The encoder around the BERT of a folder, ready for evaluation.
   *
   * @throws as `BertModel.fromFolder`
   * @example const encoder = await SentenceEncoder.fromFolder('all-MiniLM-L6-v2')
   */
  static async fromFolder(folder: string): Promise<SentenceEncoder> {
    const { config, tensors } = await readParts(folder)
    return new SentenceEncoder(loadBert(config, tensors)).eval()
  }

  /** The same from a parsed `config.json` and the bytes of `model.safetensors`, where there is no file system. */
  static fromParts(config: ConfigJson, weights: Uint8Array): SentenceEncoder {
    return new SentenceEncoder(loadBert(config, decodeSafetensors(weights).tensors)).eval()
  }

  forward(inputs: BertInput): NDArray {
    const { lastHiddenState: states } = this.bert.forward(inputs)
    const pooled = pool(states, inputs.attentionMask ?? add(multiply(inputs.inputIds, 0), 1))
    // As normalize of PyTorch does with a vector of zeros.
    return divide(pooled, maximum(sqrt(sum(square(pooled), { axis: -1, keepdims: true })), 1e-12))
  }
}

/** The mean over the tokens that count. */
function pool(states: NDArray, mask: NDArray): NDArray {
  const weights = expandDims(where(equal(mask, 0), 0, 1), -1)
  const total = sum(multiply(states, weights), { axis: 1 })
  return divide(total, maximum(sum(weights, { axis: 1, dtype: states.dtype }), 1e-9))
}
