import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { attr, GraphBuilder, ModelBuilder, type OnnxDType } from '../../src/index.ts'

const bytesOf = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

function built(
  make: (model: ModelBuilder) => readonly (readonly [string, OnnxDType])[],
  opset = 21,
): Uint8Array {
  const model = new ModelBuilder({ opsets: { '': opset, 'com.microsoft': 1, 'ai.onnx.ml': 3 } })
  for (const [name, dtype] of make(model)) model.output(name, dtype, null)
  return model.build()
}

const weights = (model: GraphBuilder, shape: readonly number[]): string =>
  model.initializer('float32', shape, bytesOf(Array(shape.reduce((a, b) => a * b, 1)).fill(0.5)))

/** A graph inside of a node that carries one value. */
function body(
  model: GraphBuilder,
  inputs: readonly OnnxDType[],
  make: (graph: GraphBuilder, given: string[]) => string[],
) {
  const graph = model.subgraph('body')
  const given = inputs.map((dtype) => graph.input(dtype, []))
  for (const name of make(graph, given)) graph.output(name, 'float32', null)
  return attr.graph(graph.proto)
}

/** Models of many kinds of nodes, shapes that are computed, and graphs inside of nodes. */
const own: readonly Uint8Array[] = [
  built((m) => {
    const x = m.input('float32', ['n', 3, 8, 8])
    const y = m.node('Conv', [x, weights(m, [4, 3, 3, 3]), weights(m, [4])], {
      attributes: { pads: [1, 1, 1, 1], strides: [2, 2], auto_pad: 'NOTSET' },
    })
    const pooled = m.node('MaxPool', [m.node('Relu', [y])], { attributes: { kernel_shape: [2, 2] } })
    const flat = m.node('Reshape', [pooled, m.ints([0, -1])])
    return [
      [m.node('Gemm', [flat, weights(m, [36, 2])], { attributes: { alpha: attr.float(0.5) } }), 'float32'],
    ]
  }),
  built((m) => {
    const x = m.input('float32', ['n', 'm'])
    const size = m.node('Gather', [m.node('Shape', [x]), m.scalar('int64', 1)], { attributes: { axis: 0 } })
    const sizes = m.node('Concat', [m.node('Unsqueeze', [size, m.ints([0])]), m.ints([2])], {
      attributes: { axis: 0 },
    })
    const filled = m.node('ConstantOfShape', [sizes], {
      attributes: { value: attr.tensor('float32', [1], [2]) },
    })
    return [[m.node('MatMul', [x, filled]), 'float32']]
  }),
  built((m) => {
    const x = m.input('float32', [2, 3])
    const range = m.node('Range', [m.scalar('int64', 0), m.scalar('int64', 6), m.scalar('int64', 1)])
    const grid = m.node('Reshape', [range, m.ints([2, 3])])
    const wide = m.node('Expand', [grid, m.ints([4, 2, 3])])
    const long = m.node('Tile', [wide, m.ints([1, 2, 1])])
    const padded = m.node('Pad', [long, m.ints([0, 1, 0, 0, 1, 0])])
    const cut = m.node('Slice', [padded, m.ints([0, 0]), m.ints([1, 2]), m.ints([0, 1])])
    return [
      [m.node('Add', [x, m.node('Cast', [cut], { attributes: { to: attr.dtype('float32') } })]), 'float32'],
    ]
  }),
  built((m) => {
    const x = m.input('float32', [])
    const inner = body(m, ['int64', 'bool', 'float32'], (graph, [, goes, value]) => {
      const next = graph.node('Add', [value!, x])
      return [graph.node('Identity', [goes!]), next, next]
    })
    return m
      .nodeOf('Loop', [m.scalar('int64', 5), m.scalar('bool', 1), x], 2, { attributes: { body: inner } })
      .map((name): [string, OnnxDType] => [name, 'float32'])
  }),
  built((m) => {
    const [x, condition] = [m.input('float32', [3]), m.input('bool', [])]
    const branch = (op: string) => body(m, [], (graph) => [graph.node(op, [x])])
    const chosen = m.node('If', [condition], {
      attributes: { then_branch: branch('Neg'), else_branch: branch('Abs') },
    })
    const inner = body(m, ['float32', 'float32'], (graph, [a, b]) => [
      graph.node('Add', [a!, b!]),
      graph.node('Mul', [a!, b!]),
    ])
    const [sum] = m.nodeOf('Scan', [m.scalar('float32', 0), chosen], 2, {
      attributes: { body: inner, num_scan_inputs: 1 },
    })
    return [[sum, 'float32']]
  }),
  built((m) => {
    const x = m.input('float32', [2, 4])
    const [q, scale, zero] = m.nodeOf('DynamicQuantizeLinear', [x], 3)
    const w = m.initializer('int8', [4, 2], Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]))
    const sums = m.node('MatMulInteger', [q, w, zero])
    const floats = m.node('Cast', [sums], { attributes: { to: attr.dtype('float32') } })
    const blocks = m.node('DequantizeLinear', [w, weights(m, [2, 2])], {
      attributes: { axis: 0, block_size: 2 },
    })
    return [
      [m.node('Mul', [floats, scale]), 'float32'],
      [blocks, 'float32'],
    ]
  }),
  built((m) => {
    const x = m.input('float32', [4, 6])
    const parts = m.node('SplitToSequence', [x, m.scalar('int64', 2)], { attributes: { axis: 1 } })
    const more = m.node('SequenceInsert', [parts, x, m.scalar('int64', 0)])
    const joined = m.node('ConcatFromSequence', [more], { attributes: { axis: 1 } })
    const [values, places] = m.nodeOf('TopK', [joined, m.ints([2])], 2)
    return [
      [values, 'float32'],
      [m.node('OneHot', [places, m.scalar('int64', 4), weights(m, [2])]), 'float32'],
    ]
  }),
  built((m) => {
    const x = m.input('float32', [1, 3, 16])
    const [y] = m.nodeOf('LSTM', [x, weights(m, [1, 8, 16]), weights(m, [1, 8, 2])], 2, {
      attributes: { hidden_size: 2 },
    })
    const noise = m.node('RandomNormal', [], { attributes: { shape: [3, 2], seed: attr.float(4) } })
    const resized = m.node('Resize', [m.node('Add', [y, noise]), '', weights(m, [4])])
    const window = m.node('HannWindow', [m.scalar('int64', 8)])
    return [
      [resized, 'float32'],
      [window, 'float32'],
      [
        m.node('MelWeightMatrix', [
          m.scalar('int64', 8),
          m.scalar('int64', 16),
          m.scalar('int64', 8192),
          m.scalar('float32', 0),
          m.scalar('float32', 4096),
        ]),
        'float32',
      ],
    ]
  }),
  built((m) => {
    const [boxes, scores] = [m.input('float32', [1, 6, 4]), m.input('float32', [1, 2, 6])]
    const chosen = m.node('NonMaxSuppression', [boxes, scores, m.scalar('int64', 3)])
    const x = m.input('float32', ['n', 2])
    const trees = m.node('TreeEnsembleRegressor', [x], {
      domain: 'ai.onnx.ml',
      attributes: {
        ...Object.fromEntries(
          ['nodeids', 'treeids', 'featureids', 'truenodeids', 'falsenodeids'].map((name, i) => [
            `nodes_${name}`,
            [
              [0, 1, 2],
              [0, 0, 0],
              [1, 0, 0],
              [1, 0, 0],
              [2, 0, 0],
            ][i]!,
          ]),
        ),
        nodes_values: attr.floats([0.5, 0, 0]),
        nodes_modes: attr.strings(['BRANCH_LEQ', 'LEAF', 'LEAF']),
        n_targets: 1,
        target_treeids: [0, 0],
        target_nodeids: [1, 2],
        target_ids: [0, 0],
        target_weights: attr.floats([1, 2]),
      },
    })
    return [
      [chosen, 'int64'],
      [trees, 'float32'],
    ]
  }),
]

/** Small models of ONNX' own tests, where they are. */
function shared(): readonly Uint8Array[] {
  const folder = new URL('../../../../../shared/conformance/onnx-node/node/', import.meta.url)
  try {
    return readdirSync(fileURLToPath(folder))
      .toSorted()
      .filter((_, i) => i % 5 === 0)
      .map((name) => new Uint8Array(readFileSync(new URL(`${name}/model.onnx`, folder))))
      .filter((bytes) => bytes.length < 4096)
  } catch {
    return []
  }
}

export const fuzzModels = (): readonly Uint8Array[] => {
  const others = shared()
  // Models of here as often as all others together.
  const times = Math.max(1, Math.floor(others.length / own.length))
  return [...others, ...Array.from({ length: times }, () => own).flat()]
}
