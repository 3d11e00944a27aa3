import type { Graph, Subgraph } from '@viz-js/viz'
import { BackendError } from '../errors.ts'
import { fontSize, frameText, type SizedCard } from './card-size.ts'
import type { Group, Picture, Wire } from './picture.ts'
import { type Point, smooth } from './smooth.ts'
import { textWidth } from './text-width.ts'

export interface PlacedCard {
  readonly sized: SizedCard
  /** The middle of its upper edge. */
  readonly top: Point
}
export interface PlacedWire {
  readonly wire: Wire
  /** A start, then two handles and an end for each curve; from there it goes straight down to the card. */
  readonly curve: readonly Point[]
  readonly tip: Point
}
export interface PlacedGroup {
  readonly group: Group
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
export interface Layout {
  readonly width: number
  readonly height: number
  readonly cards: readonly PlacedCard[]
  readonly wires: readonly PlacedWire[]
  readonly groups: readonly PlacedGroup[]
}

interface Drawn {
  readonly bb: string
  readonly objects?: readonly { readonly name: string; readonly bb?: string; readonly pos?: string }[]
  readonly edges?: readonly { readonly pos: string }[]
}

/** Where everything stands: Graphviz, loaded at the first picture, places boxes of our sizes. */
export async function layOut(picture: Picture, sized: readonly SizedCard[]): Promise<Layout> {
  const { instance } = await import('@viz-js/viz')
  const viz = await instance()
  const { status, output, errors } = viz.render(graphvizGraph(picture, sized), {
    format: 'json0',
    yInvert: true,
  })
  if (status !== 'success') {
    throw new BackendError({
      backend: 'Graphviz',
      because: `the graph could not be laid out: ${errors.map(({ message }) => message).join('; ')}`,
      instead: "Take a picture that needs no layout: 'g.dot' or 'g.md'",
    })
  }
  return read(JSON.parse(output) as Drawn, picture, sized)
}

const table = (content: string): string =>
  `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">${content}</TABLE>`
const cell = (width: number, height: number, port?: string): string =>
  width <= 0
    ? ''
    : `<TD${port === undefined ? '' : ` PORT="${port}"`} FIXEDSIZE="TRUE" WIDTH="${width}" HEIGHT="${height}"></TD>`
const row = (cells: string): string => `<TR><TD>${table(`<TR>${cells}</TR>`)}</TD></TR>`

/** With more wires Graphviz searches less for fewer crossings and straighter wires. */
const manyWires = 150

/** Above a card, for the ends of its wires. */
const headroom = 14
const roomAbove = ({ card }: SizedCard): number => (card.ins.length > 0 ? headroom : 0)

/** An invisible table of the card's size, with a cell for every wire that comes in and every value that leaves. */
function skeleton(sized: SizedCard): string {
  const { card, width, boxWidth, tags } = sized
  const half = (sized.height + roomAbove(sized)) / 2
  const ins = Math.max(1, card.ins.length)
  const each = Math.floor(boxWidth / ins)
  const used = each * ins
  const left = Math.floor((width - used) / 2)
  const upper = [
    cell(left, half),
    ...Array.from({ length: ins }, (_, i) => cell(each, half, `i${i}`)),
    cell(width - left - used, half),
  ]
  const lower: string[] = []
  let at = -width / 2
  tags.forEach((tag, i) => {
    lower.push(cell(tag.x - tag.width / 2 - at, half), cell(tag.width, half, `o${i}`))
    at = tag.x + tag.width / 2
  })
  lower.push(cell(width / 2 - at, half))
  return table(row(upper.join('')) + row(lower.join('')))
}

function graphvizGraph({ cards, wires, groups }: Picture, sized: readonly SizedCard[]): Graph {
  const nodes = sized.map((one) => ({ name: one.card.id, attributes: { label: { html: skeleton(one) } } }))
  const limits = wires.length > manyWires ? { mclimit: 0.4, nslimit: 2 } : {}
  const steps = stepsTo(cards, wires)
  const trees = new Set(groups.filter(({ part }) => part === undefined).map(({ id }) => id))
  const isGrouped = new Map(cards.map(({ id, group }) => [id, group !== undefined && trees.has(group)]))
  const goesAround = ({ from, out, to }: Wire): boolean =>
    steps.get(to)! - steps.get(from)! > 1 &&
    (isGrouped.get(from)! ||
      wires.some((other) => other.from === from && other.out === out && other.to !== to))
  const edges = wires.map((wire) => ({
    tail: wire.from,
    head: wire.to,
    attributes: {
      // Ways around bend, so that what they go around stays straight.
      weight: goesAround(wire) ? 1 : 8,
      tailport: sized.find(({ card }) => card.id === wire.from)!.tags.length > 0 ? `o${wire.out}:s` : 's',
      headport: `i${wire.place}:n`,
    },
  }))
  const inside = (parent: string | undefined): Subgraph[] =>
    groups
      .filter((group) => group.parent === parent)
      .map((group) => ({
        name: `cluster_${group.id}`,
        graphAttributes: {
          label: {
            html: table(`<TR>${cell(titleWidth(group), 14)}</TR>`),
          },
          labeljust: 'l',
          labelloc: group.ends ? 'b' : 't',
          margin: 12,
        },
        nodes: cards.filter((card) => card.group === group.id).map((card) => ({ name: card.id })),
        subgraphs: inside(group.id),
      }))
  return {
    directed: true,
    graphAttributes: { nodesep: 0.32, ranksep: 0.36, rankdir: 'TB', splines: 'true', ...limits },
    nodeAttributes: { shape: 'plain' },
    edgeAttributes: { arrowhead: 'none' },
    nodes,
    edges,
    subgraphs: inside(undefined),
  }
}

function titleWidth(group: Group): number {
  const { title, kind = '' } = frameText(group)
  return Math.ceil(textWidth(`${title}  ${kind}`, fontSize.group, 'sans')) + 8
}

/** How many wires lie before each card, on the longest way; wires stand in the order of the graph. */
function stepsTo(cards: Picture['cards'], wires: readonly Wire[]): ReadonlyMap<string, number> {
  const steps = new Map(cards.map(({ id }) => [id, 0]))
  for (const { from, to } of wires) steps.set(to, Math.max(steps.get(to)!, steps.get(from)! + 1))
  return steps
}

const numbers = (text: string): number[] => text.split(/[ ,]/).map(Number)

function read(
  { bb, objects = [], edges = [] }: Drawn,
  { wires, groups }: Picture,
  sized: readonly SizedCard[],
): Layout {
  const [left = 0, low = 0, right = 0, high = 0] = numbers(bb)
  const top = Math.min(low, high)
  const at = (x: number, y: number): Point => ({ x: x - left, y: y - top })
  const named = new Map(objects.map((object) => [object.name, object]))
  return {
    width: right - left,
    height: Math.abs(high - low),
    cards: sized.map((one) => {
      const [x = 0, y = 0] = numbers(named.get(one.card.id)!.pos!)
      return { sized: one, top: at(x, y + (roomAbove(one) - one.height) / 2) }
    }),
    wires: wires.map((wire, i) => readWire(wire, edges[i]!.pos, at)),
    groups: groups.map((group) => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers(named.get(`cluster_${group.id}`)!.bb!)
      const corner = at(x1, Math.min(y1, y2))
      return { group, left: corner.x, top: corner.y, width: x2 - x1, height: Math.abs(y2 - y1) }
    }),
  }
}

function readWire(wire: Wire, pos: string, at: (x: number, y: number) => Point): PlacedWire {
  const points = pos.split(' ').map((point) => {
    const [x = 0, y = 0] = numbers(point)
    return at(x, y)
  })
  const { x, y } = points.at(-1)!
  return { wire, curve: smooth(points), tip: { x, y: y + headroom } }
}
