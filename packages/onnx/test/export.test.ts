import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import { exportOnnx, onnxText } from '../src/index.ts'

const x = td.array([
  [1, 2, 3],
  [4, 5, 6],
])

test('sizes that were not read stay open, and others are computed from them', () => {
  const graph = td.traceGraph((a: td.NDArray) => td.broadcastTo(td.zerosLike(a), [1, 2, 3]), { args: [x] })
  expect(() => exportOnnx(graph)).not.toThrow()
  const stacked = td.traceGraph((a: td.NDArray) => td.tril(td.matmul(a, td.matrixTranspose(a))), {
    args: [x],
  })
  expect(onnxText(exportOnnx(stacked))).toMatchInlineSnapshot(`
    "<ir_version: 10, opset_import: ["" : 21]>
    graph (float[n,m] x0) => (float[n,n] y)
    <
      int64 c0 = {0},
      int64[1] c1 = {0},
      int64 c2 = {1},
      int64[1] c3 = {1},
      float c4 = {0}
    >
    {
      v0 = Transpose <perm: ints = [1, 0]> (x0)
      v1 = MatMul (x0, v0)
      v2 = Shape <start: int = 0, end: int = 1> (x0)
      v3 = Squeeze (v2, c1)
      v4 = Range (c0, v3, c2)
      v5 = Mul (v4, c2)
      v6 = Add (c0, v5)
      v7 = Cast <to: int = 6> (v6)
      v8 = Concat <axis: int = 0> (v2, c3)
      v9 = Reshape <allowzero: int = 1> (v7, v8)
      v10 = LessOrEqual (v7, v9)
      y = Where (v10, v1, c4)
    }
    "
  `)
})

test('arguments and results are named by their place, variables and captured arrays are constants', () => {
  const w = new td.Variable(td.array([1, 2, 3]))
  const graph = td.traceGraph(
    ({ image }: { image: td.NDArray }) => ({ doubled: td.multiply(image, 2), moved: td.add(image, w.value) }),
    { args: [{ image: x }] },
  )
  expect(onnxText(exportOnnx(graph, { opset: 26 }))).toMatchInlineSnapshot(`
    "<ir_version: 13, opset_import: ["" : 26]>
    graph (float[n,3] "x0.image") => (float[n,3] "y.doubled", float[n,3] "y.moved")
    <
      float[3] c0 = {1, 2, 3},
      float c1 = {2}
    >
    {
      "y.doubled" = Mul ("x0.image", c1)
      "y.moved" = Add ("x0.image", c0)
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
  expect(onnxText(exportOnnx(graph))).toContain('float16[n,m] x0) => (float16[n,m] y)')
})

test('what cannot be exported is refused', () => {
  const graph = td.traceGraph((a: td.NDArray) => td.add(a, 1), { args: [x] })
  expect(() => exportOnnx(graph, { opset: 28 })).toThrow("exportOnnx: 'opset' is 28: it takes 18 to 26.")
  expect(() => exportOnnx({} as never)).toThrow('this is not a graph')
})
