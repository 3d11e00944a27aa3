import { locateAt, ParamError } from '../errors.ts'
import { isValue, recording } from '../interpreter.ts'
import { countLeaves } from '../ir/tree-spec.ts'
import { convert } from '../numerics/convert.ts'
import type { Engine } from '../runtime/engine.ts'
import { keep } from '../runtime/memory.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { Program } from '../runtime/program.ts'
import { reserve } from '../runtime/random-stream.ts'
import { type Caller, userLine } from '../source.ts'
import type { DType } from '../types/dtype.ts'
import { type ConcreteType, type TensorType, tensorType } from '../types/tensor-type.ts'
import { Baking } from './baking.ts'
import type { CallTree } from './call-tree.ts'
import { asNative } from './native-code.ts'
import { sizesOf, type Trace } from './trace.ts'
import { unflatten } from './tree.ts'
import {
  bakedProgramOf,
  type DTypePolicy,
  isSizeError,
  programOf,
  type TraceStore,
  type Variant,
} from './trace-store.ts'

/** A call whose arguments are arrays alone, remembered by their types. */
interface Shortcut {
  readonly types: readonly TensorType[]
  readonly program: Program
  readonly trace: Trace
  readonly single: boolean
}

const maxShortcuts = 8

/** Calls a traced function on one engine. */
export class GraphCall {
  readonly store: TraceStore
  readonly engine: Engine
  readonly policy: DTypePolicy
  /** Arrays of other engines that were copied at the border. */
  copies = 0
  hits = 0
  #shortcuts: Shortcut[] = []
  readonly #bakings = new WeakMap<Variant, Baking>()

  constructor(store: TraceStore, engine: Engine, policy: DTypePolicy = 'strict') {
    this.store = store
    this.engine = engine
    this.policy = policy
    store.join(engine, policy)
  }

  /** `below` is the public function that was called, for the lines of errors that come after an await. */
  run(args: readonly unknown[], below: Caller): unknown {
    const quick = this.#shortcut(args)
    if (quick !== undefined) {
      this.hits++
      const outs = quick.program.call(
        args as readonly NDArray[],
        quick.trace.raw.draws === 0 ? 0 : reserve(quick.trace.raw.draws),
      )
      const value = quick.single ? outs[0] : unflatten(quick.trace.raw.result, outs)
      return this.store.isAsync ? Promise.resolve(value) : value
    }
    const call = this.store.split(args, this.engine)
    if (call.traced || recording() !== undefined) return this.#inside(args)
    const trace = this.store.find(call)
    if (trace === undefined) return this.#first(call, args, below)
    this.hits++
    const value = this.#execute(trace, call, args, below)
    return this.store.isAsync && !(value instanceof Promise) ? Promise.resolve(value) : value
  }

