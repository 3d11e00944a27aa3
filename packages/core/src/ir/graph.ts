import type { Op, Params } from '../op.ts'
import type { TypedArray } from '../types/dtype.ts'
import type { Assumption } from '../types/dim.ts'
import { defaultDType, type Element, weakOf } from '../types/promotion.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import type { Origin } from './part.ts'
import type { TreeSpec } from './tree-spec.ts'

/** A value computed by a graph. */
export interface Var {
  readonly kind: 'var'
  readonly type: TensorType
}

/** A JavaScript scalar in a graph, whose dtype follows the arrays it meets. */
export interface Lit {
  readonly kind: 'lit'
  readonly value: Element
  readonly type: TensorType
}

export type Atom = Var | Lit

/** One op applied to atoms; omitted optional inputs are null. */
export interface Node {
  readonly op: Op
  readonly inputs: readonly (Atom | null)[]
  readonly params: Params
  readonly outs: readonly Var[]
  readonly loc: Origin | undefined
}

/** An array that a graph holds; identity matters, its data is read only when needed. */
export interface ConstantArray {
  readonly type: TensorType
  /** The elements on the host. */
  host(): TypedArray
  /** The complex array that it is, where an engine has pairs of real numbers in place of complex ones. */
  readonly carries?: ConstantArray
}

/** A captured or folded array. */
export interface Constant {
  readonly out: Var
  readonly array: ConstantArray
}

/** A place outside the graph that is read at each call: a Variable, a state entry. */
export interface SlotSource {
  /** What it holds now. */
  read(): unknown
  /** For prints: `w`, `params.conv1`. */
  readonly label: string
  /** What the model calls the array there, for files: `encoder.layer.0.weight`. */
  readonly path?: string | undefined
}

export interface Slot {
  readonly out: Var
  readonly source: SlotSource
}

/** Values that a graph writes back into a stateful object after each call. */
export interface StateWrite {
  /** Which stateful object: index path of the argument, or the object's place in `stateful`. */
  readonly target: string
  /** Its whole state after the call; leaves count from `outputs[from]`. */
  readonly spec: TreeSpec
  readonly from: number
}

/** A frozen program in A-normal form: the order of the nodes is the order of execution. */
export interface Graph {
  readonly inputs: readonly Var[]
  readonly constants: readonly Constant[]
  readonly slots: readonly Slot[]
  readonly nodes: readonly Node[]
  /** Results first, then the leaves of the state that is written back. */
  readonly outputs: readonly Atom[]
  /** Argument tree; leaves are `inputs` in order. */
  readonly args: TreeSpec
  /** Result tree; leaves are `outputs` in order. */
  readonly result: TreeSpec
  readonly writes: readonly StateWrite[]
  /** How many draws of the global random stream a call uses up, dead ones included, as the function itself would. */
  readonly draws: number
}

/** Key by which a user's graph gives its program to exporters. */
export const irKey: unique symbol = Symbol.for('tendril.ir')

/** The member of a graph that is the function that was traced. */
export const functionKey: unique symbol = Symbol.for('tendril.function')

/** A program with named sizes, and what they were in the traced call. */
export interface SizedGraph {
  readonly graph: Graph
  readonly sizes: ReadonlyMap<string, number>
  /** Sizes that the user named, which no exporter may fix. */
  readonly named?: ReadonlySet<string>
  /** What holds for the sizes of all calls that it serves. */
  readonly assumes?: readonly Assumption[]
  /** The function, and the object whose method it is; a graph that was read from a file has none. */
  readonly fn?: CallableFunction | undefined
  readonly receiver?: unknown
}

export const variable = (type: TensorType): Var => Object.freeze({ kind: 'var', type })

export function literal(value: Element): Lit {
  const weak = weakOf(value)
  return Object.freeze({ kind: 'lit', value, type: tensorType(defaultDType(weak), [], weak) })
}

export const isVar = (atom: Atom | null): atom is Var => atom !== null && atom.kind === 'var'

export const makeNode = (node: Node): Node => Object.freeze(node)

export const makeGraph = (graph: Graph): Graph =>
  Object.freeze({
    ...graph,
    inputs: Object.freeze([...graph.inputs]),
    constants: Object.freeze([...graph.constants]),
    slots: Object.freeze([...graph.slots]),
    nodes: Object.freeze([...graph.nodes]),
    outputs: Object.freeze([...graph.outputs]),
  })
