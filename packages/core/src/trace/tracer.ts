import { GraphError, StateError, TraceError } from '../errors.ts'
import { infer } from '../infer.ts'
import { isValue, type Operand, type Value } from '../interpreter.ts'
import { type Atom, type Slot, type SlotSource, type Var, variable } from '../ir/graph.ts'
import { originOf } from '../ir/part.ts'
import type { Op, Params } from '../op.ts'
import type { Key } from '../numerics/threefry.ts'
import { Recorder } from '../recorder.ts'
import type { AnyBackend, NativeRecording } from '../runtime/backend.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { drawOp } from '../runtime/program.ts'
import { keyOfDraw, reserve } from '../runtime/random-stream.ts'
import { type Caller, type LazyLine, userLine } from '../source.ts'
import { type Assumption, assuming, type Dim, evaluate, symbol } from '../types/dim.ts'
import type { Draw } from '../types/param.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { PartStack } from './part-stack.ts'
import { TracedArray } from './traced-array.ts'

/** Where a value that the function wrote goes after each call. */
export interface Write {
  readonly label: string
  /** The place itself, so that the last write to it wins. */
  readonly place: object
  readonly value: NDArray
  readonly sink: (value: NDArray) => void
}

/** A value that the function read from outside its arguments and that is not an array: the trace holds while it is the same. */
export interface ReadGuard {
  read(): unknown
  readonly value: unknown
}

