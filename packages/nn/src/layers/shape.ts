import { type NDArray, ParamError, reshape } from '@tendril/core/fn'
import { Layer } from './layer.ts'

/**
 * All axes from `startAxis` on as one.
 *
 * Shapes: `[n, ...d]` gives `[n, product of d]`.
 *
 * @throws ParamError unless `startAxis` is a whole number from 0
 * @source PyTorch, `Flatten`
 * @example new Flatten().forward(ones([2, 3, 4])).shape   // [2, 12]
 */
export class Flatten extends Layer {
  readonly startAxis: number

  constructor(startAxis = 1) {
    super()
    if (!Number.isSafeInteger(startAxis) || startAxis < 0) {
      const because = 'it is a whole number from 0'
      throw new ParamError({ op: 'Flatten', param: 'startAxis', value: startAxis, because })
    }
    this.startAxis = startAxis
  }

  forward(x: NDArray): NDArray {
    const { startAxis } = this
    if (startAxis === 0 || x.ndim === 0) return reshape(x, [-1])
    const kept = Array.from({ length: Math.min(startAxis, x.ndim) - 1 }, (_, i) => x.shape[i + 1]!)
    let size = 1
    for (let axis = startAxis; axis < x.ndim; axis++) size *= x.shape[axis]!
    const rest = [...kept, size]
    // The first size is not read, so that graphs serve all; it cannot be told from no elements.
    return reshape(x, [rest.includes(0) ? x.shape[0]! : -1, ...rest])
  }
}

/** What it is given. @example new Identity().forward(array([1, 2]))   // [1, 2] */
export class Identity extends Layer {
  forward(x: NDArray): NDArray {
    return x
  }
}
