import { type Dim, isPoly } from '../types/dim.ts'
import { parseDim } from '../types/dim-text.ts'
import type { Scanner } from './scanner.ts'

const signs = /[\p{L}\p{N}_$*+\-/()]+/uy
/** What reads as a name and is a number, or a word. */
const other = /^(?:-?Infinity|NaN|true|false|null|undefined)$|(?:^|[+-])(?:\d[\d.e+-]*|Infinity|NaN)i$/

/** A size that is no number, such as `2*n+1`, if one comes next. */
export function takeSize(scanner: Scanner): Dim | undefined {
  const text = balanced(scanner.peek(signs) ?? '')
  if (!/[\p{L}_$]/u.test(text) || other.test(text)) return undefined
  try {
    const size = parseDim(text)
    return isPoly(size) && scanner.takes(text) ? size : undefined
  } catch {
    // It may be a number such as 5n or 1e5; what is neither fails there.
    return undefined
  }
}

/** The text up to a bracket that closes more than it opens. */
function balanced(text: string): string {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth < 0) return text.slice(0, at)
  }
  return text
}
