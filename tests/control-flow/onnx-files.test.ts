import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { exportOnnx, onnxText } from '@tendril/onnx'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, describe, expect, test } from 'vitest'
import { judgedByOnnx } from '../numpy/onnx-checker.ts'
import { pythonWithOnnx } from '../numpy/python.ts'
import { examples, type Example } from './functions.ts'

// Files of graphs with control flow, judged by onnxruntime alone, and by ONNX' own checker where there is a Python.

const folder = mkdtempSync(join(tmpdir(), 'tendril-control-'))
afterAll(() => rmSync(folder, { recursive: true }))

const argumentsOf = (call: Example['calls'][number]): td.NDArray[] =>
  call.map((data) => td.array(data as number[], { dtype: 'float32' }))

/** What is random is drawn by whatever runs the file. */
const judged = examples.filter(({ name }) => !name.includes('random'))

const file = (name: string, opset: number): string =>
  join(folder, `${name.replaceAll(/\W+/g, '-')}-${opset}.onnx`)

describe.each(judged)('$name', ({ name, fn, calls }) => {
  test.each([18, 21, 26])('runs at opset %i as the graph does', async (opset) => {
    const graph = td.traceGraph(fn, { args: argumentsOf(calls[0]!) }) as unknown as td.Graph
    const bytes = exportOnnx(graph, { opset })
    writeFileSync(file(name, opset), bytes)
    const session = await InferenceSession.create(bytes)
    let ran = 0
    for (const call of calls) {
      const args = argumentsOf(call)
      const feeds = session.inputMetadata.map((input, i) => {
        const { dims } = { dims: (input as { shape: readonly (number | string)[] }).shape }
        const fits = dims.every((size, axis) => typeof size === 'string' || size === args[i]!.shape[axis])
        return fits && dims.length === args[i]!.ndim
          ? new Tensor('float32', args[i]!.dataSync() as Float32Array, args[i]!.shape)
          : undefined
      })
      // A size that the function read is one number in the file.
      if (feeds.includes(undefined)) continue
      const results = await session.run(
        Object.fromEntries(session.inputNames.map((input, i) => [input, feeds[i]!])),
      )
      const { leaves } = td.tree.flatten(graph(...(args as never[])))
      expect(session.outputNames.map((output) => results[output]!.dims)).toEqual(
        leaves.map(({ type }) => type.shape),
      )
      expect(
        session.outputNames.map((output) => Array.from(results[output]!.data as Float32Array, Number)),
      ).toEqual(leaves.map((leaf) => Array.from((leaf as td.NDArray).dataSync() as Float32Array, Number)))
      ran++
    }
    expect(ran).toBeGreaterThan(0)
    await session.release()
  })
})

test('random numbers in a loop are drawn in each turn by what runs the file', async () => {
  const graph = td.traceGraph(
    (x: td.NDArray) => td.scan((c, row) => [c, row.add(td.random.uniform({ shape: [2] }))], 0, x)[1],
    { args: [td.zeros([3, 2])] },
  )
  const session = await InferenceSession.create(exportOnnx(graph))
  const [name] = session.inputNames
  const { [session.outputNames[0]!]: y } = await session.run({
    [name!]: new Tensor('float32', new Float32Array(6), [3, 2]),
  })
  expect(new Set(y!.data as Float32Array).size).toBe(6)
  await session.release()
})

test('the operators of a file', () => {
  const graph = td.traceGraph(
    (x: td.NDArray) =>
      td.cond(
        x.sum().greater(0),
        (y) =>
          td.whileLoop(
            (v) => v.sum().less(9),
            (v) => v.add(y),
            y,
          ),
        (y) => td.forLoop(0, 3, (i, v) => v.add(i), y),
        x,
      ),
    { args: [td.array([1, 2])] },
  )
  expect(onnxText(exportOnnx(graph)).replaceAll(/  # \S+$/gm, '')).toMatchInlineSnapshot(`
    "<ir_version: 13, opset_import: ["" : 26]>
    graph (float[n] x) => (float[n] y)
    <
      float c0 = {0},
      float c1 = {9},
      int32 c2 = {0},
      int32 c3 = {3},
      bool c4 = {1}
    >
    {
      v0 = ReduceSum <keepdims: int = 0> (x)
      v1 = Greater (v0, c0)
      y = If <then_branch: graph = then_branch () => (float[?] v9)
      {
        v2 = Less (v0, c1)
        v9 = Loop <body: graph = body (int64 v3, bool v4, float[?] v5) => (bool v8, float[?] v6)
        {
          v6 = Add (v5, x)
          v7 = ReduceSum <keepdims: int = 0> (v6)
          v8 = Less (v7, c1)
        }> ("", v2, x)
      }, else_branch: graph = else_branch () => (float[?] v21)
      {
        v10 = Cast <to: int = 7> (c3)
        v11 = Cast <to: int = 7> (c2)
        v12 = Sub (v10, v11)
        v21 = Loop <body: graph = body (int64 v13, bool v14, float[?] v15) => (bool v20, float[?] v19)
        {
          v16 = Cast <to: int = 6> (v13)
          v17 = Add (v16, c2)
          v18 = Cast <to: int = 1> (v17)
          v19 = Add (v15, v18)
          v20 = Identity (v14)
        }> (v12, c4, x)
      }> (v1)
    }
    "
  `)
})

const found = pythonWithOnnx()
const title = 'absent' in found ? `skipped, as ${found.absent}` : 'ONNX itself finds the files valid'

test.skipIf('absent' in found)(
  `${title}`,
  () => {
    const files = judged.flatMap(({ name }) => [18, 21, 26].map((opset) => file(name, opset)))
    expect(judgedByOnnx((found as { readonly python: string }).python, files)).toBe('')
  },
  120_000,
)
