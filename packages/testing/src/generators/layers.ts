import type { HostArray } from '@tendril/core/testing'
import type { Given } from '../call.ts'
import type { Draw, Generator } from '../draw.ts'

const perhaps = (draw: Draw, make: () => HostArray): HostArray | null => (draw.rarely(2) ? make() : null)

// Sums with an epsilon that float16 and float32 hold exactly.
const eps = (draw: Draw): Record<string, unknown> =>
  draw.rarely(2) ? { eps: draw.pick([2 ** -10, 2 ** -14, 0.5]) } : {}

/** Arrays that are scaled along one axis. */
const batchNorm: Generator = (draw) => {
  const shape = draw.shape(2, 4)
  const axis = draw.pick([1, 0, -1])
  const along = (): HostArray => draw.array([shape.at(axis)!])
  const variance = draw.fractions([shape.at(axis)!])
  return {
    inputs: [draw.array(shape), along(), variance, perhaps(draw, along), perhaps(draw, along)],
    params: { ...(axis === 1 && draw.rarely(2) ? {} : { axis }), ...eps(draw) },
  }
}

/** Arrays that are normalized over some axes, with weights of their sizes. */
const overAxes =
  (weights: number): Generator =>
  (draw) => {
    const shape = draw.shape(1, 4)
    const last = shape.length - 1
    const axis = draw.pick(last > 0 ? [[-1], [last - 1, last], [0]] : [[-1]])
    const sizes = axis.map((one) => shape.at(one)!)
    const each = Array.from({ length: weights }, (): Given => perhaps(draw, () => draw.array(sizes)))
    return { inputs: [draw.array(shape), ...each], params: { axis, ...eps(draw) } }
  }

const channels = (draw: Draw): { shape: number[]; count: number; groups: number } => {
  const [groups, each] = [draw.pick([1, 2]), draw.pick([1, 2])]
  const count = groups * each
  return {
    shape: [draw.empty ? 0 : draw.pick([1, 2]), count, ...draw.shape(1, 2).map((size) => Math.max(1, size))],
    count,
    groups,
  }
}

const groupNorm: Generator = (draw) => {
  const { shape, count, groups } = channels(draw)
  const weight = (): HostArray => draw.array([count])
  return {
    inputs: [draw.array(shape), perhaps(draw, weight), perhaps(draw, weight)],
    params: { groups, ...eps(draw) },
  }
}

const instanceNorm: Generator = (draw) => {
  const { shape, count } = channels(draw)
  const weight = (): HostArray => draw.array([count])
  return { inputs: [draw.array(shape), perhaps(draw, weight), perhaps(draw, weight)], params: eps(draw) }
}

const linear: Generator = (draw) => {
  const [inner, outer] = [draw.size(), draw.size()]
  const bias = perhaps(draw, () => draw.array([outer]))
  return { inputs: [draw.array([...draw.shape(0, 2), inner]), draw.array([outer, inner]), bias], params: {} }
}

const embedding: Generator = (draw) => {
  const [rows, width] = [draw.int(1, 4), draw.size()]
  return { inputs: [draw.array([rows, width]), draw.integers(draw.shape(0, 2), 0, rows - 1)], params: {} }
}

interface Attention {
  readonly batch: readonly number[]
  readonly places: readonly [queries: number, keys: number]
}

const attention = (draw: Draw): Attention => ({
  batch: draw.empty ? [0] : draw.shape(0, 2),
  places: [draw.int(1, 3), draw.int(1, 3)],
})

const maskOf = (draw: Draw, { batch, places }: Attention): HostArray | null => {
  if (draw.rarely(2)) return null
  const shape = draw.pick([[...places], [...batch, ...places], [places[1]]])
  return draw.rarely(2) ? draw.array(shape) : draw.array(shape, 'bool', 'ordinary')
}

const attentionParams = (draw: Draw): Record<string, unknown> => ({
  ...(draw.rarely(2) ? { scale: draw.pick([0.5, 1, 0.25]) } : {}),
  ...(draw.rarely(2) ? { isCausal: true } : {}),
})

const scaledDotProductAttention: Generator = (draw) => {
  const laid = attention(draw)
  const { batch, places } = laid
  const [features, values] = [draw.int(1, 3), draw.int(1, 3)]
  const inputs = [
    draw.array([...batch, places[0], features]),
    draw.array([...draw.broadcastable(batch), places[1], features]),
    draw.array([...draw.broadcastable(batch), places[1], values]),
    maskOf(draw, laid),
  ]
  return { inputs, params: attentionParams(draw) }
}

const multiHeadAttention: Generator = (draw) => {
  const { batch, places } = attention(draw)
  const heads = draw.pick([1, 2])
  const [inner, features] = [heads * draw.int(1, 2), draw.int(1, 3)]
  const projected = draw.rarely(2)
  const width = projected ? features : inner
  const weights: readonly Given[] = projected
    ? [draw.array([3 * inner, features]), perhaps(draw, () => draw.array([3 * inner]))]
    : [null, null]
  const outer = draw.rarely(2) ? [draw.array([2, inner]), perhaps(draw, () => draw.array([2]))] : [null, null]
  const inputs = [
    draw.array([...batch, places[0], width]),
    draw.array([...batch, places[1], width]),
    draw.array([...batch, places[1], width]),
    ...weights,
    ...outer,
  ]
  const mask = draw.rarely(2) ? draw.array([...places], 'bool', 'ordinary') : null
  return { inputs: [...inputs, mask], params: { heads, ...attentionParams(draw) } }
}

export const layers: Readonly<Record<string, Generator>> = {
  batchNorm,
  embedding,
  groupNorm,
  instanceNorm,
  layerNorm: overAxes(2),
  linear,
  multiHeadAttention,
  rmsNorm: overAxes(1),
  scaledDotProductAttention,
}
