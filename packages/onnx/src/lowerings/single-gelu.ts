import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxRef } from '../refs.ts'

/** From here on the share is 0 in float32. */
const far = 15
const slope = 0.375

/**
 * `gelu` of float32, within 2 ulp: max(x, 0) less a times the share of the normal distribution below -a, for a = |x|.
 * The share is exp(-a^2 / 2) t P(t) with t = 1 / (1 + 0.375 a).
 *
 * Float64 costs onnxruntime seven times as much as float32, so only what would lose digits is computed in it.
 */
export function geluOfSingle(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  const number = (value: number): OnnxRef => e.scalar('float64', value)
  // Infinity times a share of 0 is NaN, which belongs to the left alone.
  const size = e.cast(x.abs(e, x.min(e, a, x.number(e, a, far))), 'float64')
  const t = x.reciprocal(e, x.add(e, x.mul(e, size, number(slope)), number(1)))
  const step = x.sub(e, e.cast(t, 'float32'), x.number(e, a, 0.5))
  const rest = e.cast(x.mul(e, x.polynomial(e, step, tail), step), 'float64')
  const bell = x.exp(e, x.mul(e, x.mul(e, size, size), number(-0.5)))
  const share = x.mul(e, bell, x.mul(e, x.add(e, rest, number(middle)), t))
  const below = e.cast(x.mul(e, size, share), 'float32')
  // A product keeps the sign of -0, as a choice would not.
  const right = x.mul(e, a, e.cast(x.greater(e, a, x.number(e, a, 0)), 'float32'))
  return x.sub(e, right, below)
}

/** P(1/2), and (P(t) - P(1/2)) / (t - 1/2) in t - 1/2, lowest power first; scripts/fit-fast-math.py gives both. */
const middle = 0.2681822835771144
const tail = [
  0.3461081610185326, 0.24870677097501856, 0.02193577281909963, -0.10258608422402643, -0.019501588236125036,
  0.06429318126656261, -0.0030227273319971175, -0.039701213943328796, 0.020549895437983846,
]
