import type { Draw, Generator } from '../draw.ts'

interface Windows {
  readonly space: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
}

/** Windows that fit `rank` spatial axes; padding stays below the window where `narrow` is set. */
function windows(draw: Draw, rank: number, { dilated = true, narrow = false } = {}): Windows {
  const axes = Array.from({ length: rank }, () => {
    const kernel = draw.int(1, 3)
    const dilation = dilated && draw.rarely(3) ? 2 : 1
    const reach = (kernel - 1) * dilation + 1
    const most = narrow ? kernel - 1 : 2
    const [before, after] = [draw.int(0, most), draw.int(0, most)]
    const size = Math.max(1, reach - before - after) + draw.int(0, 3)
    return { kernel, dilation, before, after, size, stride: draw.pick([1, 2, 3]) }
  })
  return {
    space: axes.map(({ size }) => size),
    kernel: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
    dilations: axes.map(({ dilation }) => dilation),
  }
}

const spatialRank = (draw: Draw): number => draw.pick([2, 1, 1, 3])
const batch = (draw: Draw): number => (draw.empty ? 0 : draw.pick([1, 2]))

const convolution: Generator = (draw) => {
  const { space, kernel, strides, pads, dilations } = windows(draw, spatialRank(draw))
  const groups = draw.pick([1, 1, 2])
  const [inner, filters] = [draw.int(1, 2), groups * draw.int(1, 2)]
  const bias = draw.rarely(2) ? draw.array([filters]) : null
  return {
    inputs: [
      draw.array([batch(draw), groups * inner, ...space]),
      draw.array([filters, inner, ...kernel]),
      bias,
    ],
    params: { strides, pads, dilations, ...(groups > 1 || draw.rarely(2) ? { groups } : {}) },
  }
}

const pooling =
  (dilated: boolean): Generator =>
  (draw) => {
    const { space, kernel, strides, pads, dilations } = windows(draw, spatialRank(draw), {
      dilated,
      narrow: true,
    })
    const x = draw.array([batch(draw), draw.int(1, 2), ...space])
    const given = dilated ? { kernel, strides, pads, dilations } : { kernel, strides, pads }
    return { inputs: [x], params: draw.params(x.shape.length, given) }
  }

export const windowed: Readonly<Record<string, Generator>> = {
  avgPooling: pooling(false),
  convolution,
  maxPooling: pooling(true),
}
