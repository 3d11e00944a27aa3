import { add, type NDArray } from '@tendril/core/fn'
import type { Initializer } from '../initializers.ts'
import { BatchNorm2d } from '../layers/batch-norm.ts'
import { Conv2d } from '../layers/conv.ts'
import { type LayerOptions, keysFor } from '../layers/options.ts'
import { MaxPool2d } from '../layers/pooling.ts'
import { type ArrayModule, ModuleList, Sequential } from '../layers/sequence.ts'
import { Identity } from '../layers/shape.ts'
import { Layer } from '../layers/layer.ts'
import { activate, type Activation, activationOf, type Active } from './activation.ts'
import type { ResNetConfig } from './config.ts'

/** How the layers make their weights. */
export interface ResNetOptions extends Omit<LayerOptions, 'buildMode'> {
  readonly weightInitializer?: Initializer
}

interface ConvSettings {
  readonly kernel?: number
  readonly stride?: number
  readonly activation?: Activation | null
}

/** Convolution, batch normalization, activation. */
class ConvLayer extends Layer {
  readonly convolution: Conv2d
  readonly normalization: BatchNorm2d
  readonly activation: Active | null

  constructor(
    inChannels: number,
    outChannels: number,
    { kernel = 3, stride = 1, activation = 'relu' }: ConvSettings,
    options: ResNetOptions,
  ) {
    super()
    const { dtype = 'float32' } = options
    this.convolution = new Conv2d(inChannels, outChannels, kernel, {
      ...options,
      strides: stride,
      padding: Math.floor(kernel / 2),
      bias: false,
    })
    this.normalization = new BatchNorm2d(outChannels, { dtype })
    this.activation = activation === null ? null : activationOf(activation, { dtype })
  }

  forward(x: NDArray): NDArray {
    const y = this.normalization.forward(this.convolution.forward(x))
    return this.activation === null ? y : activate(this.activation, y)
  }
}

/** The first convolution and pooling: an eighth of the pixels to begin with. */
export class Embeddings extends Layer {
  readonly embedder: ConvLayer
  readonly pooler: MaxPool2d

  constructor({ numChannels, embeddingSize, hiddenAct }: ResNetConfig, options: ResNetOptions) {
    super()
    const settings = { kernel: 7, stride: 2, activation: hiddenAct }
    this.embedder = new ConvLayer(numChannels, embeddingSize, settings, options)
    this.pooler = new MaxPool2d(3, { strides: 2, padding: 1 })
  }

  forward(x: NDArray): NDArray {
    return this.pooler.forward(this.embedder.forward(x))
  }
}

/** Brings the input of a layer to the sizes of its output. */
class ShortCut extends Layer {
  readonly convolution: Conv2d
  readonly normalization: BatchNorm2d

  constructor(inChannels: number, outChannels: number, stride: number, options: ResNetOptions) {
    super()
    const { dtype = 'float32' } = options
    this.convolution = new Conv2d(inChannels, outChannels, 1, { ...options, strides: stride, bias: false })
    this.normalization = new BatchNorm2d(outChannels, { dtype })
  }

  forward(x: NDArray): NDArray {
    return this.normalization.forward(this.convolution.forward(x))
  }
}

/** Some convolutions whose result is added to what they were given. */
class ResidualLayer extends Layer {
  readonly shortcut: ArrayModule
  readonly layer: Sequential
  readonly activation: Active

  constructor(shortcut: ArrayModule, layer: Sequential, activation: Active) {
    super()
    this.shortcut = shortcut
    this.layer = layer
    this.activation = activation
  }

  forward(x: NDArray): NDArray {
    return activate(this.activation, add(this.layer.forward(x), this.shortcut.forward(x)))
  }
}

/** A quarter of the channels is what the middle of a bottleneck has. */
const reduction = 4

function residualLayer(
  inChannels: number,
  outChannels: number,
  stride: number,
  { layerType, hiddenAct, downsampleInBottleneck }: ResNetConfig,
  options: ResNetOptions,
): ResidualLayer {
  const [ofShortCut, ...keys] = keysFor(options.key ?? null, 4)
  const keyed = (key: ResNetOptions['key']): ResNetOptions => ({ ...options, key: key ?? null })
  const shortcut =
    inChannels !== outChannels || stride !== 1
      ? new ShortCut(inChannels, outChannels, stride, keyed(ofShortCut))
      : new Identity()
  // Between convolutions the activation is relu whatever the config says, as in transformers.
  const convolutions: readonly (readonly [into: number, out: number, settings: ConvSettings])[] =
    layerType === 'basic'
      ? [
          [inChannels, outChannels, { stride }],
          [outChannels, outChannels, { activation: null }],
        ]
      : bottleneck(inChannels, outChannels, stride, downsampleInBottleneck)
  const layer = new Sequential(
    ...convolutions.map(([into, out, settings], i) => new ConvLayer(into, out, settings, keyed(keys[i]))),
  )
  return new ResidualLayer(shortcut, layer, activationOf(hiddenAct, options))
}

function bottleneck(inChannels: number, outChannels: number, stride: number, first: boolean) {
  const inner = Math.floor(outChannels / reduction)
  return [
    [inChannels, inner, { kernel: 1, stride: first ? stride : 1 }],
    [inner, inner, { stride: first ? 1 : stride }],
    [inner, outChannels, { kernel: 1, activation: null }],
  ] as const
}

/** Layers of one size; the first one may halve the image. */
class Stage extends Layer {
  readonly layers: Sequential

  constructor(
    [inChannels, outChannels]: readonly [number, number],
    stride: number,
    depth: number,
    config: ResNetConfig,
    options: ResNetOptions,
  ) {
    super()
    const keys = keysFor(options.key ?? null, depth)
    this.layers = new Sequential(
      ...keys.map((key, i) =>
        i === 0
          ? residualLayer(inChannels, outChannels, stride, config, { ...options, key })
          : residualLayer(outChannels, outChannels, 1, config, { ...options, key }),
      ),
    )
  }

  forward(x: NDArray): NDArray {
    return this.layers.forward(x)
  }
}

/** All stages, each on what the one before gave. */
export class Encoder extends Layer {
  readonly stages: ModuleList<Stage>

  constructor(config: ResNetConfig, options: ResNetOptions) {
    super()
    const keys = keysFor(options.key ?? null, config.depths.length)
    this.stages = new ModuleList(
      config.depths.map((depth, i) => {
        const sizes = [config.hiddenSizes[i - 1] ?? config.embeddingSize, config.hiddenSizes[i]!] as const
        const stride = i > 0 || config.downsampleInFirstStage ? 2 : 1
        return new Stage(sizes, stride, depth, config, { ...options, key: keys[i]! })
      }),
    )
  }

  forward(x: NDArray): NDArray {
    let y = x
    for (const stage of this.stages) y = stage.forward(y)
    return y
  }
}
