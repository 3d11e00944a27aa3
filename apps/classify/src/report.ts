import type { Graph } from '@tendril/core'
import type { Absent } from './engines.ts'
import { type EngineRun, largestDifference } from './reading.ts'
import { credit } from './samples.ts'
import { type Paint, type Terminal, wrap } from './terminal.ts'

const widest = 100
const margin = 2
const labelWidth = 10

/** Width that text may take; in a pipe lines are as long as they are. */
export const widthOf = ({ columns, interactive }: Terminal): number =>
  interactive ? Math.min(columns, widest) - margin : Infinity

/** The parts of a report under each other, with a margin on a terminal. */
export function page(parts: readonly (readonly string[])[], { interactive }: Terminal): string {
  const space = interactive ? ' '.repeat(margin) : ''
  const lines = parts
    .filter((part) => part.length > 0)
    .flatMap((part, at) => (at === 0 ? part : ['', ...part]))
  const framed = interactive ? ['', ...lines, ''] : lines
  return framed.map((line) => (line === '' ? '\n' : `${space}${line}\n`)).join('')
}

/** A label and text beside it; further lines are indented alike. */
export function entry(label: string, text: string, width: number, paint: Paint): string[] {
  return wrap(text, width - labelWidth).map(
    (line, at) => paint('dim', (at === 0 ? label : '').padEnd(labelWidth)) + line,
  )
}

/** The engines that are not available, and why. */
export function absentEntries(absent: readonly Absent[], width: number, paint: Paint): string[] {
  return absent.flatMap(({ name, why }, at) =>
    entry(at === 0 ? 'not here' : '', `${name}: ${why}`, width, paint),
  )
}

/** The two engines that differ most; nothing for a single one. */
export function differenceEntry(
  runs: readonly Pick<EngineRun, 'name' | 'probabilities'>[],
  width: number,
  paint: Paint,
): string[] {
  const pairs = runs.flatMap((a, at) =>
    runs.slice(at + 1).map((b) => ({
      names: `${a.name} and ${b.name}`,
      most: largestDifference(a.probabilities, b.probabilities),
    })),
  )
  // NaN is the worst of all, and no order knows it.
  const worst = pairs.find(({ most }) => Number.isNaN(most)) ?? pairs.toSorted((a, b) => b.most - a.most)[0]
  if (worst === undefined) return []
  const text =
    worst.most === 0
      ? 'not at all: every engine gives the same bits'
      : `by ${worst.most.toExponential(1)} in a probability at most, ${worst.names}`
  return entry('differ', text, width, paint)
}

export const percent = (share: number, decimals = 1): string => `${(100 * share).toFixed(decimals)} %`

/** A time in the unit that leaves it three digits or fewer before the point. */
export function duration(ms: number): string {
  if (ms < 1) return `${(1000 * ms).toFixed(0)} µs`
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** How many nodes the passes left, and which of them did so. */
export function passesText({ signatures }: ReturnType<Graph<() => unknown>['explain']>): string {
  const passes = signatures[0]?.specializations[0]?.passes ?? []
  const [before, after] = [passes[0]?.before, passes.at(-1)?.after]
  const working = passes.filter((pass) => pass.after < pass.before)
  const each = working.map((pass) => `${pass.pass} ${pass.before} to ${pass.after}`).join(', ')
  return `${before} nodes as traced, ${after} after the passes${each === '' ? '' : `: ${each}`}`
}

/** Whose data the model was trained on. */
export const creditLines = (width: number, paint: Paint): string[] =>
  wrap(credit, width).map((line) => paint('dim', line))
