import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { handedOn } from './axes.ts'
import { lessEqual } from './compare.ts'
import { arange } from './creation.ts'
import { logicalAnd } from './logic.ts'
import { matmul } from './matmul.ts'
import { expandDims, matrixTranspose } from './rearrange.ts'
import { any } from './truth-reductions.ts'
import { softmax } from './softmax.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/** Batch axes and sizes of queries, keys and values that fit each other. */
export function attending(op: string, query: TensorType, key: TensorType, value: TensorType) {
  const shapes = [query.shape, key.shape, value.shape]
  const refuse = (because: string): never => {
    throw new ShapeError({ op, shapes, because })
  }
  if (shapes.some(({ length }) => length < 2)) return refuse('each is [..., places, features]')
  const [queries, keys] = [query.shape.at(-2)!, key.shape.at(-2)!]
  if (!same(query.shape.at(-1)!, key.shape.at(-1)!)) return refuse('queries and keys need as many features')
  if (!same(keys, value.shape.at(-2)!)) return refuse('there is a value for each key')
  const batch = broadcastShapes(...shapes.map((shape) => shape.slice(0, -2)))
  return batch === undefined
    ? refuse('all axes but the last two have to broadcast')
    : { batch, queries, keys }
}

/** Refuses a mask that does not broadcast to the scores. */
export function checkMask(op: string, mask: TensorType | undefined, scores: readonly Dim[]): void {
  if (mask === undefined) return
  const both = broadcastShapes(mask.shape, scores)
  if (both?.length === scores.length && both.every((size, i) => same(size, scores[i]!))) return
  throw new ShapeError({
    op,
    shapes: [mask.shape, scores],
    because: 'the mask has to broadcast to the scores, [..., queries, keys]',
  })
}

/** Dtypes of the operands: floats promoted, a bool mask as it is. */
export function attentionDTypes(
  op: string,
  arrays: readonly (TensorType | undefined)[],
  mask: TensorType | undefined,
) {
  const dtype = meets(op, 'floating')(mask?.dtype === 'bool' ? arrays : [...arrays, mask])
  return [...arrays.map(() => dtype), mask?.dtype === 'bool' ? null : dtype]
}

interface Attending {
  readonly scale: number | null
  readonly isCausal: boolean
}

/** Attention; bool masks, and the causal one, leave out what they do not allow. */
export function attend(
  query: ArrayValue,
  key: ArrayValue,
  value: ArrayValue,
  mask: ArrayValue | undefined,
  { scale, isCausal }: Attending,
): ArrayValue {
  const factor = scale ?? 1 / Math.sqrt(query.shape.at(-1)!)
  const raw = matmul(multiply(query, factor), matrixTranspose(key))
  const scores = mask === undefined || mask.dtype === 'bool' ? raw : add(raw, mask)
  const allowed = allowing(mask?.dtype === 'bool' ? mask : undefined, isCausal, query, key)
  if (allowed === undefined) return matmul(softmax(scores), value)
  const weights = softmax(where(allowed, scores, -Infinity))
  // A query that may attend to nothing has NaN for weights.
  return matmul(where(any(allowed, { axis: -1, keepdims: true }), weights, 0), value)
}

/** What queries may attend to, as far as it is said by bools. */
function allowing(
  mask: ArrayValue | undefined,
  isCausal: boolean,
  query: ArrayValue,
  key: ArrayValue,
): ArrayValue | undefined {
  if (!isCausal) return mask
  const [queries, keys] = [query, key].map((array) => handedOn(array).at(-2)!) as [number, number]
  const place = (count: number): ArrayValue => arange(0, count, 1, { dtype: 'int32' })
  const past = lessEqual(expandDims(place(keys), 0), expandDims(place(queries), 1))
  return mask === undefined ? past : logicalAnd(mask, past)
}

/**
 * Mean of the values, weighted by the softmax of the products of a query with all keys.
 *
 * A bool `mask` says which keys a query may attend to, any other is added to the products; `isCausal` allows the keys
 * up to the query's own place. A query that may attend to nothing gives zeros. `scale` is `1 / sqrt(e)` unless given.
 *
 * Shapes: `query: [...b, l, e]`, `key: [...b, s, e]`, `value: [...b, s, v]` give `[...b, l, v]`; the batch axes
 * broadcast, and `mask` broadcasts to `[...b, l, s]`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool queries, keys or values
 * @source ivy and PyTorch, `scaled_dot_product_attention`
 * @example scaledDotProductAttention(array([[0]]), array([[1], [2]]), array([[2], [4]]))   // [[3]]
 */
export const scaledDotProductAttention = /* @__PURE__ */ defineOp({
  name: 'scaledDotProductAttention',
  doc: 'Mean of the values, weighted by the softmax of the products of a query with all keys.',
  inputs: ['query', 'key', 'value', 'mask?'],
  params: { scale: /* @__PURE__ */ p.number(null), isCausal: /* @__PURE__ */ p.bool(false) },
  traits: { contraction: true },
  cast: ([query, key, value, mask]) =>
    attentionDTypes('scaledDotProductAttention', [query, key, value], mask),
  infer: ([query, key, value, mask]) => {
    const { batch, queries, keys } = attending('scaledDotProductAttention', query, key, value)
    checkMask('scaledDotProductAttention', mask, [...batch, queries, keys])
    return tensorType(query.dtype, [...batch, queries, value.shape.at(-1)!])
  },
  decompose: ([query, key, value, mask], options): ArrayValue => attend(query, key, value, mask, options),
})
