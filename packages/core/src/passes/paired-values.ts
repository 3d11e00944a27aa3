import { type Atom, type Constant, type Node, type Var, variable } from '../ir/graph.ts'
import type { ArrayValue, Composition, OpDef } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { complex, imag, real } from '../ops/complex-parts.ts'
import { type DType, partDType } from '../types/dtype.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import {
  broadcastParts,
  carriedOf,
  isPartwise,
  makesReal,
  nodeOfPart,
  type Pair,
  partsOfCarried,
  partsOfScalar,
  recorded,
  truthOfParts,
  zerosBeside,
} from './complex-pairs.ts'
import type { Target } from './legalize.ts'
import { carriedType, isPaired, type Legalizing, type Pairs } from './pairing.ts'

/**
 * Complex values for an engine that has none: each is two real ones, its parts. What comes in and goes out is one real
 * array with an axis more, whose data is that of the complex one.
 */
export class PairedValues implements Pairs {
  readonly carried = new Map<Atom, TensorType>()
  readonly #target: Target
  readonly #graph: Legalizing
  readonly #byParts: (def: OpDef) => Composition | undefined
  readonly #carriers = new Map<Atom, Atom>()
  readonly #pairs = new Map<Atom, Pair>()

  constructor(target: Target, graph: Legalizing, byParts: (def: OpDef) => Composition | undefined) {
    this.#target = target
    this.#graph = graph
    this.#byParts = byParts
  }

  enter(out: Var): Var {
    const carrier = variable(carriedType(out.type))
    const [re, im] = this.#record([carrier], partsOfCarried)
    this.#pairs.set(out, { re: re!, im: im! })
    this.#carriers.set(out, carrier)
    this.carried.set(carrier, out.type)
    return carrier
  }

  enterConstant({ out, array }: Constant): Constant {
    const carrier = this.enter(out)
    const carries = { type: carrier.type, host: () => array.host(), carries: array }
    return { out: carrier, array: Object.freeze(carries) }
  }

  leave(own: Atom): Atom {
    const known = this.#carriers.get(own)
    if (known !== undefined) return known
    const { re, im } = this.#pairOf(own, own.type.dtype)
    const [carrier] = this.#record([re, im], carriedOf)
    this.carried.set(carrier!, own.type)
    this.#carriers.set(own, carrier!)
    return carrier!
  }

  as(atom: Atom, dtype: DType): Var {
    if (atom.kind === 'var' && atom.type.dtype === dtype) return atom
    const out = variable(tensorType(dtype, atom.kind === 'lit' ? [] : atom.type.shape))
    this.#pairs.set(out, this.#pairOf(atom, dtype))
    return out
  }

  truthOf(atom: Var): Atom {
    const { re, im } = this.#pairs.get(atom)!
    return this.#record([re, im], truthOfParts)[0]!
  }

  visit(node: Node): void {
    const { op, inputs, outs, params } = node
    const { def } = op
    const [out] = outs
    const operands = inputs.map((atom) => (atom !== null && this.#pairs.get(atom)) || atom)
    const [first] = operands
    if (def === real.def) this.#graph.rename(out!, (first as Pair).re)
    else if (def === imag.def) this.#graph.rename(out!, (first as Pair).im)
    else if (def === astype.def)
      this.#graph.rename(out!, this.#graph.as(inputs[0]!, params['dtype'] as DType))
    else if (def === complex.def)
      this.#define(
        node,
        this.#record(inputs as readonly Atom[], broadcastParts(out!.type.shape as readonly number[])),
      )
    else if (isPartwise(def)) {
      const [re, im] = (['re', 'im'] as const).map((part) => this.#visited(nodeOfPart(node, operands, part)))
      outs.forEach((each, i) => this.#pairs.set(each, { re: re![i]!, im: im![i]! }))
    } else if (makesReal(def)) {
      const [re] = this.#visited(nodeOfPart(node, operands, 're'))
      this.#define(node, [re!, ...this.#record([re!], zerosBeside)])
    } else {
      const composition = def.decompose ?? this.#byParts(def)
      if (composition !== undefined) this.#graph.replace(node, composition)
      else this.#refuse(node)
    }
  }

  #define({ outs: [out] }: Node, [re, im]: readonly Atom[]): void {
    this.#pairs.set(out!, { re: re!, im: im! })
  }

  #refuse(node: Node): void {
    this.#graph.refuse(
      node,
      `${this.#target.name} holds no complex numbers, and this op is not written in real ones`,
    )
    // So that what follows is looked at as well.
    const part = ({ type: { dtype, shape } }: Var): Var => variable(tensorType(partDType(dtype), shape))
    for (const out of node.outs)
      if (isPaired(out.type.dtype, this.#target)) this.#pairs.set(out, { re: part(out), im: part(out) })
  }

  /** The parts of a value as numbers of a complex dtype. */
  #pairOf(atom: Atom, dtype: DType): Pair {
    const as = (one: Atom): Atom => this.#graph.as(one, partDType(dtype))
    if (atom.kind === 'lit') return partsOfScalar(atom.value, dtype)
    const known = this.#pairs.get(atom)
    if (known !== undefined) return { re: as(known.re), im: as(known.im) }
    const re = as(atom)
    return { re, im: this.#record([re], zerosBeside)[0]! }
  }

  #visited(node: Node): readonly Atom[] {
    this.#graph.visit(node)
    return node.outs.map((out) => this.#graph.of(out))
  }

  /** The results of ops, legalized as all are. */
  #record(
    atoms: readonly Atom[],
    compute: (values: readonly ArrayValue[]) => readonly ArrayValue[],
  ): readonly Atom[] {
    const { nodes, outs } = recorded(atoms, compute)
    for (const node of nodes) this.#graph.visit(node)
    return outs.map((out) => this.#graph.of(out))
  }
}
