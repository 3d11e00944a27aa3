import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import {
  binary,
  compare,
  constantLike,
  each,
  elementwiseCast,
  inDoubles,
  isNaN,
  lower,
  select,
  type TfLowering,
  unary,
} from './lower.ts'

type One = readonly [TfRef]

const double = (op: string) => inDoubles((e, x) => unary(e, op, x!))

const ofFloats =
  (ofFloat: (e: TfEmitter, inputs: One) => TfRef, ofInteger: (e: TfEmitter, x: TfRef) => TfRef) =>
  (e: TfEmitter, inputs: One): TfRef =>
    inputs[0].isFloat ? ofFloat(e, inputs) : ofInteger(e, inputs[0])

const unchanged = (_e: TfEmitter, x: TfRef): TfRef => x
const always =
  (value: boolean) =>
  (e: TfEmitter, x: TfRef): TfRef =>
    compare(e, value ? 'Equal' : 'NotEqual', x, x)

/** log(exp(x) + exp(y)); two infinities of one sign have a difference of NaN. */
export function logAddExp(e: TfEmitter, x: TfRef, y: TfRef): TfRef {
  const apart = unary(e, 'Neg', unary(e, 'Abs', binary(e, 'Sub', x, y)))
  const more = unary(e, 'Log1p', unary(e, 'Exp', apart))
  const sum = binary(e, 'AddV2', binary(e, 'Maximum', x, y), more)
  const doubled = binary(e, 'AddV2', x, constantLike(e, x, Math.LN2))
  return select(e, compare(e, 'Equal', x, y), doubled, sum)
}

const softplus = (e: TfEmitter, x: TfRef): TfRef => {
  const sum = binary(e, 'AddV2', unary(e, 'Relu', x), unary(e, 'Log1p', unary(e, 'Exp', minusSize(e, x))))
  return sum
}
const minusSize = (e: TfEmitter, x: TfRef): TfRef => unary(e, 'Neg', unary(e, 'Abs', x))

/** The kernel of float64 is slow, and that of float32 is up to 7 units off. */
function tanh(e: TfEmitter, x: TfRef): TfRef {
  if (!e.hasDoubles) return unary(e, 'Tanh', x)
  const [one, two] = [constantLike(e, x, 1), constantLike(e, x, 2)]
  const growth = unary(e, 'Exp', binary(e, 'Mul', x, two))
  const curve = binary(e, 'Sub', one, binary(e, 'RealDiv', two, binary(e, 'AddV2', growth, one)))
  // Near 0 the difference has no digits left, and the function is its argument.
  const isNear = compare(e, 'Less', unary(e, 'Abs', x), constantLike(e, x, 1e-4))
  return select(e, isNear, x, curve)
}

const truncated = (e: TfEmitter, x: TfRef): TfRef =>
  select(e, compare(e, 'Less', x, constantLike(e, x, 0)), unary(e, 'Ceil', x), unary(e, 'Floor', x))

/** The kernel gives a subnormal number for one. */
function sign(e: TfEmitter, x: TfRef): TfRef {
  // That of tfjs gives 0 for NaN.
  if (e.runtime === 'tfjs') return select(e, isNaN(e, x), x, unary(e, 'Sign', x))
  const [zero, one, less] = [0, 1, -1].map((value) => constantLike(e, x, value)) as [TfRef, TfRef, TfRef]
  const rest = binary(e, 'AddV2', binary(e, 'Mul', x, zero), zero)
  const negative = select(e, compare(e, 'Less', x, zero), less, rest)
  return select(e, compare(e, 'Greater', x, zero), one, negative)
}

/** Where the sign bit is set: 1 / -0 is negative. */
function signbit(e: TfEmitter, x: TfRef): TfRef {
  const zero = constantLike(e, x, 0)
  const inverse = binary(e, 'RealDiv', constantLike(e, x, 1), x)
  const minusZero = compare(e, 'Equal', inverse, constantLike(e, x, -Infinity))
  const isZero = compare(e, 'Equal', x, zero)
  return binary(
    e,
    'LogicalOr',
    compare(e, 'Less', x, zero),
    e.elementwise('LogicalAnd', [isZero, minusZero], 'bool'),
    'bool',
  )
}

