import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import * as td from '@tendril/core'
import { exportOnnx, importOnnx, type Operators } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { attributeProto, tensorProto, attr } from '../../src/attributes.ts'
import { encodeValues } from '../../src/dtypes.ts'
import {
  AttributeProtoSchema,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/gen/onnx_pb.ts'

type Node = MessageInitShape<typeof NodeProtoSchema>
type Model = Omit<MessageInitShape<typeof ModelProtoSchema>, '$typeName'>

const node = (opType: string, input: string[], output: string[], more: Node = {}): Node => ({
  opType,
  input,
  output,
  ...more,
})

/** A float32 value of `[n, 2]`. */
const value = (name: string) =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: 1,
          shape: {
            dim: [{ value: { case: 'dimParam', value: 'n' } }, { value: { case: 'dimValue', value: 2n } }],
          },
        },
      },
    },
  })

function model(
  nodes: readonly Node[],
  graph: MessageInitShape<typeof GraphProtoSchema> = {},
  more: Model = {},
): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 10n,
      opsetImport: [
        { domain: '', version: 21n },
        { domain: 'my', version: 1n },
      ],
      graph: { name: 'g', input: [value('x')], output: [value('y')], node: [...nodes], ...graph },
      ...more,
    }),
  )
}

const x = td.array([
  [1, -2],
  [3, -4],
])
const run = (bytes: Uint8Array, options = {}): unknown =>
  (importOnnx(bytes, options)(x) as td.NDArray).toArray()

describe('operators that are not known', () => {
  it('are one error that lists them all', () => {
    const bytes = model([
      node('Blend', ['x'], ['a'], { domain: 'my' }),
      node('Fold', ['a'], ['b']),
      node('Fold', ['b'], ['y']),
    ])
    expect(() => importOnnx(bytes)).toThrow(
      [
        "importOnnx cannot run 2 of the graph's ops:",
        '  my.Blend: there is no such operator here; give it by the option operators',
        '  Fold: there is no such operator here (2 nodes); give it by the option operators',
      ].join('\n'),
    )
  })

  it('may be given, or stand in the place of ours', () => {
    const bytes = model([
      node('Blend', ['x'], ['a'], { domain: 'my', attribute: [attributeProto('by', attr.float(0.5))] }),
      node('Relu', ['a'], ['y']),
    ])
    const mine: Operators = { Blend: (call) => td.multiply(call.array(0), call.float('by')) }
    expect(run(bytes, { operators: { my: mine } })).toEqual([
      [0.5, 0],
      [1.5, 0],
    ])
    const leaky: Operators = { Relu: (call) => td.leakyRelu(call.array(0), { alpha: 0.01 }) }
    expect(run(bytes, { operators: { my: mine, '': leaky } })).toEqual([
      [0.5, Math.fround(-0.01)],
      [1.5, Math.fround(-0.02)],
    ])
  })
})

describe('functions of a model', () => {
  const half = {
    name: 'Half',
    domain: 'my',
    input: ['a', 'b'],
    output: ['c'],
    attribute: ['scale'],
    opsetImport: [{ domain: '', version: 21n }],
    node: [
      node('Constant', [], ['s'], {
        attribute: [create(AttributeProtoSchema, { name: 'value_float', refAttrName: 'scale', type: 1 })],
      }),
      node('Mul', ['a', 's'], ['m']),
      node('Clip', ['m', 'b'], ['c']),
    ],
  }

  it('take attributes of the node, and operands that it leaves out', () => {
    const scale = attributeProto('scale', attr.float(0.5))
    const bytes = model(
      [node('Half', ['x'], ['y'], { domain: 'my', attribute: [scale] })],
      {},
      { functions: [half] },
    )
    expect(run(bytes)).toEqual([
      [0.5, -1],
      [1.5, -2],
    ])
  })

  it('that call themselves are refused', () => {
    const endless = { ...half, node: [node('Half', ['a', 'b'], ['c'], { domain: 'my' })] }
    const bytes = model([node('Half', ['x'], ['y'], { domain: 'my' })], {}, { functions: [endless] })
    expect(() => importOnnx(bytes)).toThrow("onnx at function 'Half': it calls itself.")
  })
})

