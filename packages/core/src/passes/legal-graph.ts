import type { Lowering } from '../emit/emitter.ts'
import type { Atom, Constant, Node, Var } from '../ir/graph.ts'
import type { DType } from '../types/dtype.ts'
import type { TensorType } from '../types/tensor-type.ts'

/** What legalization must know of an engine. */
export interface Target {
  readonly name: string
  /** The device that programs run on, where they are written for one. */
  readonly device?: string
  readonly dtypes: ReadonlySet<DType>
  readonly lowerings: ReadonlyMap<string, Lowering<never, never>>
  readonly fallback: Lowering<never, never> | undefined
  /** Whether complex arrays are carried as pairs of real ones where it holds none: buffers are the same. */
  readonly pairs?: boolean
  /** Whether ops that run graphs are run step by step where the engine has no lowering of them. */
  readonly steers?: boolean
  /** Whether its lowerings of such ops can draw random numbers in each turn. */
  readonly drawsInside?: boolean
}

/** A node with the lowering that spells it; its operands have the dtypes that the op computes in. */
export interface LegalNode extends Node {
  /** Undefined for an op whose graphs are run step by step. */
  readonly lowering: Lowering<never, never> | undefined
  /** The graphs that it runs, by parameter. */
  readonly graphs?: Readonly<Record<string, LegalGraph>>
}

/** Whether the graphs of a node are run step by step, by no program of the engine. */
export const isSteered = ({ lowering }: LegalNode): boolean => lowering === undefined

/** A graph that an engine can run op by op. */
export interface LegalGraph {
  readonly inputs: readonly Var[]
  readonly constants: readonly Constant[]
  /** Random nodes, drawn on the host for each call and fed as inputs. */
  readonly draws: readonly Node[]
  readonly nodes: readonly LegalNode[]
  readonly outputs: readonly Atom[]
  /** The complex types of inputs and outputs that are carried as pairs along one more axis. */
  readonly carried: ReadonlyMap<Atom, TensorType>
}
