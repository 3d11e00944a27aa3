import { GraphError, TendrilError } from '../errors.ts'
import { under } from '../interpreter.ts'
import {
  type Atom,
  type Constant,
  type Graph,
  makeGraph,
  makeNode,
  type Node,
  type Var,
} from '../ir/graph.ts'
import { likeOrigin } from '../ir/part.ts'
import { noteSame } from '../ir/stands-for.ts'
import { countUses, withInputs } from '../ir/uses.ts'
import type { OpDef, Params } from '../op.ts'
import { Recorder } from '../recorder.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { assuming, minus, UndecidedSize } from '../types/dim.ts'
import { printType, type TensorType } from '../types/tensor-type.ts'
import { deadCode } from './dead-code.ts'
import { type Match, matchNode } from './match.ts'
import { definePass, type Note, type Pass } from './pass.ts'
import { patternOf, type Rule } from './rule.ts'

/** Rules that undo each other end here. */
const mostSweeps = 16
const mostRewritesOfOne = 64

/** Applies rules until none fits any more. Values that are used elsewhere too are kept, never computed twice. */
export const rewrite = (rules: readonly Rule[]): Pass => {
  const byRoot = new Map<OpDef, Rule[]>()
  let indexed = false
  return definePass({
    name: 'rewrite',
    run(graph, note = () => {}) {
      // Patterns are recorded at the first run, when every op is there.
      if (!indexed)
        for (const rule of rules) {
          const { def } = patternOf(rule).op
          byRoot.set(def, [...(byRoot.get(def) ?? []), rule])
        }
      indexed = true
      let current = graph
      for (let sweep = 0; sweep < mostSweeps; sweep++) {
        const next = new Sweep(current, byRoot, note).run()
        if (next === current) break
        current = deadCode.run(next)
      }
      return current
    },
  })
}

/** What a rule puts in place of a node. */
interface Replacement {
  readonly atom: Atom
  readonly nodes: readonly Node[]
  readonly constants: readonly Constant[]
}

/** One walk through a graph in execution order, so that what a node is made of is in its final form already. */
class Sweep {
  readonly #graph: Graph
  readonly #rules: ReadonlyMap<OpDef, readonly Rule[]>
  readonly #note: (note: Note) => void
  readonly #replaced = new Map<Atom, Atom>()
  readonly #producers = new Map<Var, Node>()
  /** May count too many while the walk goes on, which only delays a rewrite to the next one. */
  readonly #uses: Map<Atom, number>
  readonly #nodes: Node[] = []
  readonly #constants: Constant[] = []

  constructor(graph: Graph, rules: ReadonlyMap<OpDef, readonly Rule[]>, note: (note: Note) => void) {
    this.#graph = graph
    this.#rules = rules
    this.#note = note
    this.#uses = countUses(graph)
  }

