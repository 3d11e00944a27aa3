import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { saveOnnx } from '@tendril/onnx'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { judgedByOnnx } from '../../../tests/numpy/onnx-checker.ts'
import { pythonWithOnnx } from '../../../tests/numpy/python.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tendril-save-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const grid = (rows: number, columns: number): td.NDArray =>
  td.reshape(td.array(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i))), [rows, columns])

const found = pythonWithOnnx()

/** A model with weights of several sizes, some of them in an inner graph. */
function traced(): td.Graph<(x: td.NDArray) => td.NDArray> {
  const [first, second, bias] = [grid(20, 40), grid(40, 700), new td.Variable(grid(1, 700))]
  const fn = (x: td.NDArray): td.NDArray => {
    const hidden = td.relu(td.matmul(x, first))
    const out = td.cond(
      td.sum(x).greater(0),
      (h) => td.matmul(h, second),
      (h) => td.matmul(td.negative(h), second),
      hidden,
    )
    return td.add(out, bias.value)
  }
  return td.traceGraph(fn, { args: [td.spec('float32', ['n', 20])] })
}

test.each([false, true])(
  'onnxruntime runs what was saved (weights beside the model: %s)',
  async (externalData) => {
    const graph = traced()
    const path = join(folder, 'model.onnx')
    await saveOnnx(graph, path, { externalData })
    expect(readdirSync(folder)).toEqual(externalData ? ['model.onnx', 'model.onnx.data'] : ['model.onnx'])
    const session = await InferenceSession.create(path)
    for (const n of [1, 5]) {
      const x = grid(n, 20)
      const { y } = await session.run({ x: new Tensor('float32', x.dataSync() as Float32Array, [n, 20]) })
      const want = graph(x).dataSync() as Float32Array
      expect(y!.dims).toEqual([n, 700])
      const worst = (y!.data as Float32Array).reduce(
        (most, value, i) => Math.max(most, Math.abs(value - want[i]!)),
        0,
      )
      expect(worst).toBeLessThan(1e-4)
    }
    await session.release()
  },
)

test.skipIf('absent' in found)(
  `ONNX' checker finds it valid${'absent' in found ? ` (skipped, as ${found.absent})` : ''}`,
  async () => {
    const path = join(folder, 'model.onnx')
    await saveOnnx(traced(), path, { externalData: true })
    expect(judgedByOnnx((found as { readonly python: string }).python, [path])).toBe('')
  },
  60_000,
)

const { bavail, bsize } = statfsSync(tmpdir())
const isRoomy = process.env['TENDRIL_LARGE_FILES'] === '1' && bavail * bsize > 6 * 2 ** 30

test.skipIf(!isRoomy)(
  'a model above 2 GB is written and run (with TENDRIL_LARGE_FILES=1 and 6 GB of disk)',
  async () => {
    const weights = Array.from({ length: 9 }, (_, i) => td.array(new Float32Array(2 ** 26).fill(i + 1)))
    const graph = td.traceGraph((at: td.NDArray) => weights.map((weight) => td.take(weight, at)), {
      args: [td.spec('int64', ['n'])],
    })
    const path = join(folder, 'large.onnx')
    await saveOnnx(graph, path)
    expect(statSync(path).size).toBeLessThan(2 ** 14)
    expect(statSync(`${path}.data`).size).toBe(9 * 2 ** 28)
    const session = await InferenceSession.create(path)
    const at = new Tensor('int64', BigInt64Array.of(0n, 2n ** 26n - 1n), [2])
    const results = await session.run({ at })
    session.outputNames.forEach((name, i) =>
      expect(results[name]!.data).toEqual(Float32Array.of(i + 1, i + 1)),
    )
    await session.release()
  },
  120_000,
)
