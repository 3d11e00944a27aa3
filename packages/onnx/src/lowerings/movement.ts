import type { Dim, Scalar } from '@tendril/core/adapter'
import { carrierOf } from '../carriers.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

/** Further than any axis reaches; onnxruntime clamps bounds. */
const far = Number.MAX_SAFE_INTEGER

const isStart = (start: Dim | null | undefined): boolean => start === null || start === 0

const expand = (e: OnnxEmitter, a: OnnxRef, shape: OnnxRef, rank: number): OnnxRef =>
  e.node('Expand', [a, shape], { dtype: a.dtype, rank })

/** Matrices with 0 on one side of a diagonal. */
function triangle(e: OnnxEmitter, a: OnnxRef, k: number, upper: boolean): OnnxRef {
  const diagonal = e.isSure(k) ? e.scalar('int64', k) : x.squeeze(e, e.sizes([k]), [0])
  return x.carried(e, 'Trilu', [a], ([y]) => e.node('Trilu', [y, diagonal], y!, { upper }), true)
}

const pads = { constant: 'Pad', reflect: 'Pad:reflect', edge: 'Pad:edge' } as const

export const movement: readonly OnnxLowering[] = [
  lower('reshape', (e, [a], _params, { outputs: [type] }) =>
    x.reshape(e, a, e.sizes(type!.shape), type!.shape.length),
  ),
  lower('permuteDims', (e, [a], { axes }) => x.transpose(e, a, axes)),
  lower('broadcastTo', (e, [a], _params, { outputs: [type] }) =>
    expand(e, a, e.sizes(type!.shape), type!.shape.length),
  ),
  lower(
    'tile',
    (e, [a], { repetitions }) => {
      const counts = [...Array.from({ length: a.rank - repetitions.length }, () => 1), ...repetitions]
      return counts.length === 0 ? a : e.node('Tile', [a, e.sizes(counts)], a)
    },
    {
      supports: ([{ shape }], { repetitions }) =>
        repetitions.length <= shape.length || 'Tile takes as many counts as axes',
    },
  ),
  lower('tril', (e, [a], { k }) => triangle(e, a, k, false)),
  lower('triu', (e, [a], { k }) => triangle(e, a, k, true)),
  lower('flip', (e, [a], { axis }) => {
    const axes = axis ?? Array.from({ length: a.rank }, (_, i) => i)
    if (axes.length === 0) return a
    const all = (value: number | bigint): OnnxRef => e.ints(axes.map(() => value))
    const [from, to] = e.exact ? [-1, -(2n ** 63n)] : [far, -far]
    return e.node('Slice', [a, all(from), all(to), e.ints(axes), all(-1)], a)
  }),
  lower('slice', (e, [a], { starts, stops, steps }) => {
    const isWhole = (i: number): boolean => isStart(starts[i]) && stops[i] === null && steps[i] === 1
    // Programs of the runtime keep the axes in their text, whatever the bounds are.
    const axes = starts.map((_, i) => i).filter((i) => e.exact || !isWhole(i))
    if (axes.length === 0) return a
    const from = axes.map((i) => starts[i] ?? (steps[i]! > 0 ? 0 : far))
    const to = axes.map((i) => stops[i] ?? (steps[i]! > 0 ? far : -far))
    const by = axes.map((i) => steps[i]!)
    // Readers leave out steps of 1.
    const isPlain = !e.exact && by.every((step) => step === 1)
    return e.node('Slice', [a, e.sizes(from), e.sizes(to), e.ints(axes), isPlain ? undefined : e.ints(by)], a)
  }),
  lower('concat', (e, [arrays], { axis }) => {
    const parts = axis === null ? arrays.map((array) => x.flat(e, array)) : arrays
    return e.node('Concat', parts, parts[0]!, { axis: axis ?? 0 })
  }),
  lower('pad', (e, [a], { padWidth, mode, constantValues }) => {
    if (padWidth.length === 0) return a
    const kernel = pads[mode]
    const carrier = carrierOf(kernel, a.dtype)!
    const value =
      mode === 'constant' ? e.cast(e.literal(asElement(a, constantValues), a.dtype), carrier) : undefined
    const padded = e.node(
      'Pad',
      [e.cast(a, carrier), e.sizes(padWidth), value],
      { ...a, dtype: carrier },
      { mode },
    )
    return e.cast(padded, a.dtype)
  }),
]

/** A parameter as the program's element: 64-bit integers are bigints. */
function asElement({ dtype }: OnnxRef, value: Scalar): Scalar {
  return dtype === 'int64' || dtype === 'uint64' ? BigInt(value) : value
}
