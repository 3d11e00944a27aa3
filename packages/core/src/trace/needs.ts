import type { Var } from '../ir/graph.ts'
import type { Piece } from './piece.ts'

interface Needs {
  readonly pieces: number
  readonly of: ReadonlyMap<Piece, ReadonlySet<Var>>
}

const known = new WeakMap<Piece, Needs>()

/** Values of earlier pieces that a piece, or any after it, uses. */
export function neededAfter(piece: Piece, root: Piece): ReadonlySet<Var> {
  let needs = known.get(root)
  if (needs === undefined || needs.pieces !== root.followers.count) {
    needs = needsOf(root)
    known.set(root, needs)
  }
  return needs.of.get(piece)!
}

function needsOf(root: Piece): Needs {
  const of = new Map<Piece, Set<Var>>()
  // Those that follow a piece come after it.
  for (const piece of root.all.toReversed()) {
    const needed = new Set(piece.imports)
    for (const next of piece.next) for (const atom of of.get(next)!) needed.add(atom)
    for (const atom of piece.exports) needed.delete(atom)
    of.set(piece, needed)
  }
  return { pieces: root.followers.count, of }
}
