import { GraphError } from './errors.ts'
import { infer } from './infer.ts'
import { type Interpreter, isValue, type Operand, under, type Value } from './interpreter.ts'
import {
  type Atom,
  type Constant,
  type ConstantArray,
  literal,
  makeNode,
  type Node,
  type Var,
  variable,
} from './ir/graph.ts'
import type { Origin } from './ir/part.ts'
import { group, type Op, type OpDef, type Params } from './op.ts'
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
  readonly nodes: Node[] = []
  readonly constants = new Map<ConstantArray, Var>()
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
    return atom
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

/** The nodes that stand for a composite applied to these atoms. */
export function decomposed(
  def: OpDef,
  inputs: readonly (Atom | null)[],
  params: Params,
  loc?: Origin,
): Recorded {
  const recorder = new Recorder()
  recorder.loc = loc
  const values = inputs.map((atom) => atom && recorder.wrap(atom))
  const result = under(recorder, () => def.decompose!(group(def, values), params))
  const outs = (Array.isArray(result) ? result : [result]) as readonly Operand[]
  return {
    nodes: recorder.nodes,
    outs: outs.map((out) => recorder.lift(out)!),
    constants: [...recorder.constants].map(([array, out]) => ({ out, array })),
  }
}
