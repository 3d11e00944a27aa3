import {
  add,
  astype,
  batchNorm,
  divide,
  mean,
  multiply,
  type NDArray,
  ones,
  ShapeError,
  subtract,
  Variable,
  variance,
  zeros,
} from '@tendril/core/fn'
import { Layer } from './layer.ts'
import { checkOptions, count, type LayerOptions } from './options.ts'

export interface BatchNormOptions extends Omit<LayerOptions, 'key'> {
  readonly eps?: number
  /** Share of a new batch in the running statistics; null takes the mean over all batches. */
  readonly momentum?: number | null
  /** Whether there are a weight and a bias for each channel. */
  readonly affine?: boolean
  /** Whether there are running statistics; without them evaluation uses those of the batch, as training does. */
  readonly trackRunningStats?: boolean
}

/** What batch normalization over any number of axes shares. */
abstract class BatchNorm extends Layer {
  readonly channels: number
  readonly eps: number
  readonly momentum: number | null
  declare weight: Variable | null
  declare bias: Variable | null
  declare runningMean: Variable | null
  declare runningVar: Variable | null
  declare numBatchesTracked: Variable | null
  readonly #options: BatchNormOptions
  readonly #op: string

  constructor(op: string, channels: number, options: BatchNormOptions) {
    super(options)
    checkOptions(op, options, ['buildMode', 'dtype', 'eps', 'momentum', 'affine', 'trackRunningStats'])
    this.channels = count(op, 'channels', channels)
    this.eps = options.eps ?? 1e-5
    this.momentum = options.momentum === undefined ? 0.1 : options.momentum
    this.#options = options
    this.#op = op
    this.start()
  }

  protected override setup(): void {
    const { dtype = 'float32', affine = true, trackRunningStats = true } = this.#options
    const shape = [this.channels]
    this.weight = affine ? new Variable(ones(shape, { dtype }), { name: 'weight' }) : null
    this.bias = affine ? new Variable(zeros(shape, { dtype }), { name: 'bias' }) : null
    const buffer = (name: string, array: NDArray): Variable | null =>
      trackRunningStats ? this.buffer(array, { name, optional: name === 'num_batches_tracked' }) : null
    this.runningMean = buffer('running_mean', zeros(shape, { dtype }))
    this.runningVar = buffer('running_var', ones(shape, { dtype }))
    // Files without it are common. Not int64, which some engines do not hold.
    this.numBatchesTracked = buffer('num_batches_tracked', zeros([], { dtype: 'int32' }))
  }

  /** Before anything is changed, so that a call that fails leaves the statistics as they were. */
  protected check(x: NDArray, ranks: readonly number[]): void {
    if (ranks.includes(x.ndim) && x.shape[1] === this.channels) return
    const axes = ['n', this.channels, 'h', 'w']
    const takes = ranks.map((rank) => `[${axes.slice(0, rank).join(', ')}]`).join(' or ')
    throw new ShapeError({ op: this.#op, shapes: [[...x.shape]], because: `it takes ${takes}` })
  }

  protected normalize(x: NDArray): NDArray {
    const { runningMean, runningVar } = this
    if (!this.training && runningMean !== null && runningVar !== null)
      return this.#scaled(x, runningMean.value, runningVar.value)
    const axes = Array.from({ length: x.ndim }, (_, axis) => axis).filter((axis) => axis !== 1)
    if (this.training) this.#refuseSingle(x, axes)
    const centre = mean(x, { axis: axes })
    if (this.training && runningMean !== null && runningVar !== null) {
      const share = this.#shareOfBatch()
      approach(runningMean, centre, share)
      approach(runningVar, variance(x, { axis: axes, correction: 1 }), share)
    }
    return this.#scaled(x, centre, variance(x, { axis: axes }))
  }

  #scaled(x: NDArray, centre: NDArray, spread: NDArray): NDArray {
    const { weight, bias, eps } = this
    return batchNorm(x, centre, spread, weight?.value, bias?.value, { eps })
  }

  /** One value has no variance, and the running one would be NaN from then on. */
  #refuseSingle(x: NDArray, axes: readonly number[]): void {
    const each = axes.reduce((product, axis) => product * x.shape[axis]!, 1)
    if (each > 1) return
    throw new ShapeError({
      op: this.#op,
      shapes: [[...x.shape]],
      because: 'training needs more than one value for each channel',
      instead: 'Give it a larger batch, or call eval() first',
    })
  }

  #shareOfBatch(): number | NDArray {
    const seen = this.numBatchesTracked!
    seen.assign(add(seen.value, 1))
    return this.momentum ?? divide(1, astype(seen.value, this.runningMean!.value.dtype))
  }

  protected override settings(): string {
    const { affine = true, trackRunningStats = true } = this.#options
    return `${this.channels}, eps=${this.eps}, momentum=${this.momentum}, affine=${affine}, trackRunningStats=${trackRunningStats}`
  }
}

/** Moves a running statistic towards the one of a batch. */
function approach(running: Variable, batch: NDArray, share: number | NDArray): void {
  const old = running.value
  running.assign(add(old, multiply(subtract(astype(batch, old.dtype), old), share)))
}

/**
 * Each channel with mean 0 and variance 1 over the batch, times a weight, plus a bias; evaluation uses running
 * statistics, which training updates: also the graph of a traced module does.
 *
 * Shapes: `[n, c]` and `[n, c, d]` stay; `weight`, `bias`, `runningMean`, `runningVar`: `[c]`.
 *
 * @throws ShapeError for arrays of other ranks, and for training on one value for each channel
 * @source PyTorch, `BatchNorm1d`; ivy, `BatchNorm2D`
 * @example new BatchNorm1d(2, { eps: 0 }).forward(array([[1, 2], [3, 6]]))   // [[-1, -1], [1, 1]]
 */
export class BatchNorm1d extends BatchNorm {
  constructor(channels: number, options: BatchNormOptions = {}) {
    super('BatchNorm1d', channels, options)
  }

  forward(x: NDArray): NDArray {
    this.check(x, [2, 3])
    return this.normalize(x)
  }
}

/**
 * Batch normalization of images; see `BatchNorm1d`.
 *
 * Shapes: `[n, c, h, w]` stays; `weight`, `bias`, `runningMean`, `runningVar`: `[c]`.
 *
 * @throws ShapeError for arrays of another rank, and for training on one value for each channel
 * @source PyTorch, `BatchNorm2d`; ivy, `BatchNorm2D`
 * @example new BatchNorm2d(3).eval().forward(ones([1, 3, 2, 2])).shape   // [1, 3, 2, 2]
 */
export class BatchNorm2d extends BatchNorm {
  constructor(channels: number, options: BatchNormOptions = {}) {
    super('BatchNorm2d', channels, options)
  }

  forward(x: NDArray): NDArray {
    this.check(x, [4])
    return this.normalize(x)
  }
}
