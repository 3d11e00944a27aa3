import { grouped } from './grouped.ts'
import { type Card, kindBeside, type Picture, type Wire } from './picture.ts'

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
  /** The frame around it. */
  readonly group?: string
  readonly doc?: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly params: readonly (readonly [name: string, value: string])[]
  readonly ins: readonly Link[]
  readonly outs: readonly Link[]
}

/** All that the page shows of a frame. */
export interface FrameDetails {
  readonly id: string
  readonly title: string
  readonly parent?: string
  /** The class of a part of a model. */
  readonly kind?: string
  /** Whether it stands for a part of a model, which the outline lists. */
  readonly isPart: boolean
  readonly facts: readonly (readonly [name: string, value: string])[]
  /** What it holds, and how often. */
  readonly counts: readonly (readonly [name: string, count: string])[]
  readonly ins: readonly Link[]
  readonly outs: readonly Link[]
}

export function detailsOf({ cards, wires }: Picture): readonly Details[] {
  const ins = grouped(wires, ({ to }) => to)
  const outs = grouped(wires, ({ from }) => from)
  return cards.map((card): Details => {
    const { id, title, category, unused, group, about } = card
    const facts = [
      ['engine', card.spelling],
      ['part', about.part],
      ['source', about.line],
      ['value', about.value],
    ] as const
    return {
      id,
      title,
      category,
      unused,
      ...(group !== undefined && { group }),
      ...(about.doc !== undefined && { doc: about.doc }),
      facts: known(facts),
      params: about.params,
      ins: [
        ...(ins.get(id) ?? []).map(({ name = '', type, from }) => ({ name, type, ids: [from] })),
        ...card.rows.map(({ name, type, category: kind }) => ({ name: `${name} (${kind})`, type, ids: [] })),
      ],
      outs: card.outs.map(({ name = '', type }, out) => ({
        name,
        type,
        ids: (outs.get(id) ?? []).filter((wire) => wire.out === out).map(({ to }) => to),
      })),
    }
  })
}

export function framesOf({ cards, wires, groups }: Picture): readonly FrameDetails[] {
  const parents = new Map(groups.map(({ id, parent }) => [id, parent]))
  const around = (card: Card): readonly string[] => {
    const ids: string[] = []
    for (let at = card.group; at !== undefined; at = parents.get(at)) ids.push(at)
    return ids
  }
  const frames = new Map(cards.map((card) => [card.id, new Set(around(card))]))
  return groups.map((group): FrameDetails => {
    const { id, title, parent, part } = group
    const isInside = (card: string): boolean => frames.get(card)!.has(id)
    const inside = cards.filter((card) => isInside(card.id))
    const arrays = inside.reduce((count, { rows }) => count + rows.length, 0)
    const kind = kindBeside(group)
    return {
      id,
      title,
      ...(parent !== undefined && { parent }),
      ...(kind !== undefined && { kind }),
      isPart: part !== undefined,
      facts: part !== undefined && part.path !== title ? [['part', part.path]] : [],
      counts: [
        ...[...grouped(inside, (card) => card.title)].map(
          ([name, all]) => [name, String(all.length)] as const,
        ),
        ...(arrays === 0 ? [] : [['arrays that they hold', String(arrays)] as const]),
      ],
      ins: linked(
        wires.filter(({ from, to }) => !isInside(from) && isInside(to)),
        ({ from }) => from,
      ),
      outs: linked(
        wires.filter(({ from, to }) => isInside(from) && !isInside(to)),
        ({ to }) => to,
      ),
    }
  })
}

const known = (
  facts: readonly (readonly [name: string, value: string | undefined])[],
): readonly (readonly [string, string])[] =>
  facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))

/** Wires by the value that they carry, with the cards at their far ends. */
const linked = (wires: readonly Wire[], end: (wire: Wire) => string): readonly Link[] =>
  [...grouped(wires, ({ from, out }) => `${from} ${out}`).values()].map((all) => ({
    name: '',
    type: all[0]!.type,
    ids: [...new Set(all.map(end))],
  }))
