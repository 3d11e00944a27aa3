import { type Card, type Group, kindBeside, type Labels, showsNames, showsTypes } from './picture.ts'
import { clipped, textWidth, wrapped } from './text-width.ts'

/** Sizes of type, in points. */
export const fontSize = { title: 13, small: 9.5, group: 10.5, name: 8.5, legend: 10 } as const

const line = { title: 17, small: 13.5 } as const
const padding = { x: 14, y: 9 } as const
/** The wire between a card and the type of what leaves it. */
export const stub = 9
export const tagHeight = 17
const tagPadding = 7
const tagGap = 8
const symbolWidth = 19
const mostTitle = 40
const mostDetail = 34
const mostDetailLines = 3
const mostRows = 12

export interface TextLine {
  readonly text: string
  readonly kind: 'part' | 'title' | 'spelling' | 'detail' | 'more'
  /** Height of its baseline in the card. */
  readonly y: number
}
export interface RowLine {
  readonly category: 'input' | 'constant' | 'variable'
  readonly name: string
  readonly type: string
  readonly y: number
}
export interface Tag {
  readonly text: string
  readonly x: number
  readonly width: number
}

/** A card with its inner measures; `x` counts from the middle, `y` from the top. */
export interface SizedCard {
  readonly card: Card
  /** Of the box itself. */
  readonly boxWidth: number
  readonly boxHeight: number
  /** With the tags below it. */
  readonly width: number
  readonly height: number
  readonly lines: readonly TextLine[]
  readonly rows: readonly RowLine[]
  /** Height of the line above the rows. */
  readonly ruleY: number | undefined
  readonly tags: readonly Tag[]
  readonly hasSymbol: boolean
}

const even = (x: number): number => 2 * Math.ceil(x / 2)

/** Cards whose category is told by a symbol, too. */
export const withSymbol: ReadonlySet<string> = new Set(['random', 'state', 'variable', 'constant'])
const isRound = ({ category }: Card): boolean => category === 'input' || category === 'output'

/** What stands on a frame. */
export function frameText(group: Group): { readonly title: string; readonly kind: string | undefined } {
  const kind = kindBeside(group)
  return { title: clipped(group.title, mostTitle), kind: kind && clipped(kind, mostDetail) }
}

/** Titles that are values or places stay short. */
const titleOf = ({ title }: Card): string => clipped(title, mostTitle)

/** Lays the text of a card out. */
export function sizeCard(card: Card, labels: Labels): SizedCard {
  const lines: TextLine[] = []
  let y = padding.y
  let widest = 0
  const put = (text: string, kind: TextLine['kind']): void => {
    const isTitle = kind === 'title'
    y += isTitle ? line.title : line.small
    lines.push({ text, kind, y: y - 4 })
    const symbol = isTitle && withSymbol.has(card.category) ? symbolWidth : 0
    widest = Math.max(
      widest,
      textWidth(text, isTitle ? fontSize.title : fontSize.small, isTitle ? 'sans' : 'mono') + symbol,
    )
  }
  if (card.part !== undefined) put(clipped(card.part, mostDetail), 'part')
  put(titleOf(card), 'title')
  if (card.spelling !== undefined) put(clipped(card.spelling, mostDetail), 'spelling')
  for (const text of wrapped(card.details, mostDetail, mostDetailLines)) put(text, 'detail')
  const ruleY = card.rows.length > 0 ? (y += 5) : undefined
  if (ruleY !== undefined) y += 3
  const rows: RowLine[] = []
  for (const { category, name, type } of card.rows.slice(0, mostRows)) {
    y += line.small
    const short = clipped(name, 28)
    rows.push({ category, name: short, type, y: y - 3 })
    widest = Math.max(widest, textWidth(`${short}   ${type}`, fontSize.small, 'mono') + 14)
  }
  if (card.rows.length > mostRows) put(`${card.rows.length - mostRows} more`, 'more')
  const tags = showsTypes(labels) ? tagsOf(card) : []
  const reach = tags.length > 1 ? 2 * tags.at(-1)!.x + 40 : 0
  const names = showsNames(labels) ? card.ins.map((name = '') => textWidth(name, fontSize.name, 'sans')) : []
  const eachName = Math.max(0, ...names) + 14
  const boxWidth = even(
    Math.max(isRound(card) ? 48 : 64, widest + 2 * padding.x, card.ins.length * eachName, reach),
  )
  const boxHeight = even(y + padding.y)
  const tagsWidth =
    tags.length === 0 ? 0 : tags.at(-1)!.x + tags.at(-1)!.width / 2 - (tags[0]!.x - tags[0]!.width / 2)
  return {
    card,
    boxWidth,
    boxHeight,
    width: even(Math.max(boxWidth, tagsWidth)),
    height: even(boxHeight + (tags.length > 0 ? stub + tagHeight : 0)),
    lines,
    rows,
    ruleY,
    tags,
    hasSymbol: withSymbol.has(card.category),
  }
}

/** The types below a card, side by side around its middle. */
function tagsOf({ outs }: Card): readonly Tag[] {
  const texts = outs.map(({ name, type }) => (name === undefined ? type : `${name} ${type}`))
  const widths = texts.map((text) => even(textWidth(text, fontSize.small, 'mono') + 2 * tagPadding))
  const all = widths.reduce((sum, width) => sum + width + tagGap, -tagGap)
  let at = -all / 2
  return texts.map((text, i) => {
    const x = at + widths[i]! / 2
    at += widths[i]! + tagGap
    return { text, x, width: widths[i]! }
  })
}
