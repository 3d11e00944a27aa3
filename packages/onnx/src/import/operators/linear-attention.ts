import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators, Results } from '../node-call.ts'
import { floorDiv, minus, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { sliceAxis } from './axes.ts'
import { single } from './heads.ts'
import { rotated } from './rotary.ts'

/** `[batch, places, heads * features]` gives `[places, batch, heads, features]`. */
function byPlace(x: NDArray, heads: number): NDArray {
  const [batch, places] = sizesOf(x) as readonly [SizeLike, SizeLike]
  return td.permuteDims(td.reshape(single(x), [batch, places, heads, -1]), [1, 0, 2, 3])
}

/** What one place brings: `[batch, heads, features]` each. */
interface Step {
  readonly query: NDArray
  readonly key: NDArray
  readonly value: NDArray
  /** How much of the state is kept. */
  readonly kept: NDArray | undefined
  /** How much of what is new is taken. */
  readonly taken: NDArray | undefined
}

/** The state with the value of a key brought in, `[batch, heads, features of keys, features of values]`. */
function stepped(state: NDArray, { key, value, kept, taken }: Step, isDelta: boolean): NDArray {
  const rest = kept === undefined ? state : td.multiply(state, td.expandDims(kept, -1))
  const column = td.expandDims(key, -1)
  const known = isDelta ? td.sum(td.multiply(rest, column), { axis: -2 }) : undefined
  const news = known === undefined ? value : td.subtract(value, known)
  const part = taken === undefined ? news : td.multiply(news, taken)
  return td.add(rest, td.multiply(column, td.expandDims(part, -2)))
}

const rules: Readonly<Record<string, { readonly isGated: boolean; readonly isDelta: boolean }>> = {
  linear: { isGated: false, isDelta: false },
  gated: { isGated: true, isDelta: false },
  delta: { isGated: false, isDelta: true },
  gated_delta: { isGated: true, isDelta: true },
}

/** Attention as a state that each place changes, from which its query reads. */
function linearAttention(call: NodeCall): Results {
  if (call.int('state_window', 0) !== 0) call.refuse('it keeps the states of several places')
  const rule = call.string('update_rule', 'gated_delta')
  const { isGated, isDelta } = rules[rule] ?? call.refuse(`it knows no update_rule '${rule}'`)
  const [heads, shared] = [call.int('q_num_heads'), call.int('kv_num_heads')]
  const most = Math.max(heads, shared)
  const each = (x: NDArray, own: number): NDArray =>
    own === most ? x : td.repeat(x, most / own, { axis: 2 })
  const query = each(byPlace(call.array(0), heads), heads)
  const [key, value] = [byPlace(call.array(1), shared), byPlace(call.array(2), shared)]
  const kept = isGated ? td.exp(byPlace(call.array(4), shared)) : undefined
  // A number for each head, or one for all.
  const taken = isDelta ? td.expandDims(td.swapaxes(single(call.array(5)), 0, 1), -1) : undefined
  const batch = sizesOf(key)[1]!
  const [features, others] = [sizesOf(key)[3]!, sizesOf(value)[3]!]
  const first = call.has(3) ? single(call.array(3)) : td.zeros([batch, shared, features, others])
  const asked = call.float('scale', 0)
  const scale = asked === 0 ? td.rsqrt(td.full([], features, { dtype: 'float32' })) : asked
  const steps = { query, key, value, ...(kept && { kept }), ...(taken && { taken }) }
  const [last, rows] = td.scan(
    (before: NDArray, step: Partial<Step> & Pick<Step, 'query' | 'key' | 'value'>) => {
      const after = stepped(before, { kept: undefined, taken: undefined, ...step }, isDelta)
      const seen = shared === most ? after : td.repeat(after, most / shared, { axis: 1 })
      const y = td.sum(td.multiply(seen, td.expandDims(step.query, -1)), { axis: -2 })
      return [after, y] as const
    },
    first,
    steps,
  )
  const y = td.multiply(td.permuteDims(rows as NDArray, [1, 0, 2, 3]), scale)
  const { dtype } = call.array(0)
  const [items, length] = sizesOf(call.array(0)) as readonly [SizeLike, SizeLike]
  const state = td.astype(last as NDArray, call.maybe(3)?.dtype ?? dtype)
  return [td.astype(td.reshape(y, [items, length, -1]), dtype), state]
}

/** A convolution of each channel with what is before it alone, which goes on where the last call ended. */
function causalConvolution(call: NodeCall): Results {
  if (call.int('ndim', 1) !== 1) call.refuse('it has several spatial axes')
  if (call.int('state_window', 0) !== 0) call.refuse('it keeps the states of several places')
  const isLast = call.flag('channels_last')
  const [given, weight] = [call.array(0), call.array(1)]
  const [batch, length, ...others] = sizesOf(given) as readonly [SizeLike, SizeLike, ...SizeLike[]]
  const channels = sizesOf(weight)[0]!
  const inOrder = (x: NDArray): NDArray =>
    isLast ? td.swapaxes(td.reshape(x, [batch, sizesOf(x)[1]!, channels]), 1, 2) : x
  const x = inOrder(given)
  const dilation = call.int('dilation', 1)
  const reach = times(minus(sizesOf(weight)[2]!, 1), dilation)
  const past = call.has(3) ? inOrder(call.array(3)) : td.zeros([batch, channels, reach], { dtype: x.dtype })
  const all = td.concat([past, x], { axis: 2 })
  const groups = typeof channels === 'number' ? channels : weight.shape[0]!
  const sums = td.convolution(all, weight, [1], [0, 0], [dilation], call.optional(2), { groups })
  const name = call.string('activation', 'none')
  if (!['none', 'silu', 'swish'].includes(name)) call.refuse(`it knows no activation '${name}'`)
  const y = name === 'none' ? sums : td.silu(sums)
  const size = sizesOf(all)[2]!
  const present = sliceAxis(all, 2, minus(size, reach), size)
  if (!isLast) return [y, present]
  const asGiven = (of: NDArray, places: SizeLike): NDArray =>
    td.reshape(td.swapaxes(of, 1, 2), [batch, places, ...others])
  return [asGiven(y, length), asGiven(present, reach)]
}

/** Root mean squares of parts of the last axis, and a gate. */
const gatedNorm: Operator = (call) => {
  const [x, scale, gate] = [call.array(0), call.array(1), call.array(2)]
  const features = sizesOf(scale)[0]!
  const sizes = sizesOf(x)
  const parts = td.reshape(single(x), [...sizes.slice(0, -1), floorDiv(sizes.at(-1)!, features)!, features])
  const normal = td.rmsNorm(parts, single(scale), { axis: -1, eps: call.float('epsilon', 1e-5) })
  return td.astype(td.multiply(td.reshape(normal, sizes), td.silu(single(gate))), x.dtype)
}

/** Gates of linear attention: how much is kept, by its logarithm, and how much is taken. */
const attentionGates: Operator = (call) => {
  const x = call.array(0)
  const kept = td.multiply(td.softplus(td.add(single(x), call.array(1))), call.array(2))
  const taken = call.has(3) ? td.astype(td.sigmoid(single(call.array(3))), x.dtype) : null
  return [td.astype(kept, x.dtype), taken]
}

/** Which of three places tells the angle of each pair of features. */
function streamOf(call: NodeCall): readonly number[] {
  const [t, h, w] = call.ints('mrope_section') as readonly [number, number, number]
  const half = t + h + w
  if (call.int('mrope_layout', 0) === 0)
    return Array.from({ length: half }, (_, i) => (i < t ? 0 : i < t + h ? 1 : 2))
  return Array.from({ length: half }, (_, i) =>
    i % 3 === 1 && i < 3 * h ? 1 : i % 3 === 2 && i < 3 * w ? 2 : 0,
  )
}

/** Pairs of features turned by the angles of three places: when, how high, how wide. */
const rotaryOfThree: Operator = (call) => {
  const given = call.array(0)
  const [batch, places] = sizesOf(given) as readonly [SizeLike, SizeLike]
  const isFlat = given.ndim === 3
  const partial = call.int('rotary_embedding_dim', 0)
  const shape = partial > 0 ? [call.int('num_heads'), -1] : [-1, times(sizesOf(call.array(2))[1]!, 2)]
  const wide = single(given)
  const x = isFlat ? td.reshape(wide, [batch, places, ...shape]) : td.permuteDims(wide, [0, 2, 1, 3])
  const streams = streamOf(call)
  const of = (stream: number): NDArray => td.array(streams.map((one) => one === stream))
  const [cosines, sines] = [2, 3].map((i) => {
    // [streams, batch, places, features]
    const angles = single(td.take(call.array(i), call.indices(1), { axis: 0 }))
    const [when, high, across] = td.unstack(angles, { axis: 0 }) as [NDArray, NDArray, NDArray]
    return td.expandDims(td.where(of(1), high, td.where(of(2), across, when)), 2)
  }) as [NDArray, NDArray]
  const count = partial > 0 ? partial : undefined
  const whole = rotated(x, { cosines, sines, count, isInterleaved: call.flag('interleaved') })
  const y = isFlat ? td.reshape(whole, sizesOf(given)) : td.permuteDims(whole, [0, 2, 1, 3])
  return td.astype(y, given.dtype)
}

/** Operators of models whose attention is a state. */
export const stateful: Operators = {
  CausalConvWithState: causalConvolution,
  GatedAdd: (call) => td.add(call.array(0), td.multiply(call.array(1), call.array(2))),
  GatedRMSNorm: gatedNorm,
  LinearAttention: linearAttention,
  LinearAttentionGate: attentionGates,
  MRotaryEmbedding: rotaryOfThree,
}
