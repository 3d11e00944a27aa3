import { expect, test } from 'vitest'
import { GraphError } from '../src/errors.ts'
import { type Graph, literal, makeGraph, makeNode, type Node, variable } from '../src/ir/graph.ts'
import { leaf, list } from '../src/ir/tree-spec.ts'
import { verifyGraph } from '../src/ir/verify.ts'
import { add, clip, concat, split, sum } from '../src/ops/index.ts'
import { constant, record, typeOf } from './support/graphs.ts'

const base = record(
  ['float32[n,3]', 'float32[3]'],
  ([x, y], constants, [w]) => [
    sum(add(add(x!, y!), constants(constant('float32[3]', [1, 2, 3]))), { axis: 0 }),
    clip(x!, null, w!),
    concat([x!, x!]),
  ],
  { slots: ['float32[3]'] },
)

function complaint(graph: Graph): string {
  try {
    verifyGraph(graph)
    return 'none'
  } catch (error) {
    if (error instanceof GraphError) return error.message
    throw error
  }
}

const withNode = (change: (node: Node) => Partial<Node>, at = 0): Graph =>
  makeGraph({
    ...base,
    nodes: base.nodes.map((node, i) => (i === at ? makeNode({ ...node, ...change(node) }) : node)),
  })

test('a recorded graph is well formed', () => {
  expect(complaint(base)).toBe('none')
})

test('every fault is found and named', () => {
  const stray = variable(typeOf('float32[n,3]'))
  const [first, second, third] = base.nodes
  const faults: readonly Graph[] = [
    makeGraph({ ...base, inputs: [base.inputs[0]!, base.inputs[0]!] }),
    makeGraph({ ...base, nodes: [second!, first!, third!] }),
    makeGraph({ ...base, nodes: [first!, first!] }),
    makeGraph({ ...base, outputs: [stray] }),
    makeGraph({
      ...base,
      constants: [{ out: variable(typeOf('int32[3]')), array: constant('float32[3]', []) }],
    }),
    makeGraph({ ...base, args: list([leaf]) }),
    makeGraph({ ...base, result: leaf }),
    makeGraph({ ...base, writes: [{ target: 'x', spec: list([leaf, leaf]), from: 2 }] }),
    withNode(({ inputs }) => ({ inputs: [inputs[0]!, stray] })),
    withNode(({ inputs }) => ({ inputs: [inputs[0]!] })),
    withNode(({ inputs }) => ({ inputs: [inputs[0]!, null] })),
    withNode(({ inputs }) => ({ inputs: [...inputs, literal(1)] })),
    withNode(() => ({ outs: [variable(typeOf('float32[n,4]'))] })),
    withNode(() => ({ outs: [variable(typeOf('int32[n,3]'))] })),
    withNode(() => ({ outs: [] })),
    withNode(() => ({ params: {} }), 2),
    withNode(({ params }) => ({ params: { ...params, axis: 'all' } }), 2),
    withNode(({ params }) => ({ params: { ...params, more: 1 } }), 2),
    withNode(() => ({ op: split, params: { indicesOrSections: 1e9, axis: 0 } }), 2),
  ]
  expect(faults.map(complaint).join('\n')).toMatchInlineSnapshot(`
    "graph: input 1 defines a value that is there already.
    graph: node 0, add: its operand 0 is used before it is defined.
    graph: node 1, add defines a value that is there already.
    graph: output 0 is never computed.
    graph: constant 0 is float32[3], its value says int32[3].
    graph: its arguments hold 1 arrays, but it has 2 inputs.
    graph: its results hold 1 arrays, but it has 3 outputs.
    graph: its results hold 4 arrays, but it has 3 outputs.
    graph: node 0, add: its operand 1 is used before it is defined.
    graph: node 0, add: it has 1 operands, not 2.
    graph: node 0, add: its operand 'x2' is missing.
    graph: node 0, add: it has 3 operands, not 2.
    graph: node 0, add: its result is float32[n,3], not float32[n,4].
    graph: node 0, add: its result is float32[n,3], not int32[n,3].
    graph: node 0, add: it gives 1 results, not 0.
    graph: node 2, sum: its parameter 'axis' is missing.
    graph: node 2, sum: its parameter 'axis': it takes an integer or an array of integers or null.
    graph: node 2, sum: it has no parameter 'more'.
    graph: node 2, split: shape [n,3] does not fit: 1000000000 parts are more than 65536."
  `)
})

test('sizes that were taken to be equal are, where the call says so', () => {
  const n = variable(typeOf('float32[n]'))
  const m = variable(typeOf('float32[m]'))
  const out = variable(typeOf('float32[n]'))
  const graph = makeGraph({
    ...base,
    inputs: [n, m],
    constants: [],
    slots: [],
    outputs: [out],
    result: leaf,
    nodes: [makeNode({ op: add, inputs: [n, m], params: {}, outs: [out], loc: undefined })],
  })
  expect(complaint(graph)).toBe('none')
  const sizes = (size: number) =>
    new Map([
      ['n', 3],
      ['m', size],
    ])
  expect(() => verifyGraph(graph, { sizes: sizes(3) })).not.toThrow()
  expect(() => verifyGraph(graph, { sizes: sizes(4) })).toThrow(
    'graph: node 0, add: shapes [n] and [m] do not fit',
  )
})
