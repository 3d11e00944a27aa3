import { type Part, pathOf, printPath } from '../ir/part.ts'
import type { Card, Group } from './picture.ts'

/** A part with what is drawn in it. */
interface Branch {
  readonly part: Part | undefined
  readonly cards: string[]
  readonly inner: Branch[]
}

/** Where a card stands: in a frame, or as all that there is of a part, whose name it carries. */
interface Standing {
  readonly group: string | undefined
  readonly alone: readonly Part[]
}

/**
 * Frames around the cards of each part of a model.
 *
 * A part that holds one other part and nothing else shares its frame, and a part of one card in a frame is a line of
 * that card: a frame around each op would hide the model's shape.
 */
export class PartFrames {
  readonly groups: Group[] = []
  readonly #standing = new Map<string, Standing>()
  readonly #root: Branch = { part: undefined, cards: [], inner: [] }
  readonly #branches = new Map<Part | undefined, Branch>([[undefined, this.#root]])

  /** `around` is the part in which all of the picture lies. */
  constructor(partOf: ReadonlyMap<string, Part>, around: Part | undefined) {
    for (const part of pathOf(around)) this.#branches.set(part, this.#root)
    for (const [card, part] of partOf) this.#branch(part).cards.push(card)
    for (const branch of this.#root.inner) this.#frame([], branch, undefined)
  }

  /** The card where it stands. */
  placed(card: Card): Card {
    const { group, alone } = this.#standing.get(card.id) ?? { group: card.group, alone: [] }
    return { ...card, group, ...(alone.length > 0 && { part: printPath(alone) }) }
  }

  #branch(part: Part | undefined): Branch {
    const known = this.#branches.get(part)
    if (known !== undefined) return known
    const branch: Branch = { part, cards: [], inner: [] }
    this.#branches.set(part, branch)
    this.#branch(part!.within).inner.push(branch)
    return branch
  }

  #frame(above: readonly Part[], { part, cards, inner }: Branch, parent: string | undefined): void {
    const path = [...above, part!]
    if (cards.length === 0 && inner.length === 1) return this.#frame(path, inner[0]!, parent)
    if (cards.length === 1 && inner.length === 0 && parent !== undefined)
      return void this.#standing.set(cards[0]!, { group: parent, alone: path })
    const id = `p${this.groups.length}`
    const { kind } = part!
    const title = printPath(path)
    this.groups.push({ id, title, parent, ends: false, part: { kind, path: printPath(pathOf(part)) } })
    for (const card of cards) this.#standing.set(card, { group: id, alone: [] })
    for (const branch of inner) this.#frame([], branch, id)
  }
}

/** The innermost part around all of these. */
export function sharedPart(parts: readonly (Part | undefined)[]): Part | undefined {
  const [first = [], ...others] = parts.map(pathOf)
  return first.findLast((part, depth) => others.every((path) => path[depth] === part))
}
