/** Loops inside of decompositions, whose bodies are recorded into graphs of their own. */
import { GraphError } from '../errors.ts'
import { applied, recording, type Value } from '../interpreter.ts'
import type { Atom, Graph, Var } from '../ir/graph.ts'
import { closed, freeVars } from '../ir/subgraph.ts'
import type { ArrayValue, Op, Params } from '../op.ts'
import { Recorder } from '../recorder.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { forOp, scanOp, whileOp } from './control.ts'
import { full } from './creation.ts'
import { stack, unstack } from './parts.ts'

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
function loop(op: Op, operands: Values, own: Params, graphs: Readonly<Record<string, Apart>>): Values {
  const outside: readonly Var[] = [...new Set(Object.values(graphs).flatMap((graph) => freeVars(graph)))]
  const bodies = Object.entries(graphs).map(([name, graph]) => [name, closed(graph, outside)] as const)
  const params = { ...own, key: null, ...Object.fromEntries(bodies) }
  const all = [...operands, ...outside.map((atom) => recorder().wrap(atom))]
  return applied(op, all, Object.freeze(params), loop) as Values
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
  return loop(forOp as Op, [...bounds, ...first], { carried: first.length }, { body: graph }) as T
}

/** What is carried once `test` gives false. */
export function whilst<T extends Values>(first: T, test: (carry: T) => ArrayValue, body: (carry: T) => T): T {
  const types = typesOf(first)
  const graphs = {
    test: apart('the test of a loop', types, (carry) => [test(carry as T)]),
    body: apart('a loop', types, (carry) => body(carry as T)),
  }
  return loop(whileOp as Op, first, { carried: first.length }, graphs) as T
}

/** What is carried after `body` ran for each row, and the first of what is carried after each of them, as rows. */
export function statesOver<T extends readonly [ArrayValue, ...Values]>(
  rows: ArrayValue,
  first: T,
  body: (row: ArrayValue, carry: T) => T,
): readonly [states: ArrayValue, last: T] {
  const [count, ...sizes] = rows.type.shape
  // On the tape of a gradient nothing may record, and one turn needs no loop.
  if (!(recording() instanceof Recorder) || count === 0 || count === 1)
    return statesByTurns(rows, first, body)
  const carried = first.length
  const types = [...typesOf(first), tensorType(rows.type.dtype, sizes)]
  const graph = apart('a loop', types, (values) => {
    const after = body(values.at(-1)!, values.slice(0, carried) as Values as T)
    return [...after, after[0]]
  })
  const params = { carried, scanned: 1, length: null, reverse: false }
  const made = loop(scanOp as Op, [...first, rows], params, { body: graph })
  return [made[carried]!, made.slice(0, carried) as Values as T]
}

function statesByTurns<T extends readonly [ArrayValue, ...Values]>(
  rows: ArrayValue,
  first: T,
  body: (row: ArrayValue, carry: T) => T,
): readonly [states: ArrayValue, last: T] {
  let carry = first
  const states = (unstack(rows) as Values).map((row) => {
    carry = body(row, carry)
    return carry[0]
  })
  const [{ dtype, shape }] = first
  return [states.length > 0 ? stack(states) : full([0, ...shape], 0, { dtype }), carry]
}
