import { isFloat } from '@tendril/core/testing'
import type { Draw, Generator } from '../draw.ts'

const option = (draw: Draw, name: string, values: readonly unknown[]): Record<string, unknown> =>
  draw.rarely(2) ? { [name]: draw.pick(values) } : {}
const reduction = (draw: Draw): Record<string, unknown> => option(draw, 'reduction', ['none', 'mean', 'sum'])
// Float16 and float32 hold these exactly, and 1 less them too.
const epsilon = (draw: Draw): Record<string, unknown> => option(draw, 'epsilon', [0, 2 ** -7, 2 ** -10])

const crossEntropy: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const inputs = [draw.fractions(shape), draw.fractions(draw.broadcastable(shape))]
  return { inputs, params: { ...option(draw, 'axis', [-1, 0]), ...epsilon(draw), ...reduction(draw) } }
}

const sparseCrossEntropy: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(-shape.length, shape.length - 1)
  const rest = shape.toSpliced(axis, 1)
  const labels = draw.integers(rest, 0, Math.max(0, shape.at(axis)! - 1), draw.indexDType())
  return { inputs: [labels, draw.fractions(shape)], params: { axis, ...epsilon(draw), ...reduction(draw) } }
}

const binaryCrossEntropy: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const fromLogits = draw.rarely(2)
  const pred = fromLogits ? draw.array(shape) : draw.fractions(shape)
  const weight = draw.rarely(3) ? draw.fractions(draw.broadcastable(shape)) : null
  return {
    inputs: [draw.fractions(draw.broadcastable(shape)), pred, weight],
    params: { fromLogits, ...epsilon(draw), ...reduction(draw) },
  }
}

const klDiv: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  return {
    inputs: [draw.array(shape), draw.fractions(draw.broadcastable(shape))],
    params: draw.params(shape.length),
  }
}

/** Counts below 1, so that no product leaves the range. */
const logPoissonLoss: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  return {
    inputs: [draw.fractions(shape), draw.array(draw.broadcastable(shape))],
    params: draw.params(shape.length),
  }
}

const between =
  (name: string): Generator =>
  (draw) => {
    const shape = draw.shape(0, 3)
    const inputs = [draw.array(shape), draw.array(draw.broadcastable(shape))]
    return { inputs, params: { ...option(draw, name, [1, 0.5, 2]), ...reduction(draw) } }
  }

const dropout: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  return {
    inputs: [draw.array(shape)],
    params: draw.params(shape.length, { rate: draw.pick([0.5, 0, 0.25, 0.75]) }),
  }
}

/** A threshold where both branches agree. */
const softplus: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const threshold = isFloat(draw.wanted.dtype) ? [20, 24] : [20]
  return {
    inputs: [draw.array(shape)],
    params: { ...option(draw, 'beta', [1, 0.5, 2]), ...option(draw, 'threshold', threshold) },
  }
}

export const losses: Readonly<Record<string, Generator>> = {
  binaryCrossEntropy,
  crossEntropy,
  dropout,
  huberLoss: between('delta'),
  klDiv,
  logPoissonLoss,
  poissonNllLoss: logPoissonLoss,
  smoothL1Loss: between('beta'),
  softplus,
  sparseCrossEntropy,
}
