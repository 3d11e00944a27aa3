import { locateAt, ParamError } from '../errors.ts'
import { isFollowed, recording } from '../interpreter.ts'
import { countLeaves } from '../ir/tree-spec.ts'
import { convert } from '../numerics/convert.ts'
import type { MaybePromise } from '../runtime/backend.ts'
import { isBeside } from '../runtime/beside.ts'
import type { Engine } from '../runtime/engine.ts'
import { track } from '../runtime/memory.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { Runnable } from '../runtime/program.ts'
import { giveBack, type Places, reserve, standing } from '../runtime/random-stream.ts'
import { followsAsync } from '../runtime/scope.ts'
import { type Caller, userLine } from '../source.ts'
import type { DType } from '../types/dtype.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'
import { Audit } from './audit.ts'
import { Bakings } from './bakings.ts'
import { noteAnswer, refuseWrite } from './beside-call.ts'
import { astray, unmatched } from './call-plan.ts'
import { CallStub } from './call-stub.ts'
import type { CallTree } from './call-tree.ts'
import { asNative } from './native-code.ts'
import { Piece, piecesOf } from './piece.ts'
import { refuseFollowed } from './refuse-followed.ts'
import { runAgain } from './rerun.ts'
import { chain } from './chain.ts'
import { sizesOf, type Trace } from './trace.ts'
import { refuseSpecs } from './spec.ts'
import { unflatten } from './tree.ts'
import { isSizeError, undecided } from './size-errors.ts'
import type { TraceStore } from './trace-store.ts'
import { type DTypePolicy, programOf, type Variant } from './variant.ts'
import { type Arrival, Walk } from './walk.ts'
import { writeBack } from './write-back.ts'

/** Calls a traced function on one engine. */
export class GraphCall {
  readonly store: TraceStore
  readonly engine: Engine
  readonly policy: DTypePolicy
  /** Arrays of other engines that were copied at the border. */
  copies = 0
  hits = 0
  /** Where the function is held against the graph at some calls. */
  readonly audit: Audit | undefined
  readonly #stub = new CallStub(this)
  readonly #bakings: Bakings

  constructor(store: TraceStore, engine: Engine, policy: DTypePolicy = 'strict') {
    this.store = store
    this.engine = engine
    this.policy = policy
    this.#bakings = new Bakings(engine, policy, store.options)
    this.audit = store.options.audit === true ? new Audit() : undefined
    store.join(engine, policy)
  }

  /** `below` is the public function that was called, for the lines of errors that come after an await. */
  run(args: readonly unknown[], below: Caller): unknown {
    if (isFollowed() && this.store.fn !== undefined) return this.#inside(args)
    if (isFollowed()) refuseFollowed(args)
    const quick = this.store.reruns.all ? unmatched : this.#stub.run(args)
    if (quick !== unmatched && quick !== astray) {
      this.hits++
      return this.#settled(quick)
    }
    const call = this.store.split(args, this.engine)
    if (call.isOfSpecs) refuseSpecs()
    if (call.traced || recording() !== undefined) return this.#inside(args)
    const mayBeStep = isBeside()
    const answer = this.#settled(this.#answer(call, below))
    return mayBeStep ? noteAnswer(this.store, call, answer) : answer
  }

