import { ParamError, ShapeError } from '../errors.ts'
import { defineOp, type GradientOf, type HostArray } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { put } from './kernels.ts'
import { indexAt } from './copies.ts'
import { ofAvgPooling, ofMaxPooling } from './pooling-gradient.ts'
import { meets } from './type-rules.ts'
import { forEachTap, type Windows, windowedShape } from './windows.ts'

/** Refuses padding that a whole window fits into. */
export function refuseWidePads(
  op: string,
  param: string,
  kernel: readonly number[],
  pads: readonly number[],
): void {
  if (pads.every((width, i) => width < kernel[i % kernel.length]!)) return
  throw new ParamError({ op, param, value: pads, because: 'padding has to be smaller than the window' })
}

/** The type of a pooling whose windows leave their places. */
export function pooledType(
  op: string,
  x: TensorType,
  kernel: readonly number[],
  windows: Windows,
  param = 'pads',
): TensorType {
  const rank = x.shape.length - 2
  if (rank < 1)
    throw new ShapeError({ op, shapes: [x.shape], because: 'it takes [batch, channels, ...spatial]' })
  if (kernel.length !== rank) {
    const because = `${rank} spatial axes need ${rank} numbers`
    throw new ParamError({ op, param: 'kernel', value: kernel, because })
  }
  refuseWidePads(op, param, kernel, windows.pads)
  const spatial = windowedShape(op, x.shape.slice(2), kernel, windows)
  return tensorType(x.dtype, [...x.shape.slice(0, 2), ...spatial])
}

/** Stores what `fold` makes of the elements under each window. */
function poolWith(
  x: HostArray,
  out: HostArray,
  kernel: readonly number[],
  windows: Windows,
  fold: (elements: readonly number[]) => number,
): void {
  const [space, positions] = [x.shape.slice(2), out.shape.slice(2)]
  const [spaceSize, count] = [space, positions].map((shape) => shape.reduce((n, size) => n * size, 1))
  for (let at = 0; at < out.data.length; at++) {
    const plane = Math.floor(at / count!) * spaceSize!
    const elements: number[] = []
    const position = indexAt(positions, at % count!)
    forEachTap(space, kernel, position, windows, (place) => elements.push(Number(x.data[plane + place])))
    put(out.data, at, fold(elements))
  }
}

/**
 * Largest element under a window that slides over the spatial axes; padding never wins, NaN always does.
 *
 * What `maxPool1d`, `maxPool2d` and `maxPool3d` are made of; its parameters name every spatial axis. `pads` holds the
 * padding before each spatial axis, then that after each, all smaller than the window. A window over padding alone,
 * which dilation makes possible, gives -Infinity.
 *
 * Shapes: `x: [n, c, ...d]` gives `[n, c, ...]`, sizes as for `convolution`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for another number of strides or pads
 * @source ONNX, `MaxPool`
 * @example maxPooling(array([[[1, 3, 2]]]), [2], [1], [0, 0], [1])   // [[[3, 3]]]
 */
export const maxPooling = /* @__PURE__ */ defineOp({
  name: 'maxPooling',
  doc: 'Largest element under a window that slides over the spatial axes.',
  inputs: ['x'],
  order: ['kernel', 'strides', 'pads', 'dilations'],
  params: {
    kernel: /* @__PURE__ */ p.strides(),
    strides: /* @__PURE__ */ p.strides(),
    pads: /* @__PURE__ */ p.pads(),
    dilations: /* @__PURE__ */ p.strides(),
  },
  traits: { chooses: true },
  cast: /* @__PURE__ */ meets('maxPooling', 'floating'),
  infer: ([x], { kernel, ...windows }) => pooledType('maxPooling', x, kernel, windows),
  reference: ([x], { kernel, ...windows }, [out]) =>
    poolWith(x, out, kernel, windows, (elements) => elements.reduce((a, b) => Math.max(a, b), -Infinity)),
})

export const maxPoolingGradient: GradientOf<typeof maxPooling> = (
  [x],
  { kernel, ...windows },
  [out],
  [g],
) => [() => ofMaxPooling(x, out, g, kernel, windows)]

const undilated = (windows: Omit<Windows, 'dilations'>): Windows => ({
  ...windows,
  dilations: windows.strides.map(() => 1),
})

/**
 * Mean of the elements under a window that slides over the spatial axes.
 *
 * What `avgPool1d`, `avgPool2d` and `avgPool3d` are made of; its parameters name every spatial axis. `pads` holds the
 * padding before each spatial axis, then that after each, all smaller than the window. Padding is left out of the mean,
 * or counts as zeros with `countIncludePad`.
 *
 * Shapes: `x: [n, c, ...d]` gives `[n, c, ...]`, sizes as for `convolution`. Dtypes: real; integers become float32.
 *
 * @throws ShapeError when the window does not fit, ParamError for another number of strides or pads
 * @source ONNX, `AveragePool`
 * @example avgPooling(array([[[1, 3, 2]]]), [2], [1], [0, 1])   // [[[2, 2.5, 2]]]
 */
export const avgPooling = /* @__PURE__ */ defineOp({
  name: 'avgPooling',
  doc: 'Mean of the elements under a window that slides over the spatial axes.',
  inputs: ['x'],
  order: ['kernel', 'strides', 'pads'],
  params: {
    kernel: /* @__PURE__ */ p.strides(),
    strides: /* @__PURE__ */ p.strides(),
    pads: /* @__PURE__ */ p.pads(),
    countIncludePad: /* @__PURE__ */ p.bool(false),
  },
  traits: { contraction: true },
  cast: /* @__PURE__ */ meets('avgPooling', 'floating'),
  infer: ([x], { kernel, strides, pads }) =>
    pooledType('avgPooling', x, kernel, undilated({ strides, pads })),
  reference: ([x], { kernel, strides, pads, countIncludePad }, [out]) => {
    const window = kernel.reduce((n, size) => n * size, 1)
    poolWith(x, out, kernel, undilated({ strides, pads }), (elements) => {
      const total = elements.reduce((a, b) => a + b, 0)
      return total / (countIncludePad ? window : elements.length)
    })
  },
})

export const avgPoolingGradient: GradientOf<typeof avgPooling> = (
  [x],
  { kernel, countIncludePad, ...windows },
  [out],
  [g],
) => [() => ofAvgPooling(x, out, g, kernel, undilated(windows), countIncludePad)]
