import { type ArrayValue, defineOp } from '../op.ts'
import { isComplex } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { astype } from './astype.ts'
import { equal } from './compare.ts'
import { full } from './creation.ts'
import { take } from './indexing.ts'
import { logicalNot } from './logic.ts'
import { minimum } from './extrema.ts'
import { reshape } from './movement.ts'
import { any } from './truth-reductions.ts'
import { searchsorted } from './search.ts'
import { sort } from './sort.ts'
import { meets } from './type-rules.ts'

/** Whether each element is among those of a line. */
function isAmong(x: ArrayValue, line: ArrayValue): ArrayValue {
  if (line.size === 0) return full(x.shape, false)
  // Complex numbers have no order to search by.
  if (isComplex(x.dtype)) return any(equal(reshape(x, [...x.shape, 1]), line), { axis: -1 })
  const sorted = sort(line)
  return equal(take(sorted, minimum(searchsorted(sorted, x), line.size - 1)), x)
}

/**
 * Whether each element of `x1` is among those of `x2`, or with `invert` whether it is not.
 *
 * Elements are the same where they are equal: 0 and -0 are, NaN is among none.
 *
 * Shapes: `x1: [...s]` gives `[...s]`, `x2` may have any shape. Dtypes: any, promoted; gives bool.
 *
 * @throws DTypeError where no dtype holds both
 * @source array API standard, `isin`
 * @example isin(array([1, 2, 3]), array([3, 1]))   // [true, false, true]
 */
export const isin = /* @__PURE__ */ defineOp({
  name: 'isin',
  doc: 'Whether each element is among those of another array.',
  inputs: ['x1', 'x2'],
  params: { invert: /* @__PURE__ */ p.bool(false) },
  gradient: 'zero',
  cast: /* @__PURE__ */ meets('isin', 'any'),
  infer: ([x1]) => tensorType('bool', x1.shape),
  decompose: ([x1, x2], { invert }): ArrayValue => {
    const [x, all] = x1.dtype === 'bool' ? [astype(x1, 'int32'), astype(x2, 'int32')] : [x1, x2]
    const found = isAmong(x, reshape(all, [all.size]))
    return invert ? logicalNot(found) : found
  },
})