  /** Traces for a call without running it; the variant is compiled so that gaps show. */
  prepare(args: readonly unknown[]): Variant | Promise<Variant> {
    const call = this.store.split(args, this.engine)
    const ready = (trace: Trace): Variant => {
      const variant = this.store.variant(trace, sizesOf(trace.raw, call.leaves))
      if (this.#bakedProgram(variant, slotsOf(variant)) === undefined) this.program(variant)
      return variant
    }
    const trace = this.store.find(call) ?? this.store.trace(call, this.engine)
    return trace instanceof Promise ? trace.then(ready) : ready(trace)
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

  #first(call: CallTree, args: readonly unknown[], below: Caller): unknown {
    const trace = this.store.trace(call, this.engine)
    if (!(trace instanceof Promise)) return this.#execute(trace, call, args)
    const line = userLine(below)
    return trace
      .then((made) => this.#execute(made, call, args))
      .catch((error: unknown) => {
        throw locateAt(error, line)
      })
  }

  /** Without `below` the trace was made for this very call. */
  #execute(trace: Trace, call: CallTree, args: readonly unknown[], below?: Caller): unknown {
    const sizes = sizesOf(trace.raw, call.leaves)
    let variant: Variant
    try {
      variant = this.store.variant(trace, sizes)
    } catch (error) {
      // The function would meet the same error for these sizes, and may handle it.
      if (!isSizeError(error) || this.store.fn === undefined || below === undefined) throw error
      return this.#first(call, args, below)
    }
    const held = slotsOf(variant)
    const fixed = this.#bakedProgram(variant, held)
    const program = fixed ?? this.program(variant)
    const given = fixed === undefined ? [...call.leaves, ...held] : call.leaves
    const inputs = given.map((array, i) => this.#adopt(array, program.legal.inputs[i]!.type.dtype))
    const outs = program.call(inputs, trace.raw.draws === 0 ? 0 : reserve(trace.raw.draws))
    this.#remember(trace, call, args, program)
    writeBack(trace, call, outs)
    const home = call.native ? call.leaves[0]!.engine : call.leaves.length === 0 ? trace.home : undefined
    const results = outs.slice(0, countLeaves(trace.raw.result))
    const value = home === undefined ? results : results.map((array) => asNative(array, home))
    // They were made for this call, and hold on to what the caller may want to free.
    for (const place in call.natives) call.leaves[place]!.dispose()
    return unflatten(trace.raw.result, value)
  }

  /** Frees the programs that no other graph of the function runs; this one cannot be called any more. */
  dispose(): void {
    this.#shortcuts = []
    for (const trace of this.store.traces) {
      for (const variant of this.store.variants(trace)) this.#bakings.get(variant)?.dispose()
    }
    this.store.leave(this.engine, this.policy)
  }

  /** The program of a variant on this engine. */
  program(variant: Variant): Program {
    return programOf(variant, this.engine, this.policy, this.store.options)
  }

  /** The program of a variant with what its slots hold now as constants, where that pays. */
  #bakedProgram(variant: Variant, held: readonly NDArray[]): Program | undefined {
    const { engine, policy } = this
    const { options } = this.store
    // What a graph itself writes changes at each call.
    const pays = held.length > 0 && variant.trace.raw.writes.length === 0 && options.arrayCaching !== false
    if (!pays) return undefined
    const baking = this.#bakings.get(variant) ?? new Baking()
    this.#bakings.set(variant, baking)
    return baking.programFor(held, () => bakedProgramOf(variant, held, engine, policy, options))
  }

  #adopt(array: NDArray, dtype: DType): NDArray {
    if (array.engine === this.engine && array.dtype === dtype) return array
    this.copies++
    if (array.dtype === dtype) return this.engine.adopt(array)
    const { data } = convert({ dtype: array.dtype, shape: array.type.shape, data: array.host() }, dtype)
    return this.engine.upload(data, tensorType(dtype, array.type.shape) as ConcreteType)
  }

  #shortcut(args: readonly unknown[]): Shortcut | undefined {
    if (this.#shortcuts.length === 0 || recording() !== undefined) return undefined
    search: for (const shortcut of this.#shortcuts) {
      const { types } = shortcut
      if (args.length !== types.length) continue
      for (let i = 0; i < types.length; i++) {
        const arg = args[i]
        if (
          !(arg instanceof NDArray) ||
          arg.type !== types[i] ||
          arg.engine !== this.engine ||
          arg.recorder !== null
        )
          continue search
      }
      return shortcut
    }
    return undefined
  }

  #remember({ raw, guards }: Trace, call: CallTree, args: readonly unknown[], program: Program): void {
    const plain =
      raw.slots.length === 0 && guards.length === 0 && raw.writes.length === 0 && args.every(isValue)
    if (!plain || call.leaves.some((array) => array.engine !== this.engine)) return
    const trace = this.store.traces.find((one) => one.raw === raw)!
    const shortcut = {
      types: call.leaves.map(({ type }) => type),
      program,
      trace,
      single: raw.result.kind === 'leaf',
    }
    this.#shortcuts = [shortcut, ...this.#shortcuts.slice(0, maxShortcuts - 1)]
  }
}

/** What the places hold that a variant reads from at each call. */
const slotsOf = ({ specialization }: Variant): readonly NDArray[] =>
  specialization.graph.slots.map(({ source }) => source.read() as NDArray)

/** Gives stateful objects and Variables what the function left in them. */
function writeBack(trace: Trace, call: CallTree, outs: readonly NDArray[]): void {
  trace.raw.writes.forEach(({ spec, from }, i) => {
    const sink = trace.sinks[i]!
    const written = outs.slice(from, from + countLeaves(spec))
    // State outlives a `tidy` around the call.
    written.forEach(keep)
    const value = unflatten(spec, written)
    if (sink.of === 'place') sink.write(value as NDArray)
    else call.states[sink.index]!.access.set(value)
  })
}