describe('a model', () => {
  const stored = tensorProto('w', 'float32', [2], encodeValues('float32', [10, 20]))
  const bytes = model([node('Add', ['x', 'w'], ['y'])], {
    input: [value('x'), value('w')],
    initializer: [stored],
  })

  it('takes no input for what is stored', () => {
    expect(importOnnx(bytes).inputs).toHaveLength(1)
    expect(run(bytes)).toEqual([
      [11, 18],
      [13, 16],
    ])
    expect(() => importOnnx(bytes)(x, x)).toThrow('the model takes 1 input: x float32[n,2]')
  })

  it('keeps the sizes open that it names', () => {
    const graph = importOnnx(bytes)
    expect(graph.toString({ dims: 'symbolic' })).toContain('float32[n,2]')
    expect((graph(td.ones([5, 2])) as td.NDArray).shape).toEqual([5, 2])
    expect(graph.explain().runs).toBe(1)
  })

  it('is traced by its path, or its bytes, like a function', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'tendril-')), 'model.onnx')
    writeFileSync(path, bytes)
    for (const graph of [
      td.traceGraph(path),
      td.traceGraph(bytes),
      td.traceGraph(bytes, { args: [x] }),
      importOnnx(path),
    ])
      expect((graph(x) as td.NDArray).toArray()).toEqual(run(bytes))
    await td.loadBackend('numjs')
    expect(td.traceGraph(path, { to: 'numjs' }).backend).toBe('numjs')
    expect(importOnnx(path, { to: 'numjs' }).backend).toBe('numjs')
  })

  it('is the same when it was exported, imported and exported again', () => {
    const once = exportOnnx(importOnnx(bytes))
    const twice = exportOnnx(importOnnx(once))
    expect(Buffer.compare(once, twice)).toBe(0)
  })
})

/** The class of what a function throws. */
function classOf(fn: () => unknown): string | undefined {
  try {
    fn()
    return undefined
  } catch (error) {
    return (error as Error).name
  }
}

describe('files that are no models', () => {
  it.each([
    ['nothing', new Uint8Array(), 'onnx: the file is empty.'],
    ['another message', Uint8Array.of(8, 10), 'onnx: it holds no graph.'],
    ['text', new TextEncoder().encode('hello'), /^onnx: it is no protobuf message of a model: /],
    [
      'a later operator set',
      model([], {}, { opsetImport: [{ domain: '', version: 99n }] }),
      /^onnx: it is of the operator set 99; versions 1 to \d+ are known\.$/,
    ],
    [
      'a name that nothing makes',
      model([node('Relu', ['z'], ['y'])]),
      "onnx at node Relu that makes 'y': it takes 'z', which nothing before it makes.",
    ],
    ['an output that no node makes', model([]), "onnx at output 'y': no node makes it."],
  ])('%s', (_, bytes, message) => {
    expect(() => importOnnx(bytes)).toThrow(
      typeof message === 'string'
        ? new RegExp(`^${message.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
        : message,
    )
    expect(classOf(() => importOnnx(bytes))).toBe('FormatError')
  })

  it('shapes that do not fit, where the file leaves sizes open, are told at the call', () => {
    const three = tensorProto('w', 'float32', [3], encodeValues('float32', [1, 2, 3]))
    const graph = importOnnx(model([node('Add', ['x', 'w'], ['y'])], { initializer: [three] }))
    expect(() => graph(x)).toThrow(/add: shapes \[2,2\] and \[3\]/)
  })

  it('a path where there is nothing', () => {
    expect(() => importOnnx('no/such.onnx')).toThrow(
      /^onnx at no\/such\.onnx: the file cannot be read: ENOENT/,
    )
  })
})
