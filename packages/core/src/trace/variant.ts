import type { ConstantArray, Graph } from '../ir/graph.ts'
import { narrow, type Narrowing } from '../ir/narrow.ts'
import { concretize } from '../ir/specialize.ts'
import { foldKnown } from '../passes/fold-known.ts'
import { foldNormalization } from '../passes/fold-normalization.ts'
import type { PassReport } from '../passes/pipeline.ts'
import type { Engine } from '../runtime/engine.ts'
import { untracked } from '../runtime/memory.ts'
import { nearestDTypes } from '../runtime/nearest.ts'
import { runnable } from '../runtime/counted-program.ts'
import type { Runnable } from '../runtime/program.ts'
import type { Assumption } from '../types/dim.ts'
import { baked } from './baking.ts'
import type { TraceOptions } from './options.ts'
import type { Trace } from './trace.ts'

/** A trace cleaned up for sizes that meet some assumptions. */
export interface Specialization {
  readonly graph: Graph
  readonly assumptions: readonly Assumption[]
  readonly passes: readonly PassReport[]
}

/** A specialization with numbers for its sizes, and its program on each engine. */
export interface Variant {
  readonly trace: Trace
  readonly specialization: Specialization
  readonly sizes: ReadonlyMap<string, number>
  /** By engine and dtype policy. */
  readonly programs: Map<string, { readonly program: Runnable; readonly changes: readonly Narrowing[] }>
}

/** How dtypes that an engine lacks are treated: refused, or replaced by the nearest that it holds. */
export type DTypePolicy = 'strict' | 'nearest'

export const programsKey = (engine: Engine, policy: DTypePolicy): string => `${engine.key} ${policy}`

/** The program of a variant on an engine. */
export function programOf(
  variant: Variant,
  engine: Engine,
  policy: DTypePolicy,
  options: TraceOptions,
): Runnable {
  const key = programsKey(engine, policy)
  const known = variant.programs.get(key)
  if (known !== undefined) return known.program
  const made = build(variant.specialization.graph, variant, engine, policy, options)
  variant.programs.set(key, made)
  return made.program
}

/** A program of a variant in which its slots are constants. */
export const bakedProgramOf = (
  variant: Variant,
  held: readonly ConstantArray[],
  engine: Engine,
  policy: DTypePolicy,
  options: TraceOptions,
): Runnable => build(baked(variant.specialization.graph, held), variant, engine, policy, options).program

function build(
  open: Graph,
  { sizes }: Variant,
  engine: Engine,
  policy: DTypePolicy,
  options: TraceOptions,
): { readonly program: Runnable; readonly changes: readonly Narrowing[] } {
  const graph = concretize(open, sizes)
  const narrowed = policy === 'strict' ? { graph, changes: [] } : narrow(graph, nearestDTypes(engine.dtypes))
  // The reference has nothing to prepare: it computes every op by its own meaning, as the oracle of the others.
  const prepares = engine.target.lowerings.size > 0
  const fold = prepares && options.arrayCaching !== false ? foldKnown : undefined
  const prepared = (part: Graph): Graph => (fold ? foldNormalization(fold(part)) : part)
  const program = untracked(() => runnable(engine, narrowed.graph, { fold, prepared }))
  return { program, changes: narrowed.changes }
}
