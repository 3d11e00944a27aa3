import type { Readers } from './engines.ts'
import { smallPicture, smallWidth } from './pictures.ts'
import { type EngineRun, likeliest } from './reading.ts'
import {
  absentEntries,
  creditLines,
  differenceEntry,
  duration,
  entry,
  page,
  passesText,
  widthOf,
} from './report.ts'
import type { Sample } from './samples.ts'
import type { Written } from './written.ts'
import { type Cell, type Column, type Paint, painter, table, type Terminal } from './terminal.ts'

interface Examples {
  readonly samples: readonly Sample[]
  readonly runs: readonly EngineRun[]
  readonly opened: Readers
  readonly written: Written
}

/** What `npm start` prints: the images, what each engine reads and how fast, the graph, and what was written. */
export function reportExamples({ samples, runs, opened, written }: Examples, terminal: Terminal): string {
  const paint = painter(terminal)
  const width = widthOf(terminal)
  const { name, graph } = opened.readers[0]
  const title = `${paint('bold', 'Tendril')}: one function, traced on ${name}, run by ${countOf(runs.length)}`
  return page(
    [
      [title],
      terminal.interactive ? pictures(samples, width) : [],
      engineTable(samples, runs, paint),
      [
        ...mistakes(samples, runs, width, paint),
        ...entry(
          'time',
          'for one image: the median of repeated calls, each with its result read back',
          width,
          paint,
        ),
        ...differenceEntry(runs, width, paint),
        ...entry('graph', passesText(graph.explain()), width, paint),
        ...absentEntries(opened.absent, width, paint),
        ...entry('written', writtenText(written), width, paint),
      ],
      [...creditLines(width, paint), paint('dim', 'More: npm start -- --help')],
    ],
    terminal,
  )
}

const countOf = (engines: number): string => (engines === 1 ? 'one engine' : `${engines} engines`)

/** The images beside each other, in as many lines as the width asks for. */
function pictures(samples: readonly Sample[], width: number): string[] {
  const gap = 1
  const fitting = Math.floor((width + gap) / (smallWidth + gap))
  const perLine = samples.length <= fitting ? samples.length : Math.ceil(samples.length / 2)
  const lines: string[] = []
  for (let from = 0; from < samples.length; from += perLine) {
    const drawn = samples.slice(from, from + perLine).map(({ pixels }) => smallPicture(pixels))
    if (from > 0) lines.push('')
    drawn[0]?.forEach((_, row) =>
      lines.push(
        drawn
          .map((picture) => picture[row])
          .join(' '.repeat(gap))
          .trimEnd(),
      ),
    )
  }
  return lines
}

function engineTable(samples: readonly Sample[], runs: readonly EngineRun[], paint: Paint): string[] {
  const columns: Column[] = [
    { title: 'engine', align: 'left' },
    ...samples.map(({ label }): Column => ({ title: String(label), align: 'left' })),
    { title: 'right', align: 'right' },
    { title: `batch of ${samples.length}`, align: 'right' },
    { title: 'alone', align: 'right' },
  ]
  const rows = runs.map((run): Cell[] => {
    const read = run.probabilities.map(likeliest)
    const right = read.filter((digit, at) => digit === samples[at]?.label).length
    return [
      { text: run.name, style: 'bold' },
      ...read.map((digit, at): Cell => ({
        text: String(digit),
        style: digit === samples[at]?.label ? 'green' : 'red',
      })),
      { text: `${right} of ${samples.length}` },
      { text: duration(run.batchMs / samples.length), style: 'cyan' },
      { text: duration(run.singleMs), style: 'cyan' },
    ]
  })
  return table(columns, rows, paint)
}

function writtenText({ folder, text, programs }: Written): string {
  const each = programs.length === 1 ? 'its program' : 'its programs'
  return `into ${folder}: ${text}, the graph, and ${each} ${programs.join(', ')}`
}

/** Every image that an engine reads as another digit. */
function mistakes(
  samples: readonly Sample[],
  runs: readonly EngineRun[],
  width: number,
  paint: Paint,
): string[] {
  return runs.flatMap((run) =>
    run.probabilities.flatMap((ofDigits, at) => {
      const [read, sample] = [likeliest(ofDigits), samples[at]]
      if (sample === undefined || read === sample.label) return []
      return entry('mistake', `${run.name} reads ${sample.name} as ${read}`, width, paint)
    }),
  )
}
