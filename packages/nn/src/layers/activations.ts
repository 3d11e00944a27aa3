import { gelu, logSoftmax, type NDArray, relu, sigmoid, silu, softmax, tanh } from '@tendril/core/fn'
import { Layer } from './layer.ts'
import { checkOptions } from './options.ts'

/** The larger of each element and 0. @example new ReLU().forward(array([-1, 2]))   // [0, 2] */
export class ReLU extends Layer {
  forward(x: NDArray): NDArray {
    return relu(x)
  }
}

/**
 * Each element times its chance under the normal distribution; `approximate` takes the formula by tanh.
 *
 * @source Hendrycks and Gimpel, "Gaussian error linear units" (2016)
 * @example new GELU().forward(array([0]))   // [0]
 */
export class GELU extends Layer {
  readonly approximate: boolean

  constructor(options: { readonly approximate?: boolean } = {}) {
    super()
    checkOptions('GELU', options, ['approximate'])
    this.approximate = options.approximate ?? false
  }

  forward(x: NDArray): NDArray {
    return gelu(x, { approximate: this.approximate })
  }

  protected override settings(): string {
    return this.approximate ? 'approximate' : ''
  }
}

/** Each element times its sigmoid. @example new SiLU().forward(array([0]))   // [0] */
export class SiLU extends Layer {
  forward(x: NDArray): NDArray {
    return silu(x)
  }
}

/** `1 / (1 + exp(-x))`. @example new Sigmoid().forward(array([0]))   // [0.5] */
export class Sigmoid extends Layer {
  forward(x: NDArray): NDArray {
    return sigmoid(x)
  }
}

/** The hyperbolic tangent. @example new Tanh().forward(array([0]))   // [0] */
export class Tanh extends Layer {
  forward(x: NDArray): NDArray {
    return tanh(x)
  }
}

/** What softmax layers share. */
abstract class AlongAxis extends Layer {
  readonly axis: number

  constructor(axis = -1) {
    super()
    this.axis = axis
  }

  protected override settings(): string {
    return `axis=${this.axis}`
  }
}

/** Exponentials that sum to 1 along an axis. @example new Softmax().forward(array([1, 1]))   // [0.5, 0.5] */
export class Softmax extends AlongAxis {
  forward(x: NDArray): NDArray {
    return softmax(x, { axis: this.axis })
  }
}

/** Logarithm of the softmax. @example new LogSoftmax().forward(array([[0], [5]]))   // [[0], [0]] */
export class LogSoftmax extends AlongAxis {
  forward(x: NDArray): NDArray {
    return logSoftmax(x, { axis: this.axis })
  }
}
