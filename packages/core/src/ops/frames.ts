import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, minus, pin, plus, same } from '../types/dim.ts'
import { atLeast } from '../types/at-least.ts'
import { floorDiv } from '../types/poly-division.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { axesOf } from './axes.ts'
import { arange } from './creation.ts'
import { fftRfft } from './fourier.ts'
import { take } from './indexing.ts'
import { reshape } from './movement.ts'
import { pad } from './pad.ts'
import { stack } from './parts.ts'
import { meets } from './type-rules.ts'

/** Windows that slide along the last axis, one beside the other. */
function framed(x: ArrayValue, length: number, step: number, count: number): ArrayValue {
  const starts = multiply(arange(0, count, 1, { dtype: 'int32' }), step)
  const places = add(reshape(starts, [count, 1]), arange(0, length, 1, { dtype: 'int32' }))
  return take(x, places, { axis: x.ndim - 1 })
}

function frameCount(op: string, { shape }: TensorType, length: number, step: number): Dim {
  const size = shape.at(-1)
  if (size !== undefined && atLeast(size, length)) return plus(floorDiv(minus(size, length), step), 1)
  throw new ShapeError({ op, shapes: [shape], because: `the last axis is shorter than a frame of ${length}` })
}

/**
 * Windows that slide along the last axis, as lines of a new one.
 *
 * Shapes: `x: [...s, n]` gives `[...s, floor((n - size) / stride) + 1, size]`. Dtypes: any, kept.
 *
 * @throws ShapeError when the last axis is shorter than a window
 * @source NumPy, `sliding_window_view`; ivy, `sliding_window`
 * @example slidingWindow(array([1, 2, 3]), 2)   // [[1, 2], [2, 3]]
 */
export const slidingWindow = /* @__PURE__ */ defineOp({
  name: 'slidingWindow',
  doc: 'Windows that slide along the last axis, as lines of a new one.',
  inputs: ['x'],
  params: { size: /* @__PURE__ */ p.count(), stride: /* @__PURE__ */ p.count(1) },
  traits: { movement: true },
  infer: ([x], { size, stride }) =>
    tensorType(x.dtype, [...x.shape.slice(0, -1), frameCount('slidingWindow', x, size, stride), size]),
  decompose: ([x], { size, stride }): ArrayValue =>
    framed(x, size, stride, frameCount('slidingWindow', x.type, size, stride) as number),
})

/**
 * Fourier transforms of frames that slide along the last axis.
 *
 * Each frame is multiplied by the window; `fftLength` cuts it or fills it up with zeros.
 *
 * Shapes: `x: [...s, n]`, `window: [frameLength]` give `[...s, frames, floor(fftLength / 2) + 1]`. Dtypes: real;
 * float64 gives complex128, all others complex64.
 *
 * @throws ShapeError when the last axis is shorter than a frame, DTypeError for bool arrays
 * @source TensorFlow, `stft`; ivy, `stft`
 * @example stft(array([1, 1, 1]), 2, 1).shape   // [2, 2]
 */
export const stft = /* @__PURE__ */ defineOp({
  name: 'stft',
  doc: 'Fourier transforms of frames that slide along the last axis.',
  inputs: ['x', 'window?'],
  params: {
    frameLength: /* @__PURE__ */ p.count(),
    frameStep: /* @__PURE__ */ p.count(),
    fftLength: /* @__PURE__ */ p.count(null),
  },
  order: ['frameLength', 'frameStep'],
  cast: (types) => {
    const dtype = meets('stft', 'floating')(types)
    return dtype === 'float16' ? 'float32' : dtype
  },
  infer: ([x, window], { frameLength, frameStep, fftLength }) => {
    if (window !== undefined && !(window.shape.length === 1 && same(window.shape[0]!, frameLength)))
      throw new ShapeError({
        op: 'stft',
        shapes: [window.shape],
        because: `the window has ${frameLength} elements`,
      })
    const length = Math.floor((fftLength ?? frameLength) / 2) + 1
    const dtype = x.dtype === 'float64' ? 'complex128' : 'complex64'
    return tensorType(dtype, [...x.shape.slice(0, -1), frameCount('stft', x, frameLength, frameStep), length])
  },
  decompose: ([x, window], { frameLength, frameStep, fftLength }): ArrayValue => {
    const frames = framed(
      x,
      frameLength,
      frameStep,
      frameCount('stft', x.type, frameLength, frameStep) as number,
    )
    const weighted = window === undefined ? frames : multiply(frames, window)
    return fftRfft(weighted, { n: fftLength ?? frameLength })
  },
})

/**
 * Arrays of different lengths side by side, filled up to that of the longest.
 *
 * Shapes: `[n, ...s]`, `[m, ...s]`, … give `[longest, count, ...s]`, or with `batchFirst` `[count, longest, ...s]`.
 * Dtypes: any, promoted.
 *
 * @throws ShapeError when another size differs
 * @source PyTorch, `pad_sequence`; ivy, `pad_sequence`
 * @example padSequence([array([1, 2]), array([3])], { batchFirst: true })   // [[1, 2], [3, 0]]
 */
export const padSequence = /* @__PURE__ */ defineOp({
  name: 'padSequence',
  doc: 'Arrays of different lengths side by side, filled up to that of the longest.',
  inputs: ['sequences[]'],
  params: { batchFirst: /* @__PURE__ */ p.bool(false), paddingValue: /* @__PURE__ */ p.scalar(0) },
  cast: ([sequences]) => meets('padSequence', 'any')(sequences),
  infer: ([sequences], { batchFirst }) => {
    const [first] = sequences
    if (
      sequences.some(({ shape }) => shape.length === 0 || !sameSizes(shape.slice(1), first!.shape.slice(1)))
    )
      throw new ShapeError({
        op: 'padSequence',
        shapes: sequences.map(({ shape }) => shape),
        because: 'all sizes but those of axis 0 have to be equal',
      })
    const most = sequences.reduce((n, { shape }) => Math.max(n, pin(shape[0]!)), 0)
    const lead = batchFirst ? [sequences.length, most] : [most, sequences.length]
    return tensorType(first!.dtype, [...lead, ...first!.shape.slice(1)])
  },
  decompose: ([sequences], { batchFirst, paddingValue }): ArrayValue => {
    const most = sequences.reduce((n, one) => Math.max(n, one.shape[0]!), 0)
    const wide = sequences.map((one) =>
      pad(
        one,
        axesOf(one).map((axis) => [0, axis === 0 ? most - one.shape[0]! : 0]),
        { constantValues: paddingValue },
      ),
    )
    return stack(wide, { axis: batchFirst ? 0 : 1 })
  },
})

const sameSizes = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((size, i) => same(size, b[i]!))
