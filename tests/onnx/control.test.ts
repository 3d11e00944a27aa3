import { attr, type ModelBuilder } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { type Case, type Given, judged } from './judged.ts'

const f = (shape: readonly number[], data: readonly number[]): Given => ['float32', shape, data]
const i64 = (shape: readonly number[], data: readonly number[]): Given => ['int64', shape, data]
const bool = (value: number): Given => ['bool', [], [value]]

type Outer = { readonly model: ModelBuilder; readonly inputs: readonly string[] }

/** A Loop whose body is given the turn, the condition and what is carried, and gives what it goes on by. */
function loop(
  { model, inputs }: Outer,
  carried: readonly (readonly [name: string, shape: readonly (number | string)[]])[],
  rows: number,
  body: (graph: ModelBuilder, turn: string, goes: string, carried: readonly string[]) => readonly string[],
): string[] {
  const graph = model.subgraph('body') as ModelBuilder
  const turn = graph.input('int64', [])
  const goes = graph.input('bool', [])
  const given = carried.map(([, shape]) => graph.input('float32', shape))
  const results = body(graph, turn, goes, given)
  results.forEach((name, i) => graph.output(name, i === 0 ? 'bool' : 'float32', null))
  const [trips, condition] = inputs
  return model.nodeOf('Loop', [trips!, condition!, ...carried.map(([name]) => name)], carried.length + rows, {
    attributes: { body: attr.graph(graph.proto) },
  })
}

const floats = (names: readonly string[]): (readonly [string, 'float32'])[] =>
  names.map((name) => [name, 'float32'])

const branch = (
  model: ModelBuilder,
  make: (graph: ModelBuilder) => string,
): ReturnType<typeof attr.graph> => {
  const graph = model.subgraph('branch') as ModelBuilder
  graph.output(make(graph), 'float32', null)
  return attr.graph(graph.proto)
}

const choice =
  (
    onTrue: (graph: ModelBuilder, x: string) => string,
    onFalse: (graph: ModelBuilder, x: string) => string,
  ): Case['build'] =>
  (model, [condition, x]) =>
    floats([
      model.node('If', [condition!], {
        attributes: {
          then_branch: branch(model, (graph) => onTrue(graph, x!)),
          else_branch: branch(model, (graph) => onFalse(graph, x!)),
        },
      }),
    ])

const axesFirst = (model: ModelBuilder, x: string): string => model.node('Unsqueeze', [x, model.ints([0])])

