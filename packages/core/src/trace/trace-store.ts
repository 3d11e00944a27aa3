import { GuardError, ShapeError } from '../errors.ts'
import type { Graph, SizedGraph } from '../ir/graph.ts'
import { concretize, specialize } from '../ir/specialize.ts'
import { clean, type Cleaned } from '../passes/pipeline.ts'
import type { MaybePromise } from '../runtime/backend.ts'
import type { Engine } from '../runtime/engine.ts'
import type { LazyLine } from '../source.ts'
import { untracked } from '../runtime/memory.ts'
import { assuming, holds, symbolsOf, UndecidedSize } from '../types/dim.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { warn } from '../runtime/warn.ts'
import { type CallSample, sampleOf } from './call-sample.ts'
import { type CallTree, callTree } from './call-tree.ts'
import { KnownForms } from './known-forms.ts'
import { MetSizes } from './met-sizes.ts'
import { classKey } from './object-state.ts'
import type { TraceOptions } from './options.ts'
import { nameConflict } from './named-sizes.ts'
import { openGraph } from './open-graph.ts'
import type { Path } from './path.ts'
import { type Piece, piecesOf } from './piece.ts'
import { isOutdated } from './frozen-places.ts'
import { Reruns } from './reruns.ts'
import { type Trace, traceOnce } from './trace.ts'
import { TraceIndex } from './trace-index.ts'
import { type DTypePolicy, programsKey, type Specialization, type Variant } from './variant.ts'
import type { Walk } from './walk.ts'

/** How many specializations of a trace are kept, those used last. */
const mostSpecializations = 64
const maxStatics = 16

export type UserFunction = (...args: unknown[]) => unknown

/** All that is known of one traced function: its traces, their specializations and variants. Shared by its graphs on all engines. */
export class TraceStore {
  /** Undefined for a graph that was loaded or parsed. */
  readonly fn: UserFunction | undefined
  readonly receiver: unknown
  readonly options: TraceOptions
  readonly #index = new TraceIndex()
  /** How often the function ran. */
  runs = 0
  /** Whether the function is async; of one that only returns promises it is known after its first run. */
  isAsync: boolean
  /** Whether it runs in traces only, as far as is known. */
  mixes: boolean | undefined
  /** Whether it draws after it has waited, where the platform does not tell whose work that is. */
  drawsLate = false
  /** How many graphs run the programs of an engine and a dtype policy. */
  readonly #users = new Map<string, number>()
  /** What the calls that were traced were given beside their trees, by the first piece. */
  readonly samples = new WeakMap<Trace, CallSample>()
  /** The first values of static arguments. */
  readonly #statics = new Set<string>()
  readonly #specializations = new WeakMap<Graph, Specialization[]>()
  readonly #forms = new KnownForms()
  readonly #sizes = new MetSizes()
  readonly reruns: Reruns
  /** For messages. */
  readonly name: string

  constructor(fn: UserFunction | undefined, receiver: unknown, options: TraceOptions) {
    this.fn = fn
    this.isAsync = fn?.constructor.name === 'AsyncFunction'
    this.receiver = receiver
    this.options = options
    this.name = fn?.name ? `'${fn.name}'` : 'the function'
    this.reruns = new Reruns(this.name, options.rerun)
  }

  /** One graph more runs the programs of an engine. */
  join(engine: Engine, policy: DTypePolicy): void {
    const key = programsKey(engine, policy)
    this.#users.set(key, (this.#users.get(key) ?? 0) + 1)
  }

  /** One graph less; the last one's programs are freed. */
  leave(engine: Engine, policy: DTypePolicy): void {
    const key = programsKey(engine, policy)
    const left = this.#users.get(key)! - 1
    this.#users.set(key, left)
    if (left > 0) return
    for (const { programs } of this.traces.flatMap(piecesOf).flatMap((piece) => this.variants(piece))) {
      programs.get(key)?.program.dispose()
      programs.delete(key)
    }
  }

