import { isPoly, resolveSlice } from '@tendril/core/adapter'
import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import { lower, type TfLowering } from './lower.ts'

/** Indices that count from the front and lie inside of an axis. */
function inside(e: TfEmitter, indices: TfRef, size: TfRef): TfRef {
  const zero = e.scalar(0, 'int32')
  const on = (op: string, x: TfRef, y: TfRef): TfRef => e.node(op, [x, y], 'int32', indices.shape)
  const isNegative = e.node('Less', [indices, zero], 'bool', indices.shape)
  const from = e.node('SelectV2', [isNegative, on('AddV2', indices, size), indices], 'int32', indices.shape)
  return on('Minimum', on('Maximum', from, zero), on('Sub', size, e.scalar(1, 'int32')))
}

const axisOf = (e: TfEmitter, axis: number): TfRef => e.scalar(axis, 'int32')

/** The elements of one axis at indices that are known to lie inside. */
export const gather = (e: TfEmitter, x: TfRef, indices: TfRef, axis: number): TfRef =>
  e.node('GatherV2', [x, indices, axisOf(e, axis)], x.dtype, [
    ...x.shape.slice(0, axis),
    ...indices.shape,
    ...x.shape.slice(axis + 1),
  ])

/** Elements of each line along the last axis at indices of the same line. */
export function gatherInLines(e: TfEmitter, x: TfRef, indices: TfRef): TfRef {
  const last = x.rank - 1
  if (e.runtime === 'tensorflow')
    return e.node('GatherV2', [x, indices, axisOf(e, last)], x.dtype, indices.shape, { batch_dims: last })
  // With batch_dims tfjs' wasm kernel reads past the end: the places are counted through all lines instead.
  const [size, count] = [e.size(x.shape[last]!), indices.shape[last]!]
  const on = (op: string, a: TfRef, b: TfRef, shape: TfRef['shape'] = []): TfRef =>
    e.node(op, [a, b], 'int32', shape)
  const total = x.shape.reduce<TfRef>((n, each) => on('Mul', n, e.size(each)), e.scalar(1, 'int32'))
  const starts = e.node('Range', [e.scalar(0, 'int32'), total, size], 'int32', [-1])
  const rows = on('Reshape', indices, e.sizes([-1, count]), [-1, count])
  const places = on('AddV2', rows, on('Reshape', starts, e.ints([-1, 1]), [-1, 1]), [-1, count])
  const flat = e.node('Reshape', [x, e.ints([-1])], x.dtype, [-1])
  return e.reshape(gather(e, flat, places, 0), indices.shape)
}

interface Bound {
  readonly start: number
  readonly stop: number | null
  readonly step: number
}

/** The places of an axis that a bound names. */
function placesOf(size: number, { start, stop, step }: Bound): readonly number[] {
  const first = start < 0 ? size - 1 : start
  const end = stop ?? (step > 0 ? size : -1)
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, i) => first + i * step)
}

/** `[start, stop)` by steps, with each bound that is null left open. */
export function strided(e: TfEmitter, x: TfRef, bounds: readonly Bound[], shape: TfRef['shape']): TfRef {
  // The wasm kernel gives float32 for whatever it takes by steps.
  if (e.runtime === 'tfjs' && !x.isFloat && bounds.some(({ step }) => step !== 1))
    return bounds.reduce(
      (y, bound, axis) => gather(e, y, e.ints(placesOf(e.fixed(x.shape[axis]!), bound)), axis),
      x,
    )
  const vector = (values: readonly number[]): TfRef => e.sizes(values)
  const open = bounds.reduce((mask, { stop }, i) => (stop === null ? mask | (1 << i) : mask), 0)
  const begun = bounds.reduce((mask, { start }, i) => (start === -1 ? mask | (1 << i) : mask), 0)
  return e.node(
    'StridedSlice',
    [
      x,
      vector(bounds.map(({ start }) => Math.max(start, 0))),
      vector(bounds.map(({ stop }) => stop ?? 0)),
      e.ints(bounds.map(({ step }) => step)),
    ],
    x.dtype,
    shape,
    { begin_mask: begun, end_mask: open },
  )
}

/** Places along an axis of what a padding shows there. */
function shownPlaces(size: number, before: number, after: number, mode: string): readonly number[] {
  return Array.from({ length: size + before + after }, (_, i) => {
    const place = i - before
    if (mode === 'edge') return Math.min(Math.max(place, 0), size - 1)
    return place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place
  })
}

