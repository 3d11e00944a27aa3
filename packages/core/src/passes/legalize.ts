import { DTypeError, type Gap, GraphError, UnsupportedOpError } from '../errors.ts'
import type { Lowering } from '../emit/emitter.ts'
import { castOf, infer, scalarOf } from '../infer.ts'
import {
  type Atom,
  type Constant,
  type Graph,
  type Lit,
  makeNode,
  type Node,
  type Var,
  variable,
} from '../ir/graph.ts'
import { mapSizes } from '../ir/sized-params.ts'
import { type Composition, group, type Params } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { decomposed } from '../recorder.ts'
import { scalarData } from '../numerics/host.ts'
import { type Dim, pin, same } from '../types/dim.ts'
import { type DType, isComplex } from '../types/dtype.ts'
import type { Scalar } from '../types/promotion.ts'
import { isConcrete, type TensorType, tensorType } from '../types/tensor-type.ts'
import { liveNodes } from './dead-code.ts'
import type { LegalGraph, LegalNode, Target } from './legal-graph.ts'
import { currentPairing, isPaired, type Pairs, productByParts } from './pairing.ts'

export { isSteered, type LegalGraph, type LegalNode, type Target } from './legal-graph.ts'

/**
 * The value of a literal, for engines that hold no complex numbers.
 *
 * @throws GraphError for a complex one
 */
export function realOf({ value }: Lit): Scalar {
  if (typeof value !== 'object') return value
  throw new GraphError({ because: 'a complex number is left in a graph for an engine that holds none' })
}

/**
 * The graph in terms of what an engine has: operands converted, ops without a lowering decomposed.
 *
 * @throws UnsupportedOpError listing every gap
 */
export function legalize(graph: Graph, target: Target): LegalGraph {
  const state = new Legalizer(target)
  const given = graph.constants.map((constant) => state.enterConstant(constant))
  const inputs = [...graph.inputs, ...graph.slots.map((slot) => slot.out)].map((out) => state.enter(out))
  for (const node of graph.nodes) state.visit(node)
  const outputs = graph.outputs.map((atom) => state.leave(atom))
  if (state.gaps.length > 0) throw new UnsupportedOpError({ backend: target.name, gaps: state.gaps })
  const constants = [...given, ...state.constants]
  const nodes = liveNodes(state.nodes, outputs)
  const used = new Set<Atom | null>([...outputs, ...nodes.flatMap((node) => node.inputs)])
  return {
    inputs,
    constants: constants.filter(({ out }) => used.has(out)),
    draws: state.draws.filter((node) => node.outs.some((out) => used.has(out))),
    nodes,
    outputs,
    carried: state.carried,
  }
}

type LegalizeControl = (
  node: Node,
  lowering: Lowering<never, never> | undefined,
  verdict: true | string,
  target: Target,
) => LegalNode | { readonly gaps: readonly Gap[] }

let legalizeControl: LegalizeControl | undefined

/** Sets what puts ops that run graphs into an engine's terms: it is loaded with such ops. */
export const setLegalControl = (how: LegalizeControl): void => void (legalizeControl = how)

class Legalizer {
  readonly gaps: Gap[] = []
  readonly nodes: LegalNode[] = []
  readonly draws: Node[] = []
  readonly constants: Constant[] = []
  readonly #target: Target
  readonly #renamed = new Map<Atom, Atom>()
  readonly #converted = new Map<Atom, Map<DType, Var>>()
  /** Complex values, where the engine holds none. */
  readonly #pairs: Pairs | undefined