  run(): Graph {
    for (const node of this.#graph.nodes) this.#visit(withInputs(node, this.#replaced), 0)
    if (this.#replaced.size === 0) return this.#graph
    return makeGraph({
      ...this.#graph,
      nodes: this.#nodes,
      constants: [...this.#graph.constants, ...this.#constants],
      outputs: this.#graph.outputs.map((atom) => this.#replaced.get(atom) ?? atom),
    })
  }

  #visit(node: Node, rewrites: number): void {
    const replacement = rewrites < mostRewritesOfOne ? this.#replacement(node) : undefined
    if (replacement === undefined) {
      this.#nodes.push(node)
      for (const out of node.outs) this.#producers.set(out, node)
      return
    }
    const { atom, nodes, constants } = replacement
    this.#constants.push(...constants)
    for (const inner of nodes) {
      for (const input of inner.inputs) if (input !== null) this.#use(input, 1)
      this.#visit(withInputs(inner, this.#replaced), rewrites + 1)
    }
    const final = this.#replaced.get(atom) ?? atom
    const [out] = node.outs
    this.#use(final, this.#uses.get(out!) ?? 0)
    this.#replaced.set(out!, final)
    noteSame(final, node, 0)
  }

  #use(atom: Atom, times: number): void {
    this.#uses.set(atom, (this.#uses.get(atom) ?? 0) + times)
  }

  #replacement(node: Node): Replacement | undefined {
    for (const rule of this.#rules.get(node.op.def) ?? []) {
      const match = matchNode(patternOf(rule), node, this.#producers)
      if (match === undefined) continue
      const result = this.#apply(rule, node, match)
      const applied = typeof result !== 'string'
      const text = applied ? `rewritten by ${rule.name}` : `kept, although it fits ${rule.name}: ${result}`
      this.#note({ op: node.op.def.name, text, loc: node.loc })
      if (applied) return result
    }
    return undefined
  }

  /** What the rule puts here, or why it does not hold. */
  #apply(rule: Rule, node: Node, { holes, captures, inner }: Match): Replacement | string {
    const atoms = rule.holes.map((_, i) => holes.get(i)!)
    const values = Object.fromEntries(captures)
    const type = node.outs[0]!.type
    const verdict = provably(() =>
      rule.when(
        atoms.map((atom) => atom.type),
        values,
        type,
      ),
    )
    if (verdict !== true) return verdict
    const replacement = record(rule, atoms, values, node)
    if (typeof replacement === 'string') return replacement
    const shared = [...inner].some(({ outs }) => outs.some((out) => this.#uses.get(out) !== 1))
    const known = new Set([node, ...inner].map(({ op }) => op.def))
    const isCheap = replacement.nodes.length <= 1 && replacement.nodes.every(({ op }) => known.has(op.def))
    if (shared && !isCheap) return 'what it is made of is used elsewhere too'
    return checked(rule, replacement, type)
  }
}

/** The answer to a question about types, where it holds for all sizes: a clean-up never narrows what a program serves. */
function provably(ask: () => true | string): true | string {
  try {
    return assuming(new Map(), ask).value
  } catch (error) {
    if (error instanceof UndecidedSize) return error.message
    throw error
  }
}

function record(rule: Rule, atoms: readonly Atom[], captures: Params, node: Node): Replacement | string {
  const recorder = new Recorder()
  recorder.loc = likeOrigin(node.loc)
  const holes = atoms.map((atom) => recorder.wrap(atom) as NDArray)
  try {
    const result = under(recorder, () => rule.replace(holes, captures))
    const atom = recorder.lift(result)!
    return {
      atom,
      // What gives the same value comes from the same op.
      nodes: recorder.nodes.map((one) => (one.outs[0] === atom ? makeNode({ ...one, loc: node.loc }) : one)),
      constants: [...recorder.constants].map(([array, out]) => ({ out, array })),
    }
  } catch (error) {
    if (error instanceof UndecidedSize) return error.message
    if (!(error instanceof TendrilError)) throw error
    return wrongRule(rule, `its replacement does not fit: ${error.message.split('\n')[0]}`)
  }
}

/** A replacement has the type of what it replaces; anything else is an error of the rule. */
function checked(rule: Rule, replacement: Replacement, type: TensorType): Replacement | string {
  const { atom } = replacement
  if (atom.kind === 'lit') return 'a literal in its place would give way to other dtypes'
  if (atom.type === type) return replacement
  const mismatch = `it gives ${printType(atom.type)} in place of ${printType(type)}`
  if (atom.type.dtype !== type.dtype || atom.type.shape.length !== type.shape.length)
    return wrongRule(rule, mismatch)
  const apart = type.shape.map((size, axis) => minus(size, atom.type.shape[axis]!))
  if (apart.some((difference) => typeof difference === 'number' && difference !== 0))
    return wrongRule(rule, mismatch)
  return apart.every((difference) => difference === 0) ? replacement : `${mismatch}, which may differ`
}

function wrongRule(rule: Rule, because: string): never {
  throw new GraphError({ because: `the rule '${rule.name}' is wrong: ${because}` })
}
