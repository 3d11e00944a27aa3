import { describe } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import { agree, type Case, noise, type Operand, stored, tensor } from './one-node.ts'

const f = (...shape: readonly number[]): Operand => noise('float32', ...shape)

/** Operands of 4 heads of queries and 2 of keys with 8 features each, or 16 where they are turned. */
interface Call {
  readonly queries?: number
  readonly past?: number
  readonly batch?: number
  /** Keys of each item; as many as there are places unless told. */
  readonly lengths?: readonly number[]
  readonly total?: number
  readonly isPacked?: boolean
  readonly angles?: number
  readonly features?: number
  readonly more?: Case['operands']
  readonly attributes?: Attributes
  readonly dtype?: 'float32' | 'float16'
  readonly shown?: boolean
}

function grouped(call: Call): Case {
  const { queries = 3, past, batch = 2, isPacked = false, angles = 0, more = [], dtype = 'float32' } = call
  const places = queries + (past ?? 0)
  const size = call.features ?? (angles > 0 ? 16 : 8)
  const total = call.total ?? places
  const lengths = call.lengths ?? Array.from({ length: batch }, () => places)
  const x = (...shape: readonly number[]): Operand => noise(dtype, ...shape)
  const pasts = past === undefined ? [null, null] : [x(batch, 2, past, size), x(batch, 2, past, size)]
  const own = isPacked
    ? [x(batch, queries, 8 * size), null, null]
    : [x(batch, queries, 4 * size), x(batch, queries, 2 * size), x(batch, queries, 2 * size)]
  return {
    op: 'GroupQueryAttention',
    domain: 'com.microsoft',
    operands: [
      ...own,
      ...pasts,
      tensor(
        'int32',
        [batch],
        lengths.map((length) => length - 1),
      ),
      stored(tensor('int32', [], [total])),
      ...(angles > 0 ? [x(16, angles), x(16, angles)] : [null, null]),
      ...more,
    ],
    attributes: {
      num_heads: 4,
      kv_num_heads: 2,
      ...(angles > 0 && { do_rotary: 1 }),
      ...call.attributes,
    },
    gives: Array.from({ length: call.shown ? 4 : 3 }, () => dtype),
  }
}

describe('GroupQueryAttention', () => {
  agree({
    'without a past': grouped({}),
    'without a past, shorter items': grouped({ lengths: [3, 2] }),
    'one query after a past': grouped({ queries: 1, past: 4 }),
    'one query after pasts of several lengths': grouped({ queries: 1, past: 4, lengths: [5, 3] }),
    'a past longer than all places': grouped({ queries: 1, past: 6, lengths: [3, 5], total: 5 }),
    'several queries after a past': grouped({ queries: 3, past: 4, batch: 1 }),
    'an empty past': grouped({ past: 0 }),
    packed: grouped({ isPacked: true, queries: 2, past: 3, batch: 1 }),
    turned: grouped({ angles: 8 }),
    'turned in pairs, after a past': grouped({
      angles: 8,
      queries: 1,
      past: 4,
      lengths: [5, 4],
      attributes: { rotary_interleaved: 1 },
    }),
    'turned in part, packed': grouped({ angles: 8, features: 32, isPacked: true }),
    'turned by places': grouped({
      angles: 8,
      more: [tensor('int64', [2, 3], [0, 1, 2, 3, 5, 4])],
    }),
    'turned by places after a past': grouped({
      angles: 8,
      queries: 1,
      past: 2,
      more: [tensor('int64', [2, 1], [2, 7])],
    }),
    'a window': grouped({ queries: 5, attributes: { local_window_size: 2 } }),
    'a window after a past': grouped({ queries: 1, past: 5, attributes: { local_window_size: 3 } }),
    'a scale, products bent': grouped({ attributes: { scale: attr.float(0.5), softcap: attr.float(1.5) } }),
    'smooth softmax': grouped({ attributes: { smooth_softmax: 1 } }),
    'a sink of each head': grouped({ more: [null, null, f(4)] }),
    'a sink, a window, after a past': grouped({
      queries: 1,
      past: 5,
      more: [null, null, f(4)],
      attributes: { local_window_size: 3 },
    }),
    'an added bias': grouped({ past: 2, batch: 1, more: [null, f(1, 4, 3, 5)] }),
    'an added bias for all heads': grouped({ more: [null, f(2, 1, 3, 3)] }),
    'no order of places': grouped({ attributes: { causal: 0 }, lengths: [3, 2] }),
    'half floats': grouped({ dtype: 'float16', queries: 1, past: 4 }),
    'the products too': grouped({
      attributes: { qk_output: 1, softcap: attr.float(1.5) },
      more: [null, f(2, 1, 3, 3)],
      shown: true,
    }),
    'the weights too': grouped({ attributes: { qk_output: 2 }, shown: true }),
  })
})
