import {
  type Atom,
  type Bounded,
  type ConcreteType,
  type Engine,
  exact,
  type HostArray,
  hostArray,
  kindOf,
  leaf,
  list,
  makeGraph,
  NDArray,
  type Op,
  opTable,
  Program,
  Recorder,
  tensorType,
  truthOfNodes,
  type TypedArray,
  under,
  type Value,
  variable,
} from '@tendril/core/testing'
import { argumentsOf, type Call } from './call.ts'

/** What an engine gave, beside what is right. */
export interface Answer {
  readonly got: readonly NDArray[]
  readonly truth: readonly Bounded[]
  /** The arguments on the engine, beside what was put there. */
  readonly given: readonly (readonly [NDArray, HostArray])[]
}

/** A copy of a host array on an engine. */
export const upload = (engine: Engine, { data, dtype, shape }: HostArray): NDArray =>
  engine.upload(data.slice() as TypedArray, tensorType(dtype, shape) as ConcreteType)

export async function hostOf(array: NDArray): Promise<HostArray> {
  return { dtype: array.dtype, shape: array.shape, data: await array.data() }
}

export const callOp = (op: Op, args: readonly unknown[]): unknown => op(...(args as never))

/** The results of an op's function in the order of its definition. */
export function flatResults<T>({ def }: Op, result: unknown): readonly T[] {
  if (def.outputs === undefined) return [result as T]
  if (typeof def.outputs === 'function' || def.outputs === 'list') return result as T[]
  return def.outputs.map((name) => (result as Record<string, T>)[name]!)
}

/** Calls the op by its function, as a user does. */
export function callEagerly(call: Call, engine: Engine, truth: readonly Bounded[]): Answer {
  const given: [NDArray, HostArray][] = []
  const args = argumentsOf(call, (host) => {
    const array = upload(engine, host)
    given.push([array, host])
    return array
  })
  return { got: flatResults<NDArray>(call.op, callOp(call.op, args)), truth, given }
}

const byName = (name: string, ...args: unknown[]): Value => callOp(opTable.get(name)!, args) as Value

/** The same array by way of other ops, exactly. */
const passed = (x: Value): Value => {
  const flip = x.type.dtype === 'bool' ? 'logicalNot' : 'negative'
  return byName(flip, byName(flip, x))
}

/** An op that uses a result. */
const used = (y: Value): Value =>
  kindOf(y.type.dtype) === 'bool' ? byName('logicalNot', y) : byName('subtract', y, 1)

/** Runs the op in a graph between others, as engines fuse, plan and free there; its own result is given too. */
export function callInGraph(call: Call, engine: Engine): Answer {
  const recorder = new Recorder()
  const hosts: HostArray[] = []
  const inputs = new Map<HostArray, Value & { readonly atom: Atom }>()
  const outs = under(recorder, () => {
    const args = argumentsOf(call, (host) => {
      const value = recorder.wrap(variable(tensorType(host.dtype, host.shape))) as Value & {
        readonly atom: Atom
      }
      hosts.push(host)
      inputs.set(host, value)
      return passed(value)
    })
    const results = flatResults<Value>(call.op, callOp(call.op, args))
    return [...results, ...results.map(used)].map((value) => recorder.lift(value)!)
  })
  const atoms = hosts.map((host) => inputs.get(host)!.atom)
  const graph = makeGraph({
    inputs: atoms.filter((atom) => atom.kind === 'var'),
    constants: [...recorder.constants].map(([array, out]) => ({ out, array })),
    slots: [],
    nodes: recorder.nodes,
    outputs: outs,
    args: list(atoms.map(() => leaf)),
    result: list(outs.map(() => leaf)),
    writes: [],
    draws: 0,
  })
  const env = new Map<Atom, Bounded>(hosts.map((host, i) => [atoms[i]!, exact(host)]))
  for (const { out, array } of graph.constants)
    env.set(out, exact(hostArray(array.type.dtype, array.type.shape as readonly number[], array.host())))
  const truth = truthOfNodes(graph.nodes, env, outs)
  const given = hosts.map((host) => [upload(engine, host), host] as const)
  const got = new Program(engine, graph).call(
    given.map(([array]) => array),
    0,
  )
  return { got, truth, given }
}
