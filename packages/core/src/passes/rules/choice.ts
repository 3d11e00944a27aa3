import { bitwiseInvert, logicalNot, maximum, minimum, where } from '../../ops/index.ts'
import { defineRule } from '../rule.ts'
import { firstKeepsType, keepsType } from './keeps-type.ts'

export const whereTrue = defineRule({
  name: 'where(true, x, y) -> x',
  holes: ['x', 'y'],
  match: ([x, y]) => where(true, x, y),
  replace: ([x]) => x,
  when: firstKeepsType,
})

export const whereFalse = defineRule({
  name: 'where(false, x, y) -> y',
  holes: ['x', 'y'],
  match: ([x, y]) => where(false, x, y),
  replace: ([, y]) => y,
  when: ([, y], _captures, result) => keepsType(y, result),
})

export const whereSame = defineRule({
  name: 'where(c, x, x) -> x',
  holes: ['x', 'condition'],
  match: ([x, condition]) => where(condition, x, x),
  replace: ([x]) => x,
  when: firstKeepsType,
})

export const maximumOfSame = defineRule({
  name: 'maximum(x, x) -> x',
  holes: ['x'],
  match: ([x]) => maximum(x, x),
  replace: ([x]) => x,
  when: firstKeepsType,
})

export const minimumOfSame = defineRule({
  name: 'minimum(x, x) -> x',
  holes: ['x'],
  match: ([x]) => minimum(x, x),
  replace: ([x]) => x,
  when: firstKeepsType,
})

export const notTwice = defineRule({
  name: 'logicalNot(logicalNot(x)) -> x',
  holes: ['x'],
  match: ([x]) => logicalNot(logicalNot(x)),
  replace: ([x]) => x,
  when: firstKeepsType,
})

export const invertTwice = defineRule({
  name: 'bitwiseInvert(bitwiseInvert(x)) -> x',
  holes: ['x'],
  match: ([x]) => bitwiseInvert(bitwiseInvert(x)),
  replace: ([x]) => x,
  when: firstKeepsType,
})
