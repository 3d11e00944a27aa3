import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import { strided } from './movement.ts'
import { lower, type TfLowering } from './lower.ts'

type Sizes = TfRef['shape']

/** The array with channels last and two or three spatial axes; one axis becomes two. */
function plane(e: TfEmitter, x: TfRef): TfRef {
  const last = e.channelsLast(x)
  if (x.rank !== 3) return last
  return e.reshape(last, [last.shape[0]!, 1, ...last.shape.slice(1)])
}

/** A result with channels last under the axes that it is to have. */
function unplaned(e: TfEmitter, y: TfRef): TfRef {
  const { shape } = e.out
  const own = shape.length === 3 ? e.reshape(y, [shape[0]!, shape[2]!, shape[1]!]) : y
  return e.channelsSecond(own)
}

const asPlane = (list: readonly number[], first: number): readonly number[] =>
  list.length === 1 ? [first, ...list] : list

/** The array with channels last, with `value` around its spatial axes. */
function padded(e: TfEmitter, x: TfRef, pads: readonly number[], value: number): TfRef {
  if (pads.every((width) => width === 0)) return x
  const n = pads.length / 2
  const [before, after] = [asPlane(pads.slice(0, n), 0), asPlane(pads.slice(n), 0)]
  const pairs = [0, 0, ...before.flatMap((width, i) => [width, after[i]!]), 0, 0]
  const paddings = e.node('Reshape', [e.sizes(pairs), e.ints([x.rank, 2])], 'int32', [x.rank, 2])
  return e.node('PadV2', [x, paddings, e.scalar(value, x.dtype)], x.dtype, x.shape)
}

/** The window's sizes with one for the batch and one for the channels. */
const whole = (list: readonly number[]): readonly number[] => [1, ...asPlane(list, 1), 1]

/** One step for all axes: with unequal ones TensorFlow's convolutions leave elements unwritten. */
function commonStride(strides: readonly number[]): number {
  const least = Math.min(...strides)
  return strides.every((stride) => stride % least === 0) ? least : 1
}

/** Sizes of the result with channels last. */
const planeShape = (shape: Sizes): Sizes => {
  const space = shape.slice(2)
  return [shape[0]!, ...(space.length === 1 ? [1, ...space] : space), shape[1]!]
}

interface Settings {
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
  readonly groups: number
}

/** Part of an array along its last axis. */
function part(e: TfEmitter, x: TfRef, from: number, count: number): TfRef {
  const begin = e.sizes([...x.shape.slice(0, -1).map(() => 0), from])
  const size = e.sizes([...x.shape.slice(0, -1).map(() => -1), count])
  return e.node('Slice', [x, begin, size], x.dtype, [...x.shape.slice(0, -1), count])
}

function convolution(e: TfEmitter, x: TfRef, w: TfRef, settings: Settings): TfRef {
  const { strides, dilations } = settings
  // tfjs has steps between windows or within them, not both.
  const isTorn = e.runtime === 'tfjs' && dilations.some((step) => step !== 1)
  const stride = isTorn ? 1 : commonStride(strides)
  const equal = strides.map(() => stride)
  const result = planeShape(e.out.shape)
  if (strides.every((one) => one === stride))
    return convolved(e, x, w, { ...settings, strides: equal }, result)
  const every = strides.map((one) => one / stride)
  const dense = e.out.shape.slice(2).map((size, i) => (e.fixed(size) - 1) * every[i]! + 1)
  const y = convolved(
    e,
    x,
    w,
    { ...settings, strides: equal },
    planeShape([...e.out.shape.slice(0, 2), ...dense]),
  )
  const steps = [1, ...asPlane(every, 1), 1]
  return strided(
    e,
    y,
    steps.map((step) => ({ start: 0, stop: null, step })),
    result,
  )
}

function convolved(e: TfEmitter, x: TfRef, w: TfRef, settings: Settings, shape: Sizes): TfRef {
  const { strides, pads, dilations, groups } = settings
  const axes = w.shape.map((_, i) => i)
  const filters = e.transpose(w, [...axes.slice(2), 1, 0])
  const kernel = w.rank === 3 ? e.reshape(filters, [1, ...filters.shape]) : filters
  const input = padded(e, plane(e, x), pads, 0)
  const attrs = {
    strides: [1, ...asPlane(strides, strides[0]!), 1],
    padding: 'VALID',
    dilations: whole(dilations),
    data_format: w.rank === 5 ? 'NDHWC' : 'NHWC',
  }
  const op = w.rank === 5 ? 'Conv3D' : 'Conv2D'
  if (groups === 1) return e.node(op, [input, kernel], x.dtype, shape, attrs)
  const [count, inner] = [e.fixed(w.shape[0]!), e.fixed(w.shape[1]!)]
  if (inner === 1 && w.rank < 5 && dilations.every((step) => step === 1)) {
    // [..., 1, filters] holds for each channel its filters side by side.
    const own = e.reshape(kernel, [...kernel.shape.slice(0, 2), groups, count / groups])
    return e.node('DepthwiseConv2dNative', [input, own], x.dtype, shape, attrs)
  }
  const parts = Array.from({ length: groups }, (_, g) => {
    const own = part(e, input, g * inner, inner)
    const filter = part(e, kernel, (g * count) / groups, count / groups)
    return e.node(op, [own, filter], x.dtype, [...shape.slice(0, -1), count / groups], attrs)
  })
  return e.node('ConcatV2', [...parts, e.scalar(shape.length - 1, 'int32')], x.dtype, shape, { N: groups })
}

