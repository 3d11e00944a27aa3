import * as td from '@tendril/core'
import * as nn from '../../src/index.ts'

/** A Variable of some numbers. */
export const variable = (...elements: number[]): td.Variable => new td.Variable(td.array(elements))

/** A factor, whose sign says whether it is trained. */
export class Scale extends nn.Module {
  factor: td.Variable
  constructor(factor: number) {
    super()
    this.factor = variable(factor)
  }
  forward(x: td.NDArray): td.NDArray {
    return td.multiply(x, this.training ? this.factor.value : td.negative(this.factor.value))
  }
}

/** Modules in every kind of place. */
export class Net extends nn.Module {
  first = new Scale(2)
  rest = [new Scale(3), new Scale(5)]
  byName = { head: new Scale(7) }
  offset: td.Variable | null = null
  forward(x: td.NDArray): td.NDArray {
    let y = this.first(x)
    for (const one of this.rest) y = one(y)
    y = this.byName.head(y)
    return this.offset === null ? y : td.add(y, this.offset.value)
  }
}
