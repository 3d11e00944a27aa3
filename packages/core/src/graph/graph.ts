import { BackendError, GraphError, locate, ParamError } from '../errors.ts'
import {
  functionKey,
  irKey,
  type SizedGraph,
  type Graph as IrGraph,
  type Node,
  type Var,
  type Constant,
  type Atom,
} from '../ir/graph.ts'
import { allNodes } from '../ir/subgraph.ts'
import { printGraph } from '../ir/print.ts'
import type { NativeFunction, NativeOptions } from '../runtime/backend.ts'
import type { Engine } from '../runtime/engine.ts'
import { elsewhere, withHostCopies } from '../runtime/host-copies.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { engineFor } from '../runtime/set-backend.ts'
import { GraphCall } from '../trace/graph-call.ts'
import { Piece, piecesOf } from '../trace/piece.ts'
import type { TraceStore } from '../trace/trace-store.ts'
import { type Explanation, explainGraph } from './explain.ts'
import { firstTrace, firstVariant } from './first.ts'
import { located } from './located.ts'
import { asOneGraph, cleanPiece, printPieces, withoutNames } from './pieces.ts'
import { saveGraph } from './save.ts'
import type { ShowOptions } from './show.ts'
import type { VerifyOptions } from './verify.ts'
import type { Verification } from './verify/report.ts'

export type AnyFunction = (...args: never[]) => unknown

export interface ToOptions {
  /** Whether dtypes that the engine lacks become the nearest ones: `'nearest'`, else they are refused. */
  readonly dtypePolicy?: 'strict' | 'nearest'
  /** Whether the engine's own compiled object is built as well. */
  readonly returnBackendTracedFn?: boolean
}

export interface PrintOptions {
  /** Sizes of the traced call, or the symbols of the free ones. */
  readonly dims?: 'concrete' | 'symbolic'
  /** Whether the user's lines stand beside the ops. */
  readonly loc?: boolean
}

/** What a traced function has beside being called; see `Graph`. */
export interface GraphMembers<F extends AnyFunction = AnyFunction> {
  /** Tells a graph from other functions. */
  readonly isGraph: true
  /** For exporters: the first signature with named sizes. */
  readonly [irKey]: SizedGraph
  /** For exporters: the function that was traced; undefined for a graph that was loaded or parsed. */
  readonly [functionKey]: AnyFunction | undefined
  /** Name of the engine that runs the graph. */
  readonly backend: string
  /** The device of the engine that it runs on. */
  readonly device: string
  /** False for a lazy graph that was not called yet. */
  readonly initialized: boolean
  /** Traces for these arguments without running. */
  initialize(args: readonly unknown[]): void | Promise<void>
  /** The inputs of its first signature. */
  readonly inputs: readonly Var[]
  /** The ops that it runs, in order. */
  readonly nodes: readonly Node[]
  /** The results of its first signature. */
  readonly outputs: readonly Atom[]
  /** The arrays that it holds. */
  readonly constants: readonly Constant[]
  /** The graphs of all signatures that were traced, the first one first. */
  readonly signatures: readonly IrGraph[]
  /** The text form of the first signature; `parseGraph` reads it. */
  toString(options?: PrintOptions): string
  /** The program of the first signature in the engine's own language. */
  toSource(): string
  /**
   * The same graph on another engine; the function does not run again.
   *
   * @throws UnsupportedOpError listing every op that the engine cannot run
   */
  to(backend: string, options?: ToOptions): Promise<Graph<F>>
  /** Signatures, programs, passes and copies at the border. */
  explain(): Explanation
  /** How often each op stands in the graph, inside of branches and loops too. */
  listFunctionFrequencies(): Readonly<Record<string, number>>
  /** Writes `graph.json` and `constants.safetensors` into a folder. */
  save(folder: string): Promise<void>
  /**
   * A picture of the first signature: SVG, one HTML page to look around in, DOT or Mermaid, as `file` ends.
   *
   * @throws ParamError for an option that is not one, an op to highlight that is not there, or a path where there is no file system
   * @example await graph.show({ file: 'model.html' })
   */
  show(options?: ShowOptions): Promise<string>
  /**
   * Compares the graph with its function, on arrays of noise: other values, edge values among them, and other sizes where
   * they are free. State and Variables are as before afterwards; where something differs, the first wrong node is named.
   *
   * @throws ParamError for an option that is not one, GraphError for a graph that was loaded or parsed, BackendError and UnsupportedOpError as `to`
   * @example (await graph.verify({ trials: 50, backends: ['ort', 'tfjs:wasm'] })).equal   // true
   */
  verify(options?: VerifyOptions): Promise<Verification>
  /** The engine's own compiled object for the first signature; on TensorFlow, `compile: 'xla'` fuses elementwise ops. */
  backendFn(options?: NativeOptions): Promise<NativeFunction>
  /**
   * Frees the programs; the graph cannot be called again. Graphs on other engines, and what `backendFn` gave, stay.
   * A graph that is only dropped is freed some time after the garbage collector has found it.
   */
  dispose(): void
}

/** A traced function: called like the original, with everything that is known of it beside. */
export type Graph<F extends AnyFunction = AnyFunction> = F & GraphMembers<F>

const natives = new WeakMap<GraphCall, Map<string | undefined, Promise<NativeFunction>>>()

const piecesOfFirst = ({ store }: GraphCall): readonly IrGraph[] =>
  piecesOf(firstTrace(store)).map((piece) => cleanPiece(store, piece))

