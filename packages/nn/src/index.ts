export { type BufferOptions, type BuildMode, Module, type ModuleOptions } from './module.ts'
export {
  type LoadOptions,
  type LoadReport,
  type SizeMismatch,
  type StateDict,
  StateDictError,
} from './state-dict.ts'
/** First weights: `init.kaimingNormal()`. */
export * as init from './initializers.ts'
export type { GlorotOptions, Initializer, InitOptions, KaimingOptions } from './initializers.ts'
export { GELU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Tanh } from './layers/activations.ts'
export {
  type AttentionOptions,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
} from './layers/attention.ts'
export { BatchNorm1d, BatchNorm2d, type BatchNormOptions } from './layers/batch-norm.ts'
export { Conv1d, Conv2d, type ConvOptions, type Padding } from './layers/conv.ts'
export { Dropout } from './layers/dropout.ts'
export { Embedding, type EmbeddingOptions } from './layers/embedding.ts'
export { GroupNorm, LayerNorm, type NormOptions } from './layers/layer-norm.ts'
export { Linear, type LinearOptions } from './layers/linear.ts'
export { MLP, type MLPOptions } from './layers/mlp.ts'
export type { LayerOptions } from './layers/options.ts'
export {
  AdaptiveAvgPool2d,
  AvgPool2d,
  type AvgPoolOptions,
  GlobalAvgPool,
  MaxPool2d,
  type MaxPoolOptions,
  type PoolOptions,
} from './layers/pooling.ts'
export { type ArrayModule, ModuleList, Sequential } from './layers/sequence.ts'
export { Flatten, Identity } from './layers/shape.ts'
export {
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerEncoderLayerOptions,
  type TransformerEncoderOptions,
} from './layers/transformer.ts'
export {
  type ImageClassifierInput,
  type ImageClassifierOutput,
  ResNetForImageClassification,
} from './resnet/model.ts'
export { type BertInput, BertModel, type BertModelOptions, type BertOutput } from './bert/model.ts'
export type { BertConfig } from './bert/config.ts'
export type { BertOptions } from './bert/layers.ts'
export { SentenceEncoder } from './bert/sentence-encoder.ts'
export type { Activation } from './resnet/activation.ts'
export type { ResNetConfig } from './resnet/config.ts'
export type { ConfigJson, ConfigJson as ResNetConfigJson } from './config-json.ts'
export type { ResNetOptions } from './resnet/layers.ts'
export { weightFiles } from './resnet/shards.ts'
export type { Resample } from './image/filters.ts'
export type { Pixels } from './image/pixels.ts'
export type { ProcessorConfig } from './image/processor-config.ts'
export { ImageProcessor } from './image/processor.ts'
