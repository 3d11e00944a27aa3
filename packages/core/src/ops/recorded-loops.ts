/** Loops inside of decompositions, whose bodies are recorded into graphs of their own. */
import { GraphError } from '../errors.ts'
import { recording, type Value } from '../interpreter.ts'
import type { Atom, Graph, Var } from '../ir/graph.ts'
import { closed, freeVars } from '../ir/subgraph.ts'
import type { ArrayValue, Op } from '../op.ts'
import { Recorder } from '../recorder.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { forOp, whileOp } from './control.ts'
import { full } from './creation.ts'

type Values = readonly ArrayValue[]
type Apart = Pick<Graph, 'inputs' | 'constants' | 'nodes' | 'outputs' | 'draws'>

function recorder(): Recorder {
  const current = recording()
  if (current instanceof Recorder) return current
  throw new GraphError({ because: 'a loop of a decomposition is recorded, and nothing records' })
}

const typesOf = (values: Values): readonly TensorType[] => values.map(({ type }) => type)

const apart = (name: string, types: readonly TensorType[], fn: (values: Values) => Values): Apart =>
  recorder().apart(name, types, (values: readonly Value[]) =>
    fn(values as Values).map((value) => recorder().lift(value) as Atom),
  )

/** The op with its graphs; what they take from outside become operands. */
function loop(op: Op, operands: Values, carried: number, graphs: Readonly<Record<string, Apart>>): Values {
  const outside: readonly Var[] = [...new Set(Object.values(graphs).flatMap((graph) => freeVars(graph)))]
  const bodies = Object.entries(graphs).map(([name, graph]) => [name, closed(graph, outside)] as const)
  const params = { carried, key: null, ...Object.fromEntries(bodies) }
  const all = [...operands, ...outside.map((atom) => recorder().wrap(atom))]
  return recorder().apply(op, all, Object.freeze(params), loop) as Values
}

/** What is carried after `body` ran for each number below `count`; its types stay the same. */
export function repeated<T extends Values>(
  count: number,
  first: T,
  body: (turn: ArrayValue, carry: T) => T,
): T {
  const bounds = [0, count].map((bound) => full([], bound, { dtype: 'int32' }))
  const types = [tensorType('int32', []), ...typesOf(first)]
  const graph = apart('a loop', types, ([turn, ...carry]) => body(turn!, carry as readonly ArrayValue[] as T))
  return loop(forOp as Op, [...bounds, ...first], first.length, { body: graph }) as T
}

/** What is carried once `test` gives false. */
export function whilst<T extends Values>(first: T, test: (carry: T) => ArrayValue, body: (carry: T) => T): T {
  const types = typesOf(first)
  const graphs = {
    test: apart('the test of a loop', types, (carry) => [test(carry as T)]),
    body: apart('a loop', types, (carry) => body(carry as T)),
  }
  return loop(whileOp as Op, first, first.length, graphs) as T
}
