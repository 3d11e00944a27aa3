import { decodeSafetensors, type NDArray, ParamError, ShapeError } from '@tendril/core/fn'
import type { ConfigJson } from '../config-json.ts'
import { kaimingNormal } from '../initializers.ts'
import { Linear } from '../layers/linear.ts'
import { checkOptions, keysFor } from '../layers/options.ts'
import { AdaptiveAvgPool2d } from '../layers/pooling.ts'
import { Sequential } from '../layers/sequence.ts'
import { Flatten, Identity } from '../layers/shape.ts'
import { Layer } from '../layers/layer.ts'
import { readParts } from '../model-folder.ts'
import { readConfig, type ResNetConfig } from './config.ts'
import { loadParts } from './files.ts'
import { Embeddings, Encoder, type ResNetOptions } from './layers.ts'

/** A ResNet without its classifier. */
class ResNetModel extends Layer {
  readonly embedder: Embeddings
  readonly encoder: Encoder
  readonly pooler: AdaptiveAvgPool2d

  constructor(config: ResNetConfig, options: ResNetOptions) {
    super()
    const [ofEmbedder, ofEncoder] = keysFor(options.key ?? null, 2)
    this.embedder = new Embeddings(config, { ...options, key: ofEmbedder! })
    this.encoder = new Encoder(config, { ...options, key: ofEncoder! })
    this.pooler = new AdaptiveAvgPool2d(1)
  }

  forward(x: NDArray): NDArray {
    return this.pooler.forward(this.encoder.forward(this.embedder.forward(x)))
  }
}

/** What an image classifier gives. */
export interface ImageClassifierOutput {
  /** One number for each image and class, `[n, classes]`: the larger, the likelier. */
  readonly logits: NDArray
}

/** What an image classifier takes: images `[n, channels, height, width]` as an image processor gives them. */
export interface ImageClassifierInput {
  readonly pixelValues: NDArray
}

/**
 * The ResNet of Hugging Face: names of weights, config fields and results are those of `transformers`, so that its files
 * load.
 *
 * Shapes: `pixelValues: [n, channels, h, w]` gives `logits: [n, classes]`.
 *
 * @throws FormatError for a config that is none of a ResNet, ShapeError for images of another number of channels
 * @source transformers, `ResNetForImageClassification`
 * @example new ResNetForImageClassification({ embedding_size: 8, hidden_sizes: [8], depths: [1] }).eval()(ones([1, 3, 32, 32])).logits.shape   // [1, 2]
 */
export class ResNetForImageClassification extends Layer {
  readonly config: ResNetConfig
  readonly resnet: ResNetModel
  readonly classifier: Sequential

  constructor(config: ConfigJson = {}, options: ResNetOptions = {}) {
    super()
    checkOptions('ResNetForImageClassification', options, ['dtype', 'key', 'weightInitializer'])
    this.config = readConfig(config)
    const { hiddenSizes, numLabels } = this.config
    const [ofModel, ofClassifier] = keysFor(options.key ?? null, 2)
    const { dtype = 'float32', weightInitializer = kaimingNormal({ mode: 'fanOut' }) } = options
    this.resnet = new ResNetModel(this.config, { dtype, weightInitializer, key: ofModel! })
    const features = hiddenSizes.at(-1)!
    this.classifier = new Sequential(
      new Flatten(),
      numLabels > 0 ? new Linear(features, numLabels, { ...options, key: ofClassifier! }) : new Identity(),
    )
  }

  /**
   * The model that a folder holds as `config.json` and `model.safetensors`, or the files that a
   * `model.safetensors.index.json` lists, ready for evaluation.
   *
   * @throws FormatError when a file is malformed, StateDictError when they do not fit each other, ParamError when one cannot be read
   * @example const model = await ResNetForImageClassification.fromFolder('resnet-50')
   */
  static async fromFolder(folder: string): Promise<ResNetForImageClassification> {
    const { config, tensors } = await readParts(folder)
    return loadParts(config, tensors, (json, options) => new ResNetForImageClassification(json, options))
  }

  /**
   * The same from a parsed `config.json` and the bytes of `model.safetensors`, where there is no file system.
   *
   * @throws FormatError when one is malformed, StateDictError when they do not fit each other
   */
  static fromParts(config: ConfigJson, weights: Uint8Array): ResNetForImageClassification {
    const { tensors } = decodeSafetensors(weights)
    return loadParts(config, tensors, (json, options) => new ResNetForImageClassification(json, options))
  }

  /** Names of the classes by place. */
  get id2label(): readonly string[] {
    return this.config.id2label
  }

  forward(inputs: ImageClassifierInput | NDArray): ImageClassifierOutput {
    const images = 'pixelValues' in inputs ? inputs.pixelValues : inputs
    const { numChannels } = this.config
    if (images === undefined || typeof images !== 'object' || !('shape' in images)) {
      const because = 'it takes an array, or an object with one as pixelValues'
      throw new ParamError({ op: 'ResNet', param: 'pixelValues', value: images, because })
    }
    if (images.ndim !== 4 || images.shape[1] !== numChannels) {
      const because = `it takes images as [n, ${numChannels}, height, width]`
      throw new ShapeError({ op: 'ResNet', shapes: [[...images.shape]], because })
    }
    return { logits: this.classifier.forward(this.resnet.forward(images)) }
  }
}