/** The elements of each place of the window, as one array each: windows of any kind are folds over these. */
function taps(
  e: TfEmitter,
  x: TfRef,
  kernel: readonly number[],
  { strides, dilations }: Pick<Settings, 'strides' | 'dilations'>,
  shape: Sizes,
): readonly TfRef[] {
  const sizes = asPlane(kernel, 1)
  const [steps, gaps] = [asPlane(strides, 1), asPlane(dilations, 1)]
  const places = sizes.reduce<readonly (readonly number[])[]>(
    (all, size) => all.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  )
  const space = shape.slice(1, -1).map((size) => e.fixed(size))
  return places.map((place) => {
    const start = place.map((at, i) => at * gaps[i]!)
    const stop = start.map((from, i) => from + (space[i]! - 1) * steps[i]! + 1)
    const all = { start: 0, stop: null, step: 1 }
    const inner = start.map((from, i) => ({ start: from, stop: stop[i]!, step: steps[i]! }))
    return strided(e, x, [all, ...inner, all], shape)
  })
}

/** By slices: the kernels of TensorFlow know no dilations, and lose NaN and -Infinity. */
function maxPool(
  e: TfEmitter,
  x: TfRef,
  kernel: readonly number[],
  settings: Pick<Settings, 'strides' | 'pads' | 'dilations'>,
): TfRef {
  const input = padded(e, plane(e, x), settings.pads, -Infinity)
  const shape = planeShape(e.out.shape)
  const on = (op: string, a: TfRef, b: TfRef, dtype = a.dtype): TfRef => e.node(op, [a, b], dtype, shape)
  // That of tfjs' wasm begins above 0 with three axes.
  const isKernel = e.runtime === 'tensorflow' || x.rank < 5
  const isUndilated = isKernel && settings.dilations.every((step) => step === 1)
  const op = x.rank === 5 ? 'MaxPool3D' : 'MaxPool'
  const attrs = { ksize: whole(kernel), strides: whole(settings.strides), padding: 'VALID' }
  if (isUndilated) {
    const missing = e.node(
      'Cast',
      [e.node('NotEqual', [input, input], 'bool', input.shape)],
      'float32',
      input.shape,
      { DstT: { type: 'float32' } },
    )
    const some = on('Greater', e.node(op, [missing], 'float32', shape, attrs), e.scalar(0, 'float32'), 'bool')
    const found = e.node(op, [input], x.dtype, shape, attrs)
    // The kernels begin at the smallest finite number.
    const lowest = e.scalar(-3.4028234663852886e38, 'float32')
    const none = on('LessEqual', found, lowest, 'bool')
    const exact = e.node('SelectV2', [none, on('Mul', found, e.scalar(2, 'float32')), found], x.dtype, shape)
    return e.node('SelectV2', [some, e.scalar(NaN, 'float32'), exact], x.dtype, shape)
  }
  return taps(e, input, kernel, settings, shape).reduce((best, tap) => {
    const some = on('LogicalOr', on('NotEqual', best, best, 'bool'), on('NotEqual', tap, tap, 'bool'), 'bool')
    return e.node('SelectV2', [some, on('AddV2', best, tap), on('Maximum', best, tap)], x.dtype, shape)
  })
}

function avgPool(
  e: TfEmitter,
  x: TfRef,
  {
    kernel,
    strides,
    pads,
    countIncludePad,
  }: Pick<Settings, 'strides' | 'pads'> & { kernel: readonly number[]; countIncludePad: boolean },
): TfRef {
  const shape = planeShape(e.out.shape)
  const op = x.rank === 5 ? 'AvgPool3D' : 'AvgPool'
  const attrs = { ksize: whole(kernel), strides: whole(strides), padding: 'VALID' }
  const own = plane(e, x)
  const mean = e.node(op, [padded(e, own, pads, 0)], x.dtype, shape, attrs)
  if (countIncludePad || pads.every((width) => width === 0)) return mean
  // The share of each window that lies inside.
  const ones = e.node('Fill', [e.sizes(own.shape), e.scalar(1, x.dtype)], x.dtype, own.shape)
  const share = e.node(op, [padded(e, ones, pads, 0)], x.dtype, shape, attrs)
  return e.node('RealDiv', [mean, share], x.dtype, shape)
}

const few = ({ shape }: { readonly shape: readonly unknown[] }): true | string =>
  shape.length <= 5 || 'TensorFlow has windows over three axes at most'

export const windows: readonly TfLowering[] = [
  lower(
    'convolution',
    (e, [x, w, bias], settings) => {
      const y = unplaned(e, convolution(e, x, w, settings))
      const last = bias === undefined ? y.last! : e.node('AddV2', [y.last!, bias], x.dtype, y.last!.shape)
      // Around the array the kernels multiply with 0, which is NaN for a weight that is not finite.
      const isPadded = settings.pads.some((width) => width !== 0)
      return e.channelsSecond(isPadded ? e.orExact(last, w, [x, w, bias]) : last)
    },
    {
      supports: ([x], { dilations }) =>
        x.shape.length === 5 && dilations.some((step) => step !== 1) ? 'Conv3D takes no dilations' : few(x),
    },
  ),
  lower('maxPooling', (e, [x], { kernel, ...settings }) => unplaned(e, maxPool(e, x, kernel, settings)), {
    supports: ([x]) => few(x),
  }),
  lower('avgPooling', (e, [x], settings) => unplaned(e, avgPool(e, x, settings)), {
    supports: ([x]) => few(x),
  }),
]
