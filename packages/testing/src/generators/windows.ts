import type { Given } from '../call.ts'
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

const batch = (draw: Draw): number => (draw.empty ? 0 : draw.pick([1, 2]))
const spatialRank = (draw: Draw): number => draw.pick([2, 1, 1, 3])

/** The signal, the filters and now and then a bias. */
function filtered(
  draw: Draw,
  { space, kernel }: Windows,
  groups: number,
  inner = draw.int(1, 2),
): readonly Given[] {
  const filters = groups * draw.int(1, 2)
  return [
    draw.array([batch(draw), groups * inner, ...space]),
    draw.array([filters, inner, ...kernel]),
    draw.rarely(2) ? draw.array([filters]) : null,
  ]
}

const convolution: Generator = (draw) => {
  const laid = windows(draw, spatialRank(draw))
  const { strides, pads, dilations } = laid
  const groups = draw.pick([1, 1, 2])
  const params = { strides, pads, dilations, ...(groups > 1 || draw.rarely(2) ? { groups } : {}) }
  return { inputs: filtered(draw, laid, groups), params }
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

/** Numbers for spatial axes as users write them: one for all where they are equal. */
const written = (draw: Draw, each: readonly number[]): number | readonly number[] =>
  new Set(each).size === 1 && draw.rarely(2) ? each[0]! : each

const paddings = (draw: Draw, pads: readonly number[]): unknown => {
  const rank = pads.length / 2
  if (draw.rarely(4)) return 'same'
  if (pads.every((width) => width === 0) && draw.rarely(2)) return 'valid'
  return Array.from({ length: rank }, (_, i) => [pads[i], pads[i + rank]])
}

const options = (draw: Draw, { strides, pads, dilations }: Windows): Record<string, unknown> => ({
  ...(draw.rarely(4) ? {} : { strides: written(draw, strides) }),
  padding: paddings(draw, pads),
  dilations: written(draw, dilations),
})

const conv =
  (rank: number): Generator =>
  (draw) => {
    const laid = windows(draw, rank)
    const groups = draw.pick([1, 1, 2])
    return { inputs: filtered(draw, laid, groups), params: { ...options(draw, laid), groups } }
  }

const depthwiseConv2d: Generator = (draw) => {
  const laid = windows(draw, 2)
  return { inputs: filtered(draw, laid, draw.int(1, 3), 1), params: options(draw, laid) }
}

/** Filters of an array whose elements spread windows. */
const transposed =
  (rank: number): Generator =>
  (draw) => {
    const { space, kernel, strides, dilations } = windows(draw, rank)
    const groups = draw.pick([1, 1, 2])
    const [channels, filters] = [groups * draw.int(1, 2), draw.int(1, 2)]
    const inputs = [
      draw.array([batch(draw), channels, ...space]),
      draw.array([channels, filters, ...kernel]),
      draw.rarely(2) ? draw.array([groups * filters]) : null,
    ]
    const padding = draw.pick(['same', 'valid', 0, 0])
    return { inputs, params: { strides, dilations, padding, groups, outputPadding: draw.int(0, 1) } }
  }

const separableConv2d: Generator = (draw) => {
  const laid = windows(draw, 2)
  const [channels, filters] = [draw.int(1, 2), draw.int(1, 2)]
  const inputs = [
    draw.array([batch(draw), channels, ...laid.space]),
    draw.array([channels, 1, ...laid.kernel]),
    draw.array([filters, channels, 1, 1]),
    draw.rarely(2) ? draw.array([filters]) : null,
  ]
  return { inputs, params: options(draw, laid) }
}

const signals =
  (rank: number): Generator =>
  (draw) => {
    const space = Array.from({ length: rank }, () => draw.int(1, 4))
    const x = draw.array([batch(draw), draw.int(1, 2), ...space])
    return { inputs: [x], params: { outputSize: draw.int(1, 3) } }
  }

const pool =
  (rank: number, dilated: boolean): Generator =>
  (draw) => {
    const laid = windows(draw, rank, { dilated, narrow: true })
    const { dilations, ...given } = options(draw, laid)
    const x = draw.array([batch(draw), draw.int(1, 2), ...laid.space])
    const kernel = written(draw, laid.kernel)
    return {
      inputs: [x],
      params: draw.params(x.shape.length, { ...given, kernel, ...(dilated && { dilations }) }),
    }
  }

const images: Generator = (draw) => {
  const x = draw.array([batch(draw), draw.int(1, 2), draw.int(1, 4), draw.int(1, 4)])
  return { inputs: [x], params: draw.params(4) }
}

export const windowed: Readonly<Record<string, Generator>> = {
  adaptiveAvgPool1d: signals(1),
  adaptiveAvgPool2d: images,
  adaptiveAvgPool3d: signals(3),
  adaptiveMaxPool1d: signals(1),
  adaptiveMaxPool2d: signals(2),
  adaptiveMaxPool3d: signals(3),
  avgPool1d: pool(1, false),
  avgPool2d: pool(2, false),
  avgPool3d: pool(3, false),
  avgPooling: pooling(false),
  conv1d: conv(1),
  conv1dTranspose: transposed(1),
  conv2d: conv(2),
  conv2dTranspose: transposed(2),
  conv3d: conv(3),
  conv3dTranspose: transposed(3),
  convolution,
  depthwiseConv2d,
  globalAvgPool: images,
  maxPool1d: pool(1, true),
  maxPool2d: pool(2, true),
  maxPool3d: pool(3, true),
  maxPooling: pooling(true),
  separableConv2d,
}
