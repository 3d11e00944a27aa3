import { abs, ceil, floor, relu, round, sign, trunc } from '../../ops/index.ts'
import type { NDArray } from '../../runtime/nd-array.ts'
import { isComplex } from '../../types/dtype.ts'
import { defineRule, type Rule } from '../rule.ts'

/** Applied to its own result, such an op changes nothing. */
const idempotent = (name: string, op: (x: NDArray) => NDArray): Rule =>
  defineRule({
    name: `${name}(${name}(x)) -> ${name}(x)`,
    holes: ['x'],
    match: ([x]) => op(op(x)),
    replace: ([x]) => op(x),
    when: ([x]) => !isComplex(x.dtype) || 'complex numbers are rounded again',
  })

export const absTwice = idempotent('abs', abs)
export const ceilTwice = idempotent('ceil', ceil)
export const floorTwice = idempotent('floor', floor)
export const reluTwice = idempotent('relu', relu)
export const roundTwice = idempotent('round', round)
export const signTwice = idempotent('sign', sign)
export const truncTwice = idempotent('trunc', trunc)
