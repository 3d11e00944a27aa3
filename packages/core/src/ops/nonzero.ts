import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { isInteger } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { floorDivide, remainder } from './remainders.ts'
import { astype } from './astype.ts'
import { less } from './compare.ts'
import { arange } from './creation.ts'
import { reshape } from './movement.ts'
import { cumulativeSum } from './scan.ts'
import { searchsorted } from './search.ts'
import { countNonzero } from './statistics.ts'
import { where } from './where.ts'

function refuseScalar({ shape }: TensorType): void {
  if (shape.length > 0) return
  throw new ShapeError({
    op: 'nonzero',
    shapes: [shape],
    because: 'an array without axes has no indices',
    instead: 'Compare it: notEqual(x, 0)',
  })
}

/** Refuses what tells no number of elements. */
export function refuseCount(op: string, count: TensorType | undefined): void {
  if (count === undefined || (count.shape.length === 0 && isInteger(count.dtype))) return
  throw new ShapeError({ op, shapes: [count.shape], because: "'count' is one integer" })
}

/** Places of the first `size` elements that are true, in one line; the size of the line after the last one. */
const placesOfTrue = (line: ArrayValue, size: number): ArrayValue =>
  searchsorted(cumulativeSum(astype(line, 'int32'), { axis: 0 }), arange(1, size + 1, { dtype: 'int32' }))

/**
 * Indices of the elements that are not zero, in row-major order: one array for each axis. NaN is not zero.
 *
 * How many there are follows from the data. In a traced function this size stays open until it is asked for, and is then
 * a value that the function reads. `size` fixes it, also in loops: the indices after the last one are 0.
 *
 * Shapes: `x: [...s]` gives an array of `[number of elements that are not zero]` for each axis. Dtypes: any; gives int32.
 *
 * @throws ShapeError when `x` has no axis
 * @source array API standard, `nonzero`; JAX, `jnp.nonzero` (`size`)
 * @example nonzero(array([[3, 0], [0, 5]]))   // [[0, 1], [0, 1]]
 */
export const nonzero = /* @__PURE__ */ defineOp({
  name: 'nonzero',
  doc: 'Indices of the elements that are not zero, one array for each axis.',
  inputs: ['x', 'count?'],
  params: { size: /* @__PURE__ */ p.size(null) },
  outputs: 'list',
  gradient: 'zero',
  cast: () => ['bool', null],
  counts: ([x]): ArrayValue => {
    refuseScalar(x.type)
    return countNonzero(x)
  },
  infer: ([x, count], { size }) => {
    refuseScalar(x)
    refuseCount('nonzero', count)
    return x.shape.map(() => tensorType('int32', [size!]))
  },
  decompose: ([x], { size }): readonly ArrayValue[] => {
    const found = placesOfTrue(reshape(x, [x.size]), size!)
    const places = where(less(found, x.size), found, 0)
    let inner = x.size
    return x.shape.map((length) => {
      inner /= length || 1
      return remainder(floorDivide(places, Math.max(inner, 1)), Math.max(length, 1))
    })
  },
})