/** The function that users call, with its members. */
export function userGraph(call: GraphCall): Graph {
  const { engine, store } = call
  let disposed = false
  const graph = (...args: unknown[]): unknown => {
    try {
      if (disposed) throw new GraphError({ because: 'it was disposed', instead: 'Trace the function again' })
      return call.run(args, graph)
    } catch (error) {
      // A call of an async function never throws.
      if (store.isAsync) return Promise.reject(locate(error, graph))
      throw locate(error, graph)
    }
  }
  async function moveTo(
    backend: string,
    { returnBackendTracedFn = false, dtypePolicy = call.policy }: ToOptions = {},
  ): Promise<Graph> {
    const there = new GraphCall(store, await engineFor(backend, 'to'), dtypePolicy)
    try {
      await withHostCopies(heldArrays(store, there.engine), () => compileAll(there))
    } catch (error) {
      there.dispose()
      throw error
    }
    const moved = userGraph(there)
    if (returnBackendTracedFn) await moved.backendFn()
    return moved
  }
  const members: Omit<GraphMembers, 'backend'> & { readonly backend: string } = {
    isGraph: true,
    get [irKey]() {
      const { fn, receiver } = store
      return { ...store.open(asOneGraph(firstTrace(store))), fn, receiver }
    },
    get [functionKey]() {
      return store.fn as AnyFunction | undefined
    },
    backend: engine.backend.name,
    device: engine.device,
    get initialized() {
      return store.traces.length > 0
    },
    initialize(args) {
      if (!Array.isArray(args)) {
        const because = 'it takes the arguments as an array'
        throw new ParamError({ op: 'initialize', param: 'args', value: args, because })
      }
      const variant = call.prepare(args)
      return variant instanceof Promise ? variant.then(() => {}) : undefined
    },
    get inputs() {
      return piecesOfFirst(call)[0]!.inputs
    },
    get nodes() {
      return piecesOfFirst(call).flatMap(({ nodes }) => nodes)
    },
    get outputs() {
      const trace = firstTrace(store)
      return cleanPiece(store, piecesOf(trace).find(({ read }) => read === undefined) ?? trace).outputs
    },
    get constants() {
      return piecesOfFirst(call).flatMap(({ constants }) => constants)
    },
    get signatures() {
      return store.traces.toReversed().map((trace) => cleanPiece(store, trace))
    },
    toString({ dims = 'concrete', loc = false }: PrintOptions = {}) {
      const trace = firstTrace(store)
      if (trace instanceof Piece && trace.read !== undefined) return printPieces(store, trace, { dims, loc })
      const variant = dims === 'concrete' ? store.first(trace) : undefined
      const printed = variant?.specialization.graph ?? store.open(trace).graph
      return printGraph(printed, { dims, loc, ...(variant && { sizes: withoutNames(trace, variant.sizes) }) })
    },
    toSource() {
      return call.program(firstVariant(call)).source()
    },
    to: moveTo,
    explain: () => explainGraph(call),
    listFunctionFrequencies() {
      const counts: Record<string, number> = {}
      for (const { op } of piecesOfFirst(call).flatMap(({ nodes }) => allNodes(nodes)))
        counts[op.def.name] = (counts[op.def.name] ?? 0) + 1
      return counts
    },

    save: async (folder) => {
      firstTrace(store)
      await saveGraph(call, folder)
    },
    // Imported late: pictures are a part that programs do without.
    show: async (options = {}) => (await import('./show.ts')).showGraph(call, options),
    // Imported late as well: only development needs it.
    verify: async (options = {}) => (await import('./verify.ts')).verifyGraphCall(call, options),
    backendFn: async (options = {}) => nativeFunction(call, options),
    dispose() {
      if (disposed) return
      disposed = true
      natives.delete(call)
      call.dispose()
    },
  }
  Object.defineProperties(graph, located(Object.getOwnPropertyDescriptors(members)))
  return graph as unknown as Graph
}

/** Compiles everything known for an engine, so that all gaps show at once. */
export function compileAll(call: GraphCall): void {
  const { store } = call
  for (const trace of store.traces) {
    store.first(trace)
    for (const piece of piecesOf(trace)) for (const variant of store.variants(piece)) call.program(variant)
  }
}

/** Arrays that a graph holds, or finds at each call: those of other engines than this one. */
export const heldArrays = ({ traces }: TraceStore, engine?: Engine): readonly NDArray[] =>
  elsewhere(
    traces.flatMap(({ raw }) => [
      ...raw.constants.map(({ array }) => array),
      ...raw.slots.map(({ source }) => source.read()),
    ]),
    engine,
  )

/** The engine's own object for the first signature, built once. */
function nativeFunction(call: GraphCall, { compile }: NativeOptions): Promise<NativeFunction> {
  checkCompiles(call.engine, compile)
  const made = natives.get(call) ?? new Map<string | undefined, Promise<NativeFunction>>()
  natives.set(call, made)
  const known = made.get(compile)
  if (known !== undefined) return known
  const { backend, device } = call.engine
  const variant = firstVariant(call)
  const { specialization, sizes } = variant
  const built = backend.compileGraph
    ? withHostCopies(heldArrays(call.store), () =>
        backend.compileGraph!({ graph: specialization.graph, sizes }, device, { compile }),
      )
    : call.program(variant).native()
  made.set(compile, built)
  return built
}

/**
 * Refuses an engine that has no compiled object of its own.
 *
 * @throws BackendError
 */
export function checkCompiles({ backend, key }: Engine, compile?: 'xla'): void {
  if (backend.compileGraph !== undefined) return
  if (compile !== undefined) {
    const because = `compile: '${compile}' is for TensorFlow`
    throw new BackendError({ backend: key, because, instead: "Leave it out, or move to 'tfjs:node'" })
  }
  if (backend.compileNative !== undefined) return
  throw new BackendError({
    backend: key,
    because: 'its adapter builds no compiled object of its own yet',
    instead:
      'Leave out returnBackendTracedFn and call the graph itself, or move it to another engine by graph.to(name)',
  })
}
