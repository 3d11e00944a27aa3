import { UnsupportedOpError, type Gap, DTypeError } from '../errors.ts'
import type { Lowering } from '../emit/emitter.ts'
import { infer, scalarOf } from '../infer.ts'
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
import { group, type Params } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { decomposed } from '../recorder.ts'
import { type Dim, same } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { liveNodes } from './dead-code.ts'

/** What legalization must know of an engine. */
export interface Target {
  readonly name: string
  /** The device that programs run on, where they are written for one. */
  readonly device?: string
  readonly dtypes: ReadonlySet<DType>
  readonly lowerings: ReadonlyMap<string, Lowering<never, never>>
  readonly fallback: Lowering<never, never> | undefined
}

/** A node with the lowering that spells it; its operands have the dtypes that the op computes in. */
export interface LegalNode extends Node {
  readonly lowering: Lowering<never, never>
}

/** A graph that an engine can run op by op. */
export interface LegalGraph {
  readonly inputs: readonly Var[]
  readonly constants: readonly Constant[]
  /** Random nodes, drawn on the host for each call and fed as inputs. */
  readonly draws: readonly Node[]
  readonly nodes: readonly LegalNode[]
  readonly outputs: readonly Atom[]
}

/**
 * The graph in terms of what an engine has: operands converted, ops without a lowering decomposed.
 *
 * @throws UnsupportedOpError listing every gap
 */
export function legalize(graph: Graph, target: Target): LegalGraph {
  const state = new Legalizer(target)
  for (const { out } of graph.constants) state.checkDType(out.type, 'constant')
  for (const { type } of [...graph.inputs, ...graph.slots.map((slot) => slot.out)])
    state.checkDType(type, 'input')
  for (const node of graph.nodes) state.visit(node)
  const outputs = graph.outputs.map((atom) => state.of(atom))
  if (state.gaps.length > 0) throw new UnsupportedOpError({ backend: target.name, gaps: state.gaps })
  const constants = [...graph.constants, ...state.constants]
  const nodes = liveNodes(state.nodes, outputs)
  const used = new Set<Atom | null>([...outputs, ...nodes.flatMap((node) => node.inputs)])
  return {
    inputs: [...graph.inputs, ...graph.slots.map((slot) => slot.out)],
    constants: constants.filter(({ out }) => used.has(out)),
    draws: state.draws.filter((node) => node.outs.some((out) => used.has(out))),
    nodes,
    outputs,
  }
}

class Legalizer {
  readonly gaps: Gap[] = []
  readonly nodes: LegalNode[] = []
  readonly draws: Node[] = []
  readonly constants: Constant[] = []
  readonly #target: Target
  readonly #renamed = new Map<Atom, Atom>()
  readonly #converted = new Map<Atom, Map<DType, Var>>()

  constructor(target: Target) {
    this.#target = target
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
    const { dtypes } = infer(
      op.def,
      inputs.map((atom) => atom && atom.type),
      params,
    )
    const operands = inputs.map((atom, i) => atom && this.#as(atom, dtypes[i]!, op.def.name, loc))
    if (op.def.traits.random) {
      for (const out of outs) this.checkDType(out.type, op.def.name, node)
      this.draws.push(node)
      return
    }
    this.#choose(makeNode({ op, inputs: operands, params, outs, loc }))
  }

  #choose(node: Node): void {
    const { op, inputs, params, outs } = node
    const before = this.gaps.length
    for (const { type } of [...inputs.filter((atom) => atom !== null), ...outs]) {
      if (this.gaps.length === before) this.checkDType(type, op.def.name, node)
    }
    if (this.gaps.length > before) return
    const lowering = this.#target.lowerings.get(op.def.name)
    const verdict =
      lowering === undefined
        ? `no lowering`
        : (lowering.supports?.(
            group(
              op.def,
              inputs.map((atom) => atom && atom.type),
            ),
            params,
            outs.map((out) => out.type),
            this.#target.device,
          ) ?? true)
    if (verdict === true) this.nodes.push(Object.freeze({ ...node, lowering: lowering! }))
    else if (op.def.decompose !== undefined) this.#replace(node)
    else if (this.#target.fallback !== undefined)
      this.nodes.push(Object.freeze({ ...node, lowering: this.#target.fallback }))
    else this.#gap(op.def.name, verdict, node)
  }

  #replace(node: Node): void {
    const { op, inputs, params, outs, loc } = node
    const { nodes, outs: results, constants } = decomposed(op.def, inputs, params, loc)
    this.constants.push(...constants)
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
    if (atom.kind === 'lit') return resolved(atom, dtype, op)
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
}

function resolved(atom: Lit, dtype: DType, op: string): Lit {
  return Object.freeze({ kind: 'lit', value: scalarOf(op, atom.value, dtype), type: tensorType(dtype, []) })
}

const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((size, i) => same(size, b[i]!))
