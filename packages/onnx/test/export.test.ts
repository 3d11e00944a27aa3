import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import { fromBinary } from '@bufbuild/protobuf'
import { type GraphProto, type ModelProto, ModelProtoSchema } from '../src/gen/onnx_pb.ts'
import { exportOnnx, importOnnx, onnxText } from '../src/index.ts'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

/** Lines of this file move. */
const withoutLines = (text: string): string => text.replaceAll(/  # \S+$/gm, '')

const x = td.array([
  [1, 2, 3],
  [4, 5, 6],
])

test('sizes that were not read stay open, and others are computed from them', () => {
  const graph = td.traceGraph((a: td.NDArray) => td.broadcastTo(td.zerosLike(a), [1, 2, 3]), { args: [x] })
  expect(() => exportOnnx(graph)).not.toThrow()
  const stacked = td.traceGraph((a: td.NDArray) => td.fillDiagonal(td.matmul(a, td.matrixTranspose(a)), 0), {
    args: [x],
  })
  expect(withoutLines(onnxText(exportOnnx(stacked)))).toMatchInlineSnapshot(`
    "<ir_version: 13, opset_import: ["" : 26]>
    graph (float[n,m] a) => (float[n,n] y)
    <
      int64[1] c0 = {0},
      int64 c1 = {0},
      int64 c2 = {1},
      int64[1] c3 = {1},
      float c4 = {0}
    >
    {
      transpose = Transpose <perm: ints = [1, 0]> (a)
      matMul = MatMul (a, transpose)
      shape = Shape <start: int = 0, end: int = 1> (a)
      squeeze = Squeeze (shape, c0)
      range = Range (c1, squeeze, c2)
      unsqueeze = Unsqueeze (range, c3)
      add = Add (unsqueeze, c0)
      equal = Equal (range, add)
      y = Where (equal, c4, matMul)
    }
    "
  `)
})

test('arguments and results have the names of the function, variables and captured arrays are constants', () => {
  const w = new td.Variable(td.array([1, 2, 3]))
  const graph = td.traceGraph(
    ({ image }: { image: td.NDArray }) => ({ doubled: td.multiply(image, 2), moved: td.add(image, w.value) }),
    { args: [{ image: x }] },
  )
  expect(withoutLines(onnxText(exportOnnx(graph)))).toMatchInlineSnapshot(`
    "<ir_version: 13, opset_import: ["" : 26]>
    graph (float[n,3] image) => (float[n,3] doubled, float[n,3] moved)
    <
      float c0 = {2},
      float[3] variable = {1, 2, 3}
    >
    {
      doubled = Mul (image, c0)
      moved = Add (image, variable)
    }
    "
  `)
})

test('random ops are those of ONNX, which the file tells', () => {
  const graph = td.traceGraph((a: td.NDArray) => td.add(a, td.random.normal({ mean: 1, shape: [3] })), {
    args: [x],
  })
  const text = new TextDecoder().decode(exportOnnx(graph))
  expect(text).toContain('Random numbers are drawn by what runs this file.')
  expect(text).toContain('RandomNormal')
})

test('float16 stays float16', () => {
  const graph = td.traceGraph((a: td.NDArray) => td.gelu(td.divide(a, 2)), {
    args: [td.astype(x, 'float16')],
  })
  expect(onnxText(exportOnnx(graph))).toContain('(float16[n,m] a) => (float16[n,m] y)')
})

test('what cannot be exported is refused', () => {
  const graph = td.traceGraph((a: td.NDArray) => td.add(a, 1), { args: [x] })
  expect(() => exportOnnx(graph, { opset: 28 })).toThrow("exportOnnx: 'opset' is 28: it takes 18 to 26.")
  expect(() => exportOnnx({} as never)).toThrow('this is not a graph')
})

test('the newest operator set that onnxruntime takes, and the last one with random kernels where numbers are drawn', () => {
  const plain = td.traceGraph((a: td.NDArray) => td.relu(a), { args: [x] })
  const drawn = td.traceGraph((a: td.NDArray) => td.add(a, td.random.uniform({ shape: [3] })), { args: [x] })
  const inLoop = td.traceGraph(
    (a: td.NDArray) => td.forLoop(0, 2, (_i, v) => td.add(v, td.random.uniform({ shape: [3] })), a),
    { args: [x] },
  )
  // Made of ops that draw only where it is spelled.
  const dropped = td.traceGraph((a: td.NDArray) => td.dropout(a), { args: [x] })
  const versions = [plain, drawn, inLoop, dropped].map(
    (graph) => modelOf(exportOnnx(graph)).opsetImport[0]!.version,
  )
  expect(versions).toEqual([26n, 21n, 21n, 21n])
})

const modelOf = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes)

