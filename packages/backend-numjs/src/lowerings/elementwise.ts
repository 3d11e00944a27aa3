import { type DType, isBigInt, isFloat, type Lowering, type NodeInfo } from '@tendril/core/adapter'
import { asElement } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value } from '../values.ts'
import { lower } from './lower.ts'

type Code = (a: string, b: string) => string

/** An op's scalar expression by the dtype of its operands. */
interface Spelling {
  /** Of all dtypes that have no own. */
  readonly number?: Code
  /** For float16 and float32, where a fast function is exact enough. */
  readonly single?: Code
  /** For integers of at most 32 bits. */
  readonly int?: Code
  readonly bool?: Code
  readonly bigint?: Code
  /** Floats that this gives are elements already: nothing is to be rounded. */
  readonly exact?: true
}

function codeFor(spelling: Spelling, dtype: DType): Code | undefined {
  const { number, single, int, bool, bigint } = spelling
  if (isBigInt(dtype)) return bigint
  if (dtype === 'bool') return bool ?? int ?? number
  if (!isFloat(dtype)) return int ?? number
  return dtype === 'float64' ? number : (single ?? number)
}

const math = (name: string): Spelling => ({ number: (a) => `Math.${name}(${a})` })
/** Of `Math` for float64, of fast-math.ts for shorter floats. */
const fast = (name: string): Spelling => ({ ...math(name), single: (a) => `${name}(${a})` })
const called =
  (name: string): Code =>
  (a, b) =>
    `${name}(${a}, ${b})`
const infix = (operator: string): Spelling => {
  const code: Code = (a, b) => `${a} ${operator} ${b}`
  return { number: code, bigint: code }
}
const compared = (operator: string): Spelling => {
  const code: Code = (a, b) => `+(${a} ${operator} ${b})`
  return { number: code, bigint: code }
}
/** One of two by a comparison, without a branch. */
const chosen = (first: string, second: string, isFirst: string): string =>
  `(q[0] = ${second}, q[1] = ${first}, q[${isFirst}])`
const extreme = (operator: string): Spelling => ({
  // A NaN in `a` is chosen by the second test, one in `b` by the first.
  number: (a, b) => chosen(a, b, `(${a} ${operator} ${b}) | (${a} !== ${a})`),
  int: (a, b) => chosen(a, b, `(${a} ${operator} ${b}) | 0`),
  bigint: (a, b) => `${a} ${operator} ${b} ? ${a} : ${b}`,
  exact: true,
})
const whole = (number: Code): Spelling => ({ number, int: (a) => a, bigint: (a) => a, exact: true })

const spellings: Readonly<Record<string, Spelling>> = {
  add: infix('+'),
  subtract: infix('-'),
  multiply: { ...infix('*'), int: called('Math.imul') },
  divide: { number: infix('/').number! },
  floorDivide: {
    number: called('floorOfQuotient'),
    int: called('floorQuotient'),
    bigint: called('floorQuotientOfBigInt'),
  },
  remainder: {
    number: called('floorRemainder'),
    int: called('floorModulo'),
    bigint: called('floorModuloOfBigInt'),
  },
  pow: { number: called('power'), int: called('wrappedPower'), bigint: called('wrappedPowerOfBigInt') },
  maximum: extreme('>'),
  minimum: extreme('<'),
  atan2: { number: called('Math.atan2') },
  logaddexp: { number: called('logAddExp') },
  equal: compared('==='),
  notEqual: compared('!=='),
  less: compared('<'),
  lessEqual: compared('<='),
  greater: compared('>'),
  greaterEqual: compared('>='),
  logicalAnd: infix('&'),
  logicalOr: infix('|'),
  logicalXor: infix('^'),
  logicalNot: { number: (a) => `${a} ^ 1` },
  bitwiseAnd: infix('&'),
  bitwiseOr: infix('|'),
  bitwiseXor: infix('^'),
  bitwiseInvert: { number: (a) => `~${a}`, bool: (a) => `${a} ^ 1`, bigint: (a) => `~${a}` },
  bitwiseLeftShift: { number: called('shiftLeft'), bigint: called('shiftLeftBigInt') },
  bitwiseRightShift: { number: called('shiftRight'), bigint: called('shiftRightBigInt') },
  isnan: { number: (a) => `+(${a} !== ${a})`, int: () => '0', bigint: () => '0' },
  isinf: { number: (a) => `+(Math.abs(${a}) === Infinity)`, int: () => '0', bigint: () => '0' },
  isfinite: { number: (a) => `+(${a} - ${a} === 0)`, int: () => '1', bigint: () => '1' },
  signbit: { number: (a) => `(${a} < 0) | (1 / ${a} === -Infinity)` },
  negative: { number: (a) => `-${a}`, bigint: (a) => `-${a}`, exact: true },
  abs: { number: (a) => `Math.abs(${a})`, bigint: (a) => `${a} < 0n ? -${a} : ${a}`, exact: true },
  sign: {
    number: (a) => `(q[0] = ${a} + 0, q[1] = 1, q[2] = -1, q[(${a} > 0) | ((${a} < 0) << 1)])`,
    int: (a) => `(${a} > 0) - (${a} < 0)`,
    bigint: (a) => `${a} > 0n ? 1n : ${a} < 0n ? -1n : 0n`,
    exact: true,
  },
  relu: {
    number: (a) => chosen(a, '0', `!(${a} <= 0) | 0`),
    bigint: (a) => `${a} > 0n ? ${a} : 0n`,
    exact: true,
  },
  floor: whole((a) => `Math.floor(${a})`),
  ceil: whole((a) => `Math.ceil(${a})`),
  trunc: whole((a) => `Math.trunc(${a})`),
  round: whole((a) => `roundEven(${a})`),
  sqrt: math('sqrt'),
  exp: fast('exp'),
  exp2: { number: (a) => `2 ** ${a}` },
  expm1: math('expm1'),
  log: fast('log'),
  log2: math('log2'),
  log10: math('log10'),
  log1p: math('log1p'),
  sin: fast('sin'),
  cos: fast('cos'),
  tan: math('tan'),
  asin: math('asin'),
  acos: math('acos'),
  atan: math('atan'),
  sinh: math('sinh'),
  cosh: math('cosh'),
  tanh: fast('tanh'),
  asinh: math('asinh'),
  acosh: math('acosh'),
  atanh: math('atanh'),
  erf: { number: (a) => `erfOf(${a})`, single: (a) => `erf(${a})` },
  sigmoid: { number: (a) => `sigmoidOf(${a})`, single: (a) => `sigmoid(${a})` },
  silu: { number: (a) => `${a} * sigmoidOf(${a})`, single: (a) => `${a} * sigmoid(${a})` },
  mish: { number: (a) => `mish(${a})`, single: (a) => `mishSingle(${a})` },
}

