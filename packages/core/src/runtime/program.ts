import { emitGraph } from '../emit/emit-graph.ts'
import type { Emitted, Emitter } from '../emit/emitter.ts'
import type { Atom, ConstantArray, Graph, Var } from '../ir/graph.ts'
import { isSteered, type LegalGraph, legalize } from '../passes/legalize.ts'
import { GraphError } from '../errors.ts'
import type { DType } from '../types/dtype.ts'
import type { Element } from '../types/promotion.ts'
import type { ConcreteType, TensorType } from '../types/tensor-type.ts'
import type { NativeFunction, Run } from './backend.ts'
import { drawOp, explainTooLarge } from './draws.ts'
import type { Engine } from './engine.ts'
import { endOf } from './loaded-programs.ts'
import { keep } from './memory.ts'
import { NDArray } from './nd-array.ts'
import type { Places } from './random-stream.ts'
import type { Stages } from './stages.ts'

/** Where an output of a program comes from. */
type Origin =
  | { readonly from: 'run'; readonly index: number; readonly again: boolean }
  | { readonly from: 'input'; readonly index: number }
  | { readonly from: 'constant'; readonly array: ConstantArray }
  | { readonly from: 'scalar'; readonly value: Element; readonly dtype: DType }

/** What a program does with buffers, where that is all it does. */
export interface Direct {
  readonly run: Run<unknown>
  readonly results: readonly ConcreteType[]
  /** Arrays that it holds, which must not be disposed. */
  readonly constants: readonly NDArray[]
}

/** Ends programs that nobody disposed and nobody can call any more. */
const dropped = new FinalizationRegistry<() => void>((end) => end())

const disposedRun: Run<unknown> = () => {
  throw new GraphError({ because: 'its program was disposed', instead: 'Trace the function again' })
}

/** What runs a graph on one engine. */
export interface Runnable {
  /** The types of what it is called with. */
  readonly given: readonly TensorType[]
  readonly disposed: boolean
  /** Undefined for what is more than one run that takes arrays and gives new ones. */
  readonly direct: Direct | undefined
  call(inputs: readonly NDArray[], places: Places): readonly NDArray[]
  dispose(): void
  native(): Promise<NativeFunction>
  source(): string
}

export interface ProgramOptions {
  /** Computes what is known before it runs. */
  readonly fold?: (<G extends LegalGraph>(graph: G) => G) | undefined
}

type MakeStages = (engine: Engine, graph: LegalGraph, make: (graph: LegalGraph) => Program) => Stages

let makeStages: MakeStages | undefined

/** Sets what runs graphs step by step: it is loaded with the ops that have graphs. */
export const setStages = (make: MakeStages): void => void (makeStages = make)

/** A graph with fixed sizes, ready to run on one engine. */
export class Program implements Runnable {
  readonly engine: Engine
  readonly legal: LegalGraph
  /** What the engine is given; undefined where it takes several programs. */
  readonly emitted: Emitted<unknown> | undefined
  /** The types of what it is called with, and of what it computes; engines may know them by others. */
  readonly given: readonly TensorType[]
  readonly computed: readonly ConcreteType[]
  readonly #origins: readonly Origin[]
  readonly #constants: readonly NDArray[] = []
  readonly #stages: Stages | undefined
  readonly #outs: readonly Var[]
  readonly #inputs: readonly ConcreteType[]
  /** Where its outputs are what one run gives, in order. */
  #direct: Direct | undefined
  #disposed = false
  #run: Run<unknown>
  #end: (() => void) | undefined

