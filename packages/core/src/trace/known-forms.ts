import {
  type Atom,
  type Graph,
  isVar,
  type Lit,
  makeGraph,
  makeNode,
  type Node,
  type Var,
} from '../ir/graph.ts'
import { printValue } from '../ir/value-text.ts'
import { type PassReport, ruleLiterals } from '../passes/pipeline.ts'
import { holds } from '../types/dim.ts'
import { isSameList, isSameValue } from './same-node.ts'
import type { Trace } from './trace.ts'
import type { Specialization } from './variant.ts'

/** A graph as it was recorded, and cleaned up. */
interface Form {
  readonly key: string
  readonly raw: Graph
  readonly seesSizes: boolean
  readonly specialization: Specialization
  /** Whether the clean-up changed nothing, and no pass wanted to. */
  readonly isAsRecorded: boolean
}

const mostForms = 8

/**
 * Clean-ups of the last traces, for new ones that differ from them in nothing but numbers that the function computed of
 * sizes: such a trace is not cleaned again where no pass can have looked at these numbers.
 */
export class KnownForms {
  #forms: readonly Form[] = []

  /** `changed` tells whether the clean-up gave another graph than it was given. */
  add(trace: Trace, specialization: Specialization, changed: boolean): void {
    if (!isPlain(trace)) return
    const { key, raw, observed } = trace
    const isAsRecorded = !changed && specialization.passes.every(({ notes }) => notes.length === 0)
    const form = { key, raw, seesSizes: observed.length > 0, specialization, isAsRecorded }
    this.#forms = [form, ...this.#forms].slice(0, mostForms)
  }

  /** Lets go of a trace that is no more, and of the arrays that it held. */
  drop({ raw }: Trace): void {
    this.#forms = this.#forms.filter((form) => form.raw !== raw)
  }

  /** What cleaning a trace gives for these sizes, if that is known. */
  find(trace: Trace, sizes: ReadonlyMap<string, number>): Specialization | undefined {
    if (!isPlain(trace)) return undefined
    for (const form of this.#formsOf(trace)) {
      if (!holds(form.specialization.assumptions, sizes)) continue
      const found = transferred(form, trace.raw)
      if (found === undefined) continue
      this.#used(form)
      return found
    }
    return undefined
  }

  /**
   * What the passes told of a trace of the same ops that they left as it was, for other sizes among its parameters and
   * types. A graph that is not cleaned computes the same, and without a pass that changes it all its sizes share programs.
   */
  asRecorded(trace: Trace): readonly PassReport[] | undefined {
    if (!isPlain(trace)) return undefined
    const form = this.#formsOf(trace).find(({ raw, isAsRecorded }) => {
      const pairs = new Pairs(raw, true)
      return isAsRecorded && pairs.fit(trace.raw) && pairs.changed(raw) !== undefined
    })
    if (form !== undefined) this.#used(form)
    return form?.specialization.passes
  }

  #formsOf({ key, observed }: Trace): readonly Form[] {
    return this.#forms.filter((form) => form.key === key && form.seesSizes === observed.length > 0)
  }

  /** Those used last stay. */
  #used(form: Form): void {
    if (form !== this.#forms[0]) this.#forms = [form, ...this.#forms.filter((one) => one !== form)]
  }
}

const isPlain = ({ raw, named }: Trace): boolean => raw.slots.length === 0 && (named?.size ?? 0) === 0

/** Whether two values are numbers, or lists of as many of them. */
const isSameForm = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? isSameList(a, b, (left, right) => left === right || isSameForm(left, right))
    : typeof a === 'number' && typeof b === 'number'

/** The clean-up of a graph for another one; undefined where they differ in more than numbers, or in some that passes saw. */
function transferred({ raw, specialization }: Form, other: Graph): Specialization | undefined {
  const pairs = new Pairs(raw)
  if (!pairs.fit(other)) return undefined
  const { graph, assumptions, passes } = specialization
  const changed = pairs.changed(graph)
  if (changed === undefined) return undefined
  const to = (atom: Atom): Atom => pairs.vars.get(atom as Var) ?? changed.get(atom as Lit) ?? atom
  const { args, result, writes, draws, inputs } = other
  const nodes = graph.nodes.map((node) =>
    makeNode({ ...node, inputs: node.inputs.map((atom) => atom && to(atom)), loc: pairs.locOf(node.loc) }),
  )
  const outputs = graph.outputs.map(to)
  const made = makeGraph({ ...graph, inputs, nodes, outputs, args, result, writes, draws })
  const report = passes.map((pass) =>
    pass.notes.length === 0
      ? pass
      : { ...pass, notes: pass.notes.map((note) => ({ ...note, loc: note.loc && pairs.locOf(note.loc) })) },
  )
  return { graph: made, assumptions, passes: report }
}

