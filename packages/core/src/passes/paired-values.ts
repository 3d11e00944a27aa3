import { type Atom, type Constant, type Node, type Var, variable } from '../ir/graph.ts'
import type { ArrayValue, Composition } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { complex, imag, real } from '../ops/complex-parts.ts'
import { type DType, isComplex, partDType } from '../types/dtype.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import {
  broadcastParts,
  carriedOf,
  carriedType,
  compositionOf,
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

/** What complex values need of the legalizer that they are part of. */
interface Legalizing {
  /** What a value became. */
  of(atom: Atom): Atom
  /** The value in a dtype. */
  as(atom: Atom, dtype: DType): Atom
  visit(node: Node): void
  rename(out: Var, atom: Atom): void
  replace(node: Node, composition: Composition): void
  refuse(node: Node, because: string): void
  check(type: TensorType, as: string): void
}

/**
 * Complex values for an engine that has none: each is two real ones, its parts. What comes in and goes out is one real
 * array with an axis more, whose data is that of the complex one.
 */
export class PairedValues {
  /** The complex types of the real arrays that come in and go out. */
  readonly carried = new Map<Atom, TensorType>()
  readonly #target: Target
  readonly #graph: Legalizing
  readonly #carriers = new Map<Atom, Atom>()
  readonly #pairs = new Map<Atom, Pair>()

  constructor(target: Target, graph: Legalizing) {
    this.#target = target
    this.#graph = graph
  }

  /** Whether a complex dtype is carried as pairs of its parts. */
  isPaired(dtype: DType): boolean {
    const { pairs, dtypes } = this.#target
    return isComplex(dtype) && pairs === true && !dtypes.has(dtype) && dtypes.has(partDType(dtype))
  }

  /** What stands for a value from outside: the value itself, or the real array that carries it. */
  enter(out: Var, as: string): Var {
    if (!this.isPaired(out.type.dtype)) {
      this.#graph.check(out.type, as)
      return out
    }
    const carrier = variable(carriedType(out.type))
    const [re, im] = this.#record([carrier], partsOfCarried)
    this.#pairs.set(out, { re: re!, im: im! })
    this.#carriers.set(out, carrier)
    this.carried.set(carrier, out.type)
    return carrier
  }

  enterConstant({ out, array }: Constant): Constant {
    const carrier = this.enter(out, 'constant')
    if (carrier === out) return { out, array }
    const carries = { type: carrier.type, host: () => array.host(), carries: array }
    return { out: carrier, array: Object.freeze(carries) }
  }

  /** What stands for a result. */
  leave(atom: Atom): Atom {
    const own = this.#graph.of(atom)
    if (!this.isPaired(own.type.dtype)) return own
    const known = this.#carriers.get(own)
    if (known !== undefined) return known
    const { re, im } = this.#pairOf(own, own.type.dtype)
    const [carrier] = this.#record([re, im], carriedOf)
    this.carried.set(carrier!, own.type)
    this.#carriers.set(own, carrier!)
    return carrier!
  }

  /** The value as one of a complex dtype that has parts. */
  as(atom: Atom, dtype: DType): Var {
    if (atom.kind === 'var' && atom.type.dtype === dtype) return atom
    const out = variable(tensorType(dtype, atom.kind === 'lit' ? [] : atom.type.shape))
    this.#pairs.set(out, this.#pairOf(atom, dtype))
    return out
  }

  /** Whether a complex value is not 0. */
  truthOf(atom: Var): Atom {
    const { re, im } = this.#pairs.get(atom)!
    return this.#record([re, im], truthOfParts)[0]!
  }

  /** A node with complex operands or results, as nodes of their parts. */
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
      const composition = compositionOf(def)
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
      if (this.isPaired(out.type.dtype)) this.#pairs.set(out, { re: part(out), im: part(out) })
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
