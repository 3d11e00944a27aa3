import { cardText, groupText, wireText } from './dot.ts'
import { light, type Tones } from './palette.ts'
import type { Card, Picture } from './picture.ts'
import { mermaidString } from './quoting.ts'

/** Brackets around a label give the shape. */
const shapeOf = ({ category }: Card): readonly [open: string, close: string] =>
  category === 'input' || category === 'output'
    ? ['([', '])']
    : category === 'variable' || category === 'state'
      ? ['[(', ')]']
      : ['(', ')']

/** The picture as a block of Mermaid in Markdown, which code hosts draw. */
export function mermaidOf({ cards, wires, groups, labels }: Picture): string {
  const inside = (parent: string | undefined, indent: string): readonly string[] => [
    ...cards
      .filter(({ group }) => group === parent)
      .map((card) => {
        const [open, close] = shapeOf(card)
        const kind = card.unused ? 'unused' : card.category
        return `${indent}${card.id}${open}${mermaidString(cardText(card).join('\n'))}${close}:::${kind}`
      }),
    ...groups
      .filter((group) => group.parent === parent)
      .flatMap((group) => [
        `${indent}subgraph ${group.id} [${mermaidString(groupText(group))}]`,
        ...inside(group.id, `${indent}  `),
        `${indent}end`,
      ]),
  ]
  const edges = wires.map((wire) => {
    const text = wireText(wire, labels)
    const line = wire.unused ? '-.->' : '-->'
    return `  ${wire.from} ${line}${text === '' ? '' : `|${mermaidString(text)}|`} ${wire.to}`
  })
  const used = new Set(cards.map(({ category, unused }) => (unused ? 'unused' : category)))
  const classes = [...used].map((kind) => {
    const { fill, edge, ink }: Tones = kind === 'unused' ? light.unused : light.tones[kind]
    return `  classDef ${kind} fill:${fill},stroke:${edge},color:${ink}`
  })
  const { frame, tag, quiet } = light
  const framed = groups.map(({ id }) => id).join(',')
  const marked = cards.filter(({ highlighted }) => highlighted).map(({ id }) => id)
  return [
    '```mermaid',
    'flowchart TD',
    ...inside(undefined, '  '),
    ...edges,
    ...classes,
    ...(groups.length === 0
      ? []
      : [`  classDef frame fill:${frame},stroke:${tag.edge},color:${quiet}`, `  class ${framed} frame`]),
    ...marked.map((id) => `  style ${id} stroke:${light.highlight},stroke-width:3px`),
    '```',
    '',
  ].join('\n')
}
