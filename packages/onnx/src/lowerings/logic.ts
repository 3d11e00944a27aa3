import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import { isFloat } from '../refs.ts'

export const logic: readonly OnnxLowering[] = [
  lower('equal', (e, [a, b]) => x.equal(e, a, b)),
  lower('notEqual', (e, [a, b]) => x.not(e, x.equal(e, a, b))),
  lower('less', (e, [a, b]) => x.less(e, a, b)),
  lower('lessEqual', (e, [a, b]) => x.lessEqual(e, a, b)),
  lower('greater', (e, [a, b]) => x.greater(e, a, b)),
  lower('greaterEqual', (e, [a, b]) => x.greaterEqual(e, a, b)),
  lower('logicalAnd', (e, [a, b]) => x.and(e, a, b)),
  lower('logicalOr', (e, [a, b]) => x.or(e, a, b)),
  lower('logicalXor', (e, [a, b]) => x.xor(e, a, b)),
  lower('logicalNot', (e, [a]) => x.not(e, a)),
  // No integer is below itself, and all equal themselves.
  lower('isnan', (e, [a]) => (isFloat(a) ? x.isNaN(e, a) : x.less(e, a, a))),
  lower('isinf', (e, [a]) => (isFloat(a) ? x.isInf(e, a) : x.less(e, a, a))),
  lower('isfinite', (e, [a]) =>
    isFloat(a) ? x.less(e, x.abs(e, a), x.number(e, a, Infinity)) : x.equal(e, a, a),
  ),
  lower('signbit', (e, [a]) => {
    const zero = x.number(e, a, 0)
    const isNegative = x.less(e, a, zero)
    return x.or(e, isNegative, x.and(e, x.equal(e, a, zero), x.less(e, x.reciprocal(e, a), zero)))
  }),
  lower('where', (e, [condition, a, b]) => x.select(e, condition, a, b)),
]
