import { conv1d, conv2d, type NDArray, ParamError, Variable } from '@tendril/core/fn'
import { glorotUniform, type Initializer, zeros } from '../initializers.ts'
import { Layer } from './layer.ts'
import { checkOptions, common, count, countEach, keysFor, type LayerOptions } from './options.ts'

/** Zeros around: one number, one or a pair `[before, after]` for each axis, none (`'valid'`), or as many as needed (`'same'`). */
export type Padding =
  | number
  | readonly number[]
  | readonly (readonly [before: number, after: number])[]
  | 'valid'
  | 'same'

export interface ConvOptions extends LayerOptions {
  readonly strides?: number | readonly number[]
  readonly padding?: Padding
  readonly dilations?: number | readonly number[]
  readonly groups?: number
  readonly bias?: boolean
  readonly weightInitializer?: Initializer
  readonly biasInitializer?: Initializer
}

const known = [
  ...common,
  'strides',
  'padding',
  'dilations',
  'groups',
  'bias',
  'weightInitializer',
  'biasInitializer',
] as const

/** What convolutions over any number of axes share. */
abstract class Conv extends Layer {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly padding: Padding
  readonly dilations: readonly number[]
  readonly groups: number
  declare weight: Variable
  declare bias: Variable | null
  readonly #options: ConvOptions

  constructor(
    op: string,
    axes: number,
    sizes: readonly [inChannels: number, outChannels: number, kernel: number | readonly number[]],
    options: ConvOptions,
  ) {
    super(options)
    checkOptions(op, options, known)
    const { strides = 1, padding = 0, dilations = 1, groups = 1 } = options
    this.inChannels = count(op, 'inChannels', sizes[0])
    this.outChannels = count(op, 'outChannels', sizes[1])
    this.kernel = countEach(op, 'kernel', sizes[2], axes)
    this.strides = countEach(op, 'strides', strides, axes)
    this.padding = padding
    this.dilations = countEach(op, 'dilations', dilations, axes)
    this.groups = count(op, 'groups', groups)
    if (this.inChannels % groups !== 0 || this.outChannels % groups !== 0) {
      const because = `${this.inChannels} inputs and ${this.outChannels} outputs do not part into as many groups`
      throw new ParamError({ op, param: 'groups', value: groups, because })
    }
    this.#options = options
    this.start()
  }

  protected override setup(): void {
    const { bias = true, dtype = 'float32', key = null } = this.#options
    const { weightInitializer = glorotUniform(), biasInitializer = zeros } = this.#options
    const [ofWeight, ofBias] = keysFor(key, 2)
    const shape = [this.outChannels, this.inChannels / this.groups, ...this.kernel]
    this.weight = new Variable(weightInitializer(shape, { dtype, key: ofWeight! }), { name: 'weight' })
    this.bias = bias
      ? new Variable(biasInitializer([this.outChannels], { dtype, key: ofBias! }), { name: 'bias' })
      : null
  }

  protected override settings(): string {
    const { kernel, strides, padding, dilations, groups } = this
    const rest = [
      ...(dilations.some((each) => each !== 1) ? [`dilations=[${dilations}]`] : []),
      ...(groups === 1 ? [] : [`groups=${groups}`]),
      ...(this.#options.bias === false ? ['bias=false'] : []),
    ]
    const always = `${this.inChannels}, ${this.outChannels}, kernel=[${kernel}], strides=[${strides}]`
    return [always, `padding=${JSON.stringify(padding)}`, ...rest].join(', ')
  }

  /** The settings as the ops take them. */
  protected windows() {
    const { strides, padding, dilations, groups } = this
    return { strides, padding, dilations, groups }
  }
}

/**
 * Convolution over one spatial axis.
 *
 * Shapes: `[n, in, d]` gives `[n, out, ...]`, sizes as for `conv1d`; `weight: [out, in / groups, k]`, `bias: [out]`.
 *
 * @throws ParamError for sizes that are no whole numbers from 1, and channels that do not part into `groups`
 * @source ivy, `Conv1D`; layout and weights as in PyTorch, `Conv1d`
 * @example new Conv1d(2, 3, 3)(ones([1, 2, 5])).shape   // [1, 3, 3]
 */
export class Conv1d extends Conv {
  constructor(
    inChannels: number,
    outChannels: number,
    kernel: number | readonly number[],
    options: ConvOptions = {},
  ) {
    super('Conv1d', 1, [inChannels, outChannels, kernel], options)
  }

  forward(x: NDArray): NDArray {
    return conv1d(x, this.weight.value, this.bias?.value, this.windows())
  }
}

/**
 * Convolution over two spatial axes.
 *
 * Shapes: `[n, in, h, w]` gives `[n, out, ...]`, sizes as for `conv2d`; `weight: [out, in / groups, kh, kw]`, `bias: [out]`.
 *
 * @throws ParamError for sizes that are no whole numbers from 1, and channels that do not part into `groups`
 * @source ivy, `Conv2D`; layout and weights as in PyTorch, `Conv2d`
 * @example new Conv2d(3, 4, 3, { padding: 1 })(ones([1, 3, 5, 5])).shape   // [1, 4, 5, 5]
 */
export class Conv2d extends Conv {
  constructor(
    inChannels: number,
    outChannels: number,
    kernel: number | readonly number[],
    options: ConvOptions = {},
  ) {
    super('Conv2d', 2, [inChannels, outChannels, kernel], options)
  }

  forward(x: NDArray): NDArray {
    return conv2d(x, this.weight.value, this.bias?.value, this.windows())
  }
}
