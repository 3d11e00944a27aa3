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

type Two = readonly [TfRef, TfRef]

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

/** Integer division throws for a divisor of 0; the smallest number by -1 is left to no processor. */
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

/** The larger or smaller one, and NaN where one is NaN, which some kernels of tfjs pass over. */
const extremum =
  (op: 'Maximum' | 'Minimum') =>
  (e: TfEmitter, [x, y]: Two): TfRef => {
    const found = binary(e, op, x, y)
    if (!x.isFloat || e.runtime === 'tensorflow') return found
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
  const isEndless = compare(e, 'Equal', unary(e, 'Abs', y!), constantLike(e, y!, Infinity))
  const isUnit = compare(e, 'Equal', select(e, isEndless, unary(e, 'Abs', x!), x!), one)
  return select(e, isUnit, one, power)
})

/** Bits moved by arithmetic; 2 to the power of 31 is negative, so that division takes two steps. */
function scaled(e: TfEmitter, op: 'LeftShift' | 'RightShift', x: TfRef, by: TfRef): TfRef {
  const power = (count: TfRef): TfRef => binary(e, 'Pow', constantLike(e, x, 2), count)
  if (op === 'LeftShift') return binary(e, 'Mul', x, power(by))
  const most = binary(e, 'Minimum', by, constantLike(e, x, 30))
  return binary(e, 'FloorDiv', binary(e, 'FloorDiv', x, power(most)), power(binary(e, 'Sub', by, most)))
}

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
    const moved = e.runtime === 'tensorflow' ? binary(e, op, x, by) : scaled(e, op, x, by)
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

/** Ops of two or three arrays, element by element. */
export const pairs: readonly TfLowering[] = [
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
  lower('where', (e, [condition, x, y]) => select(e, condition, x, y)),
]
