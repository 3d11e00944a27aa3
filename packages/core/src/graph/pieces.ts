import { GraphError } from '../errors.ts'
import type { Graph as IrGraph } from '../ir/graph.ts'
import { printGraph, type PrintOptions } from '../ir/print.ts'
import { concretize } from '../ir/specialize.ts'
import { printLine } from '../source.ts'
import { Piece, type Read } from '../trace/piece.ts'
import type { Trace } from '../trace/trace.ts'
import type { TraceStore } from '../trace/trace-store.ts'

/** A piece after its clean-up, at the sizes of the call that it was met in; open ones that were not met keep their names. */
export function cleanPiece(store: TraceStore, trace: Trace): IrGraph {
  const isFirst = !(trace instanceof Piece) || trace.parent === undefined
  const variant = isFirst ? store.first(trace) : store.variants(trace)[0]
  return variant === undefined ? trace.raw : concretize(variant.specialization.graph, variant.sizes)
}

/**
 * A trace that goes from the arguments to the results without reading values.
 *
 * @throws GraphError for another one
 */
export function unbranched(trace: Trace, what: string): Trace {
  const { read } = trace
  if (read === undefined) return trace
  throw new GraphError({
    because: `the function goes on by values that it reads${printAt(read)}, and ${what} takes a graph without such branches`,
    instead:
      'Choose by arrays: where(condition, a, b), cond(condition, onTrue, onFalse), whileLoop(test, body, init)',
  })
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

/** ` at model.ts:12` */
const printAt = ({ line }: Read): string => (line?.line ? ` at ${printLine(line.line)}` : '')
