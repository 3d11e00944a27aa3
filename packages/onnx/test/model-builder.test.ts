import { fromBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { ModelProtoSchema } from '../src/gen/onnx_pb.ts'
import { attr, ModelBuilder, omitted, onnxDTypes, onnxText } from '../src/index.ts'

test('a model prints as ONNX text, and the same from its bytes', () => {
  const model = new ModelBuilder({ name: 'top of sums' })
  const x = model.input('float32', ['n', 3])
  const weights = model.initializer('float32', [3], new Uint8Array(Float32Array.of(1, 0.1, -0).buffer))
  const sum = model.node('Add', [x, weights], { doc: 'model.ts:12' })
  const [values, indices] = model.nodeOf('TopK', [sum, model.ints([1])], 2, { attributes: { axis: -1 } })
  model.output(values, 'float32', ['n', 1])
  model.output(indices, 'int64', ['n', null])
  expect(onnxText(model.model)).toMatchInlineSnapshot(`
    "<ir_version: 10, opset_import: ["" : 21]>
    "top of sums" (float[n,3] v0) => (float[n,1] v4, int64[n,?] v5)
    <
      float[3] v1 = {1, 0.1, -0},
      int64[1] v3 = {1}
    >
    {
      v2 = Add (v0, v1)  # model.ts:12
      v4, v5 = TopK <axis: int = -1> (v2, v3)
    }
    "
  `)
  expect(onnxText(model.build())).toBe(onnxText(model.model))
})

test('attributes keep the type they are written with', () => {
  const model = new ModelBuilder()
  const x = model.input('float32', [])
  const attributes = {
    i: 1,
    big: -(2n ** 63n),
    flag: true,
    f: attr.float(1),
    third: attr.float(1 / 3),
    fs: attr.floats([1, NaN, -Infinity]),
    is: [1, 2n],
    none: [],
    s: 'say "a\\b"',
    to: attr.dtype('float16'),
    t: attr.tensor('float16', [2], [1.5, -0]),
  }
  model.output(model.node('Any', [x], { attributes }), 'float32', [])
  expect(onnxText(model.build())).toContain(
    String.raw`v1 = Any <i: int = 1, big: int = -9223372036854775808, flag: int = 1, f: float = 1, third: float = 0.33333334, ` +
      String.raw`fs: floats = [1, nan, -inf], is: ints = [1, 2], none: ints = [], s: string = "say \"a\\b\"", ` +
      String.raw`to: int = 10, t: tensor = float16[2] {15872, 32768}> (v0)`,
  )
})

test('equal constants are one, and 0 is not -0', () => {
  const model = new ModelBuilder()
  expect(model.ints([1, 2])).toBe(model.ints([1n, 2n]))
  expect(model.scalar('float32', 1)).not.toBe(model.scalar('float64', 1))
  expect(model.scalar('float32', 0)).not.toBe(model.scalar('float32', -0))
  expect(model.scalar('float32', NaN)).toBe(model.scalar('float32', NaN))
})

test.each(onnxDTypes)('a constant of %s has its bytes', (dtype) => {
  const model = new ModelBuilder()
  model.output(model.scalar(dtype, 1), dtype, [])
  const expected = dtype === 'float16' ? 15360 : 1
  expect(onnxText(model.build())).toContain(` v0 = {${expected}}`)
})

test('omitted inputs at the end are not written', () => {
  const model = new ModelBuilder()
  const x = model.input('float32', [])
  model.output(model.node('Clip', [x, omitted, x]), 'float32', [])
  model.output(model.node('Clip', [x, omitted, omitted]), 'float32', [])
  const inputs = fromBinary(ModelProtoSchema, model.build()).graph?.node.map((node) => node.input)
  expect(inputs).toEqual([[x, '', x], [x]])
})

test('long constants are left out of the text, with their size', () => {
  const model = new ModelBuilder()
  model.output(model.initializer('float32', [100], new Uint8Array(400)), 'float32', [100])
  expect(onnxText(model.build())).toContain('float[100] v0  # 100 elements left out')
  expect(onnxText(model.build(), { elementLimit: 100 })).toContain('float[100] v0 = {0, 0, ')
})

test('a subgraph sees and shares the names of its graph', () => {
  const model = new ModelBuilder()
  const [flag, x] = [model.input('bool', []), model.input('float32', ['n'])]
  const [yes, no] = [model.subgraph('yes'), model.subgraph('no')]
  yes.output(yes.node('Neg', [x]), 'float32', ['n'])
  no.output(no.node('Abs', [x]), 'float32', ['n'])
  const attributes = { then_branch: attr.graph(yes.proto), else_branch: attr.graph(no.proto) }
  model.output(model.node('If', [flag], { attributes }), 'float32', ['n'])
  expect(onnxText(model.build())).toMatchInlineSnapshot(`
    "<ir_version: 10, opset_import: ["" : 21]>
    graph (bool v0, float[n] v1) => (float[n] v4)
    {
      v4 = If <then_branch: graph = yes () => (float[n] v2)
      {
        v2 = Neg (v1)
      }, else_branch: graph = no () => (float[n] v3)
      {
        v3 = Abs (v1)
      }> (v0)
    }
    "
  `)
})

test('text from outside cannot pass for syntax', () => {
  const model = new ModelBuilder({ name: 'g" () => () { evil = Evil() }' })
  const x = model.input('float32', ['n] x, float[m'], 'x) => (y')
  model.output(model.node('Neg', [x], { doc: 'a\nevil = Evil()' }), 'float32', [])
  expect(onnxText(model.build())).toMatchInlineSnapshot(`
    "<ir_version: 10, opset_import: ["" : 21]>
    "g\\" () => () { evil = Evil() }" (float["n] x, float[m"] "x) => (y") => (float v0)
    {
      v0 = Neg ("x) => (y")  # a evil = Evil()
    }
    "
  `)
})

test('mistakes of a caller are told', () => {
  const model = new ModelBuilder()
  const x = model.input('float32', [], 'x')
  expect(() => model.input('float32', [], 'x')).toThrow('The ONNX value name "x" is empty or taken.')
  expect(() => model.initializer('int64', [2, 3], new Uint8Array(6))).toThrow(
    'A constant int64[2,3] has 48 bytes, not 6.',
  )
  expect(() => model.node('Gelu', [x], { domain: 'com.microsoft' })).toThrow(
    "Gelu is of com.microsoft, which the model does not import: name it in 'opsets'.",
  )
  expect(() => model.node('Elu', [x], { attributes: { alpha: 0.5 } })).toThrow(RangeError)
})
