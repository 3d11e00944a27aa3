import { light, type Tones } from './palette.ts'
import {
  type Card,
  type Group,
  kindBeside,
  type Picture,
  showsNames,
  showsTypes,
  type Wire,
} from './picture.ts'
import { dotString } from './quoting.ts'
import { clipped, wrapped } from './text-width.ts'

/** Names may be of any length. */
const mostName = 80
const mostTitle = 40

const marks: Readonly<Record<string, string>> = { random: '⚄ ', state: '⟳ ', variable: '◆ ' }

/** The picture in Graphviz' language. */
export function dotOf({ title, cards, wires, groups, labels }: Picture): string {
  const inside = (parent: string | undefined, indent: string): readonly string[] => [
    ...cards.filter(({ group }) => group === parent).map((card) => `${indent}${dotNode(card)}`),
    ...groups
      .filter((group) => group.parent === parent)
      .flatMap((group) => [
        `${indent}subgraph cluster_${group.id} {`,
        `${indent}  label=${dotString(groupText(group))} labeljust=l style="rounded,filled" color="${light.tag.edge}" fillcolor="${light.frame}" fontcolor="${light.quiet}"`,
        ...inside(group.id, `${indent}  `),
        `${indent}}`,
      ]),
  ]
  const edges = wires.map((wire) => {
    const { from, to, unused } = wire
    const label = wireText(wire, labels)
    const attributes = [
      ...(label === '' ? [] : [`label=${dotString(label)}`]),
      ...(unused ? [`style=dashed color="${light.unused.edge}" fontcolor="${light.unused.ink}"`] : []),
    ]
    return `  ${from} -> ${to}${attributes.length === 0 ? '' : ` [${attributes.join(' ')}]`}`
  })
  return [
    `digraph ${dotString(title)} {`,
    `  graph [fontname="Helvetica" fontsize=10 nodesep=0.35 ranksep=0.45]`,
    `  node [shape=box style="rounded,filled" fontname="Helvetica" fontsize=11 margin="0.16,0.08" penwidth=1.2]`,
    `  edge [fontname="Helvetica" fontsize=9 color="${light.wire}" fontcolor="${light.tag.ink}" arrowsize=0.6]`,
    ...inside(undefined, '  '),
    ...edges,
    '}',
    '',
  ].join('\n')
}

function dotNode(card: Card): string {
  const { id, category, unused, highlighted } = card
  const { fill, edge, ink }: Tones = unused ? light.unused : light.tones[category]
  const attributes = [
    `label=${dotString(cardText(card).join('\n'))}`,
    `fillcolor="${fill}"`,
    `color="${highlighted ? light.highlight : edge}"`,
    `fontcolor="${ink}"`,
    `tooltip=${dotString(card.about.line ?? card.about.doc ?? card.title)}`,
    `class=${dotString(category)}`,
    ...(highlighted ? ['penwidth=3'] : []),
    ...(unused ? ['style="rounded,filled,dashed"'] : []),
  ]
  return `${id} [${attributes.join(' ')}]`
}

/** What stands on a frame. */
export const groupText = (group: Group): string =>
  [group.title, kindBeside(group)]
    .flatMap((text) => (text === undefined ? [] : [clipped(text, mostTitle)]))
    .join(' · ')

/** What stands in a card, where text is all there is. */
export function cardText({ category, title, part, spelling, details, rows }: Card): readonly string[] {
  return [
    ...(part === undefined ? [] : [clipped(part, mostName)]),
    `${marks[category] ?? ''}${clipped(title, mostName)}`,
    ...(spelling === undefined ? [] : [spelling]),
    ...wrapped(details, 40, 4),
    ...rows.map((row) => `${marks[row.category] ?? ''}${clipped(row.name, mostName)}: ${row.type}`),
  ]
}

/** What stands on a wire. */
export const wireText = ({ name, type }: Wire, labels: Picture['labels']): string =>
  [...(showsNames(labels) && name !== undefined ? [name] : []), ...(showsTypes(labels) ? [type] : [])].join(
    ' ',
  )