  /**
   * @throws UnsupportedOpError when the engine cannot run an op of the graph
   */
  constructor(engine: Engine, graph: Graph | LegalGraph, options: ProgramOptions = {}) {
    this.engine = engine
    const { backend, target } = engine
    const own = 'args' in graph ? (backend.legalized?.(graph, target) ?? legalize(graph, target)) : graph
    const legal = options.fold?.(own) ?? own
    this.legal = legal
    const produced = new Set<Atom>([...legal.nodes, ...legal.draws].flatMap((node) => node.outs))
    const computed = [...new Set(legal.outputs)].filter((atom): atom is Var => produced.has(atom))
    this.#origins = legal.outputs.map((atom, i, all) =>
      originOf(atom, all.indexOf(atom) < i, computed, legal),
    )
    this.given = legal.inputs.map((input) => legal.carried.get(input) ?? input.type)
    this.computed = computed.map((out) => (legal.carried.get(out) ?? out.type) as ConcreteType)
    const stored = computed.map((out) => out.type as ConcreteType)
    this.#outs = computed
    this.#inputs = [...legal.inputs, ...legal.draws.flatMap((node) => node.outs)].map(
      (atom) => atom.type as ConcreteType,
    )
    this.#run = () => []
    if (legal.nodes.some(isSteered)) {
      this.#stages = makeStages!(engine, legal, (part) => new Program(engine, part, options))
      return
    }
    const emitter = backend.emitter(engine.device) as Emitter<unknown, unknown>
    this.emitted = emitGraph(legal, computed, emitter)
    this.#constants = this.emitted.constants.map((array) => {
      const copy = engine.adopt(array)
      // A copy made before, in a `tidy` that still runs, is the program's now.
      if (copy !== array) keep(copy)
      return copy
    })
    if (computed.length > 0) this.#run = this.#bound(this.emitted, stored)
    const isDirect =
      legal.draws.length === 0 &&
      this.#origins.every((origin, i) => origin.from === 'run' && origin.index === i && !origin.again)
    if (isDirect) this.#direct = { run: this.#run, results: this.computed, constants: this.#constants }
  }

  /** Undefined for one that draws, steers, or gives what it was given. */
  get direct(): Direct | undefined {
    return this.#direct
  }

  get disposed(): boolean {
    return this.#disposed
  }

  #bound(
    { key, artifact, sizes, literals }: Emitted<unknown>,
    stored: readonly ConcreteType[],
  ): Run<unknown> {
    const constants = this.#constants.map((array) => array.buffer)
    const { backend, device, programs } = this.engine
    try {
      const loaded = programs.hold(key, () => backend.load(artifact(), device))
      try {
        const run = loaded.executable.bind({ sizes, literals, constants }, this.#inputs, stored)
        this.#end = endOf(programs, loaded, run)
        dropped.register(this, this.#end, this)
        return run
      } catch (cause) {
        programs.release(loaded)
        throw cause
      }
    } catch (cause) {
      throw explainTooLarge(this.engine, cause)
    }
  }

  /** Gives back what the engine holds for this program, which cannot be called any more. */
  dispose(): void {
    this.#disposed = true
    for (const [, program] of this.#stages?.programs() ?? []) program.dispose()
    if (this.#end === undefined) return
    dropped.unregister(this)
    this.#end()
    this.#run = disposedRun
  }

  /** The engine's own compiled object for this program. */
  async native(): Promise<NativeFunction> {
    const { backend, device } = this.engine
    const constants = this.#constants.map((array) => array.buffer)
    if (this.emitted === undefined) return this.#stages!.native()
    const { sizes, literals } = this.emitted
    return backend.compileNative!(
      this.emitted.artifact(),
      { sizes, literals, constants },
      this.#inputs,
      this.computed,
      device,
    )
  }

  /** The program in the engine's own language; where it is several, one after the other with what each of them is. */
  source(): string {
    const { backend } = this.engine
    return this.emitted === undefined ? this.#stages!.source() : backend.source(this.emitted.artifact())
  }

  /** Runs on arrays of this engine; `places` are those of its draws in the random stream. */
  call(inputs: readonly NDArray[], places: Places): readonly NDArray[] {
    if (this.#direct !== undefined) return this.#compute(inputs)
    const { engine, computed } = this
    if (this.#stages !== undefined) {
      const steps = this.#stages.run(inputs, this.#draw(places), this.#outs, places)
      const made = steps.map((array, i) => this.#seen(array, computed[i]!))
      return this.#origins.map((origin) => this.#output(origin, made, inputs))
    }
    const buffers: unknown[] = []
    for (const input of inputs) buffers.push(input.buffer)
    for (const constant of this.#constants) void constant.buffer
    const drawn = this.legal.draws.length === 0 ? none : this.#draw(places)
    for (const array of drawn) buffers.push(array.buffer)
    let outs: readonly unknown[]
    try {
      outs = this.#run(buffers)
    } catch (cause) {
      throw explainTooLarge(engine, cause)
    }
    const made: NDArray[] = []
    for (let i = 0; i < outs.length; i++) made.push(new NDArray(engine, computed[i]!, outs[i]))
    for (const array of drawn) if (!outs.includes(array.buffer)) array.dispose()
    return this.#origins.map((origin) => this.#output(origin, made, inputs))
  }

  /** What it is for most programs: arrays in, arrays out. */
  #compute(inputs: readonly NDArray[]): readonly NDArray[] {
    const buffers: unknown[] = []
    for (let i = 0; i < inputs.length; i++) buffers.push(inputs[i]!.buffer)
    for (let i = 0; i < this.#constants.length; i++) void this.#constants[i]!.buffer
    try {
      const outs = this.#run(buffers)
      const made: NDArray[] = []
      for (let i = 0; i < outs.length; i++) made.push(new NDArray(this.engine, this.computed[i]!, outs[i]))
      return made
    } catch (cause) {
      throw explainTooLarge(this.engine, cause)
    }
  }

  #draw(places: Places): readonly NDArray[] {
    return this.legal.draws.flatMap((node) => drawOp(this.engine, node, places))
  }

  /** A result of steps, which know complex arrays by what carries them, as what it is. */
  #seen(array: NDArray, type: ConcreteType): NDArray {
    if (array.dtype === type.dtype) return array
    const seen = this.engine.seenAs(array, type)
    array.dispose()
    return seen
  }

  /** Each result is a handle of its own: disposing one frees neither an argument nor a constant. */
  #output(origin: Origin, made: readonly NDArray[], inputs: readonly NDArray[]): NDArray {
    switch (origin.from) {
      case 'run':
        return origin.again ? this.engine.alias(made[origin.index]!) : made[origin.index]!
      case 'input':
        return this.engine.alias(inputs[origin.index]!)
      case 'constant':
        return this.engine.alias(this.engine.adopt(origin.array))
      case 'scalar':
        return this.engine.alias(this.engine.scalar(origin.value, origin.dtype, 'graph'))
    }
  }
}

/** What runs a graph on an engine: another engine where that is there for small ones and takes it, else a program of its own. */
export const programOn = (engine: Engine, graph: Graph, options: ProgramOptions = {}): Runnable =>
  engine.companion?.program(engine, graph, options) ?? new Program(engine, graph, options)

const none: readonly NDArray[] = []

function originOf(atom: Atom, again: boolean, computed: readonly Var[], legal: LegalGraph): Origin {
  if (atom.kind === 'lit') return { from: 'scalar', value: atom.value, dtype: atom.type.dtype }
  const index = computed.indexOf(atom)
  if (index >= 0) return { from: 'run', index, again }
  const constant = legal.constants.find(({ out }) => out === atom)
  const type = legal.carried.get(atom)
  return constant
    ? { from: 'constant', array: type ? { type, host: () => constant.array.host() } : constant.array }
    : { from: 'input', index: legal.inputs.indexOf(atom) }
}
