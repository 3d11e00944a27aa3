// oxlint-disable-next-line import/no-unassigned-import -- it runs the ops that have graphs
import '../runtime/stages.ts'
import { GraphError } from '../errors.ts'
import { infer } from '../infer.ts'
import { type Atom, type Graph, makeGraph, makeNode, type Node, variable } from '../ir/graph.ts'
import { originOf } from '../ir/part.ts'
import { closed, freeVars } from '../ir/subgraph.ts'
import type { TreeSpec } from '../ir/tree-spec.ts'
import type { Op } from '../op.ts'
import { condOp } from '../ops/control.ts'
import { assuming } from '../types/dim.ts'
import { type Piece, printAt, type Read } from './piece.ts'
import { goesOn, type Trace } from './trace.ts'

/** What is left of a way: nodes on values that are known before, and how it ends. */
interface Rest {
  readonly nodes: readonly Node[]
  readonly outputs: readonly Atom[]
  readonly result: TreeSpec
  readonly writes: Graph['writes']
  readonly sinks: Trace['sinks']
}

/**
 * A trace that goes on by truth values that it reads, as one graph: each read is a `cond` on both ways.
 *
 * @throws GraphError where a way was not met yet, the ways differ in what they give, or another value is read
 */
export function joined(root: Piece): Trace {
  const pieces = root.all
  const { nodes, outputs, result, writes, sinks } = assuming(root.hints, () => restOf(root)).value
  const used = new Set([...outputs, ...nodes.flatMap((node) => node.inputs)])
  const raw = makeGraph({
    inputs: root.inputs,
    constants: pieces.flatMap(({ own }) => own.constants).filter(({ out }) => used.has(out)),
    slots: pieces.flatMap(({ own }) => own.slots).filter(({ out }) => used.has(out)),
    nodes,
    outputs,
    args: root.raw.args,
    result,
    writes,
    draws: 0,
  })
  return {
    key: root.key,
    raw,
    hints: root.hints,
    observed: [...new Set(pieces.flatMap(({ own }) => own.observed))],
    guards: pieces.flatMap(({ own }) => own.guards),
    sinks,
  }
}

function restOf(piece: Piece): Rest {
  const { slice, ending, read } = piece
  const random = slice.find(({ op }) => op.def.traits.random)
  if (random !== undefined)
    refuse(
      'it draws random numbers beside a value that it reads, and a branch of a graph draws others',
      'Draw them outside, and pass them as arguments',
    )
  if (read === undefined) return { nodes: slice, ...ending }
  const [decides] = read.vars
  const { dtype, shape } = decides!.type
  if (read.vars.length > 1 || dtype !== 'bool' || shape.length > 0)
    refuse(
      `the value read${printAt(read)} is ${dtype}, and a graph branches by one truth value`,
      'Read the bool of a comparison: greater(x, 0).item()',
    )
  const yes = restOf(nextOf(piece, read, true))
  const no = restOf(nextOf(piece, read, false))
  if (JSON.stringify([yes.result, yes.writes]) !== JSON.stringify([no.result, no.writes]))
    refuse(
      `the ways after the value read${printAt(read)} give results, or state, of different structure`,
      'Give the same structure on both ways',
    )
  const graphs = [yes, no].map(({ nodes, outputs }) => ({
    inputs: [],
    constants: [],
    nodes,
    outputs,
    draws: 0,
  }))
  const outside = [...new Set(graphs.flatMap(freeVars))]
  const [onTrue, onFalse] = graphs.map((graph) => closed(graph, outside))
  const op = condOp as Op
  const params = { key: null, onTrue: onTrue!, onFalse: onFalse! }
  const inputs = [decides!, ...outside]
  const { outs } = infer(
    op.def,
    inputs.map(({ type }) => type),
    params,
  )
  const node = makeNode({
    op,
    inputs,
    params,
    outs: outs.map(variable),
    loc: read.line && originOf(read.line, undefined),
  })
  return { ...yes, nodes: [...slice, node], outputs: node.outs }
}

function nextOf(piece: Piece, read: Read, truth: boolean): Piece {
  const ways = read.edges.get(truth ? '1' : '0') ?? []
  const next = ways.find(({ own }) => goesOn(own.observed, own.guards, own.slots, piece.hints))
  return (
    next ??
    refuse(
      `the way for ${truth} of the value read${printAt(read)} was not met yet`,
      'Call the graph with arguments that lead there first',
    )
  )
}

function refuse(because: string, instead: string): never {
  throw new GraphError({
    because: `the function goes on by values that it reads, and ${because}`,
    instead: `${instead}; or choose by arrays: where(condition, a, b), cond(condition, onTrue, onFalse), whileLoop(test, body, init)`,
  })
}
