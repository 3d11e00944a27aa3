import * as td from '@tendril/core'

/** A convolution and the batch norm behind it. */
export interface ConvNorm {
  readonly filters: td.NDArray
  readonly mean: td.NDArray
  readonly variance: td.NDArray
  readonly scale: td.NDArray
  readonly shift: td.NDArray
}

/** Two convolutions and a way around them, which is itself one where the shape changes. */
export interface Block {
  readonly first: ConvNorm
  readonly second: ConvNorm
  readonly shortcut?: ConvNorm
}

export interface Weights {
  readonly stem: ConvNorm
  readonly blocks: readonly [Block, Block]
  readonly head: { readonly weight: td.NDArray; readonly bias: td.NDArray }
}

/** Takes images `[n, 1, 8, 8]` with 0 for paper and 1 for ink, and gives ten probabilities for each: `[n, 10]`. */
export type DigitModel = (images: td.NDArray) => td.NDArray

/**
 * A small residual network that reads digits.
 *
 * It is a plain function of `td` calls and says nothing about engines: called as it is, it runs on the current one;
 * traced, it becomes a graph for any.
 */
export function digitModel({ stem, blocks, head }: Weights): DigitModel {
  return (images) => {
    const strokes = td.relu(convNorm(images, stem))
    const parts = residual(strokes, blocks[0])
    const shapes = residual(parts, blocks[1], 2)
    const features = td.mean(shapes, { axis: [2, 3] })
    return td.softmax(td.linear(features, head.weight, head.bias))
  }
}

function residual(x: td.NDArray, { first, second, shortcut }: Block, strides = 1): td.NDArray {
  const inside = convNorm(td.relu(convNorm(x, first, { strides })), second)
  const around = shortcut === undefined ? x : convNorm(x, shortcut, { strides, padding: 0 })
  return td.relu(td.add(around, inside))
}

function convNorm(x: td.NDArray, layer: ConvNorm, { strides = 1, padding = 1 } = {}): td.NDArray {
  const convolved = td.conv2d(x, layer.filters, { strides, padding })
  return td.batchNorm(convolved, layer.mean, layer.variance, layer.scale, layer.shift)
}
