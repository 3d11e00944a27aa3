import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { numbers } from '../sizes.ts'
import { type SizeLike, sizesOf, Tensor } from '../tensor.ts'

const rules = ['linear', 'gated', 'delta', 'gated_delta'] as const

/** Rows of an array, a row for each of its positions, in which heads have an axis of their own. */
function rowsOf(x: NDArray, heads: number): NDArray {
  const [batch, length, all] = sizesOf(x) as readonly [SizeLike, SizeLike, SizeLike]
  const [width] = numbers([all]) as readonly [number]
  const apart = td.reshape(td.astype(x, 'float32'), [batch, length, heads, width / heads])
  return td.permuteDims(apart, [1, 0, 2, 3])
}

/** What belongs to heads, one for each or one for all. */
const gateOf = (call: NodeCall, index: number, heads: number): NDArray => {
  const x = call.array(index)
  const [width] = numbers([sizesOf(x)[2]!]) as readonly [number]
  if (width !== 1 && width % heads !== 0)
    call.refuse(`its operand ${index} has ${width} values for ${heads} heads`)
  return rowsOf(x, width === 1 ? 1 : heads)
}

/** Attention that keeps sums of keys and values, which the positions are added to one after the other. */
const linearAttention: Operator = (call) => {
  const rule = call.string('update_rule', 'gated_delta')
  if (!(rules as readonly string[]).includes(rule))
    call.refuse(`its update_rule is '${rule}', and has to be one of ${rules.join(', ')}`)
  refuseWindow(call)
  const [heads, shared] = [call.int('q_num_heads'), call.int('kv_num_heads')]
  const most = Math.max(heads, shared)
  if (!(heads > 0 && shared > 0 && most % heads === 0 && most % shared === 0))
    call.refuse(`${heads} heads of queries do not share ${shared} of keys`)
  const isGated = rule.startsWith('gated')
  const isDelta = rule.endsWith('delta')
  const query = call.tensor(0)
  const rows = rowsOf(query.array, heads)
  // A head of queries may serve several of keys, too.
  const q = heads === most ? rows : td.repeat(rows, most / heads, { axis: 2 })
  const [k, v] = [rowsOf(call.array(1), shared), rowsOf(call.array(2), shared)]
  const gates = [...(isGated ? [gateOf(call, 4, shared)] : []), ...(isDelta ? [gateOf(call, 5, shared)] : [])]
  const [length, batch] = sizesOf(q) as readonly [SizeLike, SizeLike]
  const [keys, values] = numbers([sizesOf(k)[3]!, sizesOf(v)[3]!]) as readonly [number, number]
  const scale = call.float('scale', 0) || 1 / Math.sqrt(keys)
  const past = call.maybe(3)
  const begin =
    past === undefined
      ? td.full([batch, shared, keys, values] as number[], 0, { dtype: 'float32' })
      : td.astype(past.array, 'float32')
  const step = ([before]: NDArray[], place: readonly NDArray[]): [NDArray[], NDArray[]] => {
    const [asked, key, value, ...others] = place as [NDArray, NDArray, NDArray, ...NDArray[]]
    const kept = isGated ? td.multiply(before!, td.expandDims(td.exp(others[0]!), -1)) : before!
    const across = td.expandDims(key, -2)
    const known = isDelta ? td.subtract(value, td.squeeze(td.matmul(across, kept), -2)) : value
    const added = isDelta ? td.multiply(others.at(-1)!, known) : known
    const after = td.add(kept, td.multiply(td.expandDims(key, -1), td.expandDims(added, -2)))
    const grouped = td.reshape(asked, [batch, shared, most / shared, keys])
    return [[after], [td.matmul(grouped, after)]]
  }
  const init: NDArray[] = [begin]
  const xs: NDArray[] = [q, k, v, ...gates]
  const [[state], [outputs]] = td.scan(step, [...init], [...xs]) as [[NDArray], [NDArray]]
  const output = td.reshape(td.permuteDims(outputs, [1, 0, 2, 3, 4]), [batch, length, most * values])
  const { dtype, narrow } = past ?? query
  return [
    Tensor.of(td.astype(td.multiply(output, scale), query.dtype), query.narrow),
    Tensor.of(td.astype(state, dtype), narrow),
  ]
}

/** A convolution of each channel with what was before, of which the end is kept for the next time. */
const causalConvWithState: Operator = (call) => {
  if (call.int('ndim', 1) !== 1) call.refuse('it has several spatial axes')
  refuseWindow(call)
  const isLast = call.flag('channels_last')
  const [given, w, bias] = [call.array(0), call.array(1), call.optional(2)]
  const [groups, , kernel] = numbers(sizesOf(w)) as readonly [number, number, number]
  const [batch, , ...others] = sizesOf(given) as readonly [SizeLike, SizeLike, ...SizeLike[]]
  const dilation = call.int('dilation', 1)
  const reach = (kernel - 1) * dilation
  const ordered = (of: NDArray): NDArray =>
    isLast ? td.swapaxes(td.reshape(of, [batch, sizesOf(of)[1]!, groups]), 1, 2) : of
  const asGiven = (of: NDArray): NDArray =>
    isLast ? td.reshape(td.swapaxes(of, 1, 2), [batch, sizesOf(of)[2]!, ...others]) : of
  const x = ordered(given)
  const length = sizesOf(x)[2]!
  const before = call.has(3)
    ? ordered(call.array(3))
    : td.full([batch, groups, reach] as number[], 0, { dtype: x.dtype })
  const all = td.concat([before, x], { axis: 2 })
  const y = td.convolution(all, w, [1], [0, 0], [dilation], bias, { groups })
  const activation = call.string('activation', 'none')
  if (!['none', 'silu', 'swish'].includes(activation)) call.refuse(`it knows no activation '${activation}'`)
  const last = td.slice(all, [null, null, length], [null, null, null])
  return [asGiven(activation === 'none' ? y : td.silu(y)), asGiven(last)]
}

function refuseWindow(call: NodeCall): void {
  if (call.int('state_window', 0) !== 0) call.refuse('it keeps the states of several positions')
}

/** Operators that give a state, which they are given again the next time. */
export const stateful: Operators = {
  CausalConvWithState: causalConvWithState,
  LinearAttention: linearAttention,
}