const cases: readonly Case[] = [
  ...[0, 1].flatMap((value): Case[] => [
    {
      name: `If of arrays alike, ${value}`,
      inputs: [bool(value), f([2], [1, -2])],
      build: choice(
        (graph, x) => graph.node('Neg', [x]),
        (graph, x) => graph.node('Abs', [x]),
      ),
    },
    {
      name: `If of arrays of other shapes, ${value}`,
      inputs: [bool(value), f([2], [1, -2])],
      build: choice(axesFirst, (graph, x) => graph.node('Abs', [x])),
    },
  ]),
  ...[0, 3].flatMap((trips): Case[] => [
    {
      name: `Loop of ${trips} turns, as often as an input says`,
      inputs: [i64([], [trips]), bool(1), f([2], [1, 2])],
      build: (model, inputs) =>
        floats(
          loop({ model, inputs }, [[inputs[2]!, [2]]], 0, (graph, turn, goes, [x]) => [
            graph.node('Identity', [goes]),
            graph.node('Add', [
              x!,
              graph.node('Cast', [turn], { attributes: { to: attr.dtype('float32') } }),
            ]),
          ]),
        ),
    },
    {
      name: `Loop of ${trips} turns that gives rows`,
      inputs: [i64([], [trips]), bool(1), f([2], [1, 2])],
      build: (model, inputs) =>
        floats(
          loop({ model, inputs }, [[inputs[2]!, [2]]], 1, (graph, _turn, goes, [x]) => {
            const next = graph.node('Add', [x!, x!])
            return [graph.node('Identity', [goes]), next, graph.node('Neg', [next])]
          }),
        ),
    },
    {
      name: `Loop of ${trips} turns, whose array grows`,
      inputs: [i64([], [trips]), bool(1), f([1], [1])],
      build: (model, inputs) =>
        floats(
          loop({ model, inputs }, [[inputs[2]!, ['n']]], 0, (graph, _turn, goes, [x]) => [
            graph.node('Identity', [goes]),
            graph.node('Concat', [x!, x!], { attributes: { axis: 0 } }),
          ]),
        ),
    },
  ]),
  ...[0, 1].map((value): Case => ({
    name: `Loop that a condition ends, which is ${value} at first`,
    inputs: [i64([], [100]), bool(value), f([], [1])],
    build: (model, inputs) =>
      floats(
        loop({ model, inputs: ['', inputs[1]!] }, [[inputs[2]!, []]], 0, (graph, _turn, _goes, [x]) => {
          const next = graph.node('Add', [x!, x!])
          return [graph.node('Less', [next, graph.scalar('float32', 50)]), next]
        }),
      ),
  })),
  {
    name: 'Loop of the largest trip count, that a condition ends',
    inputs: [bool(1), f([], [1])],
    build: (model, [goes, x]) => {
      const most = model.ints([2n ** 63n - 1n])
      return floats(
        loop({ model, inputs: [most, goes!] }, [[x!, []]], 0, (graph, _turn, _goes, [value]) => {
          const next = graph.node('Add', [value!, value!])
          return [graph.node('Less', [next, graph.scalar('float32', 50)]), next]
        }),
      )
    },
  },
  {
    name: 'Loop that a condition ends and gives rows',
    inputs: [i64([], [100]), bool(1), f([], [1])],
    build: (model, inputs) =>
      floats(
        loop({ model, inputs }, [[inputs[2]!, []]], 1, (graph, _turn, _goes, [x]) => {
          const next = graph.node('Add', [x!, x!])
          return [graph.node('Less', [next, graph.scalar('float32', 50)]), next, graph.node('Neg', [x!])]
        }),
      ),
  },
  {
    name: 'Scan of opset 8, a batch of which each has its length',
    inputs: [i64([2], [3, 2]), f([2, 1], [100, 200]), f([2, 3, 1], [1, 2, 3, 4, 5, 6])],
    build: (model, inputs) => {
      const graph = model.subgraph('body') as ModelBuilder
      const [sum, row] = [graph.input('float32', [1]), graph.input('float32', [1])]
      const next = graph.node('Add', [sum, row])
      graph.output(next, 'float32', [1])
      graph.output(graph.node('Neg', [next]), 'float32', [1])
      const attributes = { body: attr.graph(graph.proto), num_scan_inputs: 1, directions: [1] }
      return floats(model.nodeOf('Scan', inputs, 2, { attributes }))
    },
    opset: 8,
  },
  {
    name: 'Scan with axes and directions',
    inputs: [f([3], [1, 2, 3]), f([3, 4], [...Array(12).keys()])],
    build: (model, inputs) => {
      const graph = model.subgraph('body') as ModelBuilder
      const [sum, row] = [graph.input('float32', [3]), graph.input('float32', [3])]
      const next = graph.node('Add', [sum, row])
      const twice = graph.node('Mul', [next, row])
      graph.output(next, 'float32', [3])
      graph.output(twice, 'float32', [3])
      return floats(
        model.nodeOf('Scan', inputs, 2, {
          attributes: {
            body: attr.graph(graph.proto),
            num_scan_inputs: 1,
            scan_input_axes: [-1],
            scan_input_directions: [1],
            scan_output_axes: [1],
            scan_output_directions: [1],
          },
        }),
      )
    },
  },
]

describe.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('as onnxruntime computes, on %s', (engine) => {
  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    expect(await judged(test, engine)).toBeUndefined()
  })
})