  constructor(target: Target) {
    this.#target = target
    this.#pairs = currentPairing()?.pairs(target, {
      of: (atom) => this.of(atom),
      as: (atom, dtype) => this.#as(atom, dtype, 'astype', undefined),
      visit: (node) => this.visit(node),
      rename: (out, atom) => void this.#renamed.set(out, atom),
      replace: (node, composition) => this.#replace(node, composition),
      refuse: (node, because) => this.#gap(node.op.def.name, because, node),
    })
  }

  /** The complex types of inputs and outputs that are carried as pairs along one more axis. */
  get carried(): ReadonlyMap<Atom, TensorType> {
    return this.#pairs?.carried ?? new Map<Atom, TensorType>()
  }

  /** What carries complex values of a dtype, where the engine holds none of it. */
  #pairsOf(dtype: DType): Pairs | undefined {
    return this.#pairs !== undefined && isPaired(dtype, this.#target) ? this.#pairs : undefined
  }

  /** What stands for a value from outside: the value itself, or the real array that carries it. */
  enter(out: Var): Var {
    const pairs = this.#pairsOf(out.type.dtype)
    if (pairs === undefined) this.checkDType(out.type, 'input')
    return pairs?.enter(out) ?? out
  }

  enterConstant(constant: Constant): Constant {
    const { type } = constant.out
    const pairs = this.#pairsOf(type.dtype)
    if (pairs === undefined) this.checkDType(type, 'constant')
    return pairs?.enterConstant(constant) ?? constant
  }

  /** What stands for a result. */
  leave(atom: Atom): Atom {
    const own = this.of(atom)
    return this.#pairsOf(own.type.dtype)?.leave(own) ?? own
  }

  of(atom: Atom): Atom {
    return this.#renamed.get(atom) ?? atom
  }

  checkDType(type: TensorType, op: string, node?: Node): void {
    if (this.#target.dtypes.has(type.dtype)) return
    this.#gap(op, `${this.#target.name} holds no ${type.dtype}`, node)
  }

  #gap(op: string, because: string, node?: Node): void {
    this.gaps.push({ op, because, at: node?.loc?.line })
  }

  visit(node: Node): void {
    const { op, params, outs, loc } = node
    const inputs = node.inputs.map((atom) => atom && this.of(atom))
    const types = inputs.map((atom) => atom && atom.type)
    // Which open sizes an op takes for equal only its rule for types tells.
    const isOpen = types.some((type) => type !== null && !isConcrete(type))
    const dtypes = isOpen ? infer(op.def, types, params).dtypes : castOf(op.def, types, params)
    const operands = inputs.map((atom, i) => atom && this.#as(atom, dtypes[i]!, op.def.name, loc))
    if (op.def.traits.random) {
      for (const out of outs) this.checkDType(out.type, op.def.name, node)
      this.draws.push(node)
      return
    }
    const made = makeNode({ op, inputs: operands, params, outs, loc })
    const paired = [...operands, ...outs].find((atom) => atom !== null && this.#pairsOf(atom.type.dtype))
    if (paired) this.#pairs!.visit(made)
    else this.#choose(made)
  }

  #choose(node: Node): void {
    const { op, inputs, outs } = node
    const before = this.gaps.length
    for (const { type } of [...inputs.filter((atom) => atom !== null), ...outs]) {
      if (this.gaps.length === before) this.checkDType(type, op.def.name, node)
    }
    if (this.gaps.length > before) return
    if (op.def.control !== undefined) return this.#control(node)
    const lowering = this.#target.lowerings.get(op.def.name)
    const verdict = this.#verdict(node, lowering)
    const byParts = lowering === undefined ? undefined : productByParts(node)
    if (verdict === true) this.nodes.push(Object.freeze({ ...node, lowering: lowering! }))
    else if (op.def.decompose !== undefined) this.#replace(node, op.def.decompose)
    else if (byParts !== undefined) this.#replace(node, byParts)
    else if (this.#target.fallback !== undefined)
      this.nodes.push(Object.freeze({ ...node, lowering: this.#target.fallback }))
    else if (op.def.expand !== undefined) this.#replace(node, op.def.expand)
    else this.#gap(op.def.name, verdict, node)
  }

  /** Whether a lowering serves a node, or why not. */
  #verdict({ op, inputs, params, outs }: Node, lowering: Lowering<never, never> | undefined): true | string {
    if (lowering === undefined) return 'no lowering'
    const holdsComplex = [...inputs, ...outs].some((atom) => atom !== null && isComplex(atom.type.dtype))
    if (holdsComplex && !lowering.complex) return 'its lowering is of real numbers'
    const types = inputs.map((atom) => atom && atom.type)
    const made = outs.map((out) => out.type)
    return lowering.supports?.(group(op.def, types), params, made, this.#target.device) ?? true
  }

  /** An op that runs graphs. */
  #control(node: Node): void {
    const lowering = this.#target.lowerings.get(node.op.def.name)
    const made = legalizeControl!(node, lowering, this.#verdict(node, lowering), this.#target)
    if ('gaps' in made) this.gaps.push(...made.gaps)
    else this.nodes.push(made)
  }

  #replace(node: Node, composition: Composition): void {
    const { op, inputs, params, outs, loc } = node
    const { creation = false, handsSizesOn = creation } = op.def.traits
    const given = handsSizesOn ? params : mapSizes(params, pin)
    const { nodes, outs: results, constants } = decomposed(op.def, inputs, given, loc, composition)
    this.constants.push(...constants.map((constant) => this.enterConstant(constant)))
    for (const inner of nodes) this.visit(inner)
    results.forEach((result, i) =>
      this.#renamed.set(outs[i]!, this.of(this.#exact(result, outs[i]!, op.def.name, node))),
    )
  }

  /** The decomposition's result with the dtype that the op promises. */
  #exact(result: Atom, out: Var, op: string, node: Node): Atom {
    const atom = this.of(result)
    if (atom.kind === 'var' && !sameShape(atom.type.shape, out.type.shape)) {
      throw new DTypeError({
        op,
        dtypes: [atom.type.dtype, out.type.dtype],
        because: `its decomposition gives sizes [${atom.type.shape}] where [${out.type.shape}] was inferred`,
      })
    }
    return this.#as(atom, out.type.dtype, op, node.loc)
  }

  /** The atom as an element of `dtype`: a resolved scalar, or one conversion shared by all who need it. */
  #as(atom: Atom, dtype: DType, op: string, loc: Node['loc']): Atom {
    const pairs = this.#pairsOf(dtype)
    if (pairs !== undefined) return pairs.as(atom, dtype)
    if (atom.kind === 'var' && this.#pairsOf(atom.type.dtype)) return this.#pairs!.truthOf(atom)
    if (atom.kind === 'lit')
      return isComplex(dtype) ? this.#complex(atom, dtype, op) : resolved(atom, dtype, op)
    if (atom.type.dtype === dtype) return atom
    const known = this.#converted.get(atom)?.get(dtype)
    if (known) return known
    const out = variable(tensorType(dtype, atom.type.shape))
    const params: Params = { dtype }
    this.#choose(makeNode({ op: astype, inputs: [atom], params, outs: [out], loc }))
    const converted = this.of(out) as Var
    this.#converted.set(atom, (this.#converted.get(atom) ?? new Map<DType, Var>()).set(dtype, converted))
    return converted
  }

  /** A scalar as a complex array, which programs hold as a constant. */
  #complex(atom: Lit, dtype: DType, op: string): Var {
    const out = variable(tensorType(dtype, []))
    const data = scalarData(scalarOf(op, atom.value, dtype), dtype)
    this.constants.push({ out, array: Object.freeze({ type: out.type, host: () => data }) })
    return out
  }
}

function resolved(atom: Lit, dtype: DType, op: string): Lit {
  return Object.freeze({ kind: 'lit', value: scalarOf(op, atom.value, dtype), type: tensorType(dtype, []) })
}

const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((size, i) => same(size, b[i]!))
