import { expect, test } from 'vitest'
import { attr, exportOnnx, type GraphBuilder, importOnnx, ModelBuilder, onnxText } from '../../src/index.ts'

/** The operators of a model after it was imported and exported, loops and choices among them. */
function roundTrip(make: (model: ModelBuilder) => string): readonly string[] {
  const model = new ModelBuilder()
  model.output(make(model), 'float32', null)
  const text = onnxText(exportOnnx(importOnnx(model.build())))
  return [...new Set(text.match(/\b(If|Loop|Scan|Neg|Abs|Add|Less)(?= [(<])/g))].toSorted()
}

const body = (
  model: GraphBuilder,
  inputs: readonly ('float32' | 'int64' | 'bool')[],
  make: (graph: GraphBuilder, given: readonly string[]) => readonly string[],
): ReturnType<typeof attr.graph> => {
  const graph = model.subgraph('body')
  const given = inputs.map((dtype) => graph.input(dtype, dtype === 'float32' ? ['n'] : []))
  for (const name of make(graph, given)) graph.output(name, 'float32', null)
  return attr.graph(graph.proto)
}

const choice = (model: ModelBuilder, condition: string, x: string): string =>
  model.node('If', [condition], {
    attributes: {
      then_branch: body(model, [], (g) => [g.node('Neg', [x])]),
      else_branch: body(model, [], (g) => [g.node('Abs', [x])]),
    },
  })

const loop = (
  model: ModelBuilder,
  trips: string,
  goes: (g: GraphBuilder, turn: string, goes: string) => string,
) => {
  const x = model.input('float32', ['n'])
  const turn = body(model, ['int64', 'bool', 'float32'], (g, [i, on, sum]) => [
    goes(g, i!, on!),
    g.node('Add', [sum!, x]),
  ])
  return model.node('Loop', [trips, '', x], { attributes: { body: turn } })
}

test('a condition that the model knows chooses while it is imported, another one when the graph runs', () => {
  expect(roundTrip((m) => choice(m, m.scalar('bool', 1), m.input('float32', ['n'])))).toEqual(['Neg'])
  expect(roundTrip((m) => choice(m, m.input('bool', []), m.input('float32', ['n'])))).toEqual([
    'Abs',
    'If',
    'Neg',
  ])
})

test('loops stay loops, sizes stay open', () => {
  const always = (g: GraphBuilder, _turn: string, goes: string): string => g.node('Identity', [goes])
  expect(roundTrip((m) => loop(m, m.scalar('int64', 1000), always))).toEqual(['Add', 'Loop'])
  expect(roundTrip((m) => loop(m, m.input('int64', []), always))).toEqual(['Add', 'Loop'])
  const bounded = (g: GraphBuilder, turn: string): string => g.node('Less', [turn, g.scalar('int64', 5)])
  expect(roundTrip((m) => loop(m, '', bounded))).toContain('Loop')
})

test('a Scan stays one loop', () => {
  const ops = roundTrip((m) => {
    const [init, xs] = [m.input('float32', ['n']), m.input('float32', ['t', 'n'])]
    const turn = body(m, ['float32', 'float32'], (g, [sum, row]) => {
      const next = g.node('Add', [sum!, row!])
      return [next, g.node('Neg', [next])]
    })
    return m.nodeOf('Scan', [init, xs], 2, { attributes: { body: turn, num_scan_inputs: 1 } })[1]
  })
  expect(ops.filter((op) => op === 'Scan' || op === 'Loop')).toHaveLength(1)
})
