import type { HostArray } from '../../op.ts'
import type { MaybePromise } from '../../runtime/backend.ts'
import type { Engine } from '../../runtime/engine.ts'
import type { NDArray } from '../../runtime/nd-array.ts'
import { onEngine, referenceEngine } from '../../runtime/set-backend.ts'
import { withSeed } from '../../runtime/random-stream.ts'
import { GraphCall } from '../../trace/graph-call.ts'
import type { CallTree } from '../../trace/call-tree.ts'
import { Piece, piecesOf } from '../../trace/piece.ts'
import { runAgain } from '../../trace/rerun.ts'
import { sizesOf } from '../../trace/trace.ts'
import { stateOf } from '../../trace/state.ts'
import { isSizeError } from '../../trace/size-errors.ts'
import { TraceStore } from '../../trace/trace-store.ts'
import { argumentsOf, type Made, type Template } from './arguments.ts'
import { EndlessCall, withTurnLimit } from '../../runtime/turn-limit.ts'
import { GuardedWalk, mostTurns } from './guarded-walk.ts'
import { type Outcome, outcomeOf, type Watch } from './outcome.ts'
import { type Place, placesOf, remembered } from './places.ts'
import { piecesTo, Way } from './way.ts'

/** The way of the function through its pieces in one call, and the piece where it ends. */
export interface Explored {
  readonly way: Way
  readonly end: Piece
}

/** One call: the function and its graph on engines, each from the same state and with the same random numbers. */
export class Trial {
  readonly store: TraceStore
  readonly seed: number
  /** Whether the function runs at each call. */
  readonly reruns: boolean
  readonly #template: Template
  readonly #arrays: readonly HostArray[]
  /** The ends of all ways that were seen. */
  readonly #ends: Piece[] = []

  constructor(
    store: TraceStore,
    template: Template,
    arrays: readonly HostArray[],
    { seed, reruns }: { readonly seed: number; readonly reruns: boolean },
  ) {
    this.store = store
    this.#template = template
    this.#arrays = arrays
    this.seed = seed
    this.reruns = reruns
  }

  /**
   * Lets the function show what it does, before anything is written anywhere; undefined where it throws, which the calls
   * that are compared judge.
   *
   * @throws EndlessCall when it does not come to an end
   */
  async explore(engine: Engine): Promise<Explored | undefined> {
    const graph = new GraphCall(this.store, engine)
    try {
      return await this.#restoring(async () => {
        const call = this.store.split(this.#make(engine).args, engine)
        const walk = new GuardedWalk(graph, call, { joins: !this.reruns })
        const end = await withSeed(this.seed, () => this.#endOf(graph, call, walk))
        walk.end()
        const { thrown } = end.ending
        if (thrown?.error instanceof EndlessCall) throw thrown.error
        this.#ends.push(end)
        return { end, way: Way.to(end, call.leaves, this.#arrays, this.seed) }
      })
    } catch (error) {
      if (error instanceof EndlessCall) throw error
      return undefined
    } finally {
      graph.dispose()
    }
  }

  #endOf(graph: GraphCall, call: CallTree, walk: GuardedWalk): MaybePromise<Piece> {
    const { store } = this
    const run = (): MaybePromise<Piece> => store.trace(call, graph.engine, walk)
    const found = this.reruns ? undefined : store.find(call)
    if (!(found instanceof Piece)) return run()
    try {
      if (found.read === undefined) {
        store.variant(found, sizesOf(found.raw.inputs, call.leaves))
        return found
      }
      const arrival = walk.follow(found)
      if (!(arrival instanceof Promise)) return arrival?.piece ?? run()
      return arrival.then((one) => one?.piece ?? run())
    } catch (error) {
      if (isSizeError(error)) return run()
      throw error
    }
  }

  /** Whether an engine's own functions compute what the function gives. */
  get runsElsewhere(): boolean {
    return this.store.mixes === true || this.#template.sample.natives.some((engine) => engine !== undefined)
  }

  /** The function itself, on the reference. */
  function(explored: Explored | undefined): Promise<Outcome> {
    return this.#outcome(referenceEngine, explored, (args) => this.callFunction(args), { givesOwn: false })
  }

  /** What the function does with an engine's own functions and arrays of ours it does in traces only. */
  callFunction(args: unknown[]): unknown {
    return withTurnLimit(mostTurns, () => this.#callFunction(args))
  }

  #callFunction(args: unknown[]): unknown {
    const { store } = this
    const { fn, receiver, isAsync, mixes } = store
    if (mixes !== true) return onEngine(referenceEngine, () => fn!.apply(receiver, args), { isAsync })
    const fresh = new TraceStore(fn, receiver, store.options)
    const below = (): unknown => new GraphCall(fresh, referenceEngine).run(args, below)
    return below()
  }

  /** The graph, as its caller calls it. */
  graph(call: GraphCall, explored: Explored | undefined): Promise<Outcome> {
    const { store } = this
    const { engine } = call
    const runs = this.reruns && store.mixes !== true
    const run = (args: unknown[]): unknown => {
      const below = (): unknown => call.run(args, below)
      if (!runs) return below()
      return runAgain(store, store.split(args, engine), engine, (array) => engine.adopt(array))
    }
    return this.#outcome(engine, explored, run, { givesOwn: !runs })
  }

  /** Runs something with arguments of this trial, which finds everything as it was and leaves it so. */
  running<T>(engine: Engine, run: (args: unknown[]) => MaybePromise<T>): Promise<T> {
    return this.#restoring(async () => {
      const { args } = this.#make(engine)
      return await withSeed(this.seed, () => run(args))
    })
  }

  async #outcome(
    engine: Engine,
    explored: Explored | undefined,
    run: (args: unknown[]) => unknown,
    { givesOwn }: { readonly givesOwn: boolean },
  ): Promise<Outcome> {
    let made: readonly NDArray[] = []
    const outcome = await this.#restoring(() => {
      const { args, arrays } = this.#make(engine)
      made = arrays
      const watches = (): readonly Watch[] => (explored === undefined ? [] : this.#watches(explored))
      return outcomeOf(() => run(args), { watches, seed: this.seed, givesOwn })
    })
    if (givesOwn) for (const array of made) array.dispose()
    return outcome
  }

  async #restoring<T>(fn: () => Promise<T>): Promise<T> {
    const restore = remembered(this.#places.values(), this.#template.sample)
    try {
      return await fn()
    } finally {
      restore()
    }
  }

  get #places(): ReadonlyMap<unknown, Place> {
    return placesOf([...this.store.traces.flatMap(piecesOf), ...this.#ends.flatMap(piecesTo)])
  }

  #make(engine: Engine): Made {
    return argumentsOf(this.#template, this.#arrays, engine)
  }

  /** What the function writes, in the order of the outputs of its way. */
  #watches({ end }: Explored): readonly Watch[] {
    const { states } = this.#template.sample
    const places = this.#places
    return end.ending.sinks.map((sink): Watch => {
      if (sink.of === 'place') {
        const { label: name, read } = places.get(sink.place)!
        return { name, read }
      }
      const { label, object } = states[sink.index]!
      return { name: `the state of ${label}`, read: () => stateOf(object.deref()).get() }
    })
  }
}
