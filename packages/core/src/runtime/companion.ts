import type { Graph, Node } from '../ir/graph.ts'
import { allNodes } from '../ir/subgraph.ts'
import { isComplex } from '../types/dtype.ts'
import { UnsupportedOpError } from '../errors.ts'
import { isConcrete, type TensorType } from '../types/tensor-type.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import type { CompanionRules, NativeFunction, Run } from './backend.ts'
import type { Engine } from './engine.ts'
import { NDArray } from './nd-array.ts'
import { type Direct, Program, type ProgramOptions, type Runnable } from './program.ts'
import type { Places } from './random-stream.ts'

/** An engine that runs what is too small for another one to pay. */
export interface Companion {
  readonly engine: Engine
  readonly rules: CompanionRules
  /** What runs a graph there; undefined for one that is not small, or has an op that cannot run there. */
  program(engine: Engine, graph: Graph, options: ProgramOptions): Runnable | undefined
}

interface Choice {
  readonly work: number
  readonly isSmall: boolean
}

/**
 * The work of a graph, in multiplications and additions as far as sizes tell: an op with several operands that is not
 * elementwise takes the root of the product of its two largest operands and its result, as a matrix product does.
 */
const workOf = (graph: Graph): number => graph.nodes.reduce((sum, node) => sum + workOfNode(node), 0)

function workOfNode({ op, inputs, outs }: Node): number {
  const sizes = inputs
    .flatMap((atom) => (atom === null ? [] : [countOf(atom.type)]))
    .toSorted((a, b) => b - a)
  const made = outs.reduce((sum, { type }) => sum + countOf(type), 0)
  const [first = 0, second = 0] = sizes
  if (op.def.traits.elementwise === true || second <= 1) return Math.max(first, made)
  return Math.max(first, made, Math.sqrt(first * second * made))
}

const countOf = ({ shape }: TensorType): number =>
  (shape as readonly number[]).reduce((n, size) => n * size, 1)

/** Whether the companion of an engine, if it has one, runs a graph; undefined where it cannot. */
export function companionChoice({ companion }: Engine, graph: Graph): Choice | undefined {
  if (companion === undefined) return undefined
  const nodes = allNodes(graph.nodes)
  // Graphs inside of ops run an unknown number of times.
  if (nodes.length === 0 || nodes.length > graph.nodes.length) return undefined
  const types = [
    ...graph.inputs.map(({ type }) => type),
    ...nodes.flatMap(({ outs }) => outs.map(({ type }) => type)),
  ]
  if (!types.every((type) => isConcrete(type) && type.dtype !== 'float16' && !isComplex(type.dtype)))
    return undefined
  const work = workOf(graph)
  return { work, isSmall: work <= companion.rules.mostWork }
}

/** Another engine for what is too small for one. */
export const companion = (engine: Engine, rules: CompanionRules): Companion => ({
  engine,
  rules,
  program(own, graph, options) {
    if (companionChoice(own, graph)?.isSmall !== true) return undefined
    try {
      return new CompanionProgram(own, graph, options)
    } catch (error) {
      if (error instanceof UnsupportedOpError) return undefined
      throw error
    }
  },
})

/** A program of another engine, on the buffers of this one. */
export class CompanionProgram implements Runnable {
  readonly given: readonly TensorType[]
  readonly work: number
  readonly direct: Direct | undefined
  readonly #engine: Engine
  readonly #companion: Companion
  readonly #inner: Program
  readonly #own: () => Program

  constructor(engine: Engine, graph: Graph, options: ProgramOptions) {
    this.#engine = engine
    this.#companion = engine.companion!
    this.#inner = new Program(this.#companion.engine, graph, options)
    this.#own = () => new Program(engine, graph, options)
    this.given = this.#inner.given
    this.work = workOf(graph)
    this.direct = this.#direct()
  }

  #direct(): Direct | undefined {
    const { direct } = this.#inner
    if (direct === undefined) return undefined
    const { run: inner, results, constants } = direct
    const { there, back } = this.#companion.rules
    const run: Run<unknown> = (buffers) => {
      const given: unknown[] = []
      for (let i = 0; i < buffers.length; i++) given.push(there(buffers[i]))
      const made = inner(given)
      const outs: unknown[] = []
      for (let i = 0; i < made.length; i++) outs.push(back(made[i], results[i]!))
      return outs
    }
    return { run, results, constants }
  }

  get disposed(): boolean {
    return this.#inner.disposed
  }

  call(inputs: readonly NDArray[], places: Places): readonly NDArray[] {
    const { engine, rules } = this.#companion
    const given = inputs.map((array) => new NDArray(engine, array.type, rules.there(array.buffer)))
    return this.#inner
      .call(given, places)
      .map(({ type, buffer }) => new NDArray(this.#engine, type, rules.back(buffer, type as ConcreteType)))
  }

  dispose(): void {
    this.#inner.dispose()
  }

  native(): Promise<NativeFunction> {
    return this.#own().native()
  }

  source(): string {
    return `// a small graph, which ${this.#companion.engine.key} runs for ${this.#engine.key}\n${this.#inner.source()}`
  }
}
