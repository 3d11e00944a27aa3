import {
  activation,
  type ConfigJson,
  flag,
  isRecord,
  largest,
  malformed,
  oneOf,
  share,
  sizeOf,
} from '../config-json.ts'
import type { Activation } from '../resnet/activation.ts'

/** What a Hugging Face `config.json` says of a BERT. */
export interface BertConfig {
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly numHiddenLayers: number
  readonly numAttentionHeads: number
  readonly intermediateSize: number
  readonly hiddenAct: Activation
  readonly maxPositionEmbeddings: number
  readonly typeVocabSize: number
  readonly layerNormEps: number
  readonly hiddenDropoutProb: number
  readonly attentionProbsDropoutProb: number
}

/**
 * Reads the fields of a `config.json`; those that it lacks have the defaults of `transformers`, those that say nothing of
 * the network (`pad_token_id`, `use_cache`, …) are left alone.
 *
 * @throws FormatError naming the field that is not what it should be
 * @example readBertConfig({ hidden_size: 12, num_attention_heads: 3 }).layerNormEps   // 1e-12
 */
export function readBertConfig(json: unknown): BertConfig {
  if (!isRecord(json)) return malformed('config.json', 'it is not an object')
  const type = json['model_type']
  if (type !== undefined && type !== 'bert')
    malformed('model_type', `it is ${JSON.stringify(type)}, and this is the loader of 'bert'`)
  oneOf(json, 'position_embedding_type', ['absolute'])
  if (flag(json, 'is_decoder')) malformed('is_decoder', 'it is true, and this is an encoder')
  const hiddenSize = sizeOf(json, 'hidden_size', 768)
  const numAttentionHeads = sizeOf(json, 'num_attention_heads', 12)
  if (hiddenSize % numAttentionHeads !== 0)
    malformed('num_attention_heads', `${hiddenSize} features do not part into ${numAttentionHeads} heads`)
  return {
    vocabSize: sizeOf(json, 'vocab_size', 30_522),
    hiddenSize,
    numHiddenLayers: layersOf(json),
    numAttentionHeads,
    intermediateSize: sizeOf(json, 'intermediate_size', 3072),
    hiddenAct: activation(json, 'gelu'),
    maxPositionEmbeddings: sizeOf(json, 'max_position_embeddings', 512),
    typeVocabSize: sizeOf(json, 'type_vocab_size', 2),
    layerNormEps: share(json, 'layer_norm_eps', 1e-12),
    hiddenDropoutProb: share(json, 'hidden_dropout_prob', 0.1),
    attentionProbsDropoutProb: share(json, 'attention_probs_dropout_prob', 0.1),
  }
}

/** A BERT of no layers is one: its embeddings. */
function layersOf(json: ConfigJson): number {
  return json['num_hidden_layers'] === 0 ? 0 : sizeOf(json, 'num_hidden_layers', Math.min(12, largest))
}

/** How many weights the matrices and tables have; biases and normalizations are left out. */
export function countBertWeights(config: BertConfig): number {
  const { vocabSize, hiddenSize, numHiddenLayers, intermediateSize } = config
  const rows = vocabSize + config.maxPositionEmbeddings + config.typeVocabSize
  return hiddenSize * (rows + numHiddenLayers * (4 * hiddenSize + 2 * intermediateSize))
}
