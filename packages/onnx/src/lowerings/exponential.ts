import type { NodeInfo } from '@tendril/core/adapter'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { double } from './double.ts'
import { erfc } from './double-erf.ts'
import { single } from './single.ts'
import { geluOfSingle } from './single-gelu.ts'

/** Computes in float64, where the formula loses digits in float32. */
const inDouble = (
  e: OnnxEmitter,
  operands: readonly OnnxRef[],
  formula: (e: OnnxEmitter, ...operands: OnnxRef[]) => OnnxRef,
): OnnxRef => e.cast(formula(e, ...operands.map((operand) => e.cast(operand, 'float64'))), operands[0]!.dtype)

const isDouble = (ref: OnnxRef): boolean => ref.dtype === 'float64'

/** ONNX' own operator where it will do: onnxruntime's kernels are right to 1e-7, but not to all digits of small numbers. */
const roughly = (e: OnnxEmitter, node: NodeInfo, operator: string, a: OnnxRef): OnnxRef | undefined =>
  !e.isRough(node) || (isDouble(a) && operator !== 'Sigmoid') ? undefined : e.node(operator, [a], a)

/** `1 / (1 + exp(-x))`; onnxruntime's Sigmoid loses all digits below -17. */
const sigmoid = (e: OnnxEmitter, a: OnnxRef): OnnxRef => {
  const one = x.number(e, a, 1)
  const top = x.exp(e, x.min(e, a, x.number(e, a, 0)))
  return x.div(e, top, x.add(e, one, x.exp(e, x.neg(e, x.abs(e, a)))))
}

/** log(exp(x) + exp(y)) without overflow. */
function logAddExp(e: OnnxEmitter, a: OnnxRef, b: OnnxRef): OnnxRef {
  const apart = x.add(e, x.max(e, a, b), double.log1p(e, x.exp(e, x.neg(e, x.abs(e, x.sub(e, a, b))))))
  // Also two infinities of one sign, whose difference is NaN.
  return x.where(e, x.equal(e, a, b), x.add(e, a, x.number(e, a, Math.LN2)), apart)
}

const opsetOfGelu = 20

const roughGelu = (e: OnnxEmitter, node: NodeInfo, a: OnnxRef, approximate: boolean): OnnxRef | undefined =>
  !e.isRough(node) || e.opset < opsetOfGelu || isDouble(a)
    ? undefined
    : e.node('Gelu', [a], a, approximate ? { approximate: 'tanh' } : {})

/** `x` times the share of the normal distribution below it. */
function gelu(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  if (!isDouble(a)) return e.cast(geluOfSingle(e, e.cast(a, 'float32')), a.dtype)
  const half = x.mul(e, a, x.number(e, a, 0.5))
  return x.mul(e, half, erfc(e, x.mul(e, a, x.number(e, a, -Math.SQRT1_2))))
}

function geluByTanh(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  const cube = x.mul(e, x.mul(e, a, a), a)
  const inner = x.add(e, a, x.mul(e, cube, x.number(e, a, 0.044715)))
  return x.mul(e, a, sigmoid(e, x.mul(e, inner, x.number(e, a, 2 * Math.sqrt(2 / Math.PI)))))
}

/** x * sigmoid(x), with exp(x) in two factors: below -87 it is subnormal where its product with x is not. */
function silu(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  const half = x.mul(e, x.min(e, a, x.number(e, a, 0)), x.number(e, a, 0.5))
  const root = x.exp(e, half)
  const bottom = x.add(e, x.exp(e, x.neg(e, x.abs(e, a))), x.number(e, a, 1))
  return x.mul(e, x.mul(e, a, root), x.div(e, root, bottom))
}

/** x * tanh(log(1 + exp(x))), the tangent written in powers of exp(x), which come in two factors as in `silu`. */
function mish(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  const two = x.number(e, a, 2)
  const half = x.mul(e, x.min(e, a, x.number(e, a, 0)), x.number(e, a, 0.5))
  const root = x.exp(e, half)
  const rest = x.exp(e, x.sub(e, x.min(e, a, x.number(e, a, 40)), half))
  const growth = x.mul(e, root, rest)
  const more = x.add(e, growth, two)
  const share = x.div(e, x.mul(e, rest, more), x.add(e, x.mul(e, growth, more), two))
  return x.mul(e, x.mul(e, a, root), share)
}

interface Softplus {
  readonly beta: number
  readonly threshold: number | null
}

/** log(1 + exp(beta x)) / beta in float64. */
function softplus(e: OnnxEmitter, a: OnnxRef, { beta, threshold }: Softplus): OnnxRef {
  const slope = e.literal(beta, 'float64')
  const scaled = x.mul(e, a, slope)
  const smooth = x.div(e, logAddExp(e, scaled, x.number(e, a, 0)), slope)
  if (threshold === null) return smooth
  return x.where(e, x.greater(e, scaled, e.literal(threshold, 'float64')), a, smooth)
}

export const exponential: readonly OnnxLowering[] = [
  lower('exp', (e, [a]) => x.exp(e, a)),
  lower('exp2', (e, [a]) => x.pow(e, x.number(e, a, 2), a)),
  lower('expm1', (e, [a]) => (isDouble(a) ? double : single).expm1(e, a)),
  lower('log', (e, [a]) => x.log(e, a)),
  lower('log2', (e, [a]) => inDouble(e, [a], (_e, y) => x.div(e, x.log(e, y), x.number(e, y, Math.LN2)))),
  lower('log10', (e, [a]) => inDouble(e, [a], (_e, y) => x.div(e, x.log(e, y), x.number(e, y, Math.LN10)))),
  lower('log1p', (e, [a]) => (isDouble(a) ? double : single).log1p(e, a)),
  lower('logaddexp', (e, operands) => inDouble(e, operands, logAddExp)),
  lower('softplus', (e, [a], params, node) => {
    const isPlain = params.beta === 1 && params.threshold === null
    const whole = isPlain ? roughly(e, node, 'Softplus', a) : undefined
    return whole ?? inDouble(e, [a], (_e, y) => softplus(e, y, params))
  }),
  lower('sigmoid', (e, [a], _params, node) => roughly(e, node, 'Sigmoid', a) ?? sigmoid(e, a)),
  lower('silu', (e, [a], _params, node) => {
    const share = roughly(e, node, 'Sigmoid', a)
    return share === undefined ? silu(e, a) : x.mul(e, a, share)
  }),
  lower('mish', (e, [a], _params, node) => roughly(e, node, 'Mish', a) ?? mish(e, a)),
  lower(
    'gelu',
    (e, [a], { approximate }, node) =>
      roughGelu(e, node, a, approximate) ?? (approximate ? inDouble(e, [a], geluByTanh) : gelu(e, a)),
  ),
  lower('erf', (e, [a]) => (isDouble(a) ? double.erf(e, a) : single.erf(e, a))),
]
