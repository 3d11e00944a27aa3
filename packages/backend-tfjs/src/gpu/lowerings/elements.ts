import type { TfjsEmitter } from '../../emitter.ts'
import { fused } from '../fusion.ts'
import { lower, type TfjsLowering } from '../../lowerings/lower.ts'
import { same } from '../../lowerings/unary.ts'
import { shown } from '../../program-text.ts'
import type { Info, Value } from '../../value.ts'

type Emit = (e: TfjsEmitter, inputs: readonly Value[]) => Value

const each =
  (expression: string, name: string): Emit =>
  (e, inputs) =>
    fused(e, expression, inputs, (...names) => `tf.${name}(${names.join(', ')})`)

const byDType =
  (ofFloats: Emit, ofIntegers: Emit): Emit =>
  (e, inputs) =>
    (inputs[0]!.type.dtype === 'float32' ? ofFloats : ofIntegers)(e, inputs)

const unchanged: Emit = (e, [x]) => same(e, x!)

/** Ops of floats alone, as expressions of shaders. */
const floats = {
  sqrt: 'squareRoot(x0)',
  exp: 'expOf(x0)',
  exp2: 'exp2Of(x0)',
  expm1: 'expm1Of(x0)',
  log: 'logOf(x0)',
  log2: 'log2Of(x0)',
  log10: 'log10Of(x0)',
  log1p: 'log1pOf(x0)',
  sin: 'sinOf(x0)',
  cos: 'cosOf(x0)',
  tan: 'tanOf(x0)',
  asin: 'asinOf(x0)',
  acos: 'acosOf(x0)',
  atan: 'atanOf(x0)',
  sinh: 'sinhOf(x0)',
  cosh: 'coshOf(x0)',
  tanh: 'tanhOf(x0)',
  asinh: 'asinhOf(x0)',
  acosh: 'acoshOf(x0)',
  atanh: 'atanhOf(x0)',
  erf: 'erfOf(x0)',
  sigmoid: 'sigmoidOf(x0)',
  silu: 'siluOf(x0)',
  mish: 'mishOf(x0)',
  divide: 'x0 / x1',
  atan2: 'atan2Of(x0, x1)',
} as const

/** Ops of floats and of integers, truth values among them. */
const both = {
  negative: ['minus(x0)', '0 - x0'],
  abs: ['size(x0)', 'abs(x0)'],
  square: ['x0 * x0', 'x0 * x0'],
  relu: ['larger(x0, 0.0)', 'max(x0, 0)'],
  relu6: ['smaller(larger(x0, 0.0), 6.0)', 'min(max(x0, 0), 6)'],
  sign: ['signOf(x0)', 'sign(x0)'],
  signbit: ['select(0, 1, isMinus(x0))', 'select(0, 1, x0 < 0)'],
  isnan: ['select(0, 1, isNaN(x0))', '0'],
  isinf: ['select(0, 1, isInf(x0))', '0'],
  isfinite: ['select(1, 0, isNaN(x0) || isInf(x0))', '1'],
  floorDivide: ['floorQuotientOf(x0, x1)', 'floorQuotient(x0, x1)'],
  remainder: ['remainderOf(x0, x1)', 'floorModulo(x0, x1)'],
  pow: ['powOf(x0, x1)', 'wrappedPower(x0, x1)'],
  add: ['x0 + x1', 'x0 + x1'],
  subtract: ['x0 - x1', 'x0 - x1'],
  multiply: ['x0 * x1', 'x0 * x1'],
  maximum: ['larger(x0, x1)', 'max(x0, x1)'],
  minimum: ['smaller(x0, x1)', 'min(x0, x1)'],
  equal: ['same(x0, x1)', 'select(0, 1, x0 == x1)'],
  notEqual: ['1 - same(x0, x1)', 'select(0, 1, x0 != x1)'],
  less: ['less(x0, x1)', 'select(0, 1, x0 < x1)'],
  lessEqual: ['lessEqual(x0, x1)', 'select(0, 1, x0 <= x1)'],
  greater: ['less(x1, x0)', 'select(0, 1, x0 > x1)'],
  greaterEqual: ['lessEqual(x1, x0)', 'select(0, 1, x0 >= x1)'],
} as const

/** Ops of integers and truth values. */
const integers = {
  logicalNot: '1 - x0',
  logicalAnd: 'x0 & x1',
  logicalOr: 'x0 | x1',
  logicalXor: 'x0 ^ x1',
  bitwiseAnd: 'x0 & x1',
  bitwiseOr: 'x0 | x1',
  bitwiseXor: 'x0 ^ x1',
  bitwiseLeftShift: 'shiftLeft(x0, x1)',
  bitwiseRightShift: 'shiftRight(x0, x1)',
} as const

const entries = <T extends object>(table: T): [keyof T, T[keyof T]][] =>
  Object.entries(table) as [keyof T, T[keyof T]][]

/** Ops element by element, as shaders. */
export const elements: readonly TfjsLowering[] = [
  ...entries(floats).map(([op, expression]) => lower(op, each(expression, op) as never)),
  ...entries(both).map(([op, [ofFloats, ofIntegers]]) =>
    lower(op, byDType(each(ofFloats, op), each(ofIntegers, op)) as never),
  ),
  ...entries(integers).map(([op, expression]) => lower(op, each(expression, op) as never)),
  lower('add', (e, [x1, x2]) => {
    const type = e.node.outputs[0]!
    const sum = byDType(each('x0 + x1', 'add'), each('x0 + x1', 'add'))
    return e.withBias(x1, x2, type) ?? e.withBias(x2, x1, type) ?? sum(e, [x1, x2])
  }),
  ...(['floor', 'ceil', 'trunc', 'round'] as const).map((op) =>
    lower(op, byDType(each(`${op}Of(x0)`, op), unchanged) as never),
  ),
  lower('bitwiseInvert', (e, [x]) => each(x.type.dtype === 'bool' ? '1 - x0' : '~x0', 'logicalNot')(e, [x])),
  lower('where', (e, inputs) => each('select(x2, x1, x0 != 0)', 'where')(e, inputs)),
  lower('gelu', (e, [x], { approximate }) =>
    each(approximate ? 'geluTanhOf(x0)' : 'geluOf(x0)', 'gelu')(e, [x]),
  ),
  lower('softplus', (e, [x], { beta, threshold }) =>
    fused(
      e,
      'select(softplusOf(N[0] * x0) / N[0], x0, N[0] * x0 > N[1])',
      [x],
      (info) => `tf.div(tf.softplus(tf.mul(${info}, ${shown(beta)})), ${shown(beta)})`,
      [beta, threshold ?? Infinity],
    ),
  ),
  lower('leakyRelu', (e, [x], { alpha }) =>
    fused(e, 'select(x0 * N[0], x0, x0 > 0.0)', [x], (info) => `tf.leakyRelu(${info}, ${shown(alpha)})`, [
      Math.fround(alpha),
    ]),
  ),
  lower('astype', (e, [x], { dtype }) => {
    if (dtype === x.type.dtype) return same(e, x)
    const order = e.orders(x)[0]!
    const info = e.info(x, order)
    const type = e.node.outputs[0]!
    const shape = e.shape(order.map((axis) => x.shape[axis]!))
    const spelling = (of: Info): string => `tf.cast(${of}, '${dtype}')`
    return e.value(type, e.call(`T.cast(${info}, ${shape}, '${dtype}')`, [info], spelling(info)), order)
  }),
]
