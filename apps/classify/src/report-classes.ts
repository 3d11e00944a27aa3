import type { Classified, ClassRun } from './classifier.ts'
import { bar } from './pictures.ts'
import {
  absentEntries,
  differenceEntry,
  duration,
  entry,
  page,
  passesText,
  percent,
  widthOf,
} from './report.ts'
import { type Cell, type Column, type Paint, painter, table, type Terminal } from './terminal.ts'

interface Classes {
  /** As the user named it. */
  readonly model: string
  readonly paths: readonly string[]
  readonly classified: Classified
}

const shown = 5
const barWidth = 24

/** What `--model` prints: the five likeliest classes of each image, and each engine's answer and time. */
export function reportClasses({ model, paths, classified }: Classes, terminal: Terminal): string {
  const paint = painter(terminal)
  const width = widthOf(terminal)
  const { labels, runs, absent, traceMs, explanation } = classified
  const images = paths.map((path, image) => {
    const title = `${path} is ${paint('bold', labelOf(labels, runs[0].predicted[image]))}`
    return [
      title,
      '',
      ...likeliest(runs[0].probabilities[image] ?? new Float32Array(), labels, terminal, paint),
    ]
  })
  const counted = paths.length === 1 ? 'the image' : `the ${paths.length} images`
  return page(
    [
      ...images,
      engineTable(runs, labels, paint),
      [
        ...entry('model', model, width, paint),
        ...entry(
          'time',
          `for ${counted} in one call: the first with its compilation, then again`,
          width,
          paint,
        ),
        ...differenceEntry(runs, width, paint),
        ...entry('graph', `${passesText(explanation)}; traced in ${duration(traceMs)}`, width, paint),
        ...absentEntries(absent, width, paint),
      ],
    ],
    terminal,
  )
}

const labelOf = (labels: readonly string[], id: number | undefined): string =>
  labels[id ?? -1] ?? `class ${id}`

/** A line for each of the likeliest classes: its probability, and its bar on a terminal. */
function likeliest(
  probabilities: Float32Array,
  labels: readonly string[],
  { interactive }: Terminal,
  paint: Paint,
): string[] {
  const order = [...probabilities.keys()].toSorted(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
  )
  return order.slice(0, shown).map((id, place) => {
    const probability = probabilities[id] ?? 0
    const value = percent(probability).padStart(7)
    const label = labelOf(labels, id)
    if (!interactive) return `${place + 1} ${value}  ${label}`
    const drawn = bar(probability, barWidth).padEnd(barWidth)
    return place === 0
      ? `${paint('green', drawn)} ${paint('bold', value)}  ${paint('bold', label)}`
      : `${paint('cyan', drawn)} ${paint('dim', value)}  ${label}`
  })
}

function engineTable(runs: Classified['runs'], labels: readonly string[], paint: Paint): string[] {
  const [first] = runs
  const images = first.predicted.length
  const seen: Column[] = [
    { title: 'sees', align: 'left' },
    { title: 'sure', align: 'right' },
  ]
  const agreeing: Column[] = runs.length === 1 ? [] : [{ title: `as ${first.name}`, align: 'left' }]
  const columns: Column[] = [
    { title: 'engine', align: 'left' },
    ...(images === 1 ? seen : agreeing),
    { title: 'first', align: 'right' },
    { title: 'again', align: 'right' },
  ]
  const answers = (run: ClassRun): Cell[] => {
    const agreed = run.predicted.filter((id, image) => id === first.predicted[image]).length
    const style = agreed === images ? 'green' : 'red'
    if (images > 1) return agreeing.map(() => ({ text: `${agreed} of ${images}`, style }))
    const [id = -1] = run.predicted
    return [{ text: labelOf(labels, id), style }, { text: percent(run.probabilities[0]?.[id] ?? NaN, 4) }]
  }
  const rows = runs.map((run): Cell[] => [
    { text: run.name, style: 'bold' },
    ...answers(run),
    { text: duration(run.firstMs) },
    { text: duration(run.againMs), style: 'cyan' },
  ])
  return table(columns, rows, paint)
}
