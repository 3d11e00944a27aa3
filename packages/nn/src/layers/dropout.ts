import { dropout, type NDArray, ParamError } from '@tendril/core/fn'
import { Layer } from './layer.ts'

/**
 * In training, each element dropped to 0 with probability `rate` and the others divided by `1 - rate`; else nothing.
 *
 * What is dropped is drawn from the global stream at each call, also by the graph of a traced module.
 *
 * @throws ParamError unless `rate` lies in [0, 1]
 * @source ivy, `Dropout`; PyTorch, `Dropout`
 * @example new Dropout(0.5).eval().forward(array([1, 2]))   // [1, 2]
 */
export class Dropout extends Layer {
  readonly rate: number

  constructor(rate = 0.5) {
    super()
    if (!(rate >= 0 && rate <= 1))
      throw new ParamError({ op: 'Dropout', param: 'rate', value: rate, because: 'it lies in [0, 1]' })
    this.rate = rate
  }

  forward(x: NDArray): NDArray {
    // Nothing is drawn where nothing is dropped, so that the global stream stays where it is.
    return this.training && this.rate > 0 ? dropout(x, { rate: this.rate }) : x
  }

  protected override settings(): string {
    return String(this.rate)
  }
}
