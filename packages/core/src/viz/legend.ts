import { fontSize } from './card-size.ts'
import type { Category, Picture } from './picture.ts'
import { textWidth } from './text-width.ts'

const explained: readonly Category[] = [
  'creation',
  'random',
  'elementwise',
  'reduction',
  'contraction',
  'movement',
  'composite',
  'constant',
  'variable',
  'state',
]
const above = 26
const lineHeight = 18
const gap = 16
const swatch = 15
/** Below this many colours a picture explains itself. */
const fewest = 3

interface Legend {
  readonly text: string
  readonly width: number
  readonly height: number
}

/** What the colours of a picture mean. */
export function legendOf({ cards }: Picture, most: number): Legend {
  const met = new Set(
    cards
      .filter(({ unused }) => !unused)
      .flatMap(({ category, rows }) => [category, ...rows.map((row) => row.category)]),
  )
  const shown = explained.filter((category) => met.has(category))
  if (shown.length < fewest) return { text: '', width: 0, height: 0 }
  const lines: { readonly category: Category; readonly x: number }[][] = [[]]
  let [x, width] = [0, 0]
  for (const category of shown) {
    const wide = swatch + textWidth(category, fontSize.legend, 'sans')
    if (x > 0 && x + wide > most) {
      lines.push([])
      x = 0
    }
    lines.at(-1)!.push({ category, x })
    x += wide + gap
    width = Math.max(width, x - gap)
  }
  const text = lines.flatMap((line, i) =>
    line.map(
      ({ category, x: at }) =>
        `<g class="${category}" transform="translate(${Math.round(at)} ${above + i * lineHeight})"><rect class="box" width="10" height="10" rx="3"/><text x="${swatch}" y="9">${category}</text></g>`,
    ),
  )
  return { text: text.join('\n'), width, height: above + lines.length * lineHeight }
}
