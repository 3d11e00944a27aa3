import { astype } from '../../ops/index.ts'
import { bitsOf, type DType, isComplex, isFloat, isInteger, kindOf } from '../../types/dtype.ts'
import * as p from '../../types/param-kinds.ts'
import { defineRule } from '../rule.ts'

export const astypeTwice = defineRule({
  name: 'astype(astype(x, a), b) -> astype(x, b)',
  holes: ['x'],
  captures: { over: p.dtype(), to: p.dtype() },
  match: ([x], { over, to }) => astype(astype(x, over), to),
  replace: ([x], { to }) => astype(x, to),
  when: ([{ dtype }], { over, to }) => {
    if (!holdsAll(over, dtype)) return `${over} does not hold every ${dtype}`
    // What an engine makes of a float beyond an integer's range is open, of an integer it is not.
    const isOpen = isFloat(over) && !isFloat(dtype) && isInteger(to) && !holdsAll(to, dtype)
    return !isOpen || `${over} to ${to} is open beyond the range, ${dtype} to ${to} is not`
  },
})

/** Bits that whole numbers may have to be exact in a float. */
const exactBits: Readonly<Partial<Record<DType, number>>> = { float16: 11, float32: 24, float64: 53 }

/** Whether every value of `small` is a value of `large`, with the same meaning. */
function holdsAll(large: DType, small: DType): boolean {
  if (large === small || kindOf(small) === 'bool') return true
  if (isComplex(large) || isComplex(small) || kindOf(large) === 'bool') return false
  if (isFloat(small)) return isFloat(large) && bitsOf(large) >= bitsOf(small)
  const needed = bitsOf(small) - (kindOf(small) === 'int' ? 1 : 0)
  if (isFloat(large)) return needed <= exactBits[large]!
  if (kindOf(large) === 'uint') return kindOf(small) === 'uint' && bitsOf(large) >= bitsOf(small)
  return bitsOf(large) - 1 >= needed
}