/** Writes one scalar expression for a node whose operands share a dtype. */
export function mapped(js: NumjsEmitter, node: NodeInfo, args: readonly Value[], spelling: Spelling): Value {
  const { dtype } = args[0]!
  const out = node.outputs[0]!
  const code = codeFor(spelling, dtype)!
  const rounds = !(spelling.exact && isFloat(out.dtype))
  return js.map(out, args, ([a, b]) => {
    const text = code(a!, b!)
    return rounds ? asElement(out.dtype, text) : text
  })
}

const bySpelling = Object.entries(spellings).map(([op, spelling]): Lowering<NumjsEmitter, Value> => ({
  op,
  emit: (js, inputs, _params, node) => mapped(js, node, inputs as Value[], spelling),
}))

export const elementwise: readonly Lowering<NumjsEmitter, Value>[] = [
  ...bySpelling,
  lower('gelu', (js, [x], { approximate }, node) => {
    const name = approximate ? 'geluOfTanh' : 'gelu'
    return mapped(js, node, [x], { number: (a) => `${name}(${a})`, single: (a) => `${name}Single(${a})` })
  }),
  lower('softplus', (js, [x], { beta, threshold }, node) => {
    const by = js.lifts.number(beta)
    const soft = (a: string): string => `logAddExp(${a} * ${by}, 0) / ${by}`
    if (threshold === null) return mapped(js, node, [x], { number: soft })
    const from = js.lifts.number(threshold)
    return mapped(js, node, [x], { number: (a) => `${a} * ${by} > ${from} ? ${a} : ${soft(a)}` })
  }),
  lower('where', (js, [condition, x, y], _params, node) => {
    const out = node.outputs[0]!
    return js.map(out, [condition, x, y], ([c, a, b]) =>
      isBigInt(out.dtype) ? `${c} !== 0 ? ${a} : ${b}` : chosen(a!, b!, c!),
    )
  }),
  lower('astype', (js, [x], { dtype }, node) => {
    if (x.dtype === dtype) return x
    return js.map(node.outputs[0]!, [x], ([a]) => conversion(a!, x.dtype, dtype))
  }),
]

function conversion(a: string, from: DType, to: DType): string {
  const big = isBigInt(from)
  if (to === 'bool') return big ? `+(${a} !== 0n)` : `+(${a} !== 0)`
  if (isBigInt(to)) return asElement(to, big ? a : isFloat(from) ? `toBigInt(${a})` : `BigInt(${a})`)
  if (!big) return asElement(to, a)
  return asElement(to, isFloat(to) ? `Number(${a})` : `Number(BigInt.asIntN(32, ${a}))`)
}