  split(args: readonly unknown[], engine: Engine): CallTree {
    const call = callTree(args, this.options, engine)
    // A function may ask for methods and prototypes; a file knows no classes.
    const classes = this.fn === undefined ? '' : classKey(call.states)
    return classes === '' ? call : { ...call, key: `${call.key} ${classes}` }
  }

  /** The trace that serves a call, if the function showed all that it needs. */
  find(call: CallTree): Trace | undefined {
    return this.#index.find(call)
  }

  /** Newest first. */
  get traces(): readonly Trace[] {
    return this.#index.traces
  }

  /**
   * Runs the function for a call that no trace serves.
   *
   * @throws GuardError when there is no function
   */
  trace(call: CallTree, engine: Engine, walk: Walk): MaybePromise<Piece> {
    this.#checkNames(call)
    if (this.fn === undefined) return noFunction(this, call)
    this.runs++
    this.#countStatics(call)
    const { fn, receiver, options } = this
    const bakeRandom = options.includeGenerators === false
    const { inputs } = walk
    const path = (): Path => walk.path()
    const noteMix = (mixes: boolean): void => void (this.mixes = this.mixes === true || mixes)
    const toldImpure = (what: string, line: LazyLine): void => this.reruns.impure(what, line)
    const { impure } = options
    const freezes = options.freeze === true
    const run = { fn, receiver, call, engine, bakeRandom, freezes, path, inputs, noteMix, impure, toldImpure }
    const result = untracked(() => traceOnce(run))
    const sample = sampleOf(call)
    const noted = (piece: Piece): Piece => {
      this.samples.set(piece.root, sample)
      return piece
    }
    if (!(result instanceof Promise)) return noted(result)
    this.isAsync = true
    return result.then(noted)
  }

  /** Each new value of a static argument runs the function again, which many values make slow. */
  #countStatics({ statics }: CallTree): void {
    if (statics === '' || this.#statics.size > maxStatics) return
    this.#statics.add(statics)
    if (this.#statics.size <= maxStatics) return
    warn(
      `traceGraph: ${this.name} was called with more than ${maxStatics} values of its static arguments, and was traced again for each. Pass what changes often as an array or a number, not as a static argument.`,
    )
  }

  /** Refuses a call that fits a trace but for one name that would be two sizes. */
  #checkNames(call: CallTree): void {
    if (call.isOfSpecs) return
    for (const trace of this.traces) {
      const named = this.fn === undefined || (trace.named?.size ?? 0) > 0
      const because = named ? nameConflict(trace, call) : undefined
      if (because === undefined) continue
      const instead = 'Pass arrays that agree in it, or trace with another name for each'
      if (this.fn === undefined) throw new GuardError({ because, instead })
      throw new ShapeError({
        op: 'graph',
        shapes: call.leaves.map(({ type }) => type.shape),
        because,
        instead,
      })
    }
  }

