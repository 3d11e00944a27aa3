import type { TfEmitter } from '../emitter.ts'
import type { TfType } from '../program.ts'
import type { TfRef } from '../ref.ts'
import { isNaN, lower, type TfLowering } from './lower.ts'

interface Settings {
  readonly axis: readonly number[] | null
  readonly keepdims: boolean
}

const allAxes = (x: TfRef): readonly number[] => x.shape.map((_, i) => i)

/** Where axes of the graph lie with channels last. */
const lastAxes = (x: TfRef, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => (axis === 0 ? 0 : axis === 1 ? x.rank - 1 : axis - 1))

function reduced(e: TfEmitter, op: string, x: TfRef, { axis, keepdims }: Settings): TfRef {
  const axes = axis ?? allAxes(x)
  const { dtype, shape } = e.out
  if (axes.length === 0) return e.node('Identity', [x], dtype, x.shape)
  // Over all spatial axes, what lies with channels last needs no move.
  const inPlace =
    x.isMoved && !axes.includes(0) && !axes.includes(1) && axes.length === x.rank - 2 && !keepdims
  const from = inPlace ? x.last! : x
  return e.node(op, [from, e.ints(inPlace ? lastAxes(x, axes) : axes)], dtype, shape, { keep_dims: keepdims })
}

const reduction =
  (op: string) =>
  (e: TfEmitter, [x]: readonly [TfRef], settings: Settings): TfRef =>
    reduced(e, op, x, settings)

/** The first largest or smallest element; the first NaN comes before all. */
const place =
  (op: 'ArgMax' | 'ArgMin') =>
  (
    e: TfEmitter,
    [x]: readonly [TfRef],
    { axis, keepdims }: { readonly axis: number | null; readonly keepdims: boolean },
  ): TfRef => {
    const { shape } = e.out
    const flat = axis === null ? e.node('Reshape', [x, e.ints([-1])], x.dtype, [-1]) : x
    const at = axis ?? 0
    const kept = keepdims && axis !== null ? shape.toSpliced(at, 1) : axis === null ? [] : shape
    const axisRef = e.scalar(at, 'int32')
    const found = (of: TfRef, kind: string): TfRef =>
      e.node(kind, [of, axisRef], 'int32', kept, { output_type: { type: 'int32' } })
    const result = (): TfRef => {
      if (x.dtype === 'bool') return found(e.cast(flat, 'int32'), op)
      if (!x.isFloat) return found(flat, op)
      const missing = e.node('NotEqual', [flat, flat], 'bool', flat.shape)
      const first = found(
        e.node('Cast', [missing], 'int32', flat.shape, { DstT: { type: 'int32' } }),
        'ArgMax',
      )
      const some = e.node('Any', [missing, e.ints([at])], 'bool', kept, { keep_dims: false })
      return e.node('SelectV2', [some, first, found(flat, op)], 'int32', kept)
    }
    return keepdims ? e.reshape(result(), shape) : result()
  }

/** Sums or products up to each place; with the first one, one more comes before. */
const scan =
  (op: 'Cumsum' | 'Cumprod', start: number) =>
  (
    e: TfEmitter,
    [x]: readonly [TfRef],
    { axis, includeInitial }: { readonly axis: number | null; readonly includeInitial: boolean },
  ): TfRef => {
    const { dtype, shape } = e.out
    const at = axis ?? 0
    const from = includeInitial ? oneMore(e, x, at, start) : x
    return e.node(op, [from, e.scalar(at, 'int32')], dtype, shape, {
      exclusive: includeInitial,
      reverse: false,
    })
  }

function oneMore(e: TfEmitter, x: TfRef, axis: number, value: number): TfRef {
  const pairs = x.shape.flatMap((_, i) => [0, i === axis ? 1 : 0])
  const paddings = e.node('Reshape', [e.ints(pairs), e.ints([x.rank, 2])], 'int32', [x.rank, 2])
  return e.node('PadV2', [x, paddings, e.scalar(value, x.dtype)], x.dtype, e.out.shape)
}

/** The largest or smallest element; NaN where there is one. */
const extreme =
  (op: 'Max' | 'Min') =>
  (e: TfEmitter, [x]: readonly [TfRef], settings: Settings): TfRef => {
    if (x.dtype === 'bool') return reduced(e, op === 'Max' ? 'Any' : 'All', x, settings)
    const found = reduced(e, op, x, settings)
    if (!x.isFloat || e.runtime === 'tensorflow') return found
    const { shape } = e.out
    const missing = e.cast(isNaN(e, x), 'int32')
    const axes = e.ints(settings.axis ?? allAxes(x))
    const count = e.node('Max', [missing, axes], 'int32', shape, { keep_dims: settings.keepdims })
    const some = e.node('Greater', [count, e.scalar(0, 'int32')], 'bool', shape)
    return e.node('SelectV2', [some, e.scalar(NaN, x.dtype), found], x.dtype as TfType, shape)
  }

export const reductions: readonly TfLowering[] = [
  lower('sum', reduction('Sum')),
  lower('prod', reduction('Prod')),
  lower('max', extreme('Max')),
  lower('min', extreme('Min')),
  lower('any', reduction('Any')),
  lower('all', reduction('All')),
  lower('argmax', place('ArgMax')),
  lower('argmin', place('ArgMin')),
  lower('cumulativeSum', scan('Cumsum', 0)),
  lower('cumulativeProd', scan('Cumprod', 1)),
]
