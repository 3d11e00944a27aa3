import { printDim } from '../types/dim.ts'
import { printType } from '../types/tensor-type.ts'
import type { GraphCall } from '../trace/graph-call.ts'

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
  readonly signatures: readonly SignatureReport[]
  toString(): string
}

/** What a graph did so far and why, as data that prints as text. */
export function explainGraph({ store, engine, policy, copies, hits }: GraphCall): Explanation {
  const signatures = store.traces.toReversed().map((trace) => ({
    arguments: trace.raw.inputs.map(({ type }) => printType(type)),
    observed: trace.observed.map(({ left, right }) => `${printDim(left)} = ${printDim(right)}`),
    specializations: store.specializations(trace).map(({ assumptions, passes }) => ({
      assumes: assumptions.map(
        ({ left, right, equal }) => `${printDim(left)} ${equal ? '=' : '!='} ${printDim(right)}`,
      ),
      passes,
    })),
    sizes: store.variants(trace).length,
    narrowed: (store.variants(trace)[0]?.programs.get(`${engine.key} ${policy}`)?.changes ?? []).map(
      ({ place, of, from, to, wrapped }) =>
        `${place} ${of}: ${from} -> ${to}${wrapped > 0 ? `, ${wrapped} elements wrap` : ''}`,
    ),
  }))
  const data = { backend: engine.key, runs: store.runs, hits, programs: engine.built, copies, signatures }
  return { ...data, toString: () => print(data) }
}

function print({ backend, runs, hits, programs, copies, signatures }: Omit<Explanation, 'toString'>): string {
  const lines = [
    `${backend}: the function ran ${runs} x, the graph answered ${hits} calls; ${programs} programs loaded, ${copies} arrays copied at the border`,
  ]
  signatures.forEach((signature, i) => {
    lines.push(
      `signature ${i}: ${signature.arguments.join(', ') || 'no arrays'}; ${signature.sizes} different sizes`,
    )
    if (signature.observed.length > 0) lines.push(`  the function read ${signature.observed.join(', ')}`)
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
