import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { astype } from './astype.ts'
import { equal, less } from './compare.ts'
import { clip } from './extrema.ts'
import { indexDType, takeAlongAxis } from './indexing.ts'
import { logicalAnd, logicalNot } from './logic.ts'
import { broadcastTo, reshape } from './movement.ts'
import { stack, unstack } from './parts.ts'
import { expandDims, flatten } from './rearrange.ts'
import { searchsorted } from './search.ts'
import { argsort, sort } from './sort.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * The array sorted along its first axis.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept.
 *
 * @throws ShapeError when there is no axis, DTypeError when `x` is bool
 * @source PyTorch, `msort`; ivy, `msort`
 * @example msort(array([[3, 1], [2, 4]]))   // [[2, 1], [3, 4]]
 */
export const msort = /* @__PURE__ */ defineOp({
  name: 'msort',
  doc: 'The array sorted along its first axis.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('msort', 'real'),
  infer: ([x]) => {
    if (x.shape.length > 0) return x
    throw new ShapeError({ op: 'msort', shapes: [x.shape], because: 'it has no axis to sort along' })
  },
  decompose: ([x]): ArrayValue => sort(x, { axis: 0 }),
})

/**
 * The indices that sort lines by several keys, of which the last counts most.
 *
 * Equal ones keep their order; NaN comes last.
 *
 * Shapes: `keys: [k, ...s]` gives `[...s]`. Dtypes: real; gives int32.
 *
 * @throws ShapeError when there are no keys, ParamError when `axis` is outside, DTypeError when `keys` is bool
 * @source NumPy, `lexsort`; ivy, `lexsort`
 * @example lexsort(array([[2, 1, 3], [1, 1, 0]]))   // [2, 1, 0]
 */
export const lexsort = /* @__PURE__ */ defineOp({
  name: 'lexsort',
  doc: 'The indices that sort lines by several keys, of which the last counts most.',
  inputs: ['keys'],
  params: { axis: /* @__PURE__ */ p.int(-1) },
  cast: /* @__PURE__ */ meets('lexsort', 'real'),
  infer: ([keys], { axis }) => {
    const because = 'it takes keys along axis 0, each with an axis'
    if (keys.shape.length < 2 || same(keys.shape[0]!, 0))
      throw new ShapeError({ op: 'lexsort', shapes: [keys.shape], because })
    const rank = keys.shape.length - 1
    if (axis < -rank || axis >= rank)
      throw new ParamError({ op: 'lexsort', param: 'axis', value: axis, because: `a key has ${rank} axes` })
    return tensorType('int32', keys.shape.slice(1))
  },
  decompose: ([keys], { axis }): ArrayValue => {
    const lines = unstack(keys)
    const first: ArrayValue = argsort(lines[0]!, { axis })
    return lines
      .slice(1)
      .reduce<ArrayValue>(
        (order, key) =>
          takeAlongAxis(order, argsort(takeAlongAxis(key, order, { axis }), { axis }), { axis }),
        first,
      )
  },
  gradient: 'zero',
})

/**
 * The permutation that undoes another.
 *
 * Shapes: `x: [n]` gives `[n]`. Dtypes: integers; gives int32.
 *
 * @throws ShapeError when `x` has not one axis, DTypeError when it holds no integers
 * @source TensorFlow, `invert_permutation`; ivy, `invert_permutation`
 * @example invertPermutation(array([2, 0, 1], { dtype: 'int32' }))   // [1, 2, 0]
 */
export const invertPermutation = /* @__PURE__ */ defineOp({
  name: 'invertPermutation',
  doc: 'The permutation that undoes another.',
  inputs: ['x'],
  params: {},
  cast: ([x]) => indexDType('invertPermutation', x),
  infer: ([x]) => {
    if (x.shape.length === 1) return tensorType('int32', x.shape)
    throw new ShapeError({ op: 'invertPermutation', shapes: [x.shape], because: 'a permutation is a line' })
  },
  decompose: ([x]): ArrayValue => argsort(x),
})

/**
 * Whether each element of one array is among those of another.
 *
 * NaN equals nothing. `invert` gives the opposite.
 *
 * Shapes: `x1: [...s]`, `x2: [...t]` give `[...s]`. Dtypes: real or bool, promoted; gives bool.
 *
 * @throws DTypeError for complex arrays
 * @source array API standard, `isin`; ivy, `isin`
 * @example isin(array([1, 2, 3]), array([3, 1]))   // [true, false, true]
 */
export const isin = /* @__PURE__ */ defineOp({
  name: 'isin',
  doc: 'Whether each element of one array is among those of another.',
  inputs: ['x1', 'x2'],
  params: { invert: /* @__PURE__ */ p.bool(false) },
  cast: /* @__PURE__ */ meets('isin', 'real or bool'),
  infer: ([x1]) => tensorType('bool', x1.shape),
  decompose: ([x1, x2], { invert }): ArrayValue => {
    const line = sort(flatten(x2.dtype === 'bool' ? astype(x2, 'int32') : x2))
    const sought = x1.dtype === 'bool' ? astype(x1, 'int32') : x1
    const [from, to] = [searchsorted(line, sought), searchsorted(line, sought, { side: 'right' })]
    // NaN is found by its place, but equals nothing.
    const found = logicalAnd(less(from, to), equal(sought, sought))
    return invert ? logicalNot(found) : found
  },
  gradient: 'zero',
})

/**
 * For each place the element of the array that an index names.
 *
 * An index outside means the nearest array.
 *
 * Shapes: all broadcast. Dtypes: any, promoted; `indices` are integers.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when `indices` are no integers
 * @source NumPy, `choose`; ivy, `choose`
 * @example choose(array([1, 0], { dtype: 'int32' }), [array([1, 2]), array([10, 20])])   // [10, 2]
 */
export const choose = /* @__PURE__ */ defineOp({
  name: 'choose',
  doc: 'For each place the element of the array that an index names.',
  inputs: ['indices', 'choices[]'],
  params: {},
  cast: ([indices, choices]) => {
    const dtype = meets('choose', 'any')(choices)
    return [indexDType('choose', indices), ...choices.map(() => dtype)]
  },
  infer: ([indices, choices]) =>
    broadcastTypes('choose', [tensorType(choices[0]!.dtype, indices.shape), ...choices]),
  decompose: ([indices, choices]): ArrayValue => {
    const shape = broadcastTypes('choose', [
      indices.type,
      ...choices.map(({ type }) => tensorType(choices[0]!.dtype, type.shape)),
    ]).shape as readonly number[]
    const wide = stack(choices.map((one) => broadcastTo(one, shape)))
    const place = expandDims(broadcastTo(clip(indices, 0, choices.length - 1), shape), 0)
    return reshape(takeAlongAxis(wide, place, { axis: 0 }), shape)
  },
})