/** Lines that the nodes tell, those inside of branches and loops too. */
const docs = ({ node }: GraphProto): readonly string[] =>
  node.flatMap(({ opType, docString, attribute }) => [
    `${opType} ${docString}`,
    ...attribute.flatMap(({ g }) => (g === undefined ? [] : docs(g))),
  ])

test("nodes tell the user's lines, those that control flow is made of too, and no folders", () => {
  const graph = td.traceGraph(
    (a: td.NDArray) =>
      td.cond(
        td.sum(a).greater(0),
        (b) => td.exp(b),
        (b) => td.abs(b),
        a,
      ),
    { args: [x] },
  )
  const { graph: made } = modelOf(exportOnnx(graph))
  const lines = docs(made!)
  expect(lines.map((line) => line.replace(/\d+$/, ''))).toEqual([
    'ReduceSum export.test.ts:',
    'Greater export.test.ts:',
    'If export.test.ts:',
    'Exp export.test.ts:',
    'Abs export.test.ts:',
  ])
  expect(lines[3]).not.toBe(lines[4])
  expect(lines.join()).not.toContain('/')
})

test('a file tells the function, the sizes with names, what it holds for, and who wrote it', () => {
  function score(images: td.NDArray, [first, second]: readonly [td.NDArray, td.NDArray]): td.NDArray {
    const folded = td.reshape(images, [td.dim(images, 0), 2, -1])
    return td.add(td.sum(folded, { axis: [1, 2] }), td.add(first, second))
  }
  const graph = td.traceGraph(score, {
    args: [td.spec('float32', ['batch', 'pixels']), [td.spec('float32', []), td.spec('float32', [])]],
  })
  const { producerName, producerVersion, metadataProps, graph: made } = modelOf(exportOnnx(graph))
  expect([producerName, producerVersion, made!.name]).toEqual(['tendril', manifest.version, 'score'])
  expect(made!.input.map(({ name }) => name)).toEqual(['images', 'x1.0', 'x1.1'])
  expect(Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))).toEqual({
    'tendril.function': 'score',
    'tendril.sizes': 'batch, pixels',
    'tendril.assumes': '2*batch != 0, 2*batch*floor(pixels/2) = batch*pixels',
  })
  const read = td.traceGraph((a: td.NDArray) => td.multiply(a, a.shape[0]!), { args: [x] })
  expect(modelOf(exportOnnx(read)).metadataProps.map(({ key, value }) => `${key}: ${value}`)).toEqual([
    'tendril.assumes: n = 2',
  ])
})

test("names of inputs and outputs are no others' names", () => {
  const names = (fn: (...all: td.NDArray[]) => unknown): readonly string[] => {
    const { graph } = modelOf(exportOnnx(td.traceGraph(fn, { args: [x, x] })))
    return [...graph!.input, ...graph!.output].map(({ name }) => name)
  }
  expect(names((v0, c1) => td.add(td.abs(v0!), c1!))).toEqual(['v0', 'c1', 'y'])
  expect(names((a, y) => td.add(a!, y!))).toEqual(['a', 'y', 'result'])
  expect(names((a, y) => ({ a: td.add(a!, y!), '': td.abs(y!) }))).toEqual(['a', 'y', 'a_1', 'result.'])
  expect(names((...all) => all.map((one) => td.abs(one)))).toEqual(['x0', 'x1', 'y0', 'y1'])
})

test('a model that was imported keeps its names, and says nothing of the lines of its importer', () => {
  const graph = td.traceGraph(
    (left: td.NDArray, right: td.NDArray) => ({ sum: td.add(left, right), rest: [td.subtract(left, right)] }),
    { args: [td.spec('float32', ['n', 2]), td.spec('float32', ['n', 2])] },
  )
  const bytes = exportOnnx(graph)
  const again = exportOnnx(importOnnx(bytes))
  expect(onnxText(again)).toBe(withoutLines(onnxText(bytes)))
  expect(exportOnnx(importOnnx(again))).toEqual(again)
})
