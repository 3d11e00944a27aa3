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
  ordered,
  select,
  type TfLowering,
  unary,
} from './lower.ts'

type One = readonly [TfRef]
type Two = readonly [TfRef, TfRef]

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

const truncated = (e: TfEmitter, x: TfRef): TfRef =>
  select(e, compare(e, 'Less', x, constantLike(e, x, 0)), unary(e, 'Ceil', x), unary(e, 'Floor', x))

/** The kernel gives a subnormal number for one. */
function sign(e: TfEmitter, x: TfRef): TfRef {
  if (e.runtime === 'tfjs') return unary(e, 'Sign', x)
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

/** Quotient rounded down; where division rounds to an integer, the remainder tells whether that is above the quotient. */
function floorOfQuotient(e: TfEmitter, x: TfRef, y: TfRef): TfRef {
  const quotient = binary(e, 'RealDiv', x, y)
  const down = unary(e, 'Floor', quotient)
  const rest = unary(e, 'Abs', floorRemainder(e, x, y))
  const half = binary(e, 'Mul', unary(e, 'Abs', y), constantLike(e, y, 0.5))
  const above = compare(e, 'Greater', rest, half)
  const isExact = compare(e, 'Equal', down, quotient)
  const lower1 = binary(e, 'Sub', down, constantLike(e, x, 1))
  return select(e, e.elementwise('LogicalAnd', [above, isExact], 'bool'), lower1, down)
}

/** Remainder with the sign of the divisor, a zero as well; an infinite divisor leaves the dividend. */
function floorRemainder(e: TfEmitter, x: TfRef, y: TfRef): TfRef {
  const rest = binary(e, e.runtime === 'tensorflow' ? 'TruncateMod' : 'Mod', x, y)
  const zero = constantLike(e, x, 0)
  const isNegative = compare(e, 'Less', y, zero)
  const differs = compare(
    e,
    'NotEqual',
    elementwiseCast(e, compare(e, 'Less', rest, zero), 'int32'),
    elementwiseCast(e, isNegative, 'int32'),
  )
  const moved = select(e, differs, binary(e, 'AddV2', rest, y), rest)
  const signedZero = select(e, isNegative, constantLike(e, x, -0), zero)
  return select(e, compare(e, 'Equal', rest, zero), signedZero, moved)
}

/** Integer division stops the program for a divisor of 0, and for the smallest number by -1. */
const divided =
  (op: 'FloorDiv' | 'FloorMod') =>
  (e: TfEmitter, [x, y]: Two): TfRef => {
    const [zero, one] = [constantLike(e, x, 0), constantLike(e, x, 1)]
    const byZero = compare(e, 'Equal', y, zero)
    const byMinusOne = compare(e, 'Equal', y, constantLike(e, x, -1))
    const risky = e.elementwise('LogicalOr', [byZero, byMinusOne], 'bool')
    const result = binary(e, op, x, select(e, risky, one, y))
    const ofMinusOne = op === 'FloorDiv' ? unary(e, 'Neg', x) : zero
    return select(e, byZero, zero, select(e, byMinusOne, ofMinusOne, result))
  }

const byDType =
  (ofFloat: (e: TfEmitter, inputs: Two) => TfRef, ofInteger: typeof ofFloat) =>
  (e: TfEmitter, inputs: Two): TfRef =>
    (inputs[0].isFloat ? ofFloat : ofInteger)(e, inputs)

/** The larger or smaller one, and NaN where one is NaN. */
const extremum =
  (op: 'Maximum' | 'Minimum') =>
  (e: TfEmitter, [x, y]: Two): TfRef => {
    const found = binary(e, op, x, y)
    if (!x.isFloat) return found
    const sum = binary(e, 'AddV2', x, y)
    const some = e.elementwise('LogicalOr', [isNaN(e, x), isNaN(e, y)], 'bool')
    return select(e, some, sum, found)
  }

/** Powers by squaring, which wraps; of a negative exponent only those of 1 and -1 are left. */
function integerPower(e: TfEmitter, [x, y]: Two): TfRef {
  const [zero, one, two] = [0, 1, 2].map((value) => constantLike(e, x, value)) as [TfRef, TfRef, TfRef]
  const isNegative = compare(e, 'Less', y, zero)
  const ofNegative = select(
    e,
    compare(e, 'Equal', x, one),
    one,
    select(
      e,
      compare(e, 'Equal', x, constantLike(e, x, -1)),
      select(e, compare(e, 'Equal', binary(e, 'FloorMod', y, two), zero), one, constantLike(e, x, -1)),
      zero,
    ),
  )
  let [result, base, rest] = [one, x, binary(e, 'Maximum', y, zero)]
  for (let bit = 0; bit < 31; bit++) {
    const isOdd = compare(e, 'Equal', binary(e, 'FloorMod', rest, two), one)
    result = select(e, isOdd, binary(e, 'Mul', result, base), result)
    rest = binary(e, 'FloorDiv', rest, two)
    base = binary(e, 'Mul', base, base)
  }
  return select(e, isNegative, ofNegative, result)
}

const realPower = inDoubles((e, x, y) => {
  const one = constantLike(e, x!, 1)
  const power = binary(e, 'Pow', x!, y!)
  if (e.runtime === 'tensorflow') return power
  return select(e, compare(e, 'Equal', x!, one), one, power)
})

/** Bits moved by a count that may be negative or beyond the width. */
const shifted =
  (op: 'LeftShift' | 'RightShift') =>
  (e: TfEmitter, [x, y]: Two): TfRef => {
    const [zero, last] = [constantLike(e, x, 0), constantLike(e, x, 31)]
    const inside = e.elementwise(
      'LogicalAnd',
      [compare(e, 'GreaterEqual', y, zero), compare(e, 'LessEqual', y, last)],
      'bool',
    )
    const by = select(e, inside, y, op === 'LeftShift' ? zero : last)
    const moved = binary(e, op, x, by)
    return op === 'LeftShift' ? select(e, inside, moved, zero) : moved
  }

/** An operator on bits, and the one on truth values that does the same. */
const bits =
  (op: string, ofBool: string) =>
  (e: TfEmitter, inputs: Two): TfRef =>
    inputs[0].dtype === 'bool' ? boolean(ofBool)(e, inputs) : each(op)(e, inputs)

const boolean =
  (op: string) =>
  (e: TfEmitter, inputs: Two): TfRef =>
    op === 'LogicalXor'
      ? e.elementwise(
          'NotEqual',
          inputs.map((x) => elementwiseCast(e, x, 'int32')),
          'bool',
        )
      : e.elementwise(op, inputs, 'bool')

const comparison =
  (op: string) =>
  (e: TfEmitter, [x, y]: Two): TfRef =>
    compare(e, op, ordered(e, x), ordered(e, y))

/** Ops of one, two or three arrays, element by element. */
export const elements: readonly TfLowering[] = [
  lower('negative', each('Neg')),
  lower('abs', each('Abs')),
  lower('sqrt', each('Sqrt')),
  lower('square', each('Square')),
  lower('relu', each('Relu')),
  lower('exp', double('Exp')),
  lower('expm1', double('Expm1')),
  lower('log', double('Log')),
  lower('log1p', double('Log1p')),
  lower('sin', double('Sin')),
  lower('cos', double('Cos')),
  lower('tan', double('Tan')),
  lower('asin', double('Asin')),
  lower('acos', double('Acos')),
  lower('atan', double('Atan')),
  lower('sinh', double('Sinh')),
  lower('cosh', double('Cosh')),
  lower('tanh', double('Tanh')),
  lower('asinh', double('Asinh')),
  lower('acosh', double('Acosh')),
  lower('atanh', double('Atanh')),
  lower('erf', double('Erf')),
  lower('sigmoid', double('Sigmoid')),
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
  lower('add', each('AddV2')),
  lower('subtract', each('Sub')),
  lower('multiply', each('Mul')),
  lower('divide', each('RealDiv')),
  lower(
    'floorDivide',
    byDType(
      (e, inputs) => inDoubles((_, x, y) => floorOfQuotient(e, x!, y!))(e, inputs),
      divided('FloorDiv'),
    ),
  ),
  lower(
    'remainder',
    byDType((e, inputs) => inDoubles((_, x, y) => floorRemainder(e, x!, y!))(e, inputs), divided('FloorMod')),
  ),
  lower('pow', byDType(realPower, integerPower)),
  lower('maximum', extremum('Maximum')),
  lower('minimum', extremum('Minimum')),
  lower(
    'atan2',
    inDoubles((e, x, y) => binary(e, 'Atan2', x!, y!)),
  ),
  lower('bitwiseAnd', bits('BitwiseAnd', 'LogicalAnd')),
  lower('bitwiseOr', bits('BitwiseOr', 'LogicalOr')),
  lower('bitwiseXor', bits('BitwiseXor', 'LogicalXor')),
  lower('bitwiseLeftShift', shifted('LeftShift')),
  lower('bitwiseRightShift', shifted('RightShift')),
  ...(
    [
      ['equal', 'Equal'],
      ['notEqual', 'NotEqual'],
      ['less', 'Less'],
      ['lessEqual', 'LessEqual'],
      ['greater', 'Greater'],
      ['greaterEqual', 'GreaterEqual'],
    ] as const
  ).map(([name, op]) => lower(name, comparison(op))),
  lower('logicalAnd', boolean('LogicalAnd')),
  lower('logicalOr', boolean('LogicalOr')),
  lower('logicalXor', boolean('LogicalXor')),
  lower('where', each('SelectV2')),
  lower('astype', (e, [x], { dtype }) => {
    if (dtype === x.dtype) return x
    if (dtype === 'bool') return compare(e, 'NotEqual', x, constantLike(e, x, 0))
    return elementwiseCast(e, x, dtype as 'float32' | 'int32')
  }),
]
