import { GraphError, TraceError } from './errors.ts'
import { infer } from './infer.ts'
import { type Interpreter, isValue, type Operand, under, type Value } from './interpreter.ts'
import {
  type Atom,
  type Constant,
  type ConstantArray,
  type Graph,
  literal,
  makeNode,
  type Node,
  type Var,
  variable,
} from './ir/graph.ts'
import type { Origin } from './ir/part.ts'
import { type Composition, group, type Op, type OpDef, type Params } from './op.ts'
import type { Caller } from './source.ts'
import { type Dim, pin } from './types/dim.ts'
import type { DType } from './types/dtype.ts'
import { isConcrete, type TensorType } from './types/tensor-type.ts'

/** A value of a graph being recorded, as decompositions and rules see it. */
export class RecordedValue implements Value {
  readonly isTendrilArray = true as const
  readonly recorder: Recorder
  readonly atom: Atom

  constructor(recorder: Recorder, atom: Atom) {
    this.recorder = recorder
    this.atom = atom
  }

  get type(): TensorType {
    return this.atom.type
  }
  get dtype(): DType {
    return this.atom.type.dtype
  }
  get ndim(): number {
    return this.atom.type.shape.length
  }
  /** Sizes as numbers: reading a symbolic one makes it an assumption of the program; the others stay open. */
  get shape(): readonly number[] {
    const { type } = this.atom
    return isConcrete(type) ? type.shape : pinnedWhenRead(type.shape)
  }
  get size(): number {
    return this.shape.reduce((n, size) => n * size, 1)
  }
}

const pinnedWhenRead = (sizes: readonly Dim[]): readonly number[] =>
  new Proxy([...sizes] as readonly number[], {
    get(target, key, receiver): unknown {
      const value: unknown = Reflect.get(target, key, receiver)
      return typeof key === 'string' && /^\d+$/.test(key) ? pin(value as Dim) : value
    },
  })

/** Writes down ops instead of computing them. */
export class Recorder implements Interpreter {
  nodes: Node[] = []
  constants = new Map<ConstantArray, Var>()
  /** How many places of the random stream were taken. */
  draws = 0
  /** The function that is recorded into a graph of its own now: `the body of whileLoop`. */
  inside: string | undefined
  /** Values of graphs that were recorded apart, by the functions that made them. */
  readonly #ended = new WeakMap<Atom, string>()
  /** Where the recorded nodes are said to come from. */
  loc: Origin | undefined

  apply(op: Op, operands: readonly Operand[], params: Params, _below: Caller): readonly Value[] {
    return this.append(
      op,
      operands.map((operand) => this.lift(operand)),
      params,
    ).map((out) => this.wrap(out))
  }

  append(op: Op, inputs: readonly (Atom | null)[], params: Params): readonly Var[] {
    const { outs } = infer(
      op.def,
      inputs.map((atom) => atom && atom.type),
      params,
    )
    const node = makeNode({ op, inputs, params, outs: outs.map(variable), loc: this.loc })
    this.nodes.push(node)
    return node.outs
  }

  wrap(atom: Atom): Value {
    return new RecordedValue(this, atom)
  }

  lift(operand: Operand): Atom | null {
    if (operand === null) return null
    if (!isValue(operand)) return literal(operand)
    if (operand.recorder === null) return this.constant(operand as Value & ConstantArray)
    const { atom } = operand as Value & { readonly atom: Atom }
    if (operand.recorder !== this)
      throw new GraphError({ because: 'an array of another recording was used here' })
    const made = this.#ended.get(atom)
    if (made !== undefined)
      throw new TraceError({
        because: `an array that belongs to ${made} is used outside of it`,
        instead: 'Return it from that function, so that it is among the results',
      })
    return atom
  }

  /**
   * What `fn` does with values of these types, as a graph of its own; `fn` gives the atoms of its results.
   *
   * The graph may use values from outside: they are not among its inputs yet.
   */
  apart(
    name: string,
    types: readonly TensorType[],
    fn: (inputs: readonly Value[]) => readonly Atom[],
  ): Pick<Graph, 'inputs' | 'constants' | 'nodes' | 'outputs' | 'draws'> {
    const { nodes, constants, draws, inside } = this
    const inputs = types.map(variable)
    // Its op has a place in the stream before its functions run, and where one of them throws.
    let taken = draws + 1
    Object.assign(this, { nodes: [], constants: new Map<ConstantArray, Var>(), draws: 0, inside: name })
    try {
      const outputs = fn(inputs.map((input) => this.wrap(input)))
      const made = [...this.constants].map(([array, out]) => ({ out, array }))
      taken = draws
      return { inputs, constants: made, nodes: this.nodes, outputs, draws: this.draws }
    } finally {
      for (const atom of [...inputs, ...this.nodes.flatMap(({ outs }) => outs)]) this.#ended.set(atom, name)
      Object.assign(this, { nodes, constants, draws: taken, inside })
    }
  }

  constant(array: ConstantArray): Var {
    const known = this.constants.get(array)
    if (known) return known
    const out = variable(array.type)
    this.constants.set(array, out)
    return out
  }
}

export interface Recorded {
  readonly nodes: readonly Node[]
  readonly outs: readonly Atom[]
  readonly constants: readonly Constant[]
}

/** The nodes that stand for an op applied to these atoms: what it is made of, unless another composition is given. */
export function decomposed(
  def: OpDef,
  inputs: readonly (Atom | null)[],
  params: Params,
  loc?: Origin,
  composition: Composition = def.decompose!,
): Recorded {
  const recorder = new Recorder()
  recorder.loc = loc
  const values = inputs.map((atom) => atom && recorder.wrap(atom))
  const result = under(recorder, () => composition(group(def, values), params))
  const outs = (Array.isArray(result) ? result : [result]) as readonly Operand[]
  return {
    nodes: recorder.nodes,
    outs: outs.map((out) => recorder.lift(out)!),
    constants: [...recorder.constants].map(([array, out]) => ({ out, array })),
  }
}
