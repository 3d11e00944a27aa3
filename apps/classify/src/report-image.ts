import type { Readers } from './engines.ts'
import { bar, largePicture } from './pictures.ts'
import { type EngineRun, likeliest } from './reading.ts'
import { absentEntries, creditLines, differenceEntry, duration, page, percent, widthOf } from './report.ts'
import { type Cell, type Column, type Paint, painter, table, type Terminal } from './terminal.ts'

interface OneImage {
  readonly path: string
  readonly pixels: Float32Array
  readonly runs: readonly EngineRun[]
  readonly opened: Readers
}

const barWidth = 30

/** What `--image` prints: the digit as the model sees it, its ten probabilities, and each engine's answer. */
export function reportImage({ path, pixels, runs, opened }: OneImage, terminal: Terminal): string {
  const paint = painter(terminal)
  const width = widthOf(terminal)
  const [first] = runs
  if (first === undefined) return ''
  const ofDigits = first.probabilities[0] ?? new Float32Array()
  const digit = likeliest(ofDigits)
  const sure = percent(ofDigits[digit] ?? 0)
  return page(
    [
      [`${path} reads as ${paint('bold', String(digit))}, ${sure} sure`],
      terminal.interactive ? beside(largePicture(pixels), bars(ofDigits, paint)) : plainly(ofDigits),
      engineTable(runs, paint),
      [...differenceEntry(runs, width, paint), ...absentEntries(opened.absent, width, paint)],
      creditLines(width, paint),
    ],
    terminal,
  )
}

/** A line for each digit: its bar and its probability; the likeliest stands out. */
function bars(ofDigits: Float32Array, paint: Paint): string[] {
  const read = likeliest(ofDigits)
  return Array.from(ofDigits, (probability, digit) => {
    const drawn = bar(probability, barWidth).padEnd(barWidth)
    const value = percent(probability).padStart(7)
    return digit === read
      ? `${paint('bold', String(digit))}  ${paint('green', drawn)} ${paint('bold', value)}`
      : `${digit}  ${paint('cyan', drawn)} ${paint('dim', value)}`
  })
}

const plainly = (ofDigits: Float32Array): string[] =>
  Array.from(ofDigits, (probability, digit) => `${digit} ${percent(probability).padStart(7)}`)

/** A picture in the middle of the lines to its right. */
function beside(picture: readonly string[], lines: readonly string[]): string[] {
  const above = (lines.length - picture.length) >> 1
  const empty = ' '.repeat(picture[0]?.length ?? 0)
  return lines.map((line, at) => `${picture[at - above] ?? empty}    ${line}`)
}

function engineTable(runs: readonly EngineRun[], paint: Paint): string[] {
  const columns: Column[] = [
    { title: 'engine', align: 'left' },
    { title: 'reads', align: 'right' },
    { title: 'sure', align: 'right' },
    { title: 'time', align: 'right' },
  ]
  const rows = runs.map(({ name, probabilities, singleMs }): Cell[] => {
    const ofDigits = probabilities[0] ?? new Float32Array()
    const read = likeliest(ofDigits)
    return [
      { text: name, style: 'bold' },
      { text: String(read) },
      { text: percent(ofDigits[read] ?? 0, 4) },
      { text: duration(singleMs), style: 'cyan' },
    ]
  })
  return table(columns, rows, paint)
}
