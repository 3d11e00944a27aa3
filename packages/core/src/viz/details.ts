import type { Picture } from './picture.ts'

/** One array at a card, and the cards that it comes from or goes to. */
interface Link {
  readonly name: string
  readonly type: string
  readonly ids: readonly string[]
}

/** All that the page shows of a card. */
export interface Details {
  readonly id: string
  readonly title: string
  readonly category: string
  readonly unused: boolean
  readonly doc?: string
  readonly line?: string
  readonly spelling?: string
  readonly value?: string
  readonly params: readonly (readonly [name: string, value: string])[]
  readonly ins: readonly Link[]
  readonly outs: readonly Link[]
}

export function detailsOf({ cards, wires }: Picture): readonly Details[] {
  return cards.map((card): Details => {
    const { id, title, category, unused, spelling, about } = card
    const { doc, line, value } = about
    return {
      id,
      title,
      category,
      unused,
      ...(doc !== undefined && { doc }),
      ...(line !== undefined && { line }),
      ...(spelling !== undefined && { spelling }),
      ...(value !== undefined && { value }),
      params: about.params,
      ins: [
        ...wires
          .filter(({ to }) => to === id)
          .map(({ name = '', type, from }) => ({ name, type, ids: [from] })),
        ...card.rows.map(({ name, type, category: kind }) => ({ name: `${name} (${kind})`, type, ids: [] })),
      ],
      outs: card.outs.map(({ name = '', type }, out) => ({
        name,
        type,
        ids: wires.filter((wire) => wire.from === id && wire.out === out).map(({ to }) => to),
      })),
    }
  })
}