/** Ops of one array, and functions of floats, element by element. */
export const elements: readonly TfLowering[] = [
  lower('negative', each('Neg')),
  // Some kernels of tfjs compute these in float32.
  lower(
    'abs',
    ofFloats(each('Abs'), (e, x) =>
      e.runtime === 'tfjs' ? binary(e, 'Maximum', x, unary(e, 'Neg', x)) : unary(e, 'Abs', x),
    ),
  ),
  lower('sqrt', each('Sqrt')),
  lower(
    'square',
    ofFloats(each('Square'), (e, x) =>
      e.runtime === 'tfjs' ? binary(e, 'Mul', x, x) : unary(e, 'Square', x),
    ),
  ),
  lower('relu', each('Relu')),
  lower('exp', each('Exp')),
  lower('expm1', double('Expm1')),
  lower('log', each('Log')),
  lower('log1p', each('Log1p')),
  lower('sin', each('Sin')),
  lower('cos', each('Cos')),
  lower('tan', each('Tan')),
  lower('asin', double('Asin')),
  lower('acos', double('Acos')),
  lower('atan', double('Atan')),
  lower('sinh', each('Sinh')),
  lower('cosh', each('Cosh')),
  lower(
    'tanh',
    inDoubles((e, x) => tanh(e, x!)),
  ),
  lower('asinh', each('Asinh')),
  lower('acosh', each('Acosh')),
  lower('atanh', each('Atanh')),
  lower('erf', double('Erf')),
  lower('sigmoid', each('Sigmoid')),
  lower(
    'exp2',
    inDoubles((e, x) => binary(e, 'Pow', constantLike(e, x!, 2), x!)),
  ),
  lower(
    'log2',
    inDoubles((e, x) => binary(e, 'RealDiv', unary(e, 'Log', x!), constantLike(e, x!, Math.LN2))),
  ),
  lower(
    'log10',
    inDoubles((e, x) => binary(e, 'RealDiv', unary(e, 'Log', x!), constantLike(e, x!, Math.LN10))),
  ),
  lower(
    'silu',
    inDoubles((e, x) => binary(e, 'Mul', x!, unary(e, 'Sigmoid', x!))),
  ),
  lower(
    'mish',
    inDoubles((e, x) => binary(e, 'Mul', x!, unary(e, 'Tanh', softplus(e, x!)))),
  ),
  lower('gelu', (e, inputs, { approximate }) =>
    inDoubles((_, x) => {
      const number = (value: number): TfRef => constantLike(e, x!, value)
      if (approximate) {
        const cubed = binary(e, 'Mul', binary(e, 'Mul', x!, x!), binary(e, 'Mul', x!, number(0.044715)))
        const inner = binary(e, 'Mul', number(2 * Math.sqrt(2 / Math.PI)), binary(e, 'AddV2', x!, cubed))
        return binary(e, 'Mul', x!, unary(e, 'Sigmoid', inner))
      }
      const scaled = binary(e, 'Mul', x!, number(-Math.SQRT1_2))
      const tail = e.hasDoubles
        ? unary(e, 'Erfc', scaled)
        : binary(e, 'Sub', number(1), unary(e, 'Erf', scaled))
      return binary(e, 'Mul', binary(e, 'Mul', number(0.5), x!), tail)
    })(e, inputs),
  ),
  lower('softplus', (e, inputs, { beta, threshold }) =>
    inDoubles((_, x) => {
      const times = beta === 1 ? x! : binary(e, 'Mul', x!, constantLike(e, x!, beta))
      const smooth = softplus(e, times)
      const result = beta === 1 ? smooth : binary(e, 'RealDiv', smooth, constantLike(e, x!, beta))
      if (threshold === null) return result
      return select(e, compare(e, 'Greater', times, constantLike(e, x!, threshold)), x!, result)
    })(e, inputs),
  ),
  lower(
    'logaddexp',
    inDoubles((e, x, y) => logAddExp(e, x!, y!)),
  ),
  lower(
    'sign',
    ofFloats(
      (e, [x]) => sign(e, x),
      (e, x) => unary(e, 'Sign', x),
    ),
  ),
  lower('signbit', (e, [x]) => (x.isFloat ? signbit(e, x) : compare(e, 'Less', x, constantLike(e, x, 0)))),
  lower('floor', ofFloats(each('Floor'), unchanged)),
  lower('ceil', ofFloats(each('Ceil'), unchanged)),
  lower('round', ofFloats(each('Round'), unchanged)),
  lower(
    'trunc',
    ofFloats((e, [x]) => truncated(e, x), unchanged),
  ),
  lower(
    'isnan',
    ofFloats((e, [x]) => isNaN(e, x), always(false)),
  ),
  lower(
    'isinf',
    ofFloats((e, [x]) => unary(e, 'IsInf', x, 'bool'), always(false)),
  ),
  lower(
    'isfinite',
    ofFloats((e, [x]) => unary(e, 'IsFinite', x, 'bool'), always(true)),
  ),
  lower('logicalNot', each('LogicalNot')),
  lower('bitwiseInvert', (e, [x]) =>
    x.dtype === 'bool' ? unary(e, 'LogicalNot', x) : binary(e, 'Sub', constantLike(e, x, -1), x),
  ),
  lower('astype', (e, [x], { dtype }) => {
    if (dtype === x.dtype) return x
    if (dtype === 'bool') return compare(e, 'NotEqual', x, constantLike(e, x, 0))
    // By way of int64, whose low bits wrap as those of core do, and are 0 for NaN and infinities.
    const wide = x.isFloat && e.runtime === 'tensorflow' ? elementwiseCast(e, x, 'int64') : x
    return elementwiseCast(e, wide, dtype as 'float32' | 'int32')
  }),
]
