import { TraceError } from '@tendril/core/fn'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Kernel } from './kernel.ts'
import { isHeld } from './kernel-run.ts'
import { reasons } from './kernels/reasons.ts'
import type { userLine } from './user-line.ts'

/** A kernel that has no counterpart in ops. */
interface Gap {
  readonly kernel: string
  readonly because: string
  readonly at: ReturnType<typeof userLine>
}

/** Why a kernel has no counterpart here, if it has none; `isDraw` says that tfjs drew its seed. */
export function reasonOf(
  name: string,
  kernel: Kernel | undefined,
  given: readonly (Tensor | undefined)[],
  isDraw: boolean,
): string | undefined {
  if (kernel === undefined) return reasons[name] ?? 'no op is known for it'
  if (kernel.seed !== undefined && !isDraw) return 'it draws by a seed of its own, which no op does'
  const strange = given.find((one) => one !== undefined && !isHeld(one))
  return strange && `it takes a tensor of dtype ${strange.dtype}, which graphs do not hold`
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
