import { abs, add, divide, multiply, negative, pow, subtract } from '../../ops/index.ts'
import { kindOf } from '../../types/dtype.ts'
import { defineRule } from '../rule.ts'
import { firstKeepsType, realKeepsType } from './keeps-type.ts'

export const negativeTwice = defineRule({
  name: 'negative(negative(x)) -> x',
  holes: ['x'],
  match: ([x]) => negative(negative(x)),
  replace: ([x]) => x,
  when: firstKeepsType,
})

export const absOfNegative = defineRule({
  name: 'abs(negative(x)) -> abs(x)',
  holes: ['x'],
  match: ([x]) => abs(negative(x)),
  replace: ([x]) => abs(x),
  when: ([x]) => kindOf(x.dtype) !== 'uint' || 'unsigned integers wrap when their sign changes',
})

export const timesOne = defineRule({
  name: 'x * 1 -> x',
  holes: ['x'],
  match: ([x]) => multiply(x, 1),
  replace: ([x]) => x,
  when: realKeepsType,
})

export const overOne = defineRule({
  name: 'x / 1 -> x',
  holes: ['x'],
  match: ([x]) => divide(x, 1),
  replace: ([x]) => x,
  when: realKeepsType,
})

export const toTheOne = defineRule({
  name: 'x ** 1 -> x',
  holes: ['x'],
  match: ([x]) => pow(x, 1),
  replace: ([x]) => x,
  when: realKeepsType,
})

/** Only the zero that is subtracted may be 0, only the one that is added -0: the other two turn -0 into 0. */
export const minusZero = defineRule({
  name: 'x - 0 -> x',
  holes: ['x'],
  match: ([x]) => subtract(x, 0),
  replace: ([x]) => x,
  when: firstKeepsType,
})

export const plusNegativeZero = defineRule({
  name: 'x + -0 -> x',
  holes: ['x'],
  match: ([x]) => add(x, -0),
  replace: ([x]) => x,
  when: realKeepsType,
})
