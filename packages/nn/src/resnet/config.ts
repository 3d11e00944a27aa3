import {
  activation,
  type ConfigJson,
  flag,
  isRecord,
  isSize,
  largest,
  malformed,
  oneOf,
  sizeOf,
  sizes,
} from '../config-json.ts'
import type { Activation } from './activation.ts'

/** What a Hugging Face `config.json` says of a ResNet. */
export interface ResNetConfig {
  readonly numChannels: number
  readonly embeddingSize: number
  readonly hiddenSizes: readonly number[]
  readonly depths: readonly number[]
  readonly layerType: 'basic' | 'bottleneck'
  readonly hiddenAct: Activation
  readonly downsampleInFirstStage: boolean
  readonly downsampleInBottleneck: boolean
  /** 0: no classifier, the logits are the pooled features. */
  readonly numLabels: number
  /** Names of the classes by place. */
  readonly id2label: readonly string[]
}

/**
 * Reads the fields of a `config.json`; those that it lacks have the defaults of `transformers`, those that say nothing of
 * the network (`out_features`, `torch_dtype`, …) are left alone.
 *
 * @throws FormatError naming the field that is not what it should be
 * @example readConfig({ depths: [1], hidden_sizes: [8] }).layerType   // 'bottleneck'
 */
export function readConfig(json: unknown): ResNetConfig {
  if (!isRecord(json)) return malformed('config.json', 'it is not an object')
  const type = json['model_type']
  if (type !== undefined && type !== 'resnet')
    malformed('model_type', `it is ${JSON.stringify(type)}, and this is the loader of 'resnet'`)
  const hiddenSizes = sizes(json, 'hidden_sizes', [256, 512, 1024, 2048])
  const depths = sizes(json, 'depths', [3, 4, 6, 3])
  if (hiddenSizes.length !== depths.length)
    malformed('depths', `it has ${depths.length} entries, hidden_sizes has ${hiddenSizes.length}`)
  const layerType = oneOf(json, 'layer_type', ['bottleneck', 'basic'] as const)
  const narrow = hiddenSizes.find((size) => layerType === 'bottleneck' && size < 4)
  if (narrow !== undefined)
    malformed('hidden_sizes', `bottleneck layers have a quarter of its channels, and ${narrow} has none`)
  const id2label = labels(json)
  return {
    numChannels: sizeOf(json, 'num_channels', 3),
    embeddingSize: sizeOf(json, 'embedding_size', 64),
    hiddenSizes,
    depths,
    layerType,
    hiddenAct: activation(json, 'relu'),
    downsampleInFirstStage: flag(json, 'downsample_in_first_stage'),
    downsampleInBottleneck: flag(json, 'downsample_in_bottleneck'),
    numLabels: id2label.length,
    id2label,
  }
}

/** Names of the classes by place; what has no name is `LABEL_0`, … as `transformers` calls it. */
function labels(json: ConfigJson): readonly string[] {
  const names = json['id2label'] ?? {}
  if (!isRecord(names)) return malformed('id2label', 'it is not an object')
  // As in transformers, the names tell how many classes there are, whatever num_labels says beside them.
  const count = (json['id2label'] ?? null) === null ? (json['num_labels'] ?? 2) : Object.keys(names).length
  if (!isSize(count, 0))
    return malformed('num_labels', `it is ${JSON.stringify(count)}, not a whole number from 0 to ${largest}`)
  return Array.from({ length: count }, (_, id) => {
    const name = Object.hasOwn(names, id) ? names[id] : undefined
    return typeof name === 'string' ? name : `LABEL_${id}`
  })
}

/** How many weights the convolutions and the classifier have; biases and statistics are left out. */
export function countWeights(config: ResNetConfig): number {
  const { numChannels, embeddingSize, hiddenSizes, depths, numLabels } = config
  const stages = depths.map((depth, i) => {
    const [into, out] = [hiddenSizes[i - 1] ?? embeddingSize, hiddenSizes[i]!]
    return weightsOfLayer(config, into, out) + (depth - 1) * weightsOfLayer(config, out, out)
  })
  const ends = embeddingSize * numChannels * 49 + hiddenSizes.at(-1)! * numLabels
  return stages.reduce((total, stage) => total + stage, ends)
}

function weightsOfLayer({ layerType }: ResNetConfig, into: number, out: number): number {
  if (layerType === 'basic') return 9 * out * (into + out)
  const inner = Math.floor(out / 4)
  return inner * (into + 9 * inner + out)
}
