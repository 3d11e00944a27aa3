import type { Readers } from './engines.ts'
import { absentEntries, creditLines, entry, page, percent, widthOf } from './report.ts'
import { type Cell, type Column, painter, table, type Terminal } from './terminal.ts'

interface Accuracy {
  readonly scores: readonly { readonly name: string; readonly right: number; readonly of: number }[]
  readonly opened: Readers
  readonly leastAccuracy: number
}

/** What `--accuracy` prints: for each engine how many of the held-out images it reads right. */
export function reportAccuracy({ scores, opened, leastAccuracy }: Accuracy, terminal: Terminal): string {
  const paint = painter(terminal)
  const width = widthOf(terminal)
  const columns: Column[] = [
    { title: 'engine', align: 'left' },
    { title: 'right', align: 'right' },
    { title: 'accuracy', align: 'right' },
  ]
  const rows = scores.map(({ name, right, of }): Cell[] => [
    { text: name, style: 'bold' },
    { text: `${right} of ${of}` },
    { text: percent(right / of, 2), style: right >= leastAccuracy * of ? 'green' : 'red' },
  ])
  const asked = `at least ${percent(leastAccuracy, 0)} of the held-out images, which the model was not trained on`
  return page(
    [
      table(columns, rows, paint),
      [...entry('asked', asked, width, paint), ...absentEntries(opened.absent, width, paint)],
      creditLines(width, paint),
    ],
    terminal,
  )
}
