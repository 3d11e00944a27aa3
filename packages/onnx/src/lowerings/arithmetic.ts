import type { NodeInfo } from '@tendril/core/adapter'
import * as x from '../expressions.ts'
import { operatorOf } from '../imported-part.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxEmitter } from '../emitter.ts'
import { isFloat, type OnnxRef } from '../refs.ts'
import { integerPower } from './integer-power.ts'

const isUnsigned = (ref: OnnxRef): boolean => ref.dtype.startsWith('uint')

interface Divisor {
  /** The divisor with 1 in place of 0 and -1. */
  readonly safe: OnnxRef
  /** 1, but 0 and -1 in place of those; undefined where it is 1 for all. */
  readonly factor?: OnnxRef
}

const dividing: ReadonlySet<string | undefined> = new Set(['Div', 'Mod'])

/** Division by 0 throws, and that of the smallest integer by -1 ends the process: both become a division by 1. */
function guarded(e: OnnxEmitter, divisor: OnnxRef, { loc }: NodeInfo): Divisor {
  // A model that divides sees to it that its divisors can be divided by.
  if (!e.exact && dividing.has(operatorOf(loc))) return { safe: divisor }
  if (e.valuesOf(divisor)?.every((value) => value !== 0 && value !== 0n && value !== -1 && value !== -1n))
    return { safe: divisor }
  const one = x.number(e, divisor, 1)
  const isZero = e.cast(x.equal(e, divisor, x.number(e, divisor, 0)), divisor.dtype)
  if (isUnsigned(divisor)) return { safe: x.add(e, divisor, isZero), factor: x.sub(e, one, isZero) }
  const isMinusOne = e.cast(x.equal(e, divisor, x.number(e, divisor, -1)), divisor.dtype)
  const offset = x.add(e, isZero, x.add(e, isMinusOne, isMinusOne))
  return { safe: x.add(e, divisor, offset), factor: x.sub(e, one, offset) }
}

const times = (e: OnnxEmitter, quotient: OnnxRef, factor: OnnxRef | undefined): OnnxRef =>
  factor === undefined ? quotient : x.mul(e, quotient, factor)

/** Quotient of integers as the kernel rounds it: towards 0. */
function cutQuotient(e: OnnxEmitter, a: OnnxRef, b: OnnxRef, node: NodeInfo): OnnxRef {
  const { safe, factor } = guarded(e, b, node)
  return times(e, x.div(e, a, safe), factor)
}

/** Remainder of integers with the sign of the dividend. */
function cutRemainder(e: OnnxEmitter, a: OnnxRef, b: OnnxRef): OnnxRef {
  if (isUnsigned(a)) return x.mod(e, a, b)
  // The kernel of onnxruntime divides in float64, which does not hold all of int64.
  if (e.exact && a.dtype === 'int64') return x.sub(e, a, x.mul(e, x.div(e, a, b), b))
  return x.fmod(e, a, b)
}

function floorQuotient(e: OnnxEmitter, a: OnnxRef, b: OnnxRef, node: NodeInfo): OnnxRef {
  if (isUnsigned(a)) return cutQuotient(e, a, b, node)
  const { safe, factor } = guarded(e, b, node)
  const cut = x.div(e, a, safe)
  const rest = x.sub(e, a, x.mul(e, cut, safe))
  const zero = x.number(e, a, 0)
  const differ = x.xor(e, x.less(e, rest, zero), x.less(e, safe, zero))
  const isAbove = x.and(e, x.not(e, x.equal(e, rest, zero)), differ)
  return times(e, x.sub(e, cut, e.cast(isAbove, a.dtype)), factor)
}

/** Remainder of floats with the divisor's sign, which a zero has too. */
function floorRemainder(e: OnnxEmitter, a: OnnxRef, b: OnnxRef): OnnxRef {
  const rest = x.fmod(e, a, b)
  const zero = x.number(e, a, 0)
  const differ = x.xor(e, x.less(e, rest, zero), x.less(e, b, zero))
  const isOff = x.and(e, x.not(e, x.equal(e, rest, zero)), differ)
  const moved = x.add(e, rest, x.where(e, isOff, b, zero))
  return e.exact ? x.withSign(e, moved, b) : moved
}

/** Quotient rounded down; where division rounds to an integer, the remainder tells whether that is above it. */
function floorOfQuotient(e: OnnxEmitter, a: OnnxRef, b: OnnxRef): OnnxRef {
  // Quotients of float32 numbers do not round to an integer in float64.
  if (a.dtype !== 'float64') {
    const quotient = x.div(e, e.cast(a, 'float64'), e.cast(b, 'float64'))
    return e.cast(x.floor(e, quotient), a.dtype)
  }
  const quotient = x.div(e, a, b)
  const down = x.floor(e, quotient)
  const half = x.mul(e, x.abs(e, b), x.number(e, b, 0.5))
  const isFar = x.greater(e, x.abs(e, floorRemainder(e, a, b)), half)
  const isFinite = x.less(e, x.abs(e, quotient), x.number(e, a, Infinity))
  const isAbove = x.and(e, x.and(e, x.equal(e, down, quotient), isFinite), isFar)
  return x.sub(e, down, e.cast(isAbove, a.dtype))
}

export const arithmetic: readonly OnnxLowering[] = [
  lower('add', (e, [a, b]) => x.add(e, a, b)),
  lower('subtract', (e, [a, b]) => x.sub(e, a, b)),
  lower('multiply', (e, [a, b]) => x.mul(e, a, b)),
  lower('divide', (e, [a, b]) => x.div(e, a, b)),
  lower('floorDivide', (e, [a, b], _params, node) =>
    (isFloat(a) ? floorOfQuotient : floorQuotient)(e, a, b, node),
  ),
  lower('remainder', (e, [a, b], _params, node) => {
    if (isFloat(a)) return floorRemainder(e, a, b)
    // What is left of a division by 1 is 0, which is wanted for 0 and -1 as well.
    return x.mod(e, a, guarded(e, b, node).safe)
  }),
  lower('fmod', (e, [a, b], _params, node) =>
    isFloat(a) ? x.fmod(e, a, b) : cutRemainder(e, a, guarded(e, b, node).safe),
  ),
  lower('truncDivide', (e, [a, b], _params, node) => cutQuotient(e, a, b, node), {
    supports: ([{ dtype }]) => !dtype.startsWith('float') || 'ONNX has no such quotient of floats',
  }),
  lower('pow', (e, [a, b]) => (isFloat(a) ? x.pow(e, a, b) : integerPower(e, a, b))),
  lower('maximum', (e, [a, b]) => x.max(e, a, b)),
  lower('minimum', (e, [a, b]) => x.min(e, a, b)),
  lower('negative', (e, [a]) => (isUnsigned(a) ? x.sub(e, x.number(e, a, 0), a) : x.neg(e, a))),
  lower('abs', (e, [a]) => x.abs(e, a)),
  lower('sign', (e, [a]) => x.sign(e, a)),
  lower('sqrt', (e, [a]) => x.sqrt(e, a)),
]
