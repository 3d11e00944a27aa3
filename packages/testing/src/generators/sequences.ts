import type { HostArray } from '@tendril/core/testing'
import type { Given } from '../call.ts'
import type { Draw, Generator } from '../draw.ts'

/** A layer of `gates` blocks of weights with `states` states, for a few steps. */
const recurrent =
  (gates: number, states: number): Generator =>
  (draw) => {
    const [steps, items, width, hidden] = [draw.int(0, 3), draw.size(2), draw.int(1, 2), draw.int(1, 2)]
    const bias = (): Given => (draw.rarely(2) ? draw.array([gates * hidden]) : null)
    const inputs = [
      draw.array([steps, items, width]),
      ...Array.from({ length: states }, () => draw.array([items, hidden])),
      draw.array([gates * hidden, width]),
      draw.array([gates * hidden, hidden]),
      bias(),
      bias(),
    ]
    return { inputs, params: {} }
  }

const interpolate: Generator = (draw) => {
  const space = Array.from({ length: draw.int(1, 2) }, () => draw.int(1, 4))
  const mode = draw.pick(['nearest', 'linear', 'cubic', 'area'])
  const size = space.map(() => draw.int(1, 5))
  return {
    inputs: [draw.array([draw.empty ? 0 : 1, draw.int(1, 2), ...space])],
    params: { size, mode, alignCorners: draw.rarely(2) },
  }
}

const interp: Generator = (draw) => {
  const count = draw.int(1, 4)
  const points = draw.integers([count], 0, 0, draw.wanted.dtype)
  // A line that rises.
  points.data.forEach((_, i) => (points.data[i] = typeof points.data[i] === 'bigint' ? BigInt(2 * i) : 2 * i))
  const x = draw.integers(draw.shape(0, 2), 0, 8, draw.wanted.dtype)
  return { inputs: [x, points, draw.integers([count], 0, 9, draw.wanted.dtype)], params: {} }
}

const indicesOf = (draw: Draw, shape: readonly number[], size: number): HostArray =>
  draw.integers(size === 0 ? [...shape, 0] : shape, -size - 1, size)

const gatherNd: Generator = (draw) => {
  const batch = draw.rarely(2) ? [draw.int(1, 2)] : []
  const named = Array.from({ length: draw.int(1, 2) }, () => draw.int(1, 3))
  const x = draw.array([...batch, ...named, ...draw.shape(0, 1)])
  const indices = indicesOf(draw, [...batch, draw.int(1, 3), named.length], 3)
  return { inputs: [x, indices], params: { batchDims: batch.length } }
}

const gather: Generator = (draw) => {
  const batch = draw.rarely(2) ? [draw.int(1, 2)] : []
  const shape = [...batch, ...draw.shape(0, 1), draw.int(1, 3)]
  const indices = indicesOf(draw, [...batch, ...draw.shape(0, 2).map((size) => Math.max(1, size))], 3)
  return {
    inputs: [draw.array(shape), indices],
    params: { batchDims: batch.length, axis: draw.rarely(2) ? -1 : batch.length },
  }
}

const lexsort: Generator = (draw) => {
  const shape = draw.shape(1, 2)
  return { inputs: [draw.array([draw.int(1, 3), ...shape])], params: {} }
}

const msort: Generator = (draw) => ({ inputs: [draw.array(draw.shape(1, 3))], params: {} })

const choose: Generator = (draw) => {
  const shape = draw.shape(0, 2)
  const choices = Array.from({ length: draw.int(1, 3) }, () => draw.array(draw.broadcastable(shape)))
  return { inputs: [draw.integers(shape, -1, 3), choices], params: {} }
}

const invertPermutation: Generator = (draw) => {
  const line = draw.integers([draw.size()], 0, 0, draw.wanted.dtype)
  line.data.forEach((element, i) => (line.data[i] = typeof element === 'bigint' ? BigInt(i) : i))
  line.data.reverse()
  return { inputs: [line], params: {} }
}

export const sequences: Readonly<Record<string, Generator>> = {
  choose,
  gather,
  gatherNd,
  gru: recurrent(3, 1),
  interp,
  interpolate,
  invertPermutation,
  lexsort,
  lstm: recurrent(4, 2),
  msort,
  rnn: recurrent(1, 1),
}