function padded(
  e: TfEmitter,
  x: TfRef,
  widths: readonly number[],
  mode: string,
  value: TfRef | undefined,
): TfRef {
  const { shape } = e.out
  const [before, after] = [widths.slice(0, x.rank), widths.slice(x.rank)]
  if (mode !== 'constant') {
    return x.shape.reduce<TfRef>((y, size, axis) => {
      if (before[axis] === 0 && after[axis] === 0) return y
      const places = shownPlaces(e.fixed(size), before[axis]!, after[axis]!, mode)
      return gather(e, y, e.ints(places), axis)
    }, x)
  }
  // Negative widths cut first.
  const cut = x.shape.map((size, axis) => {
    const end = Math.min(after[axis]!, 0)
    return { start: Math.max(-before[axis]!, 0), stop: end === 0 ? null : e.fixed(size) + end, step: 1 }
  })
  const isCut = widths.some((width) => width < 0)
  const kept = isCut
    ? strided(
        e,
        x,
        cut,
        x.shape.map((size, axis) => (cut[axis]!.stop ?? e.fixed(size)) - cut[axis]!.start),
      )
    : x
  const pairs = before.flatMap((width, axis) => [Math.max(width, 0), Math.max(after[axis]!, 0)])
  const paddings = e.node('Reshape', [e.sizes(pairs), e.ints([x.rank, 2])], 'int32', [x.rank, 2])
  return e.node('PadV2', [kept, paddings, value!], x.dtype, shape)
}

export const movement: readonly TfLowering[] = [
  ...(['reshape', 'expandDims', 'squeeze', 'flatten'] as const).map((op) =>
    lower(op, (e: TfEmitter, [x]: readonly [TfRef]) => e.reshape(x, e.out.shape)),
  ),
  lower('permuteDims', (e, [x], { axes }) => e.transpose(x, axes)),
  lower('broadcastTo', (e, [x]) => e.broadcast(x, e.out.shape)),
  lower('flip', (e, [x], { axis }) => {
    const axes = axis ?? x.shape.map((_, i) => i)
    if (axes.length === 0) return x
    // The wasm kernel takes truth values for numbers of four bytes.
    const isWide = x.dtype !== 'bool' || e.runtime === 'tensorflow'
    const turned = isWide ? x : e.cast(x, 'int32')
    const result = e.node('ReverseV2', [turned, e.ints(axes)], turned.dtype, x.shape)
    return isWide ? result : e.cast(result, 'bool')
  }),
  lower('slice', (e, [x], { starts, stops, steps }) => {
    if (x.rank === 0) return x
    const bounds = x.shape.map((size, i) => {
      const [start, stop, step] = [starts[i] ?? null, stops[i] ?? null, steps[i]!]
      // A size is needed only where a bound is to be held against it.
      if (start === null && stop === null) return { start: step > 0 ? 0 : -1, stop: null, step }
      const one = resolveSlice([e.fixed(size)], { starts: [start], stops: [stop], steps: [step] })[0]!
      const end = one.start + one.count * step
      return { start: one.start, stop: end < 0 ? null : one.count === 0 ? one.start : end, step }
    })
    return strided(e, x, bounds, e.out.shape)
  }),
  lower('concat', (e, [arrays], { axis }) => {
    const { dtype, shape } = e.out
    const flat = axis === null ? arrays.map((x) => (x.rank === 1 ? x : flattened(e, x))) : arrays
    if (flat.length === 1) return flat[0]!
    return e.node('ConcatV2', [...flat, axisOf(e, axis ?? 0)], dtype, shape, { N: flat.length })
  }),
  lower('take', (e, [x, indices], { axis }) =>
    gather(e, x, inside(e, indices, e.size(x.shape[axis!]!)), axis!),
  ),
  lower('takeAlongAxis', (e, [x, indices], { axis }) => {
    const { shape } = e.out
    const toEnd = x.shape.map((_, i) => i).filter((i) => i !== axis)
    const perm = [...toEnd, axis]
    const wide = e.broadcast(x, shape.with(axis, x.shape[axis]!))
    const places = e.broadcast(inside(e, indices, e.size(x.shape[axis]!)), shape)
    const [from, at] = [e.transpose(wide, perm), e.transpose(places, perm)]
    const found = gatherInLines(e, from, at)
    return e.transpose(
      found,
      x.shape.map((_, i) => perm.indexOf(i)),
    )
  }),
  lower('pad', (e, [x], { padWidth, mode, constantValues }) => {
    const widths = padWidth as readonly number[]
    if (x.rank === 0 || widths.every((width) => width === 0)) return x
    const dtype = e.current.outputs[0]!.dtype
    return padded(e, x, widths, mode, mode === 'constant' ? e.literal(constantValues, dtype) : undefined)
  }),
  lower('full', (e, _inputs, { fillValue }) => {
    const { dtype, shape } = e.out
    const value = isPoly(fillValue)
      ? e.cast(e.size(fillValue), dtype)
      : e.literal(fillValue, dtype as 'float32')
    return shape.length === 0
      ? e.node('Identity', [value], dtype, [])
      : e.node('Fill', [e.sizes(shape), value], dtype, shape)
  }),
]

/** All elements in one axis. */
function flattened(e: TfEmitter, x: TfRef): TfRef {
  // Only the sum of these sizes is asked for, which the node knows.
  return e.node('Reshape', [x, e.ints([-1])], x.dtype, e.out.shape)
}
