import type { Constant, Var } from '../ir/graph.ts'
import { Piece, type Produced, type Stretch } from './piece.ts'
import type { PlacedSlot } from './places.ts'
import { TraceStore } from './trace-store.ts'

/** All that is known of a function, for calls that shall leave no trace: what they add is the copy's. */
export function copiedStore(store: TraceStore): TraceStore {
  const copy = new TraceStore(store.fn, store.receiver, { ...store.options, audit: false })
  copy.isAsync = store.isAsync
  copy.mixes = store.mixes
  copy.reruns.silence()
  // The last one added is the newest.
  for (const trace of store.traces.toReversed())
    copy.add(
      trace instanceof Piece && trace.read !== undefined ? copiedPiece(trace, undefined, start) : trace,
    )
  return copy
}

/** What the pieces before define. */
interface Known {
  readonly count: number
  readonly producers: ReadonlyMap<Var, Produced>
  readonly slots: ReadonlyMap<Var, PlacedSlot>
  readonly constants: ReadonlyMap<Var, Constant>
  readonly owners: ReadonlyMap<Var, Piece>
}

const start: Known = {
  count: 0,
  producers: new Map(),
  slots: new Map(),
  constants: new Map(),
  owners: new Map(),
}

const withOwn = (known: Known, { nodes, slots, constants }: Stretch): Known => ({
  count: known.count + nodes.length,
  producers: new Map([
    ...known.producers,
    ...nodes.flatMap((node, i) => node.outs.map((out) => [out, { node, at: known.count + i }] as const)),
  ]),
  slots: new Map([...known.slots, ...slots.map((slot) => [slot.out, slot] as const)]),
  constants: new Map([...known.constants, ...constants.map((one) => [one.out, one] as const)]),
  owners: known.owners,
})

function copiedPiece(piece: Piece, parent: Piece | undefined, before: Known): Piece {
  const { key, root, inputs, hints, named, own, ending, draws, counts } = piece
  const known = withOwn(before, own)
  // So many hits that no new value makes the copy run at each call.
  const read = ending.read && { ...ending.read, edges: new Map<string, Piece[]>(), hits: Infinity, misses: 0 }
  const { args } = root.raw
  const fields = { key, args, inputs, hints, named, parent, own, ending: { ...ending, read }, draws, counts }
  const copy = new Piece(fields, known)
  for (const atom of copy.imports) known.owners.get(atom)?.export(atom)
  const owned = copy.slice.flatMap(({ outs }) => outs.map((out) => [out, copy] as const))
  const after = { ...known, owners: new Map([...known.owners, ...owned]) }
  for (const [edge, pieces] of ending.read?.edges ?? [])
    read!.edges.set(
      edge,
      pieces.map((next) => copiedPiece(next, copy, after)),
    )
  return copy
}
