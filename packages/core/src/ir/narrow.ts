import { infer } from '../infer.ts'
import { convert } from '../numerics/convert.ts'
import type { Params } from '../op.ts'
import type { LazyLine } from '../source.ts'
import { type DType, isDType, isInteger } from '../types/dtype.ts'
import type { ParamValue } from '../types/param.ts'
import { type ConcreteType, type TensorType, tensorType } from '../types/tensor-type.ts'
import { mapGraphs } from './control.ts'
import {
  type Atom,
  type ConstantArray,
  type Graph,
  literal,
  makeNode,
  type Node,
  type Var,
  variable,
} from './graph.ts'
import { Renamed } from './specialize.ts'

/** One place where a graph was given a narrower dtype. */
export interface Narrowing {
  readonly place: 'input' | 'constant' | 'slot' | 'parameter' | 'literal'
  /** The op of a parameter or literal, the label of a slot, otherwise the number of the input or constant. */
  readonly of: string
  readonly from: DType
  readonly to: DType
  /** Elements of an integer constant that the narrower dtype cannot hold; they wrap. */
  readonly wrapped: number
  readonly loc: LazyLine | undefined
}

export interface Narrowed {
  readonly graph: Graph
  readonly changes: readonly Narrowing[]
}

/**
 * The graph with other dtypes in place of some: its inputs, constants, slots, dtype parameters and 64-bit literals.
 * All other types follow by inference; an op that gives one of those dtypes whatever it is given keeps it.
 */
export function narrow(graph: Graph, dtypes: ReadonlyMap<DType, DType>): Narrowed {
  const changes: Narrowing[] = []
  const note = (place: Narrowing['place'], of: string, from: DType, rest: Partial<Narrowing> = {}): void => {
    changes.push({ place, of, from, to: dtypes.get(from)!, wrapped: 0, loc: undefined, ...rest })
  }
  const renamed = new Renamed()
  const define = (out: Var, place: Narrowing['place'], of: string, wrapped = 0): Var => {
    const to = dtypes.get(out.type.dtype)
    if (to === undefined) return out
    note(place, of, out.type.dtype, { wrapped })
    return renamed.set(out, variable(tensorType(to, out.type.shape)))
  }
  const inputs = graph.inputs.map((input, i) => define(input, 'input', String(i)))
  const constants = graph.constants.map((constant, i) => {
    const to = dtypes.get(constant.out.type.dtype)
    if (to === undefined) return constant
    const { array, wrapped } = converted(constant.array, to)
    return { out: define(constant.out, 'constant', String(i), wrapped), array }
  })
  const slots = graph.slots.map(({ out, source }) => ({ out: define(out, 'slot', source.label), source }))
  const nodes = graph.nodes.map((node): Node => {
    const { op, outs, loc } = node
    const inner = node.inputs.map((atom) => atom && renamed.of(atom))
    const operands = dtypes.has('int64')
      ? withoutBigInts(inner, () => note('literal', op.def.name, 'int64', { loc }))
      : inner
    const plain = narrowParams(node.params, dtypes, (from) => note('parameter', op.def.name, from, { loc }))
    const params = mapGraphs(plain, (graphInside) => {
      const narrowed = narrow(graphInside, dtypes)
      changes.push(...narrowed.changes)
      return narrowed.graph
    })
    const types = infer(
      op.def,
      operands.map((atom) => atom && atom.type),
      params,
    ).outs
    return makeNode({
      op,
      inputs: operands,
      params,
      outs: types.map((type, i) => renamed.set(outs[i]!, variable(type))),
      loc,
    })
  })
  if (changes.length === 0) return { graph, changes }
  const outputs = graph.outputs.map((atom) => renamed.of(atom))
  return { graph: Object.freeze({ ...graph, inputs, constants, slots, nodes, outputs }), changes }
}

function converted(
  array: ConstantArray,
  to: DType,
): { readonly array: ConstantArray; readonly wrapped: number } {
  const { dtype, shape } = array.type as ConcreteType
  const from = array.host()
  const { data } = convert({ dtype, shape, data: from }, to)
  let wrapped = 0
  if (isInteger(to))
    for (let i = 0; i < data.length; i++) if (BigInt(from[i]!) !== BigInt(data[i]!)) wrapped++
  const type: TensorType = tensorType(to, shape)
  return { array: Object.freeze({ type, host: () => data }), wrapped }
}

/** A bigint beside an array takes the array's dtype as a number does; only among scalars it stands for int64. */
function withoutBigInts(inputs: readonly (Atom | null)[], note: () => void): readonly (Atom | null)[] {
  if (!inputs.some((atom) => atom?.kind === 'var')) return inputs
  return inputs.map((atom) => {
    if (atom?.kind !== 'lit' || typeof atom.value !== 'bigint') return atom
    note()
    return literal(Number(atom.value))
  })
}

function narrowParams(
  params: Params,
  dtypes: ReadonlyMap<DType, DType>,
  note: (from: DType) => void,
): Params {
  const narrowed = Object.entries(params).map(([name, value]): [string, ParamValue] => {
    const to = isDType(value) ? dtypes.get(value) : undefined
    if (to === undefined) return [name, value]
    note(value as DType)
    return [name, to]
  })
  return Object.freeze(Object.fromEntries(narrowed))
}
