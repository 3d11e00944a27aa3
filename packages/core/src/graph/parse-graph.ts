import { locate } from '../errors.ts'
import type { ConstantArray, Graph as IrGraph } from '../ir/graph.ts'
import { parseGraph as parseText } from '../ir/parse.ts'
import { currentBackendEntry } from '../runtime/set-backend.ts'
import { GraphCall } from '../trace/graph-call.ts'
import { keyOf } from '../trace/call-key.ts'
import type { Sink } from '../trace/trace.ts'
import { TraceStore } from '../trace/trace-store.ts'
import { type Assumption, symbolsOf } from '../types/dim.ts'
import { type AnyFunction, type Graph, userGraph } from './graph.ts'
import { opTable } from './op-table.ts'

/**
 * The graph that a text form describes, ready to be called on the current engine. No code is run.
 *
 * Printed with the sizes of one call it takes these sizes only; printed with `{ dims: 'symbolic' }` it takes any.
 *
 * @throws FormatError naming the line, when the text is not a graph
 * @example parseGraph('graph(%0: float32[2])\n  %1: float32[2] = add(%0, 1)\n  return %1')(array([1, 2]))   // [2, 3]
 */
export function parseGraph<F extends AnyFunction = ReadFunction>(
  text: string,
  options: { readonly constants?: ReadonlyMap<string, ConstantArray> } = {},
): Graph<F> {
  try {
    const graph = parseText(text, opTable, options)
    return graphWithoutFunction<F>([{ graph, observed: [], sizes: new Map() }])
  } catch (error) {
    throw locate(error, parseGraph)
  }
}

/** What is known of the function of a graph that was read from a text or a file. */
export type ReadFunction = (...args: unknown[]) => unknown

/** One signature of a graph that was read from somewhere. */
export interface ReadSignature {
  readonly graph: IrGraph
  readonly observed: readonly Assumption[]
  /** Sizes of the traced call. */
  readonly sizes: ReadonlyMap<string, number>
}

/** A graph on the current engine whose function is not there. */
export function graphWithoutFunction<F extends AnyFunction>(signatures: readonly ReadSignature[]): Graph<F> {
  const store = new TraceStore(undefined, undefined, {})
  for (const { graph, observed, sizes } of signatures) {
    store.add({
      key: keyOf(
        graph.args,
        graph.inputs.map(({ type }) => type),
      ),
      raw: graph,
      hints: hintsOf(graph, sizes),
      observed,
      guards: [],
      sinks: graph.writes.map((_, index): Sink => ({ of: 'argument', index })),
    })
  }
  return userGraph(new GraphCall(store, currentBackendEntry().engine)) as unknown as Graph<F>
}

/** A size for every symbol: the one that was saved, or 2 where nothing is known. */
function hintsOf(graph: IrGraph, sizes: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const hints = new Map<string, number>()
  for (const { type } of graph.inputs) {
    for (const dim of type.shape) for (const name of symbolsOf(dim)) hints.set(name, sizes.get(name) ?? 2)
  }
  return hints
}
