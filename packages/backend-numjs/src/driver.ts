import type { Executable, Lifted, Run, Scalar } from '@tendril/core/adapter'
import type { Elements } from './dtypes.ts'
import { type Helpers, helpersFor } from './helpers.ts'
import type { Artifact } from './program.ts'

type Bind = (
  sizes: readonly number[],
  literals: readonly Scalar[],
  constants: readonly Elements[],
  helpers: Helpers,
  ops: Readonly<Record<string, unknown>>,
) => Run<Elements>

/** Compiles a program's text; it is bound to sizes, numbers and constants later. */
function compiled({ text, ops }: Artifact): (lifted: Lifted<Elements>) => Run<Elements> {
  const bind = new Function('S', 'L', 'C', 'K', 'ops', text) as Bind
  const helpers = helpersFor(text)
  const table = Object.fromEntries(ops)
  return ({ sizes, literals, constants }) => bind(sizes, literals, constants, helpers, table)
}

export const load = (artifact: Artifact): Executable<Elements> => ({ bind: compiled(artifact) })

/** A program as a plain function of typed arrays. */
export function compile(
  artifact: Artifact,
  lifted: Lifted<Elements>,
): (...arrays: Elements[]) => readonly Elements[] {
  const run = compiled(artifact)(lifted)
  return (...arrays) => run(arrays)
}
