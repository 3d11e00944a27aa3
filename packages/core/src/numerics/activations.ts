import { sigmoid } from './arithmetic.ts'
import { erfc } from './special.ts'

// Each is one formula in float64, as its factors underflow or cancel in float32.

/** x (1 + erf(x / sqrt(2))) / 2, by erfc, as 1 + erf cancels. */
export const gelu = (x: number): number => 0.5 * x * erfc(-x * Math.SQRT1_2)

/** `gelu` by the formula with tanh: (1 + tanh(u)) / 2 is sigmoid(2 u), which does not cancel. */
export const geluOfTanh = (x: number): number =>
  x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))

/** x * tanh(log(1 + exp(x))), the tangent written in powers of exp(x). */
export function mish(x: number): number {
  if (x > 40) return x
  const growth = Math.exp(x)
  const part = growth * (growth + 2)
  return x * (part / (part + 2))
}
