import { TraceError } from '@tendril/core/fn'
import type { userLine } from './user-line.ts'

/** A kernel that has no counterpart in ops. */
interface Gap {
  readonly kernel: string
  readonly because: string
  readonly at: ReturnType<typeof userLine>
}

/** The error that lists all of them. */
export function gapError(gaps: readonly Gap[]): TraceError {
  const lines = gaps.map(({ kernel, because, at: { line } }) => {
    const place = line === undefined ? '' : ` (${line.file.split(/[\\/]/).at(-1)}:${line.line})`
    return `\n  ${kernel}: ${because}${place}`
  })
  return new TraceError({
    because: `${gaps.length} of the kernels that tfjs ran have no counterpart in ops:${lines.join('')}`,
    instead: 'Write these steps in other functions, or call them outside of the traced function',
  })
}

export type { Gap }
