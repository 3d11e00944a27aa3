import type { Atom, ConstantArray, Node, Var } from '../ir/graph.ts'
import type { Origin } from '../ir/part.ts'
import type { Op, Params } from '../op.ts'
import type { LegalGraph } from '../passes/legal-graph.ts'
import type { DType } from '../types/dtype.ts'
import type { Scalar } from '../types/promotion.ts'
import type { ConcreteType, TensorType } from '../types/tensor-type.ts'

/** A graph that an op runs. */
export interface InnerGraph<Ref> {
  readonly inputs: readonly ConcreteType[]
  /** Spells it where the emitter stands now, and gives its results for these inputs. */
  spell(inputs: readonly Ref[]): readonly Ref[]
}

/** What a lowering may know of the node beside its operands. */
export interface NodeInfo<Ref = unknown> {
  readonly op: Op
  /** Types of the flat operands; null for an omitted one. */
  readonly inputs: readonly (ConcreteType | null)[]
  readonly outputs: readonly ConcreteType[]
  readonly params: Params
  /** The outputs as the graph has them, see `Emitter.enter`. */
  readonly outs: readonly Var[]
  /** How often each output is used, by nodes and as a result. */
  readonly uses: readonly number[]
  /** The graphs that the op runs, by parameter. */
  readonly graphs?: Readonly<Record<string, InnerGraph<Ref>>>
  /** For programs that tell where their parts come from. */
  readonly loc?: Origin | undefined
}

/** How one engine spells one op. */
export interface Lowering<E, Ref> {
  readonly op: string
  /** Whether it spells the op for complex arrays too. */
  readonly complex?: true
  readonly emit: (
    emitter: E,
    inputs: readonly (Ref | undefined | Ref[])[],
    params: Params,
    node: NodeInfo,
  ) => Ref | readonly Ref[]
  /**
   * True, or why the engine cannot run the op for these types on this device; its decomposition is taken then.
   * Graphs that are written for no device, such as files, have none.
   */
  readonly supports?: (
    inputs: readonly (TensorType | undefined | TensorType[])[],
    params: Params,
    outputs: readonly TensorType[],
    device: string | undefined,
  ) => true | string
}

/** A finished program: its text is its key, what is lifted stands beside it. */
export interface Emitted<Artifact> {
  readonly key: string
  /** Builds the artifact; called when no program with this key is loaded. */
  readonly artifact: () => Artifact
  readonly sizes: readonly number[]
  readonly literals: readonly Scalar[]
  readonly constants: readonly ConstantArray[]
}

/** Builds one program, node by node in execution order. `Ref` names a value inside it. */
export interface Emitter<Artifact, Ref> {
  input(type: ConcreteType): Ref
  constant(array: ConstantArray): Ref
  /** The result of a random op inside of a graph that an op runs, where the engine can draw it in each turn. */
  draw?(node: Node): Ref
  /** A scalar operand, already an element of `dtype`. */
  literal(value: Scalar, dtype: DType): Ref
  /** Called before the nodes of a graph are lowered, for what follows from several of them. */
  enter?(graph: LegalGraph, outputs: readonly Atom[]): void
  /** Called before a node is lowered. */
  begin?(node: NodeInfo): void
  /** Values that no later node and no output uses. */
  release?(refs: readonly Ref[]): void
  finish(outputs: readonly Ref[], types: readonly ConcreteType[]): Emitted<Artifact>
}