  add(trace: Trace): Trace {
    for (const old of this.#index.frozen) if (isOutdated(old)) this.remove(old)
    this.#index.add(trace)
    return trace
  }

  remove(trace: Trace): void {
    this.#index.remove(trace)
    this.#forms.drop(trace)
  }

  /** A piece that goes on from others, for the types that its values have at these sizes. */
  pieceVariant(
    piece: Piece,
    sizes: ReadonlyMap<string, number>,
    types: () => readonly TensorType[],
  ): Variant {
    return this.#variant(piece, sizes, () => {
      const raw = (): Cleaned => this.#cleaned(piece, specialize(piece.raw, types(), undefined, sizes))
      const graph = assuming(sizes, raw).value
      return { graph: graph.graph, assumptions: [], passes: graph.report }
    })
  }

  /**
   * The trace for the sizes of a call.
   *
   * @throws ShapeError when its ops do not fit these sizes
   */
  variant(trace: Trace, sizes: ReadonlyMap<string, number>): Variant {
    return this.#variant(trace, sizes, () => this.#specialize(trace, sizes))
  }

  #variant(trace: Trace, sizes: ReadonlyMap<string, number>, make: () => Specialization): Variant {
    const { raw } = trace
    const key = [...sizes.values()].join()
    const known = this.#sizes.get(raw, key)
    if (known !== undefined) return known
    const variant: Variant = { trace, specialization: untracked(make), sizes, programs: new Map() }
    const graphs = (): readonly Graph[] => this.#index.byUse.flatMap(piecesOf).map((piece) => piece.raw)
    this.#sizes.add(raw, key, variant, graphs)
    return variant
  }

  /** The sizes that a trace was made with, or were met first; undefined while those of a graph made from text are open. */
  first(trace: Trace): Variant | undefined {
    const [met] = this.variants(trace)
    // Named sizes are shown as they are for most numbers.
    if (met !== undefined && (trace.named?.size ?? 0) === 0) return met
    const isOpen = trace.raw.inputs.some(({ type }) =>
      type.shape.flatMap(symbolsOf).some((name) => !trace.hints.has(name)),
    )
    return isOpen ? undefined : this.variant(trace, trace.hints)
  }

  /** The graph of a trace with names for the sizes that can be others. */
  open(trace: Trace): SizedGraph {
    const first = this.first(trace)
    if (first === undefined) return { graph: trace.raw, sizes: trace.hints }
    const open = untracked(() => openGraph(trace, first.sizes, (graph) => this.#cleaned(trace, graph).graph))
    return { ...open, ...(trace.named && { named: trace.named }) }
  }

  /** All sizes that were met, the first one first. */
  variants(trace: Trace): readonly Variant[] {
    return this.#sizes.of(trace.raw)
  }

  specializations(trace: Trace): readonly Specialization[] {
    return this.#specializations.get(trace.raw) ?? []
  }

  #specialize(trace: Trace, sizes: ReadonlyMap<string, number>): Specialization {
    const known = this.#specializations.get(trace.raw) ?? []
    this.#specializations.set(trace.raw, known)
    const at = known.findLastIndex(({ assumptions }) => holds(assumptions, sizes))
    if (at >= 0) {
      const [fits] = known.splice(at, 1)
      known.push(fits!)
      return fits!
    }
    const made = this.#forms.find(trace, sizes) ?? this.#clean(trace, sizes)
    if (known.push(made) > mostSpecializations) known.shift()
    return made
  }

  #cleaned({ observed }: Trace, graph: Graph): Cleaned {
    // A graph made from text or a file is what its text says.
    if (this.fn === undefined) return { graph, report: [] }
    const { arrayCaching = true, includeGenerators = true } = this.options
    return clean(graph, { arrayCaching, includeGenerators, includeCreation: observed.length === 0 })
  }

  #clean(trace: Trace, sizes: ReadonlyMap<string, number>): Specialization {
    const types = trace.raw.inputs.map(({ type }) => type)
    try {
      const { value, assumptions } = assuming(sizes, () => {
        const graph = specialize(trace.raw, types)
        const report = this.#forms.asRecorded(trace)
        if (report !== undefined) return { graph, report, isNew: false, changed: false }
        const cleaned = this.#cleaned(trace, graph)
        return { ...cleaned, isNew: this.fn !== undefined, changed: cleaned.graph !== graph }
      })
      const made = { graph: value.graph, assumptions, passes: value.report }
      if (value.isNew) this.#forms.add(trace, made, value.changed)
      return made
    } catch (error) {
      if (error instanceof UndecidedSize) throw error
      // The user knows sizes as numbers: the same rule refuses them with these.
      const concrete = concretize(trace.raw, sizes)
      specialize(
        concrete,
        concrete.inputs.map(({ type }) => type),
      )
      throw error
    }
  }
}

function noFunction(store: TraceStore, call: CallTree): never {
  const sameTree = store.traces.find((trace) => trace.key === call.key)
  throw new GuardError({
    because:
      sameTree === undefined
        ? `this graph was not traced for arguments like these: ${call.key}`
        : 'this graph holds for other sizes only',
    instead:
      'It was loaded or parsed, so its function is not there to run again: trace the function for such arguments and save it',
  })
}
