import { TraceError } from '../errors.ts'
import { isValue, type Operand, under, type Value } from '../interpreter.ts'
import { type Atom, type ConstantArray, type SlotSource, type Var, variable } from '../ir/graph.ts'
import { originOf } from '../ir/part.ts'
import type { Op, Params } from '../op.ts'
import type { Key } from '../numerics/threefry.ts'
import { Recorder } from '../recorder.ts'
import type { AnyBackend, NativeRecording } from '../runtime/backend.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { type Caller, type LazyLine, userLine } from '../source.ts'
import { type Dim, evaluate, isSymbol, printDim } from '../types/dim.ts'
import type { Draw } from '../types/param.ts'
import type { Size } from '../types/size.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { attempted } from './attempt.ts'
import { PartStack } from './part-stack.ts'
import { AxisSize } from './axis-size.ts'
import { BakedDraws } from './baked-draws.ts'
import { FrozenPlaces } from './frozen-places.ts'
import type { Path } from './path.ts'
import { Places, type Write } from './places.ts'
import { CountedSizes } from './counted-sizes.ts'
import { refuseSeed } from './refuse-seed.ts'
import { decided } from './named-sizes.ts'
import { fixSizes, refused, refuseUse, seeTypes } from './refuse-sizes.ts'
import { SeenSizes } from './seen-sizes.ts'
import { SizeNames } from './size-names.ts'
import { TracedArray } from './traced-array.ts'
import type { WaitingTrace } from './waiting-trace.ts'

interface TracerOptions {
  readonly bakeRandom: boolean
  readonly path?: Path
  readonly receiver: unknown
  readonly freezes?: boolean
  /** Sizes that the user named, with numbers for them. */
  readonly named?: ReadonlyMap<string, number>
  /** The values of the arguments in an earlier run that this one follows. */
  readonly inputs?: readonly Var[] | undefined
}

/** Records what a function does with its arrays: ops, sizes that it reads, places that it reads from. */
export class Tracer extends Recorder {
  readonly engine: Engine
  /** Sizes of the traced call by symbol. */
  readonly hints = new Map<string, number>()
  readonly named: ReadonlyMap<string, number>
  readonly seen = new SeenSizes()
  readonly places: Places
  /** What earlier runs of the function are known to do, which this one follows. */
  readonly path: Path | undefined
  /** The same, and sizes that data decide. */
  readonly sizes: CountedSizes
  readonly #own = new WeakSet<object>()
  readonly names: SizeNames
  /** Where random ops are drawn once. */
  readonly baked: BakedDraws | undefined
  readonly #known: readonly Var[] | undefined
  /** The values of the arguments. */
  readonly inputs: Var[] = []
  readonly #slots = new Map<Atom, TracedArray>()
  readonly seeds = (below: Caller): never => refuseSeed(this, below)
  /** What follows the engines' own functions. */
  readonly natives = new Map<AnyBackend['native'], NativeRecording>()
  /** The line of ops that stand for functions of an engine's own. */
  line: LazyLine | undefined
  /** Which part of a model is at work. */
  readonly parts: PartStack
  /** While it waits for an async function where the platform does not tell whose work is done meanwhile. */
  waiting: WaitingTrace | undefined
  #poison: Error | undefined
  #givesOwn = false
  #closed = false

  constructor(
    engine: Engine,
    { bakeRandom, path, inputs, receiver, freezes = false, named = new Map() }: TracerOptions,
  ) {
    super()
    this.named = named
    this.names = new SizeNames(named)
    this.parts = new PartStack(receiver)
    this.engine = engine
    this.path = path
    this.places = freezes ? new FrozenPlaces((array) => this.constant(array)) : new Places()
    this.sizes = new CountedSizes(this, path?.counts)
    this.baked = bakeRandom ? new BakedDraws(engine, path) : undefined
    this.#known = inputs
    path?.begin(this)
  }

  /** A traced array for an argument; each of its sizes is free until it is read. */
  input(array: NDArray): TracedArray {
    return this.#input(array, () => this.names.typeOf(array))
  }

  /** A traced array for an argument whose sizes the function sees by other ways than ours. */
  fixedInput(array: NDArray): TracedArray {
    return this.#input(array, () => array.type)
  }