const letters = ['n', 'm', 'k', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z']

/** Records what a function does with its arrays: ops, sizes that it reads, places that it reads from. */
export class Tracer extends Recorder {
  readonly engine: Engine
  /** Sizes of the traced call by symbol. */
  readonly hints = new Map<string, number>()
  /** Sizes that the function saw. */
  readonly observed: Assumption[] = []
  readonly slots: Slot[] = []
  readonly guards: ReadGuard[] = []
  readonly #slotOf = new Map<object, Map<string | symbol, TracedArray>>()
  readonly #labels = new Map<object, Map<string | symbol, string>>()
  readonly #named = new Map<string, number>()
  readonly #guarded = new Map<object, Set<string | symbol>>()
  readonly #own = new WeakSet<object>()
  readonly #bakeRandom: boolean
  readonly writes = new Map<object, Write>()
  /** What follows the engines' own functions. */
  readonly natives = new Map<AnyBackend['native'], NativeRecording>()
  /** The line of ops that stand for functions of an engine's own. */
  line: LazyLine | undefined
  /** Which part of a model is at work. */
  readonly parts: PartStack
  #poison: Error | undefined
  #closed = false

  constructor(
    engine: Engine,
    { bakeRandom, receiver }: { readonly bakeRandom: boolean; readonly receiver: unknown },
  ) {
    super()
    this.parts = new PartStack(receiver)
    this.engine = engine
    this.#bakeRandom = bakeRandom
  }

  /** A traced array for an argument; each of its sizes is free until it is read. */
  input(array: NDArray): TracedArray {
    const shape = array.type.shape.map((size) => {
      const index = this.hints.size
      const dim = symbol(letters[index] ?? `n${index}`)
      this.hints.set(dim.text, size)
      return dim
    })
    return this.wrap(variable(tensorType(array.dtype, shape)))
  }

  /** A traced array for an argument whose sizes the function sees by other ways than ours. */
  fixedInput(array: NDArray): TracedArray {
    return this.wrap(variable(array.type))
  }

  adopt(native: object): Value | undefined {
    for (const recording of this.natives.values()) {
      const value = recording.valueOf(native)
      if (value !== undefined) return value
    }
    return undefined
  }

  /** The value of a size in the traced call, without observing it. */
  sizeOf(dim: Dim): number {
    return evaluate(dim, this.hints)
  }

  /** Makes a size an assumption of the trace. */
  observe(dim: Dim): void {
    if (typeof dim === 'number') return
    const right = this.sizeOf(dim)
    if (this.observed.some((one) => one.left === dim && one.right === right)) return
    this.observed.push({ left: dim, right, equal: true })
  }

  override apply(op: Op, operands: readonly Operand[], params: Params, below: Caller): readonly Value[] {
    this.#checkOpen()
    const { random } = op.def.traits
    if (random && this.#bakeRandom) return this.#bake(op, params)
    // A composite that draws has a key as well, which its random ops take.
    const complete = params['key'] === null ? { ...params, key: this.#newKey() } : params
    this.loc = originOf(this.line ?? userLine(below), this.parts.current)
    const atoms = operands.map((operand) => this.lift(operand))
    try {
      // What `infer` assumes is found again when the graph is specialized.
      const { value, assumptions } = assuming(this.hints, () => this.append(op, atoms, complete))
      // The function sees how many arrays an op gives, which may follow a size.
      if (op.def.outputs === 'list') this.observed.push(...assumptions)
      return value.map((out) => this.wrap(out))
    } catch (error) {
      // The user may catch it and go on: other sizes may not throw.
      for (const atom of atoms) atom?.type.shape.forEach((dim) => this.observe(dim))
      // The user knows sizes as numbers: the same rule refuses them with these.
      infer(
        op.def,
        atoms.map((atom) => atom && this.#sized(atom.type)),
        complete,
      )
      throw error
    }
  }

  #newKey(): Key | Draw {
    return this.#bakeRandom ? keyOfDraw({ draw: 0 }, reserve(1)) : { draw: this.draws++ }
  }

  #sized(type: TensorType): TensorType {
    return type.weak === null
      ? tensorType(
          type.dtype,
          type.shape.map((dim) => this.sizeOf(dim)),
        )
      : type
  }

  #bake(op: Op, params: Params): readonly Value[] {
    if (params['key'] !== null) return drawOp(this.engine, { op, params }, 0)
    return drawOp(this.engine, { op, params: { ...params, key: { draw: 0 } } }, reserve(1))
  }

  override wrap(atom: Atom): TracedArray {
    const traced = new TracedArray(this, this.engine, atom)
    for (const recording of this.natives.values()) recording.dress?.(traced)
    return traced
  }

  /** An array of the engine's own for a traced one, where the adapter follows the engine's own functions. */
  standFor(value: TracedArray): unknown {
    const own = this.natives.get(this.engine.backend.native)
    const recording = [own, ...this.natives.values()].find((one) => one?.standFor !== undefined)
    return recording?.standFor?.(value)
  }

  override lift(operand: Operand): Atom | null {
    if (!isValue(operand) || operand.recorder === null || operand.recorder === this)
      return super.lift(operand)
    throw new TraceError({
      because: 'an array of another trace is used here; it has no value outside of its own trace',
      instead: 'Return it from its function, instead of keeping it in a variable',
    })
  }

  /** The traced array for a place outside the arguments that holds an array and is read at each call. */
  slot(owner: object, key: string | symbol, array: NDArray, source: SlotSource): TracedArray {
    const ofOwner = this.#slotOf.get(owner) ?? new Map<string | symbol, TracedArray>()
    this.#slotOf.set(owner, ofOwner)
    const known = ofOwner.get(key)
    if (known !== undefined) return known
    const traced = this.wrap(variable(array.type))
    this.slots.push({
      out: traced.atom as Var,
      source: { ...source, label: this.#label(source.label, owner, key) },
    })
    ofOwner.set(key, traced)
    return traced
  }

  /** Notes a value read from outside that is not an array; `place` names what of the owner was read. */
  guard(owner: object, place: string | symbol, read: () => unknown, value: unknown): void {
    const ofOwner = this.#guarded.get(owner) ?? new Set<string | symbol>()
    this.#guarded.set(owner, ofOwner)
    if (ofOwner.has(place)) return
    ofOwner.add(place)
    this.guards.push({ read, value })
  }

  /** Notes a write to a place outside, which is made when the graph is called. */
  write(write: Write): void {
    this.#checkOpen()
    if (this.inside !== undefined) {
      const error = new StateError({
        className: write.label,
        because: `it is given a value in ${this.inside}, and a graph writes to places outside once, after the call`,
        instead: 'Carry the value through the loop, or return it from the branch, and assign it after that',
      })
      this.poison(error)
      throw error
    }
    const label = this.#label(write.label, write.place, '')
    this.writes.set(write.place, { ...write, label })
  }

  /** A name for a place that no other place of the trace has, so that files tell them apart. */
  #label(name: string, owner: object, key: string | symbol): string {
    const ofOwner = this.#labels.get(owner) ?? new Map<string | symbol, string>()
    this.#labels.set(owner, ofOwner)
    const known = ofOwner.get(key)
    if (known !== undefined) return known
    const count = this.#named.get(name) ?? 0
    this.#named.set(name, count + 1)
    const label = count === 0 ? name : `${name} (${count + 1})`
    ofOwner.set(key, label)
    return label
  }

  /** What the function has written to a place outside. */
  written(place: object): NDArray | undefined {
    return this.writes.get(place)?.value
  }

  /** Takes an object as the trace's own: it was made in it, or is state that a call gives and takes back. */
  own(object: object): void {
    this.#own.add(object)
  }

  /** Whether reads and writes of the object are nobody else's business. */
  owns(object: object): boolean {
    return this.#own.has(object)
  }

  /** Ends the trace with this error, even if the function catches it. */
  poison(error: Error): void {
    this.#poison ??= error
  }

  /** No more ops are taken. */
  close(): void {
    this.#closed = true
  }

  /** Work that an async function left behind runs as if it had not been traced. */
  get closed(): boolean {
    return this.#closed
  }

  /** Throws what ended the trace, also when the function swallowed it. */
  check(): void {
    if (this.#poison !== undefined) throw this.#poison
  }

  #checkOpen(): void {
    if (!this.#closed) return
    throw new TraceError({
      because: 'a traced array is used after its trace has ended; it has a type and no elements',
      instead: 'Return it from the traced function; the call of the graph gives the array',
    })
  }

  /** A result of the function as an atom. */
  result(value: Value): Atom {
    const atom = this.lift(value)
    if (atom === null) throw new GraphError({ because: 'a result is missing' })
    return atom
  }
}
