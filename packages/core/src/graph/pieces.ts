import type { Graph as IrGraph } from '../ir/graph.ts'
import { printGraph, type PrintOptions } from '../ir/print.ts'
import { concretize, fixSizes } from '../ir/specialize.ts'
import { joined } from '../trace/joined.ts'
import { Piece, printAt, type Read } from '../trace/piece.ts'
import type { Trace } from '../trace/trace.ts'
import type { TraceStore } from '../trace/trace-store.ts'

/** A piece after its clean-up, at the sizes of the call that it was met in; open ones that were not met keep their names. */
export function cleanPiece(store: TraceStore, trace: Trace): IrGraph {
  const isFirst = !(trace instanceof Piece) || trace.parent === undefined
  const variant = isFirst ? store.first(trace) : store.variants(trace)[0]
  return variant === undefined ? trace.raw : atSizes(trace, variant.specialization.graph, variant.sizes)
}

/** A graph with numbers for its sizes; those that the user named keep their names. */
export const atSizes = (trace: Trace, graph: IrGraph, sizes: ReadonlyMap<string, number>): IrGraph =>
  hasNames(trace) ? fixSizes(graph, withoutNames(trace, sizes)) : concretize(graph, sizes)

/** Whether the user named sizes of a trace. */
export const hasNames = ({ named }: Trace): boolean => named !== undefined && named.size > 0

/** The sizes that no user named. */
export const withoutNames = (
  { named }: Trace,
  sizes: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> => new Map([...sizes].filter(([name]) => named?.has(name) !== true))

const joinedOnes = new WeakMap<Piece, { readonly pieces: number; readonly trace: Trace }>()

/**
 * A trace as one graph: ways that it goes by truth values become branches of it.
 *
 * @throws GraphError where that cannot be
 */
export function asOneGraph(trace: Trace): Trace {
  if (!(trace instanceof Piece) || trace.read === undefined) return trace
  const pieces = trace.followers.count
  const known = joinedOnes.get(trace)
  if (known?.pieces === pieces) return known.trace
  const made = joined(trace)
  joinedOnes.set(trace, { pieces, trace: made })
  return made
}

/** Each piece as a block, and which one follows for which values. */
export function printPieces(store: TraceStore, root: Piece, options: PrintOptions): string {
  const all = root.all
  const blocks = all.map((piece, i) => {
    const variant = piece === root ? store.first(root) : store.variants(piece)[0]
    const graph = variant?.specialization.graph ?? piece.raw
    const text = printGraph(graph, { ...options, sizes: root.hints })
    return [`piece ${i}: ${text}`, ...(piece.read ? [`  ${printRead(piece.read, all)}`] : [])].join('\n')
  })
  return blocks.join('\n')
}

const longest = 40

function printRead(read: Read, all: readonly Piece[]): string {
  const edges = [...read.edges].flatMap(([key, pieces]) =>
    pieces.map((piece) => `${shortened(key)} -> piece ${all.indexOf(piece)}`),
  )
  return `read${printAt(read)}: ${edges.join(', ')}`
}

const shortened = (key: string): string => (key.length <= longest ? key : `${key.slice(0, longest)}…`)
