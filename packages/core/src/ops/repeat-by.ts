import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import { p } from '../types/param.ts'
import { sizeOf } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { multiply } from './arith.ts'
import { astype } from './astype.ts'
import { arange } from './creation.ts'
import { indexDType, take } from './indexing.ts'
import { broadcastTo, reshape } from './movement.ts'
import { refuseCount } from './nonzero.ts'
import { sum } from './reduce.ts'
import { cumulativeSum } from './scan.ts'
import { searchsorted } from './search.ts'

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

/**
 * Every element of `axis` as many times as `repeats` says, one behind the other; with `axis: null` of the flattened array.
 *
 * What `repeat` is where it is given an array. How many elements there are follows from the data: in a traced function
 * this size stays open until it is asked for. `size` fixes it, also in loops: the last element fills what is left.
 *
 * Shapes: `x: [...s]`, `repeats: [n]`, `[1]` or `[]` give `axis` as many elements as `repeats` add up to. Dtypes: any, kept;
 * `repeats` are integers >= 0.
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
    refuseRepeats(x.type, repeats.type, axis)
    const total = sum(astype(repeats, 'int32'))
    if (!isOne(repeats.type)) return total
    return multiply(total, axis === null ? x.size : x.shape[axis]!)
  },
  infer: ([x, repeats, count], { axis, size }) => {
    refuseRepeats(x, repeats, axis)
    refuseCount('repeatBy', count)
    if (size === null)
      throw new ParamError({ op: 'repeatBy', param: 'size', value: size, because: 'it is not known' })
    return tensorType(x.dtype, axis === null ? [size] : x.shape.with(axis, size))
  },
  decompose: ([x, repeats], { axis, size }): ArrayValue => {
    const [items, along] = axis === null ? [reshape(x, [x.size]), 0] : [x, axis]
    const each = broadcastTo(reshape(repeats, [repeats.size]), [items.shape[along]!])
    const ends = cumulativeSum(each, { axis: 0 })
    const places = searchsorted(ends, arange(0, size!, 1, { dtype: ends.dtype }), { side: 'right' })
    return take(items, places, { axis: along })
  },
})
