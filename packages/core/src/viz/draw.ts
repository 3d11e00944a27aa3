import type { Graph } from '../ir/graph.ts'
import { sizeCard } from './card-size.ts'
import { dotOf } from './dot.ts'
import { htmlOf } from './html.ts'
import { layOut } from './layout.ts'
import { mermaidOf } from './mermaid.ts'
import { type PictureOptions, pictureOf } from './picture-of.ts'
import type { Picture } from './picture.ts'
import { svgOf } from './svg.ts'

const svg = async (picture: Picture): Promise<string> =>
  svgOf(
    picture,
    await layOut(
      picture,
      picture.cards.map((card) => sizeCard(card, picture.labels)),
    ),
  )

const drawings = {
  svg,
  html: async (picture: Picture): Promise<string> => htmlOf(picture, await svg(picture)),
  dot: dotOf,
  md: mermaidOf,
} satisfies Record<string, (picture: Picture) => string | Promise<string>>

export type Format = keyof typeof drawings
export const formats = Object.keys(drawings) as readonly Format[]

/** A picture of a graph as text of some format. */
export async function draw(graph: Graph, format: Format, options: PictureOptions): Promise<string> {
  return drawings[format](pictureOf(graph, options))
}
