import * as td from '@tendril/core/fn'
import { type Caller, onBehalfOf } from '@tendril/core/module'
import { asVerdict, isArray, isOperand } from './arrays.ts'
import { isTrial, leaveTrial } from './trial.ts'

// Each gives for anything but arrays exactly what JavaScript's operator gives.

type Pair = (a: never, b: never) => unknown

/** What both operands have to be for the arrays' operator. */
type Rule = (a: unknown, b: unknown) => boolean

const isWhole = (value: unknown): boolean =>
  value instanceof td.NDArray
    ? td.isdtype(value.dtype, ['integral', 'bool'])
    : typeof value !== 'number' || Number.isInteger(value)

const arrays: Rule = (a, b) => (isArray(a) ? isOperand(b) : isArray(b) && isOperand(a))
const whole: Rule = (a, b) => arrays(a, b) && isWhole(a) && isWhole(b)

const onlyArrays: Rule = (a, b) => arrays(a, b) && !(a instanceof td.Container || b instanceof td.Container)

const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** JavaScript's operator may run functions of objects, and reads arrays. */
function leaveForObjects(a: unknown, b?: unknown): void {
  if (isTrial() && (isObject(a) || isObject(b))) leaveTrial()
}

function pair(
  plain: (a: never, b: never) => unknown,
  op: Pair,
  takes: Rule = arrays,
): (a: unknown, b: unknown) => unknown {
  const apply = (a: unknown, b: unknown): unknown => {
    if (typeof a === 'number' && typeof b === 'number') return plain(a as never, b as never)
    if (takes(a, b)) return onBehalfOf(apply, () => op(a as never, b as never))
    leaveForObjects(a, b)
    return onBehalfOf(apply, () => plain(a as never, b as never))
  }
  return apply
}

const comparison = (plain: Pair, op: Pair): ((a: unknown, b: unknown) => unknown) =>
  pair(plain, (a, b) => verdict(op(a, b)))

const verdict = (value: unknown): unknown => (value instanceof td.NDArray ? asVerdict(value) : value)

const sizeOf = (x: td.NDArray | number | bigint): td.NDArray | number | bigint =>
  x instanceof td.NDArray ? td.abs(x) : x < 0 ? -x : x

/** The remainder that JavaScript gives, which has the sign of what is divided. */
function truncated(a: td.NDArray, b: td.NDArray): unknown {
  if (td.isdtype(td.resultType(a, b), 'real floating'))
    return td.copysign(td.remainder(sizeOf(a), sizeOf(b)), a)
  const floored = td.remainder(a, b)
  const differs = td.logicalAnd(td.notEqual(floored, 0), td.notEqual(td.less(a, 0), td.less(b, 0)))
  return td.where(differs, td.subtract(floored, b), floored)
}

export const add = /* @__PURE__ */ pair((a: number, b: number) => a + b, td.add)
export const subtract = /* @__PURE__ */ pair((a: number, b: number) => a - b, td.subtract)
export const multiply = /* @__PURE__ */ pair((a: number, b: number) => a * b, td.multiply)
export const divide = /* @__PURE__ */ pair((a: number, b: number) => a / b, td.divide)
export const remainder = /* @__PURE__ */ pair((a: number, b: number) => a % b, truncated, onlyArrays)
export const power = /* @__PURE__ */ pair((a: number, b: number) => a ** b, td.pow)
export const less = /* @__PURE__ */ comparison((a: number, b: number) => a < b, td.less)
export const lessEqual = /* @__PURE__ */ comparison((a: number, b: number) => a <= b, td.lessEqual)
export const greater = /* @__PURE__ */ comparison((a: number, b: number) => a > b, td.greater)
export const greaterEqual = /* @__PURE__ */ comparison((a: number, b: number) => a >= b, td.greaterEqual)
// oxlint-disable-next-line eqeqeq -- it stands for that operator
export const equal = /* @__PURE__ */ comparison((a: number, b: number) => a == b, td.equal)
// oxlint-disable-next-line eqeqeq -- it stands for that operator
export const notEqual = /* @__PURE__ */ comparison((a: number, b: number) => a != b, td.notEqual)
export const bitAnd = /* @__PURE__ */ pair((a: number, b: number) => a & b, td.bitwiseAnd, whole)
export const bitOr = /* @__PURE__ */ pair((a: number, b: number) => a | b, td.bitwiseOr, whole)
export const bitXor = /* @__PURE__ */ pair((a: number, b: number) => a ^ b, td.bitwiseXor, whole)
export const shiftLeft = /* @__PURE__ */ pair((a: number, b: number) => a << b, td.bitwiseLeftShift, whole)
export const shiftRight = /* @__PURE__ */ pair((a: number, b: number) => a >> b, td.bitwiseRightShift, whole)

function single(
  plain: (x: never) => unknown,
  op: (x: never) => unknown,
  takes: (x: unknown) => boolean,
): (x: unknown) => unknown {
  const apply = (x: unknown): unknown => {
    if (takes(x)) return onBehalfOf(apply as Caller, () => op(x as never))
    leaveForObjects(x)
    return onBehalfOf(apply as Caller, () => plain(x as never))
  }
  return apply
}

const isNumeric = (x: unknown): boolean => isArray(x) && x.dtype !== 'bool'

export const negative = /* @__PURE__ */ single((x: number) => -x, td.negative, isNumeric)
export const bitNot = /* @__PURE__ */ single(
  (x: number) => ~x,
  td.bitwiseInvert,
  (x) => isArray(x) && isWhole(x),
)
export const increment = /* @__PURE__ */ single(
  (x: number) => ++x,
  (x: td.NDArray) => td.add(x, 1),
  isNumeric,
)
export const decrement = /* @__PURE__ */ single(
  (x: number) => --x,
  (x: td.NDArray) => td.subtract(x, 1),
  isNumeric,
)
