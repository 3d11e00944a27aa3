import { printAssumption } from '../types/dim.ts'
import { printLine } from '../source.ts'
import { printType } from '../types/tensor-type.ts'
import { CompanionProgram } from '../runtime/companion.ts'
import type { Engine } from '../runtime/engine.ts'
import type { Runnable } from '../runtime/program.ts'
import type { GraphCall } from '../trace/graph-call.ts'
import { piecesOf, type Read } from '../trace/piece.ts'

/** What is known of one signature. */
export interface SignatureReport {
  readonly arguments: readonly string[]
  /** Sizes that the function read; others trace it again. */
  readonly observed: readonly string[]
  /** How often the graph was cleaned for other assumptions. */
  readonly specializations: readonly {
    readonly assumes: readonly string[]
    readonly passes: readonly { readonly pass: string; readonly before: number; readonly after: number }[]
  }[]
  /** Number of different sizes that were met. */
  readonly sizes: number
  /** Values that the function went on by: where, how many different ones, and how often one was new. */
  readonly reads: readonly {
    readonly at: string | undefined
    readonly values: number
    readonly hits: number
    readonly misses: number
  }[]
  /** Straight parts from one read to the next. */
  readonly pieces: number
  /** Why the function runs at each call, if it does. */
  readonly reruns: string | undefined
  /** Which engine runs it, and why, where it is not the graph's own: it is small. */
  readonly runsOn: string | undefined
  /** Dtypes replaced by nearer ones, as `dtypePolicy: 'nearest'` asks. */
  readonly narrowed: readonly string[]
}

export interface Explanation {
  readonly backend: string
  /** Runs of the original function. */
  readonly runs: number
  /** Calls that the graph answered without it. */
  readonly hits: number
  /** Programs that the engine loaded so far, for all graphs. */
  readonly programs: number
  /** Arrays of other engines that were copied at the border. */
  readonly copies: number
  /** How often the function ran beside the graph, as `audit` asks, and how often it did something else. */
  readonly audits: number
  readonly differences: number
  readonly signatures: readonly SignatureReport[]
  toString(): string
}

/** What a graph did so far and why, as data that prints as text. */
export function explainGraph({ store, engine, policy, copies, hits, audit }: GraphCall): Explanation {
  const signatures = store.traces.toReversed().map((trace) => ({
    arguments: trace.raw.inputs.map(({ type }) => printType(type)),
    observed: trace.observed.map(printAssumption),
    specializations: store.specializations(trace).map(({ assumptions, passes }) => ({
      assumes: assumptions.map(printAssumption),
      passes,
    })),
    sizes: store.variants(trace).length,
    reads: piecesOf(trace).flatMap(({ read }) => (read === undefined ? [] : [readReport(read)])),
    pieces: piecesOf(trace).length,
    reruns: store.reruns.reason(trace.key),
    runsOn: runsOn(engine, store.variants(trace)[0]?.programs.get(`${engine.key} ${policy}`)?.program),
    narrowed: (store.variants(trace)[0]?.programs.get(`${engine.key} ${policy}`)?.changes ?? []).map(
      ({ place, of, from, to, wrapped }) =>
        `${place} ${of}: ${from} -> ${to}${wrapped > 0 ? `, ${wrapped} elements wrap` : ''}`,
    ),
  }))
  const { runs: audits, differences } = audit ?? { runs: 0, differences: 0 }
  const counts = { runs: store.runs, hits, programs: engine.built, copies, audits, differences }
  const data = { backend: engine.key, ...counts, signatures }
  return { ...data, toString: () => print(data) }
}

function runsOn({ companion }: Engine, program: Runnable | undefined): string | undefined {
  if (!(program instanceof CompanionProgram)) return undefined
  return `${companion!.engine.key}, as its work is ${Math.ceil(program.work)}, of at most ${companion!.rules.mostWork}`
}

const readReport = ({ line, edges, hits, misses }: Read): SignatureReport['reads'][number] => ({
  at: line?.line && printLine(line.line),
  values: edges.size,
  hits,
  misses,
})

/** The turns of a loop read at one place, which is one line. */
function printReads(reads: SignatureReport['reads']): readonly string[] {
  return [...new Set(reads.map(({ at }) => at))].map((at) => {
    const there = reads.filter((read) => read.at === at)
    const [values, hits, misses] = (['values', 'hits', 'misses'] as const).map((name) =>
      there.reduce((sum, read) => sum + read[name], 0),
    )
    const turns = there.length > 1 ? ` in ${there.length} turns` : ''
    return `  read${at ? ` at ${at}` : ''}${turns}: ${values} values, new in ${misses} of ${hits! + misses!} calls`
  })
}

const mostLines = 16

function print(data: Omit<Explanation, 'toString'>): string {
  const { backend, runs, hits, programs, copies, audits, differences, signatures } = data
  const lines = [
    `${backend}: the function ran ${runs} x, the graph answered ${hits} calls; ${programs} programs loaded, ${copies} arrays copied at the border`,
  ]
  if (audits > 0)
    lines.push(
      `audited ${audits} x: ${differences === 0 ? 'no difference' : `${differences} x the function did something else`}`,
    )
  signatures.forEach((signature, i) => {
    lines.push(
      `signature ${i}: ${signature.arguments.join(', ') || 'no arrays'}; ${signature.sizes} different sizes`,
    )
    if (signature.observed.length > 0) lines.push(`  it holds for ${signature.observed.join(', ')}`)
    if (signature.reruns !== undefined) lines.push(`  ${signature.reruns}`)
    else if (signature.pieces > 1) lines.push(`  ${signature.pieces} pieces`)
    const reads = printReads(signature.reads)
    lines.push(...reads.slice(0, mostLines))
    if (reads.length > mostLines) lines.push(`  and ${reads.length - mostLines} more reads`)
    if (signature.runsOn !== undefined) lines.push(`  it runs on ${signature.runsOn}`)
    if (signature.narrowed.length > 0) lines.push(`  dtypes narrowed: ${signature.narrowed.join(', ')}`)
    for (const { assumes, passes } of signature.specializations) {
      const texts = passes.map(({ pass, before, after }) => `${pass} ${before} -> ${after}`)
      const assumed = assumes.length > 0 ? [`assumes ${assumes.join(', ')}`] : []
      const line = [texts.join(', '), ...assumed].filter((text) => text !== '').join('; ')
      if (line !== '') lines.push(`  ${line}`)
    }
  })
  return lines.join('\n')
}
