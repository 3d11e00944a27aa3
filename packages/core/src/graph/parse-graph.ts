import { FormatError, GraphError, locate } from '../errors.ts'
import { countOf } from '../ir/count.ts'
import type { ConstantArray, Graph as IrGraph, SlotSource, Var } from '../ir/graph.ts'
import { parseGraph as parseText } from '../ir/parse.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { currentBackendEntry } from '../runtime/set-backend.ts'
import { GraphCall } from '../trace/graph-call.ts'
import { keyOf } from '../trace/call-key.ts'
import type { Sink } from '../trace/trace.ts'
import { TraceStore } from '../trace/trace-store.ts'
import { type Assumption, isSymbol, printDim, symbolsOf } from '../types/dim.ts'
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
    const graph = parseText(text, opTable, { ...options, makeSlot: unknownSlot })
    return graphWithoutFunction<F>([{ graph, observed: [], sizes: new Map() }], 'graph text')
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
  /** Those that the user named. */
  readonly named?: ReadonlySet<string>
  /** Gives a new array to the Variable with this label. */
  readonly assign?: (label: string, value: NDArray) => void
}

/** Text tells that a graph reads a Variable, and not what that held. */
const unknownSlot = (label: string): SlotSource => ({
  label,
  read() {
    throw new GraphError({
      because: `it reads the Variable '${label}', whose value a text does not hold`,
      instead: 'Write the graph into files and read those: graph.save(folder), loadGraph(folder)',
    })
  },
})

/** A graph on the current engine whose function is not there. */
export function graphWithoutFunction<F extends AnyFunction>(
  signatures: readonly ReadSignature[],
  format: string,
): Graph<F> {
  const states = signatures.map(({ graph }) => statesOf(graph))
  const store = new TraceStore(undefined, undefined, { argStatefulIdxs: states.flat() })
  signatures.forEach(({ graph, observed, sizes, named = new Set<string>(), assign }, at) => {
    checkNames(graph, observed, format)
    store.add({
      key: keyOf(
        graph.args,
        graph.inputs.map(({ type }) => type),
      ),
      raw: graph,
      hints: sizes,
      named,
      observed,
      guards: [],
      sinks: graph.writes.map(({ target }, index): Sink => {
        if (index < states[at]!.length) return { of: 'argument', index }
        return { of: 'place', write: (value) => assign?.(target, value) }
      }),
    })
  })
  return userGraph(new GraphCall(store, currentBackendEntry().engine)) as unknown as Graph<F>
}

/** Where the objects that a call changes stand among its arguments; fixed ones come after those of the function. */
function statesOf({ args, writes }: IrGraph): readonly (readonly string[])[] {
  const count = 'items' in args ? args.items.length : 0
  const fixed = writes.filter(({ target }) => /^stateful\[\d+\]$/.test(target)).length
  return writes.flatMap(({ target }) => {
    const [, path, index] = /^(?:argument (.+)|stateful\[(\d+)\])$/.exec(target) ?? []
    if (path !== undefined) return [path.split('/')]
    return index === undefined ? [] : [[String(count - fixed + Number(index))]]
  })
}

/** Every name of a size has to be the size of some axis of the arguments, or what data decide: a call tells its number. */
function checkNames(graph: IrGraph, observed: readonly Assumption[], format: string): void {
  const dims = graph.inputs.flatMap(({ type }) => type.shape)
  const known = new Set(dims.filter(isSymbol).map(printDim))
  const counts = new Map<string, Var>()
  for (const { name, value } of graph.nodes.flatMap((node) => countOf(node) ?? [])) {
    if (known.has(name) || (counts.has(name) && counts.get(name) !== value))
      throw new FormatError({ format, because: `the size ${name} is told by more than one value` })
    counts.set(name, value)
  }
  for (const name of counts.keys()) known.add(name)
  const used = [...dims, ...graph.nodes.flatMap(({ outs }) => outs.flatMap(({ type }) => type.shape))]
  const assumed = observed.flatMap(({ left, right }) => [left, right])
  const unknown = [...used, ...assumed].flatMap(symbolsOf).find((name) => !known.has(name))
  if (unknown === undefined) return
  throw new FormatError({
    format,
    because: `the size ${unknown} is not the size of an axis of an argument, so that no call tells its number`,
  })
}
