import { adaptiveAvgPool2d, avgPool2d, globalAvgPool, maxPool2d, type NDArray } from '@tendril/core/fn'
import { Layer } from './layer.ts'
import { checkOptionNames } from '@tendril/core/module'
import type { Padding } from './conv.ts'
import { countEach } from './options.ts'

export interface PoolOptions {
  /** Default: the size of the window. */
  readonly strides?: number | readonly number[] | null
  readonly padding?: Padding
  readonly ceilMode?: boolean
}

export interface MaxPoolOptions extends PoolOptions {
  readonly dilations?: number | readonly number[]
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros; else it is left out of the means. */
  readonly countIncludePad?: boolean
}

/** What pooling layers share. */
abstract class Pool2d extends Layer {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly padding: Padding
  readonly ceilMode: boolean

  constructor(op: string, kernel: number | readonly number[], options: PoolOptions, own: readonly string[]) {
    super()
    checkOptionNames(op, options, ['strides', 'padding', 'ceilMode', ...own])
    this.kernel = countEach(op, 'kernel', kernel, 2)
    this.strides = countEach(op, 'strides', options.strides ?? kernel, 2)
    this.padding = options.padding ?? 0
    this.ceilMode = options.ceilMode ?? false
  }

  protected override settings(): string {
    return `kernel=[${this.kernel}], strides=[${this.strides}], padding=${JSON.stringify(this.padding)}`
  }
}

/**
 * Largest element under a sliding window; see `maxPool2d`.
 *
 * Shapes: `[n, c, h, w]` gives `[n, c, ...]`.
 *
 * @throws ParamError for sizes that are no whole numbers from 1
 * @source ivy, `MaxPool2D`; PyTorch, `MaxPool2d`
 * @example new MaxPool2d(2).forward(array([[[[1, 3], [2, 6]]]]))   // [[[[6]]]]
 */
export class MaxPool2d extends Pool2d {
  readonly dilations: readonly number[]

  constructor(kernel: number | readonly number[], options: MaxPoolOptions = {}) {
    super('MaxPool2d', kernel, options, ['dilations'])
    this.dilations = countEach('MaxPool2d', 'dilations', options.dilations ?? 1, 2)
  }

  forward(x: NDArray): NDArray {
    const { kernel, strides, padding, ceilMode, dilations } = this
    return maxPool2d(x, kernel, { strides, padding, ceilMode, dilations })
  }
}

/**
 * Mean of the elements under a sliding window; see `avgPool2d`.
 *
 * Shapes: `[n, c, h, w]` gives `[n, c, ...]`.
 *
 * @throws ParamError for sizes that are no whole numbers from 1
 * @source ivy, `AvgPool2D`; PyTorch, `AvgPool2d`
 * @example new AvgPool2d(2).forward(array([[[[1, 3], [2, 6]]]]))   // [[[[3]]]]
 */
export class AvgPool2d extends Pool2d {
  readonly countIncludePad: boolean

  constructor(kernel: number | readonly number[], options: AvgPoolOptions = {}) {
    super('AvgPool2d', kernel, options, ['countIncludePad'])
    this.countIncludePad = options.countIncludePad ?? false
  }

  forward(x: NDArray): NDArray {
    const { kernel, strides, padding, ceilMode, countIncludePad } = this
    return avgPool2d(x, kernel, { strides, padding, ceilMode, countIncludePad })
  }
}

/**
 * Means of a number of windows that cover two spatial axes evenly.
 *
 * Shapes: `[n, c, h, w]` gives `[n, c, ...outputSize]`.
 *
 * @throws ParamError for sizes that are no whole numbers from 1
 * @source ivy, `AdaptiveAvgPool2d`; PyTorch, `AdaptiveAvgPool2d`
 * @example new AdaptiveAvgPool2d(1).forward(ones([1, 3, 4, 5])).shape   // [1, 3, 1, 1]
 */
export class AdaptiveAvgPool2d extends Layer {
  readonly outputSize: readonly number[]

  constructor(outputSize: number | readonly number[]) {
    super()
    this.outputSize = countEach('AdaptiveAvgPool2d', 'outputSize', outputSize, 2)
  }

  forward(x: NDArray): NDArray {
    const { outputSize } = this
    // One mean asks for no size of the image, so that graphs serve all.
    return outputSize.every((size) => size === 1) ? globalAvgPool(x) : adaptiveAvgPool2d(x, outputSize)
  }

  protected override settings(): string {
    return `[${this.outputSize}]`
  }
}

/**
 * Mean over all spatial axes, which stay with size 1.
 *
 * Shapes: `[n, c, ...d]` gives `[n, c, 1, ...]`.
 *
 * @source ONNX, `GlobalAveragePool`
 * @example new GlobalAvgPool().forward(ones([1, 3, 4, 5])).shape   // [1, 3, 1, 1]
 */
export class GlobalAvgPool extends Layer {
  forward(x: NDArray): NDArray {
    return globalAvgPool(x)
  }
}