/** What stands in the place of each value, number and line of a graph in another one of the same structure. */
class Pairs {
  readonly vars = new Map<Var, Var>()
  readonly #raw: Graph
  readonly #literals: (readonly [Lit, Lit])[] = []
  readonly #locs = new Map<unknown, Node['loc']>()

  /** Whether sizes in types and parameters may be others, too. */
  readonly #freesSizes: boolean

  constructor(raw: Graph, freesSizes = false) {
    this.#raw = raw
    this.#freesSizes = freesSizes
  }

  /** Whether a graph differs in numbers only. */
  fit(other: Graph): boolean {
    const raw = this.#raw
    return (
      isSameList(raw.inputs, other.inputs, this.#name) &&
      isSameList(raw.constants, other.constants, (a, b) => a.array === b.array && this.#name(a.out, b.out)) &&
      other.slots.length === 0 &&
      isSameList(raw.nodes, other.nodes, (a, b) => this.#isLike(a, b)) &&
      isSameList(raw.outputs, other.outputs, this.#isAlike)
    )
  }

  readonly #name = (a: Var, b: Var): boolean => {
    this.vars.set(a, b)
    if (a.type === b.type) return true
    const [left, right] = [a.type, b.type]
    return this.#freesSizes && left.dtype === right.dtype && left.shape.length === right.shape.length
  }

  #isLike(a: Node, b: Node): boolean {
    this.#locs.set(a.loc, b.loc)
    return (
      a.op === b.op &&
      a.op.def.control === undefined &&
      isSameList(a.inputs, b.inputs, this.#isAlike) &&
      this.#hasSameParams(a, b) &&
      isSameList(a.outs, b.outs, this.#name)
    )
  }

  #hasSameParams({ op, params }: Node, other: Node): boolean {
    if (!this.#freesSizes) return isSameValue(params, other.params)
    return Object.entries(op.def.params).every(([name, { role }]) => {
      const [a, b] = [params[name], other.params[name]]
      return isSameValue(a, b) || (role === 'liftable' && isSameForm(a, b))
    })
  }

  readonly #isAlike = (a: Atom | null, b: Atom | null): boolean => {
    if (a === null || b === null) return a === b
    if (isVar(a)) return this.vars.get(a) === b
    if (b.kind !== 'lit' || a.type !== b.type) return false
    this.#literals.push([a, b])
    return true
  }

  locOf<L extends Node['loc']>(loc: L): L {
    return (this.#locs.get(loc) as L | undefined) ?? loc
  }

  /**
   * The literals of the cleaned graph that are others now; undefined where a pass may have seen one: it is gone or there
   * are more of it, a rule asks for this very number, or numbers that were equal differ now.
   */
  changed(cleaned: Graph): ReadonlyMap<Lit, Lit> | undefined {
    const others = new Map<Lit, Lit>()
    const known = new Map<string, string>()
    const back = new Map<string, string>()
    const asked = ruleLiterals()
    for (const [old, now] of this.#literals) {
      const [before, after] = [printValue(old.value), printValue(now.value)]
      if ((known.get(before) ?? after) !== after || (back.get(after) ?? before) !== before) return undefined
      known.set(before, after)
      back.set(after, before)
      if (before === after) continue
      if (asked.has(before) || asked.has(after) || others.has(old)) return undefined
      others.set(old, now)
    }
    if (others.size === 0) return others
    let met = 0
    const count = (atom: Atom | null): void => void (others.has(atom as Lit) && met++)
    for (const { inputs } of cleaned.nodes) inputs.forEach(count)
    cleaned.outputs.forEach(count)
    return met === others.size && this.#areUsed(others, cleaned) ? others : undefined
  }

  /** Whether each of these is an operand beside a value: what is made of numbers alone may be folded, or not, by its value. */
  #areUsed(others: ReadonlyMap<Lit, Lit>, cleaned: Graph): boolean {
    const isOther = (atom: Atom | null): boolean => others.has(atom as Lit)
    return [...this.#raw.nodes, ...cleaned.nodes].every(
      ({ inputs }) => !inputs.some(isOther) || inputs.some((atom) => atom !== null && isVar(atom)),
    )
  }
}
