import {
  groupNorm,
  layerNorm,
  type NDArray,
  ones,
  ParamError,
  ShapeError,
  Variable,
  zeros,
} from '@tendril/core/fn'
import { Layer } from './layer.ts'
import { checkOptions, count, type LayerOptions } from './options.ts'

export interface NormOptions extends Omit<LayerOptions, 'key'> {
  readonly eps?: number
  /** Whether there are a weight and a bias. */
  readonly affine?: boolean
}

/** What normalizations without running statistics share. */
abstract class Norm extends Layer {
  readonly eps: number
  declare weight: Variable | null
  declare bias: Variable | null
  readonly #shape: readonly number[]
  readonly #options: NormOptions

  constructor(op: string, shape: readonly number[], options: NormOptions) {
    super(options)
    checkOptions(op, options, ['buildMode', 'dtype', 'eps', 'affine'])
    this.eps = options.eps ?? 1e-5
    this.#shape = shape
    this.#options = options
  }

  protected override setup(): void {
    const { dtype = 'float32', affine = true } = this.#options
    this.weight = affine ? new Variable(ones([...this.#shape], { dtype }), { name: 'weight' }) : null
    this.bias = affine ? new Variable(zeros([...this.#shape], { dtype }), { name: 'bias' }) : null
  }
}

/**
 * The last axes with mean 0 and variance 1, times a weight, plus a bias.
 *
 * Shapes: `[...b, ...shape]` stays; `weight` and `bias` have the `shape` of the normalized axes.
 *
 * @throws ShapeError when the last axes are others
 * @source ivy, `LayerNorm`; PyTorch, `LayerNorm`
 * @example new LayerNorm(2, { eps: 0 }).forward(array([[1, 3]]))   // [[-1, 1]]
 */
export class LayerNorm extends Norm {
  readonly normalizedShape: readonly number[]

  constructor(normalizedShape: number | readonly number[], options: NormOptions = {}) {
    const shape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape]
    if (shape.length === 0)
      throw new ParamError({
        op: 'LayerNorm',
        param: 'normalizedShape',
        value: shape,
        because: 'it names one axis or more',
      })
    super(
      'LayerNorm',
      shape.map((size) => count('LayerNorm', 'normalizedShape', size)),
      options,
    )
    this.normalizedShape = shape
    this.start()
  }

  forward(x: NDArray): NDArray {
    const { weight, bias, eps, normalizedShape } = this
    const shape = [...normalizedShape]
    if (x.ndim < shape.length || shape.some((size, i) => x.shape[x.ndim - shape.length + i] !== size)) {
      const because = 'the last axes of the first have to be as the second, which the layer normalizes'
      throw new ShapeError({ op: 'LayerNorm', shapes: [[...x.shape], shape], because })
    }
    const axis = shape.map((_, i) => i - shape.length)
    return layerNorm(x, weight?.value, bias?.value, { axis, eps })
  }

  protected override settings(): string {
    return `[${this.normalizedShape}], eps=${this.eps}`
  }
}

/**
 * Each group of channels with mean 0 and variance 1, times a weight, plus a bias for each channel.
 *
 * Shapes: `[n, c, ...d]` stays; `weight` and `bias`: `[c]`.
 *
 * @throws ParamError when the channels do not part into as many groups
 * @source PyTorch, `GroupNorm`; ivy, `group_norm`
 * @example new GroupNorm(2, 4, { eps: 0 }).forward(array([[1, 3, 5, 7]]))   // [[-1, 1, -1, 1]]
 */
export class GroupNorm extends Norm {
  readonly groups: number
  readonly channels: number

  constructor(groups: number, channels: number, options: NormOptions = {}) {
    super('GroupNorm', [count('GroupNorm', 'channels', channels)], options)
    this.groups = count('GroupNorm', 'groups', groups)
    this.channels = channels
    if (channels % groups !== 0) {
      const because = `${channels} channels do not part into as many groups`
      throw new ParamError({ op: 'GroupNorm', param: 'groups', value: groups, because })
    }
    this.start()
  }

  forward(x: NDArray): NDArray {
    const { weight, bias, eps, groups } = this
    return groupNorm(x, groups, weight?.value, bias?.value, { eps })
  }

  protected override settings(): string {
    return `${this.groups}, ${this.channels}, eps=${this.eps}`
  }
}
