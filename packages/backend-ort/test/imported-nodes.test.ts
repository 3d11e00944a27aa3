import * as td from '@tendril/core'
import { ort } from '@tendril/backend-ort'
import { attr, importOnnx, ModelBuilder, type OnnxFunction } from '@tendril/onnx'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'

type Build = (model: ModelBuilder, x: string) => string

const floats = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7))
const stored = (
  model: ModelBuilder,
  shape: readonly number[],
  values = floats(shape.reduce((n, size) => n * size, 1)),
) => model.initializer('float32', shape, new Uint8Array(values.buffer))

const recurrent =
  (operator: string, gates: number): Build =>
  (model, x) => {
    const weights = [[1, gates * 5, 4] as const, [1, gates * 5, 5] as const]
    const operands = [
      model.node('Squeeze', [x, model.ints([0])]),
      ...weights.map((shape) => stored(model, shape)),
    ]
    return model.node(operator, operands, { attributes: { hidden_size: 5 } })
  }

/** Models of one operand of [1, 3, 2, 4]. */
const models: Readonly<Record<string, Build>> = {
  GRU: recurrent('GRU', 3),
  LSTM: recurrent('LSTM', 4),
  // As PyTorch writes layers of it: steps are put first, and states begin as zeros of a size that is computed.
  'GRU twice': (model, x) => {
    const rows = model.node('Squeeze', [x, model.ints([0])])
    const sizes = (): string =>
      model.node(
        'Concat',
        [model.ints([1]), model.node('Shape', [rows], { attributes: { end: 1 } }), model.ints([5])],
        { attributes: { axis: 0 } },
      )
    const layer = (above: string, features: number, seed: number): string => {
      const steps = model.node('Transpose', [above], { attributes: { perm: [1, 0, 2] } })
      const weights = [[1, 15, features] as const, [1, 15, 5] as const].map((shape) =>
        stored(model, shape, floats(15 * shape[2] + seed).slice(seed)),
      )
      const zeros = model.node('ConstantOfShape', [sizes()])
      const y = model.node('GRU', [steps, ...weights, '', '', zeros], { attributes: { hidden_size: 5 } })
      return model.node('Transpose', [model.node('Squeeze', [y, model.ints([1])])], {
        attributes: { perm: [1, 0, 2] },
      })
    }
    return layer(layer(rows, 4, 0), 5, 3)
  },
  Resize: (model, x) =>
    model.node('Resize', [x, '', stored(model, [4], Float32Array.of(1, 1, 2, 3))], {
      attributes: { mode: attr.string('linear') },
    }),
  // onnxruntime reads a zero point of int8 in front of a Transpose as one of uint8.
  DequantizeLinear: (model, x) => {
    const [scale, zero] = [model.scalar('float32', 0.5), model.scalar('int8', 0)]
    const y = model.node('DequantizeLinear', [model.node('QuantizeLinear', [x, scale, zero]), scale, zero])
    return model.node('Transpose', [y], { attributes: { perm: [0, 2, 1, 3] } })
  },
  LeakyRelu: (model, x) => model.node('LeakyRelu', [x], { attributes: { alpha: attr.float(0.3) } }),
  HardSigmoid: (model, x) => model.node('HardSigmoid', [x], { attributes: { alpha: attr.float(0.3) } }),
  MatMulInteger: (model, x) => {
    const [y, , zero] = model.nodeOf('DynamicQuantizeLinear', [x], 3)
    const weights = model.initializer(
      'int8',
      [4, 5],
      new Uint8Array(20).map((_, i) => i * 13),
    )
    const sums = model.node('MatMulInteger', [y, weights, zero])
    return model.node('Cast', [sums], { attributes: { to: 1 } })
  },
}

const shape = [1, 3, 2, 4]
const data = floats(24)

function modelOf(build: Build): Uint8Array {
  const model = new ModelBuilder({ opsets: { '': 19 } })
  model.output(build(model, model.input('float32', ['n', 3, 'h', 4])), 'float32', null)
  return model.build()
}

beforeAll(async () => {
  td.registerBackend({ ...ort({ accuracy: 'exact' }), name: 'ort-exact' })
  await td.loadBackend('ort-exact')
  await td.loadBackend('ort')
})

describe.each(Object.keys(models))('%s of a model', (operator) => {
  const bytes = modelOf(models[operator]!)

  it('runs as the node that it is', async () => {
    const graph = importOnnx(bytes, { to: 'ort' })
    const array = td.reshape(td.array(data), shape)
    const found = await (graph(array) as td.NDArray).data()
    const [name, count = 'once'] = operator.split(' ')
    expect(graph.toSource().split(`= ${name} `).length - 1).toBe(count === 'twice' ? 2 : 1)
    const session = await InferenceSession.create(bytes)
    const feeds = { [session.inputNames[0]!]: new Tensor('float32', data, shape) }
    const { [session.outputNames[0]!]: y } = await session.run(feeds)
    expect([...found]).toEqual([...(y!.data as Float32Array)])
    await session.release()
  })

  it('is spelled out where it has to be exact', () => {
    const graph: td.Graph<OnnxFunction> = importOnnx(bytes, { to: 'ort-exact' })
    graph(td.reshape(td.array(data), shape))
    expect(graph.toSource()).not.toContain(`= ${operator.split(' ')[0]} `)
  })
})

it.each(['GRU', 'HardSigmoid'])('%s of a model is verified op by op', async (operator) => {
  const graph = importOnnx(modelOf(models[operator]!))
  graph(td.reshape(td.array(data), shape))
  const report = await graph.verify({ backends: ['ort'], trials: 3 })
  expect(String(report)).toBe('the graph does what the function does: 3 calls on ort:cpu')
})

it.each([
  ['MaxPool of NaN', 'float32', [1, 1, 1, 3], [1, NaN, 0], { kernel_shape: attr.ints([1, 2]) }],
  ['Max of large integers', 'int64', [2], [0xffff_ffff, 0], {}],
] as const)(
  '%s is spelled out, as onnxruntime gives wrong elements',
  async (name, dtype, sizes, values, attributes) => {
    const model = new ModelBuilder()
    const [x, zero] = [
      model.input(dtype, [...sizes], 'x'),
      model.initializer(dtype, [], new Uint8Array(dtype === 'int64' ? 8 : 4)),
    ]
    const operator = name.split(' ')[0]!
    model.output(model.node(operator, operator === 'Max' ? [x, zero] : [x], { attributes }), dtype, null)
    const bytes = model.build()
    const given = td.reshape(td.array([...values], { dtype }), [...sizes])
    const [expected, found] = await Promise.all(
      ['reference', 'ort'].map(async (to) => (importOnnx(bytes, { to })(given) as td.NDArray).data()),
    )
    expect(found).toEqual(expected)
  },
)