  #input(array: NDArray, typeOf: () => TensorType): TracedArray {
    const input = this.#known?.[this.inputs.length] ?? variable(typeOf())
    input.type.shape.forEach((dim, axis) => {
      if (typeof dim !== 'number') this.hints.set(printDim(dim), array.type.shape[axis]!)
    })
    this.inputs.push(input)
    this.seen.argument(input)
    return this.wrap(input)
  }

  /** As `standsFor`, of an array that our own functions are given. */
  adopt(native: object): Value | undefined {
    const value = this.standsFor(native)
    if (value !== undefined) this.#givesOwn = true
    return value
  }

  /** Whether our functions were given an engine's own arrays, or its functions ours; outside of traces neither is taken. */
  get mixes(): boolean {
    return this.#givesOwn || [...this.natives.values()].some(({ mixes }) => mixes)
  }

  /** The value that an engine's own array stands for. */
  standsFor(native: object): Value | undefined {
    for (const recording of this.natives.values()) {
      const value = recording.valueOf(native)
      if (value !== undefined) return value
    }
    return undefined
  }

  /** The value of a size in the traced call, without observing it. */
  sizeOf(dim: Dim): number {
    return evaluate(dim, this.sizes)
  }

  count(make: () => Value, below: Caller): { readonly count: Value; readonly size: Dim } {
    this.checkOpen()
    return this.sizes.count(make, below)
  }

  /** Makes a size of a value an assumption of the trace; `below` is what the function read it by. */
  observe(atom: Atom, axis: number, below?: Caller): void {
    this.#sees(atom)
    const dim = atom.type.shape[axis]!
    if (typeof dim !== 'number') this.seen.note({ left: dim, right: this.sizes.ask(dim, below), equal: true })
  }

  /** Values of graphs inside of nodes are not told apart. */
  #sees(atom: Atom): void {
    if (this.inside === undefined) this.seen.see(atom)
    else this.seen.rest()
  }

  /** A size of a value that stays open. */
  dim(atom: Atom, axis: number): Size {
    this.checkOpen()
    const dim = atom.type.shape[axis]!
    // What data alone decide follows from no other size.
    if (!isSymbol(dim) || !this.sizes.isOpen(dim)) this.#sees(atom)
    return new AxisSize(dim, this, (size, use, below) => refuseUse(this, size, use, below))
  }

  override apply(op: Op, operands: readonly Operand[], params: Params, below: Caller): readonly Value[] {
    this.checkOpen()
    const { random } = op.def.traits
    if (random && this.baked !== undefined) return this.baked.arrays(op, fixSizes(this, params, below))
    // A composite that draws has a key as well, which its random ops take.
    const complete = params['key'] === null ? { ...params, key: this.#newKey() } : params
    this.loc = originOf(this.line ?? userLine(below), this.parts.current)
    const atoms = operands.map((operand) => this.lift(operand))
    try {
      // What `infer` assumes is found again when a graph without reads is specialized.
      const rule = (): readonly Var[] => this.append(op, atoms, complete)
      const { value, assumptions } = decided(this.sizes, this.named, complete, rule)
      this.seen.supposed.push(...assumptions)
      this.seen.made(value, atoms, complete)
      // The function sees how many arrays an op gives, which may follow a size.
      if (op.def.outputs === 'list') seeTypes(this, below)
      return value.map((out) => this.wrap(out))
    } catch (error) {
      return refused(this, { op, atoms, params: complete }, error, below)
    }
  }

  #newKey(): Key | Draw {
    if (this.baked !== undefined) return this.baked.key()
    this.waiting?.draws()
    return { draw: this.draws++ }
  }

  override wrap(atom: Atom): TracedArray {
    const traced = new TracedArray(this, this.engine, atom)
    for (const recording of this.natives.values()) recording.dress?.(traced)
    return traced
  }

  override lift(operand: Operand): Atom | null {
    if (!isValue(operand) || operand.recorder === null || operand.recorder === this)
      return this.waiting?.atomOf(operand) ?? super.lift(operand)
    throw new TraceError({
      because: 'an array of another trace is used here; it has no value outside of its own trace',
      instead: 'Return it from its function, instead of keeping it in a variable',
    })
  }

  /** The traced array for a place outside the arguments that holds an array and is read at each call. */
  slot(owner: object, key: string | symbol, array: NDArray, source: SlotSource): TracedArray {
    const atom = this.places.slot(owner, key, this.parts.placed(owner, source), () => variable(array.type))
    // What is read twice is the same object.
    const value = this.#slots.get(atom) ?? this.wrap(atom)
    this.#slots.set(atom, value)
    return value
  }

  /** Notes a write to a place outside, which is made when the graph is called. */
  write(write: Write): void {
    this.checkOpen()
    try {
      this.places.write(write, this.inside)
    } catch (error) {
      this.poison(error as Error)
      throw error
    }
  }

  /** What the function has written to a place outside. */
  written(place: object): NDArray | undefined {
    return this.places.writes.get(place)?.value
  }

  override append(op: Op, inputs: readonly (Atom | null)[], params: Params): readonly Var[] {
    // Nodes of graphs inside of nodes are compared with those.
    const path = this.inside === undefined ? this.path : undefined
    if (path !== undefined) this.sizes.settle(op, inputs, params)
    const again = path?.again(op, inputs, params)
    if (again !== undefined) {
      this.nodes.push(again)
      return again.outs
    }
    // What throws is no op of the function.
    const outs = super.append(op, inputs, params)
    path?.added()
    return outs
  }

  override apart(...of: Parameters<Recorder['apart']>): ReturnType<Recorder['apart']> {
    this.waiting?.catchUp()
    return attempted(this, () => under(this, () => super.apart(...of)))
  }

  override constant(array: ConstantArray): Var {
    const known = this.constants.get(array)
    if (known !== undefined) return known
    const same = this.inside === undefined ? this.path?.sameConstant(array) : undefined
    return same ?? super.constant(array)
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

  /** @throws TraceError when the trace has ended */
  checkOpen(): void {
    if (!this.#closed) return
    throw new TraceError({
      because: 'a traced array is used after its trace has ended; it has a type and no elements',
      instead: 'Return it from the traced function; the call of the graph gives the array',
    })
  }
}
