import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, printDim, same, times } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { attend, attending, attentionDTypes, checkMask } from './attention.ts'
import { linear } from './layers.ts'
import { reshape } from './movement.ts'
import { split } from './parts.ts'
import { expandDims, swapaxes } from './rearrange.ts'

const op = 'multiHeadAttention'

const parts = (size: Dim, count: number): boolean => same(times(floorDiv(size, count), count), size)

/** Refuses a bias that has not one element for each row of its weight. */
function checkBias(weight: TensorType | undefined, bias: TensorType | undefined): void {
  if (bias === undefined) return
  const rows = weight?.shape[0]
  if (rows !== undefined && bias.shape.length === 1 && same(bias.shape[0]!, rows)) return
  throw new ShapeError({
    op,
    shapes: weight === undefined ? [bias.shape] : [weight.shape, bias.shape],
    because:
      weight === undefined ? 'a bias needs its weight' : 'a bias has one element for each row of its weight',
  })
}

/** Queries, keys and values as the projection `[3 * e, features]` leaves them. */
function projectedTypes(
  arrays: readonly TensorType[],
  weight: TensorType | undefined,
): readonly TensorType[] {
  if (weight === undefined) return arrays
  const [rows, features] = weight.shape
  for (const { shape } of arrays) {
    const fits = shape.length >= 2 && weight.shape.length === 2 && same(shape.at(-1)!, features!)
    if (fits && parts(rows!, 3)) continue
    const because = 'the projection is [3 * features of all heads, features]'
    throw new ShapeError({ op, shapes: [shape, weight.shape], because })
  }
  return arrays.map(({ dtype, shape }) => tensorType(dtype, [...shape.slice(0, -1), floorDiv(rows!, 3)]))
}

function attendedType(
  arrays: readonly [TensorType, TensorType, TensorType],
  [inWeight, inBias, outWeight, outBias, mask]: readonly (TensorType | undefined)[],
  heads: number,
): TensorType {
  checkBias(inWeight, inBias)
  checkBias(outWeight, outBias)
  const [query, key, value] = projectedTypes(arrays, inWeight) as [TensorType, TensorType, TensorType]
  const { batch, queries, keys } = attending(op, query, key, value)
  for (const { shape } of [query, value]) {
    if (parts(shape.at(-1)!, heads)) continue
    const because = `${printDim(shape.at(-1)!)} features do not part into as many heads`
    throw new ParamError({ op, param: 'heads', value: heads, because })
  }
  checkMask(op, mask, [...batch, queries, keys])
  const features = value.shape.at(-1)!
  if (outWeight !== undefined && !(outWeight.shape.length === 2 && same(outWeight.shape[1]!, features))) {
    const because = 'the last projection is [out, features of all heads]'
    throw new ShapeError({ op, shapes: [value.shape, outWeight.shape], because })
  }
  return tensorType(query.dtype, [...batch, queries, outWeight?.shape[0] ?? features])
}

/** The features of each head as a matrix of their own. */
function parted(x: ArrayValue, heads: number): ArrayValue {
  const [places, features] = [x.shape.at(-2)!, x.shape.at(-1)!]
  const apart = reshape(x, [...x.shape.slice(0, -2), places, heads, features / heads])
  return swapaxes(apart, -3, -2)
}

/** The heads side by side again. */
function joined(x: ArrayValue): ArrayValue {
  const [heads, places, features] = [x.shape.at(-3)!, x.shape.at(-2)!, x.shape.at(-1)!]
  return reshape(swapaxes(x, -3, -2), [...x.shape.slice(0, -3), places, heads * features])
}

/**
 * Attention of several heads, each on its own share of the features, with projections before and after.
 *
 * `inWeight` holds the weights of queries, keys and values one behind the other, as PyTorch's `in_proj_weight`; without
 * it, or without `outWeight`, nothing is projected there. `mask`, `scale` and `isCausal` as for `scaledDotProductAttention`;
 * `mask` serves all heads.
 *
 * Shapes: `query: [...b, l, f]`, `key: [...b, s, f]`, `value: [...b, s, f]`, `inWeight: [3 * e, f]`, `inBias: [3 * e]`,
 * `outWeight: [o, e]`, `outBias: [o]` give `[...b, l, o]`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, ParamError when the features do not part into `heads`
 * @source ivy, `multi_head_attention`; PyTorch, `MultiheadAttention`
 * @example multiHeadAttention(array([[0, 0]]), array([[1, 1]]), array([[2, 4]]), 2)   // [[2, 4]]
 */
export const multiHeadAttention = /* @__PURE__ */ defineOp({
  name: 'multiHeadAttention',
  doc: 'Attention of several heads, each on its own share of the features, with projections before and after.',
  inputs: ['query', 'key', 'value', 'inWeight?', 'inBias?', 'outWeight?', 'outBias?', 'mask?'],
  params: {
    heads: /* @__PURE__ */ p.count(),
    scale: /* @__PURE__ */ p.number(null),
    isCausal: /* @__PURE__ */ p.bool(false),
  },
  traits: { contraction: true },
  cast: (types) => attentionDTypes(op, types.slice(0, -1), types[7]),
  infer: ([query, key, value, ...rest], { heads }) => attendedType([query, key, value], rest, heads),
  decompose: ([query, key, value, inWeight, inBias, outWeight, outBias, mask], params): ArrayValue => {
    const weights = inWeight && split(inWeight, 3)
    const biases = inBias && split(inBias, 3)
    const [q, k, v] = [query, key, value].map((x, i) =>
      parted(weights === undefined ? x : linear(x, weights[i]!, biases?.[i]), params.heads),
    ) as [ArrayValue, ArrayValue, ArrayValue]
    const shared = mask !== undefined && mask.ndim > 2 ? expandDims(mask, mask.ndim - 2) : mask
    const attended = joined(attend(q, k, v, shared, params))
    return outWeight === undefined ? attended : linear(attended, outWeight, outBias)
  },
})
