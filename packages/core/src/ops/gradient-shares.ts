import type { ArrayValue } from '../op.ts'
import { subtract } from './arith.ts'
import { equal } from './compare.ts'
import { exp } from './exponentials.ts'
import { where } from './where.ts'

/** exp(term - total): what a term adds to a logarithm of sums; nothing where all are zero, all where both are infinite. */
export const shareOf = (term: ArrayValue, total: ArrayValue): ArrayValue => {
  const apart = subtract(term, where(equal(total, -Infinity), 0, total))
  return exp(where(equal(term, Infinity), 0, apart))
}
