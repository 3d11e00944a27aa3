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
      int32 c2 = {3},
      int32 c3 = {0},
      bool c4 = {1}
    >
    {
      reduceSum = ReduceSum <keepdims: int = 0> (x)
      greater = Greater (reduceSum, c0)
      y = If <then_branch: graph = then_branch () => (float[?] loop)
      {
        less = Less (reduceSum, c1)
        loop = Loop <body: graph = body (int64 "loop.in", bool "loop.in_1", float[?] "loop.in_2") => (bool less_1, float[?] add)
        {
          add = Add ("loop.in_2", x)
          reduceSum_1 = ReduceSum <keepdims: int = 0> (add)
          less_1 = Less (reduceSum_1, c1)
        }> ("", less, x)
      }, else_branch: graph = else_branch () => (float[?] loop_1)
      {
        cast = Cast <to: int = 7> (c2)
        cast_1 = Cast <to: int = 7> (c3)
        sub = Sub (cast, cast_1)
        loop_1 = Loop <body: graph = body (int64 "loop_1.in", bool "loop_1.in_1", float[?] "loop_1.in_2") => (bool identity, float[?] add_2)
        {
          cast_2 = Cast <to: int = 6> ("loop_1.in")
          add_1 = Add (cast_2, c3)
          cast_3 = Cast <to: int = 1> (add_1)
          add_2 = Add ("loop_1.in_2", cast_3)
          identity = Identity ("loop_1.in_1")
        }> (sub, c4, x)
      }> (greater)
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
