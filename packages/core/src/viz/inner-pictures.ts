import type { Card, Group, Picture } from './picture.ts'

/** The pictures of the graphs that the op of a card runs, by the names of its parameters. */
export type Inner = readonly (readonly [name: string, picture: Picture])[]

/** A picture with frames around the ops that hold graphs, and in them a frame for each of those. */
export function withInner(picture: Picture, inner: ReadonlyMap<string, Inner>): Picture {
  const cards: Card[] = []
  const wires = [...picture.wires]
  const groups: Group[] = [...picture.groups]
  for (const card of picture.cards) {
    const held = inner.get(card.id)
    if (held === undefined) {
      cards.push(card)
      continue
    }
    const id = `${card.id}_in`
    const { part, ...rest } = card
    groups.push({ id, title: part ?? card.title, parent: card.group, ends: false })
    cards.push({ ...rest, group: id })
    held.forEach(([title, one], i) => {
      const frame = `${id}${i}`
      const named = (inside: string): string => `${frame}_${inside}`
      groups.push({ id: frame, title, parent: id, ends: false })
      for (const group of one.groups)
        groups.push({
          ...group,
          id: named(group.id),
          parent: group.parent === undefined ? frame : named(group.parent),
        })
      for (const other of one.cards.filter(isNeeded))
        cards.push({
          ...other,
          id: named(other.id),
          group: other.group === undefined ? frame : named(other.group),
          unused: card.unused || other.unused,
        })
      for (const wire of one.wires)
        wires.push({
          ...wire,
          from: named(wire.from),
          to: named(wire.to),
          unused: card.unused || wire.unused,
        })
    })
  }
  return { ...picture, cards, wires, groups }
}

/** Each graph of an op is given the same, whether it needs it or not. */
const isNeeded = ({ category, unused }: Card): boolean => category !== 'input' || !unused
