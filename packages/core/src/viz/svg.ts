import { fontSize, frameText, type SizedCard, stub, tagHeight } from './card-size.ts'
import type { Layout, PlacedCard, PlacedGroup, PlacedWire } from './layout.ts'
import { legendOf } from './legend.ts'
import { type Card, type Picture, showsNames } from './picture.ts'
import { xml } from './quoting.ts'
import type { Point } from './smooth.ts'
import { svgStyle } from './svg-style.ts'
import { symbols } from './symbols.ts'
import { textWidth } from './text-width.ts'

const margin = 24
const radius = 8

/** Coordinates to a tenth, so that pictures stay small and the same everywhere. */
const n = (x: number): string => String(Math.round(x * 10) / 10 + 0)
const p = ({ x, y }: Point): string => `${n(x)} ${n(y)}`

/** The picture as an SVG document for light and dark pages. */
export function svgOf(picture: Picture, { width, height, cards, wires, groups }: Layout): string {
  const legend = legendOf(picture, Math.max(width, 240))
  const fullWidth = Math.ceil(Math.max(width, legend.width) + 2 * margin)
  const fullHeight = Math.ceil(height + legend.height + 2 * margin)
  const left = (fullWidth - width) / 2
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="tendril" width="${fullWidth}" height="${fullHeight}" viewBox="0 0 ${fullWidth} ${fullHeight}" role="img">`,
    `<title>${xml(picture.title)}</title>`,
    `<style>${svgStyle}</style>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    `<g class="picture" transform="translate(${n(left)} ${margin})">`,
    ...groups.map(frame),
    ...cards.filter(({ sized }) => sized.card.highlighted).map((placed) => box(placed, 'halo', 4)),
    ...wires.map((placed) => wire(placed, showsNames(picture.labels))),
    ...groups.map(frameTitle),
    ...cards.map((placed) => cardGroup(placed)),
    '</g>',
    ...(legend.text === ''
      ? []
      : [
          `<g class="legend" transform="translate(${n((fullWidth - legend.width) / 2)} ${n(margin + height)})">`,
          legend.text,
          '</g>',
        ]),
    '</svg>',
    '',
  ].join('\n')
}

const frame = ({ group: { id, part }, left, top, width, height }: PlacedGroup): string =>
  `<rect class="frame" data-id="${id}" x="${n(left)}" y="${n(top)}" width="${n(width)}" height="${n(height)}" rx="12">${part === undefined ? '' : `<title>${xml(part.path)}</title>`}</rect>`

/** Above the wires, which cross its place. */
function frameTitle({ group, left, top, height }: PlacedGroup): string {
  const { title, kind } = frameText(group)
  const beside = kind === undefined ? '' : `<tspan class="kind" dx="7">${xml(kind)}</tspan>`
  const y = group.ends ? top + height - 9 : top + 18
  return `<text class="frame-title" data-id="${group.id}" x="${n(left + 14)}" y="${n(y)}">${xml(title)}${beside}</text>`
}

function wire({ wire: { from, to, unused, name }, curve, tip }: PlacedWire, named: boolean): string {
  const [start, ...rest] = curve
  const line = `M${p(start!)}C${rest.map(p).join(' ')}V${n(tip.y - 3)}`
  const head = `M${p(tip)}l-3.2 -7h6.4z`
  const label =
    named && name !== undefined ? `<text x="${n(tip.x + 6)}" y="${n(tip.y - 6)}">${xml(name)}</text>` : ''
  return `<g class="${unused ? 'wire unused' : 'wire'}" data-from="${from}" data-to="${to}"><path d="${line}"/><path class="head" d="${head}"/>${label}</g>`
}

function box({ sized: { card, boxWidth, boxHeight }, top }: PlacedCard, kind: string, grow = 0): string {
  const round = card.category === 'input' || card.category === 'output' ? boxHeight / 2 : radius
  const sides = `x="${n(top.x - boxWidth / 2 - grow)}" y="${n(top.y - grow)}" width="${n(boxWidth + 2 * grow)}" height="${n(boxHeight + 2 * grow)}"`
  return `<rect class="${kind}" ${sides} rx="${n(round + grow)}"/>`
}

function cardGroup({ sized, top }: PlacedCard): string {
  const { card } = sized
  const classes = ['card', card.category, card.unused && 'unused', card.highlighted && 'highlighted']
  return [
    `<g class="${classes.filter(Boolean).join(' ')}" data-id="${card.id}" transform="translate(${p(top)})">`,
    `<title>${xml(tooltip(card))}</title>`,
    box({ sized, top: { x: 0, y: 0 } }, 'box'),
    ...text(sized),
    ...rows(sized),
    ...tags(sized),
    '</g>',
  ].join('')
}

const tooltip = ({ title, about, outs, unused }: Card): string =>
  [
    about.line === undefined ? title : `${title}, ${about.line}`,
    ...(unused ? ['No result needs it.'] : []),
    ...(about.doc === undefined ? [] : [about.doc]),
    ...(about.value === undefined || about.value === title ? [] : [about.value]),
    ...outs.map(({ type }) => type),
  ].join('\n')

function text({ card, lines, hasSymbol }: SizedCard): readonly string[] {
  return lines.map(({ text: content, kind, y }) => {
    const shift = kind === 'title' && hasSymbol ? 9 : 0
    const label = `<text class="${kind}" x="${shift}" y="${n(y)}">${xml(content)}</text>`
    if (shift === 0) return label
    const left = -textWidth(content, fontSize.title, 'sans') / 2 - 9
    return `<g class="symbol" transform="translate(${n(left)} ${n(y - 10.5)})">${symbols[card.category]}</g>${label}`
  })
}

function rows({ boxWidth, ruleY, rows: list }: SizedCard): readonly string[] {
  if (ruleY === undefined) return []
  const side = boxWidth / 2
  return [
    `<path class="rule" d="M${n(-side)} ${n(ruleY)}H${n(side)}"/>`,
    ...list.map(
      ({ category, name, type, y }) =>
        `<g class="symbol" transform="translate(${n(10 - side)} ${n(y - 7.5)}) scale(.72)">${symbols[category]}</g>` +
        `<text class="row" x="${n(23 - side)}" y="${n(y)}">${xml(name)}</text>` +
        `<text class="row type" x="${n(side - 12)}" y="${n(y)}">${xml(type)}</text>`,
    ),
  ]
}

const tags = ({ boxHeight, tags: list }: SizedCard): readonly string[] =>
  list.map(({ text: content, x, width }) => {
    const y = boxHeight + stub
    return (
      `<g class="tag"><path d="M${n(x)} ${n(boxHeight)}v${stub}"/>` +
      `<rect x="${n(x - width / 2)}" y="${n(y)}" width="${n(width)}" height="${tagHeight}" rx="${tagHeight / 2}"/>` +
      `<text x="${n(x)}" y="${n(y + 12)}">${xml(content)}</text></g>`
    )
  })
