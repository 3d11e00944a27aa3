import type { Ratio } from '../numerics/special.ts'
import type { ArrayValue } from '../op.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'

/** A polynomial of each element, by coefficients of which that of the lowest power is first. */
export function horner(coefficients: readonly number[], x: ArrayValue): ArrayValue {
  const [first, ...rest] = coefficients.toReversed()
  const [second, ...others] = rest
  const start = add(multiply(x, first!), second!)
  return others.reduce<ArrayValue>((sum, one) => add(multiply(sum, x), one), start)
}

/** The quotient of two polynomials of each element. */
export const ratioOf = ({ top, bottom }: Ratio, x: ArrayValue): ArrayValue =>
  divide(horner(top, x), horner(bottom, x))
