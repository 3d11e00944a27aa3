import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { sizeOf } from '../types/reshape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { axesOf } from './axes.ts'
import { less } from './compare.ts'
import { arange } from './creation.ts'
import { checkedSizes } from './creation-rules.ts'
import { maximum } from './extrema.ts'
import { indexDType, take } from './indexing.ts'
import { broadcastTo, reshape } from './movement.ts'
import { refuseCount } from './nonzero.ts'
import { flatten } from './rearrange.ts'
import { sum } from './reduce.ts'
import { cumulativeSum } from './scan.ts'
import { searchsorted } from './search.ts'
import { placesOf } from './take-at.ts'
import { where } from './where.ts'

const isOne = ({ shape }: TensorType): boolean =>
  shape.length === 0 || (shape.length === 1 && same(shape[0]!, 1))

/** Refuses repeats that are neither one number nor one for each element of the axis. */
function refuseRepeats(x: TensorType, repeats: TensorType, axis: number | null): void {
  const size = axis === null ? sizeOf(x.shape) : x.shape[axis]!
  if (isOne(repeats) || (repeats.shape.length === 1 && same(repeats.shape[0]!, size))) return
  throw new ShapeError({
    op: 'repeatBy',
    shapes: [x.shape, repeats.shape],
    because: "'repeats' is one number, or one for each element of the axis",
  })
}

/** A negative number of times is none. */
const atLeastZero = (repeats: ArrayValue): ArrayValue => maximum(repeats, 0)

/** A zero for each element of the axis, made without a look at its size, which may be open. */
function lineOfZeros(x: ArrayValue, axis: number | null): ArrayValue {
  const zeros = multiply(placesOf(x), 0)
  if (axis === null) return flatten(zeros)
  return sum(zeros, { axis: axesOf(x).filter((one) => one !== axis) })
}

/**
 * Every element of `axis` as many times as `repeats` says, one behind the other; with `axis: null` of the flattened array.
 *
 * What `repeat` is where it is given an array. How many elements there are follows from the data: in a traced function
 * this size stays open until it is asked for. `size` fixes it, also in loops: the last element fills what is left.
 *
 * Shapes: `x: [...s]`, `repeats: [n]`, `[1]` or `[]` give `axis` as many elements as `repeats` add up to. Dtypes: any, kept;
 * `repeats` are integers; those below 0 count as 0.
 *
 * @throws ShapeError when `repeats` has another length than the axis, DTypeError when they are no integers
 * @source array API standard, `repeat`
 * @example repeatBy(array([1, 2]), array([0, 3], { dtype: 'int32' }))   // [2, 2, 2]
 */
export const repeatBy = /* @__PURE__ */ defineOp({
  name: 'repeatBy',
  doc: 'Every element of an axis as many times as an array says.',
  inputs: ['x', 'repeats', 'count?'],
  params: { axis: /* @__PURE__ */ p.axis(null), size: /* @__PURE__ */ p.size(null) },
  traits: { movement: true },
  cast: ([, repeats]) => [null, indexDType('repeatBy', repeats), null],
  counts: ([x, repeats], { axis }): ArrayValue => {
    // Of traced values the sizes are looked at in `infer` only, which leaves them open.
    if (x.recorder === null && repeats.recorder === null) refuseRepeats(x.type, repeats.type, axis)
    const each = add(lineOfZeros(x, axis), atLeastZero(astype(repeats, 'int32')))
    // A sum that wraps would be another count.
    return where(less(sum(astype(each, 'float32')), 2 ** 31), sum(each), -1)
  },
  infer: ([x, repeats, count], { axis, size }) => {
    refuseRepeats(x, repeats, axis)
    refuseCount('repeatBy', count)
    if (size === null)
      throw new ParamError({ op: 'repeatBy', param: 'size', value: size, because: 'it is not known' })
    const [total] = checkedSizes('repeatBy', 'size', [size])
    return tensorType(x.dtype, axis === null ? [total!] : x.shape.with(axis, total!))
  },
  decompose: ([x, repeats], { axis, size }): ArrayValue => {
    const [items, along] = axis === null ? [reshape(x, [x.size]), 0] : [x, axis]
    const each = broadcastTo(reshape(atLeastZero(repeats), [repeats.size]), [items.shape[along]!])
    const ends = cumulativeSum(each, { axis: 0 })
    const places = searchsorted(ends, arange(0, size!, 1, { dtype: ends.dtype }), { side: 'right' })
    return take(items, places, { axis: along })
  },
})
