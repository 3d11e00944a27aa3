import { BackendError } from '../errors.ts'
import { setSpellings } from '../emit/emit-graph.ts'
import { spellings } from '../emit/spellings.ts'
import { isDraw } from '../types/param.ts'
import type { Atom, Var } from '../ir/graph.ts'
import { legalControl } from '../passes/legal-control.ts'
import { isSteered, type LegalGraph, type LegalNode, setLegalControl } from '../passes/legalize.ts'
import { setControlled } from '../reference/evaluate.ts'
import { evaluateControl } from '../reference/evaluate-control.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import type { Engine } from './engine.ts'
import { track, untracked } from './memory.ts'
import type { NDArray } from './nd-array.ts'
import { type Program, setStages } from './program.ts'
import { keyOfDraw, type Places } from './random-stream.ts'
import { EngineMachine } from './steer.ts'

/** Part of a graph: nodes that are one program of the engine, or a node whose graphs are run one after the other. */
type Stage = { /** Values that no later stage needs. */ readonly last: readonly Var[] } & (
  | { readonly program: Program; readonly inputs: readonly Var[]; readonly outputs: readonly Var[] }
  | { readonly node: LegalNode; readonly graphs: Readonly<Record<string, Program>> }
)

/** Runs a graph whose control flow the engine does not know: its programs in turn, as the values of the call say. */
export class Stages {
  readonly #engine: Engine
  readonly #graph: LegalGraph
  readonly #stages: readonly Stage[]
  readonly #constants: ReadonlyMap<Atom, NDArray>

  constructor(engine: Engine, graph: LegalGraph, make: (graph: LegalGraph) => Program) {
    this.#engine = engine
    this.#graph = graph
    const groups = grouped(graph.nodes)
    this.#stages = groups.map((nodes, i): Stage => {
      const later = [
        ...groups
          .slice(i + 1)
          .flat()
          .flatMap(({ inputs }) => inputs),
        ...graph.outputs,
      ]
      const needed = new Set<Atom | null>(later)
      const used = new Set(nodes.flatMap(({ inputs, outs }) => [...inputs, ...outs]))
      const last = [...used].filter((atom): atom is Var => atom?.kind === 'var' && !needed.has(atom))
      const [first] = nodes
      if (isSteered(first!)) {
        const graphs = Object.entries(first!.graphs!).map(([name, inner]) => [name, make(inner)] as const)
        return { node: first!, graphs: Object.fromEntries(graphs), last }
      }
      const part = segment(graph, nodes, needed)
      return { program: make(part), inputs: part.inputs, outputs: part.outputs as readonly Var[], last }
    })
    this.#constants = new Map(graph.constants.map(({ out, array }) => [out, engine.adopt(array)]))
  }

  /** The values of `wanted`, as fresh arrays; `drawn` are those of the random ops, which end here. */
  run(
    inputs: readonly NDArray[],
    drawn: readonly NDArray[],
    wanted: readonly Var[],
    places: Places,
  ): readonly NDArray[] {
    const values = new Map<Atom, NDArray>([
      ...this.#constants,
      ...this.#graph.inputs.map((input, i) => [input, inputs[i]!] as const),
    ])
    const own = new Map<Var, NDArray>()
    const give = (out: Var, array: NDArray): void => {
      values.set(out, array)
      own.set(out, array)
    }
    this.#graph.draws.flatMap(({ outs }) => outs).forEach((out, i) => give(out, drawn[i]!))
    try {
      untracked(() => {
        for (const stage of this.#stages) {
          if ('program' in stage) {
            const made = stage.program.call(
              stage.inputs.map((input) => values.get(input)!),
              places,
            )
            stage.outputs.forEach((out, i) => give(out, made[i]!))
          } else
            this.#steer(stage.node, stage.graphs, values, places).forEach((array, i) =>
              give(stage.node.outs[i]!, array),
            )
          for (const out of stage.last) {
            own.get(out)?.dispose()
            own.delete(out)
          }
        }
      })
      const results = wanted.map((out) => own.get(out)!)
      for (const out of wanted) own.delete(out)
      results.forEach(track)
      return results
    } finally {
      for (const array of own.values()) array.dispose()
    }
  }

  #steer(
    { op, inputs, params, outs }: LegalNode,
    graphs: Readonly<Record<string, Program>>,
    values: ReadonlyMap<Atom, NDArray>,
    places: Places,
  ): readonly NDArray[] {
    const engine = this.#engine
    const control = op.def.control!
    const operands = inputs.map((atom) =>
      atom!.kind === 'lit' ? engine.scalar(atom!.value, atom!.type.dtype, op.def.name) : values.get(atom!)!,
    )
    const key = isDraw(params['key']) ? keyOfDraw(params['key'], places) : params['key']
    const machine = new EngineMachine(engine, control.graphs, graphs, key)
    const results = control.run({
      machine,
      operands,
      types: inputs.map((atom) => atom!.type as ConcreteType),
      params,
      outs: outs.map(({ type }) => type as ConcreteType),
    })
    return results.map((array) => (operands.includes(array) ? engine.alias(array) : array))
  }

  /** @throws BackendError */
  native(): never {
    throw new BackendError({
      backend: this.#engine.key,
      because: 'it builds no compiled object of its own for a graph with control flow',
      instead: 'Call the graph itself, or move it to an engine that knows control flow: ort',
    })
  }

  source(): string {
    return this.programs()
      .map(([name, program]) => (name === '' ? program.source() : `// ${name}\n${program.source()}`))
      .join('\n\n')
  }

  /** All programs, with what each of them is. */
  programs(): readonly (readonly [string, Program])[] {
    return this.#stages.flatMap((stage): readonly (readonly [string, Program])[] =>
      'program' in stage
        ? [['', stage.program]]
        : Object.entries(stage.graphs).map(
            ([name, program]) => [`${stage.node.op.def.name}: ${name}`, program] as const,
          ),
    )
  }
}

/** Runs of nodes that are one program, and nodes that stand alone. */
function grouped(nodes: readonly LegalNode[]): readonly (readonly LegalNode[])[] {
  const groups: LegalNode[][] = []
  let open: LegalNode[] | undefined
  for (const node of nodes) {
    if (isSteered(node)) {
      groups.push([node])
      open = undefined
    } else if (open === undefined) groups.push((open = [node]))
    else open.push(node)
  }
  return groups
}

/** Nodes as a graph of their own, which gives what is needed after them. */
function segment(
  { constants }: LegalGraph,
  nodes: readonly LegalNode[],
  needed: ReadonlySet<Atom | null>,
): LegalGraph {
  const made = new Set<Atom>(nodes.flatMap(({ outs }) => outs))
  const used = new Set(nodes.flatMap(({ inputs }) => inputs))
  const held = constants.filter(({ out }) => used.has(out))
  const known = new Set<Atom>([...made, ...held.map(({ out }) => out)])
  return {
    inputs: [...used].filter((atom): atom is Var => atom?.kind === 'var' && !known.has(atom)),
    constants: held,
    draws: [],
    nodes,
    outputs: [...made].filter((out) => needed.has(out)),
    carried: new Map(),
  }
}

setControlled(evaluateControl)
setLegalControl(legalControl)
setSpellings(spellings)
setStages((engine, graph, make) => new Stages(engine, graph, make))
