import { create } from '@bufbuild/protobuf'
import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import { expect, test } from 'vitest'
import { TypeProtoSchema } from '../../src/gen/onnx_pb.ts'
import { attr, type GraphBuilder, importOnnx, ModelBuilder } from '../../src/index.ts'

const x = td.array([
  [1, 2],
  [3, 4],
  [5, 6],
])

/** What a model gives for arguments, as nested lists of elements. */
function given(make: (model: ModelBuilder) => readonly string[], ...args: readonly unknown[]): unknown {
  const model = new ModelBuilder()
  for (const name of make(model)) model.output(name, 'float32', null)
  const elements = (value: unknown): unknown =>
    value instanceof td.NDArray
      ? Array.from(value.dataSync() as ArrayLike<number | bigint>, Number)
      : Array.isArray(value)
        ? value.map(elements)
        : value
  return elements(importOnnx(model.build())(...(args as NDArray[])))
}

const rows = (model: GraphBuilder, name: string): string =>
  model.node('SplitToSequence', [name], { attributes: { keepdims: 0 } })

const body = (
  model: GraphBuilder,
  count: number,
  make: (graph: GraphBuilder, inputs: readonly string[]) => readonly string[],
): ReturnType<typeof attr.graph> => {
  const graph = model.subgraph('body')
  const inputs = Array.from({ length: count }, () => graph.input('float32', null))
  for (const name of make(graph, inputs)) graph.output(name, 'float32', null)
  return attr.graph(graph.proto)
}

test('a sequence is a list of arrays, as result and as argument', () => {
  expect(given((m) => [rows(m, m.input('float32', ['n', 2]))], x)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
  const list = [td.array([1]), td.array([2, 3])]
  const model = new ModelBuilder()
  const s = model.input('float32', null)
  model.output(model.node('SequenceAt', [s, model.scalar('int64', -1)]), 'float32', null)
  const tensor = model.proto.input[0]!.type!
  model.proto.input[0]!.type = create(TypeProtoSchema, {
    value: { case: 'sequenceType', value: { elemType: tensor } },
  })
  expect(
    Array.from((importOnnx(model.build())(list as never) as NDArray).dataSync() as Float32Array),
  ).toEqual([2, 3])
})

test('SequenceMap runs its graph on each item, beside tensors and other sequences', () => {
  const mapped = given(
    (m) => {
      const s = rows(m, m.input('float32', ['n', 2]))
      const one = m.input('float32', [2])
      return m.nodeOf('SequenceMap', [s, s, one], 2, {
        attributes: {
          body: body(m, 3, (g, [a, b, c]) => [
            g.node('Add', [g.node('Mul', [a!, b!]), c!]),
            g.node('Neg', [a!]),
          ]),
        },
      })
    },
    x,
    td.array([10, 20]),
  )
  expect(mapped).toEqual([
    [
      [11, 24],
      [19, 36],
      [35, 56],
    ],
    [
      [-1, -2],
      [-3, -4],
      [-5, -6],
    ],
  ])
})

test('a Loop carries a sequence, and an If chooses one', () => {
  const looped = given(
    (m) => {
      const value = m.input('float32', [2])
      const trips = m.input('int64', [])
      const loop = body(m, 3, (g, [, goes, list]) => [
        g.node('Identity', [goes!]),
        g.node('SequenceInsert', [list!, value]),
      ])
      const list = m.node('Loop', [trips, '', m.node('SequenceEmpty', [])], { attributes: { body: loop } })
      return [
        m.node('ConcatFromSequence', [list], { attributes: { axis: 0 } }),
        m.node('SequenceLength', [list]),
      ]
    },
    td.array([7, 8]),
    td.array(3n, { dtype: 'int64' }),
  )
  expect(looped).toEqual([[7, 8, 7, 8, 7, 8], [3]])
  const chosen = (truth: boolean): unknown =>
    given(
      (m) => {
        const [condition, value] = [m.input('bool', []), m.input('float32', [3, 2])]
        const branch = (make: (g: GraphBuilder) => string) => body(m, 0, (g) => [make(g)])
        return [
          m.node('If', [condition], {
            attributes: {
              then_branch: branch((g) => rows(g, value)),
              else_branch: branch((g) => g.node('SequenceConstruct', [value])),
            },
          }),
        ]
      },
      td.array(truth),
      x,
    )
  expect(chosen(false)).toEqual([[1, 2, 3, 4, 5, 6]])
  expect(chosen(true)).toHaveLength(3)
})

test('an optional value is there or not', () => {
  const optional = (m: ModelBuilder, inputs: readonly string[]): readonly string[] => {
    const value = m.node('Optional', inputs)
    return [m.node('OptionalHasElement', [value]), value]
  }
  expect(given((m) => optional(m, [m.input('float32', [3, 2])]), x)).toEqual([[1], [1, 2, 3, 4, 5, 6]])
  expect(given((m) => optional(m, []))).toEqual([[0], null])
  expect(given((m) => [m.node('OptionalGetElement', [m.input('float32', [3, 2])])], x)).toEqual([
    1, 2, 3, 4, 5, 6,
  ])
  expect(() => given((m) => [m.node('OptionalGetElement', [m.node('Optional', [])])])).toThrow(/is not there/)
})

test.each<[string, (m: ModelBuilder, s: string) => string]>([
  ['names place 3 of a sequence of 3', (m, s) => m.node('SequenceAt', [s, m.scalar('int64', 3)])],
  ['names place -4 of a sequence of 3', (m, s) => m.node('SequenceErase', [s, m.scalar('int64', -4)])],
  ['is no sequence', (m) => m.node('SequenceLength', [m.ints([1])])],
  ['is no tensor', (m, s) => m.node('Neg', [s])],
  [
    'sequence is empty',
    (m) => m.node('ConcatFromSequence', [m.node('SequenceEmpty', [])], { attributes: { axis: 0 } }),
  ],
])('%s', (message, make) => {
  expect(() => given((m) => [make(m, rows(m, m.input('float32', [3, 2])))], x)).toThrow(message)
})
