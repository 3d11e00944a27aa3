import type { Graph } from '../ir/graph.ts'
import { commonSubexpressions } from './common-subexpressions.ts'
import { deadCode } from './dead-code.ts'
import { foldConstants } from './fold-constants.ts'
import { identities } from './identities.ts'
import { hasInner, inside } from './inside.ts'
import { knownBranch } from './known-branch.ts'
import type { Note, Pass } from './pass.ts'
import { pruneGraphs } from './prune-graphs.ts'
import { rewrite } from './rewrite.ts'
import { literalsIn } from './rule.ts'
import { rules } from './rules/index.ts'
import { sinkPermutations } from './sink-permutations.ts'

export interface CleanOptions {
  /** False keeps everything that depends on captured arrays in the graph. Default: true. */
  readonly arrayCaching?: boolean
  /** Whether random ops stay in the graph. Default: true. */
  readonly includeGenerators?: boolean
  /** Whether creation ops with fixed parameters are computed once. Default: true. */
  readonly includeCreation?: boolean
}

/** What one run of a pass did. */
export interface PassReport {
  readonly pass: string
  /** Nodes before and after. */
  readonly before: number
  readonly after: number
  readonly notes: readonly Note[]
}

export interface Cleaned {
  readonly graph: Graph
  /** The first run of every pass, and all later ones that changed something. */
  readonly report: readonly PassReport[]
}

/** A change makes room for others; the bound keeps passes that undo each other from running for ever. */
const mostRounds = 8

/** The graph without what no result needs, with everything computed once and in its simplest form. */
export function clean(graph: Graph, options: CleanOptions = {}): Cleaned {
  const { arrayCaching = true, includeGenerators = true, includeCreation = true } = options
  const folding = arrayCaching ? [foldConstants({ includeGenerators, includeCreation })] : []
  return runPasses(graph, [
    deadCode,
    pruneGraphs,
    commonSubexpressions,
    ...folding,
    knownBranch,
    identities,
    applyRules,
    sinkPermutations,
    deadCode,
  ])
}

const applyRules = rewrite(rules)

let asked: ReadonlySet<string> | undefined

/** The numbers that rules ask for, as text: in place of others they may change what a clean-up gives. */
export const ruleLiterals = (): ReadonlySet<string> => (asked ??= new Set(rules.flatMap(literalsIn)))

/** Runs passes in order, again and again until none of them changes anything. */
export function runPasses(graph: Graph, given: readonly Pass[]): Cleaned {
  const deep = given.map(inside)
  const report: PassReport[] = []
  let current = graph
  for (let round = 0; round < mostRounds; round++) {
    const start = current
    for (const [i, plain] of given.entries()) {
      const pass = hasInner(current) ? deep[i]! : plain
      const notes: Note[] = []
      const next = pass.run(current, (note) => notes.push(note))
      if (round === 0 || next !== current)
        report.push({ pass: pass.name, before: current.nodes.length, after: next.nodes.length, notes })
      current = next
    }
    if (current === start) break
  }
  return { graph: current, report }
}
