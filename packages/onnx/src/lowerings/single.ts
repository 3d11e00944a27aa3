/** Functions of float32 by onnxruntime's own operators, and by formulas where those lose digits. */
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxOp } from '../kernel-types.gen.ts'
import type { OnnxRef } from '../refs.ts'

type F = (e: OnnxEmitter, a: OnnxRef) => OnnxRef

const own =
  (operator: OnnxOp): F =>
  (e, a) =>
    e.node(operator, [a], { dtype: a.dtype, rank: a.rank })

const sinh = own('Sinh')
const atanh = own('Atanh')
const atan = own('Atan')

/** 2 exp(x / 2) sinh(x / 2); below -40 it is -1. */
const expm1: F = (e, a) => {
  const half = x.mul(e, x.max(e, a, x.number(e, a, -40)), x.number(e, a, 0.5))
  return x.mul(e, x.mul(e, x.exp(e, half), x.number(e, a, 2)), sinh(e, half))
}

/** Near 0 by the inverse hyperbolic tangent. */
const log1p: F = (e, a) => {
  const isNear = x.less(e, x.abs(e, a), x.number(e, a, 0.5))
  const near = atanh(e, x.div(e, a, x.add(e, a, x.number(e, a, 2))))
  const far = x.log(e, x.add(e, a, x.number(e, a, 1)))
  return x.select(e, isNear, x.add(e, near, near), far)
}

export const single = {
  sin: x.sin,
  cos: x.cos,
  expm1,
  log1p,
  sinh,
  cosh: own('Cosh'),
  tan: own('Tan'),
  asinh: own('Asinh'),
  acosh: own('Acosh'),
  atanh,
  asin: own('Asin'),
  acos: own('Acos'),
  atan,
  erf: own('Erf'),
} as const