  /** A call of an async function gives a promise. */
  #settled(value: unknown): unknown {
    return this.store.isAsync && !(value instanceof Promise) ? Promise.resolve(value) : value
  }

  /** Whether it waits amid what no trace follows beyond a wait, so that it runs by itself at each call. */
  #isUnfollowed({ natives, states }: CallTree): boolean {
    const { fn, isAsync, reruns, options } = this.store
    if (fn === undefined || !isAsync) return false
    const hasState = states.length > 0 && (options.stateful ?? []).length === 0
    const hasNatives = natives.length > 0 && !followsAsync()
    if (hasState) reruns.awaitsState()
    else if (hasNatives) reruns.doubts()
    return hasState || hasNatives
  }

  #answer(call: CallTree, below: Caller): unknown {
    const { store } = this
    const isUnfollowed = this.#isUnfollowed(call)
    if (store.reruns.has(call.key)) {
      this.#stub.forget(call.key)
      // In traces only are an engine's own functions given our arrays, and dtypes that the engine lacks.
      if (!isUnfollowed && ((store.mixes ?? call.natives.length > 0) || this.policy !== 'strict'))
        return this.#run(call, new Walk(this, call, { joins: false }), below)
      return runAgain(store, call, this.engine, (array) => this.#adopt(array, array.dtype))
    }
    const trace = store.find(call)
    if (trace === undefined) return this.#run(call, new Walk(this, call), below)
    if (this.audit !== undefined && trace instanceof Piece)
      return this.#audited(this.audit, trace, call, below)
    if (!(trace instanceof Piece) || trace.read === undefined) {
      return chain(
        this.#sized(() => store.variant(trace, sizesOf(trace.raw.inputs, call.leaves))),
        (fit) =>
          fit === undefined ? this.#run(call, new Walk(this, call), below) : this.#execute(fit, call),
      )
    }
    const walk = new Walk(this, call)
    const arrived = this.#sized(() => walk.follow(trace))
    return chain(arrived, (arrival) => {
      if (arrival === undefined) return this.#run(call, walk.followable, below)
      this.hits++
      // What is read later is waited for by each call.
      if (!(arrived instanceof Promise)) this.#stub.learn(trace, walk.sizes, call)
      return this.#give(arrival, call, walk)
    })
  }

  /** As a call without audit; where one is due, the function runs beside the graph and has the last word. */
  #audited(audit: Audit, trace: Piece, call: CallTree, below: Caller): unknown {
    const walk = new Walk(this, call)
    return chain(
      this.#sized(() => walk.reachFitting(trace)),
      (last) => {
        if (last === undefined) return this.#run(call, walk.followable, below)
        if (audit.isDue(last)) {
          walk.expect(last)
          const run = (): MaybePromise<Piece> => this.store.trace(call, this.engine, walk)
          return this.#end(audit.beside(last, this.store.reruns, run), call, walk, below)
        }
        this.hits++
        return this.#give({ piece: last, outs: walk.run(last) }, call, walk)
      },
    )
  }

  /** Undefined for sizes that do not fit: the function would meet the same error, and may handle it. */
  #sized<T>(make: () => MaybePromise<T>): MaybePromise<T | undefined> {
    const refuse = (error: unknown): undefined => {
      if (!isSizeError(error) || this.store.fn === undefined) throw undecided(error)
    }
    try {
      const made = make()
      return made instanceof Promise ? made.catch(refuse) : made
    } catch (error) {
      return refuse(error)
    }
  }

  /** Traces for a call without running it; the variant is compiled so that gaps show. */
  prepare(args: readonly unknown[]): Variant | Promise<Variant | undefined> {
    const call = this.store.split(args, this.engine)
    if (this.#isUnfollowed(call)) return Promise.resolve(undefined)
    const ready = (trace: Trace): Variant => {
      const sizes = call.isOfSpecs ? trace.hints : sizesOf(trace.raw.inputs, call.leaves)
      const variant = this.store.variant(trace, sizes)
      if (this.#bakings.programFor(variant, slotsOf(variant)) === undefined) this.program(variant)
      return variant
    }
    const found = call.isOfSpecs ? undefined : this.store.find(call)
    if (found !== undefined) return ready(found)
    const walk = new Walk(this, call)
    const before = standing()
    const ended = this.store.trace(call, this.engine, walk)
    return chain(ended, (piece) => {
      walk.end()
      if (this.store.drawsLate) giveBack(before, walk.drawn)
      if (walk.hasWritten) refuseWrite(this.store)
      if (piece.ending.thrown !== undefined) throw piece.ending.thrown.error
      return ready(piece.root)
    })
  }

  /** Inside another trace the function itself runs, under the outer tracer. */
  #inside(args: readonly unknown[]): unknown {
    const { fn, receiver } = this.store
    if (fn !== undefined) return fn.apply(receiver, [...args])
    throw new ParamError({
      op: 'graph',
      param: 'call',
      value: 'inside a trace',
      because: 'a graph without its function cannot be part of another trace',
      instead: 'Call it outside, or trace the function again',
    })
  }

  /** The function shows what it does for a call, as far as the pieces that were passed do not tell. */
  #run(call: CallTree, walk: Walk, below: Caller): unknown {
    const counted = (piece: Piece): Piece => this.audit?.counted(piece) ?? piece
    return this.#end(chain(this.store.trace(call, this.engine, walk), counted), call, walk, below)
  }

  /** Gives what a run of the function ended with. */
  #end(ended: MaybePromise<Piece>, call: CallTree, walk: Walk, below: Caller): unknown {
    const give = (piece: Piece): unknown => {
      const value = this.#give({ piece, outs: walk.run(piece) }, call, walk)
      if (piece.ending.thrown !== undefined) throw piece.ending.thrown.error
      return value
    }
    if (!(ended instanceof Promise)) return give(ended)
    const line = userLine(below)
    return ended.then(give).catch((error: unknown) => {
      throw locateAt(error, line)
    })
  }

  #give({ piece, outs }: Arrival, call: CallTree, walk: Walk): unknown {
    const value = this.#result(piece, call, outs)
    walk.end()
    return value
  }

  #execute(variant: Variant, call: CallTree): unknown {
    const { trace } = variant
    const { draws } = trace.raw
    this.hits++
    const outs = this.#outputs(variant, call.leaves, draws === 0 ? 0 : reserve(draws))
    this.#stub.learn(trace, variant.sizes, call)
    return this.#result(trace, call, outs)
  }

  /** The outputs of a piece for values on any engine. */
  runPiece(
    piece: Piece,
    sizes: ReadonlyMap<string, number>,
    given: readonly NDArray[],
    places: Places,
  ): readonly NDArray[] {
    return this.#outputs(this.variantOf(piece, sizes, given), given, places)
  }

  /**
   * A piece for values of these types.
   *
   * @throws ShapeError where they do not fit it
   */
  variantOf(piece: Trace, sizes: ReadonlyMap<string, number>, given: readonly NDArray[]): Variant {
    if (!(piece instanceof Piece) || piece.parent === undefined) return this.store.variant(piece, sizes)
    return this.store.pieceVariant(piece, sizes, () => given.map(({ type }) => type))
  }

  #outputs(variant: Variant, leaves: readonly NDArray[], places: Places): readonly NDArray[] {
    const held = slotsOf(variant)
    const fixed = this.#bakings.programFor(variant, held)
    const program = fixed ?? this.program(variant)
    const given = fixed === undefined ? [...leaves, ...held] : leaves
    const inputs = given.map((array, i) => this.#adopt(array, program.given[i]!.dtype))
    return program.call(inputs, places)
  }

  /** What the function gives, and what it leaves in its places. */
  #result(trace: Trace, call: CallTree, outs: readonly NDArray[]): unknown {
    const { result } = trace instanceof Piece ? trace.ending : trace.raw
    writeBack(trace, call.states, outs)
    const home = call.native ? call.leaves[0]!.engine : call.leaves.length === 0 ? trace.home : undefined
    const results = outs.slice(0, countLeaves(result))
    // They are the caller's, unlike what was made on the way.
    results.forEach(track)
    const value = home === undefined ? results : results.map((array) => asNative(array, home))
    // They were made for this call, and hold on to what the caller may want to free.
    for (const place in call.natives) call.leaves[place]!.dispose()
    return unflatten(result, value)
  }

  /** Frees the programs that no other graph of the function runs; this one cannot be called any more. */
  dispose(): void {
    this.#stub.clear()
    for (const piece of this.store.traces.flatMap(piecesOf)) {
      for (const variant of this.store.variants(piece)) this.#bakings.dispose(variant)
    }
    this.store.leave(this.engine, this.policy)
  }

  /** The program of a variant with what its slots hold as constants, where that pays. */
  bakedProgram(variant: Variant, held: readonly NDArray[]): Runnable | undefined {
    return this.#bakings.programFor(variant, held)
  }

  /** The program of a variant on this engine. */
  program(variant: Variant): Runnable {
    return programOf(variant, this.engine, this.policy, this.store.options)
  }

  #adopt(array: NDArray, dtype: DType): NDArray {
    if (array.engine === this.engine && array.dtype === dtype) return array
    this.copies++
    if (array.dtype === dtype) return this.engine.adopt(array)
    const { data } = convert({ dtype: array.dtype, shape: array.type.shape, data: array.host() }, dtype)
    return this.engine.upload(data, tensorType(dtype, array.type.shape) as ConcreteType)
  }
}

/** What the places hold that a variant reads from at each call. */
const slotsOf = ({ specialization }: Variant): readonly NDArray[] =>
  specialization.graph.slots.map(({ source }) => source.read() as NDArray)
