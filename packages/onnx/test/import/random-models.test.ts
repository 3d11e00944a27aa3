import * as td from '@tendril/core'
import { exportOnnx, importOnnx, onnxText } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { numbersFrom, randomModel } from './random-nodes.ts'

const first = Number(process.env['TENDRIL_SEED'] ?? 1)
const count = Number(process.env['TENDRIL_RUNS'] ?? 100)

type Results = readonly { readonly dims: readonly number[]; readonly data: ArrayLike<number> }[]

async function inSession(bytes: Uint8Array, x: ort.Tensor): Promise<Results> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 })
  const results = await session.run({ [session.inputNames[0]!]: x })
  await session.release()
  return session.outputNames.map((name) => results[name]! as unknown as Results[number])
}

function resultsOf(graph: ReturnType<typeof importOnnx>, data: Float32Array, sizes: number[]): Results {
  const found = graph(td.reshape(td.array(data), sizes))
  const arrays = Array.isArray(found) ? (found as td.NDArray[]) : [found as td.NDArray]
  return arrays.map((array) => ({ dims: array.shape, data: array.dataSync() as Float32Array }))
}

/** What a file says but for the names of its values, which become longer. */
const textOf = (bytes: Uint8Array): string => onnxText(bytes).replaceAll(/\bv\d\w*/g, 'v')

/** How far results are from others, for what the others reach. */
function difference(results: Results, others: Results): number {
  expect(results.map(({ dims }) => [...dims])).toEqual(others.map(({ dims }) => [...dims]))
  const all = others.flatMap(({ data }, i) => {
    const most = Array.from(data).reduce((top, y) => Math.max(top, Math.abs(y)), 1)
    return Array.from(data, (y, j) =>
      Object.is(y, results[i]!.data[j]) ? 0 : Math.abs(y - results[i]!.data[j]!) / most,
    )
  })
  return all.reduce((top, d) => (d <= top ? top : d), 0)
}

describe('models of random nodes', () => {
  it.each(Array.from({ length: count }, (_, i) => first + i))(
    'number %i gives what onnxruntime gives, exported too, for other batches as well',
    async (seed) => {
      const { bytes, shape } = randomModel(seed)
      const graph = importOnnx(bytes)
      const graphs = [graph, await graph.to('numjs'), await graph.to('ort')]
      const again = exportOnnx(graph)
      const next = numbersFrom(seed)
      for (const n of [shape[0]!, 3]) {
        const sizes = [n, ...shape.slice(1)]
        const data = Float32Array.from({ length: sizes.reduce((a, b) => a * b) }, () => 4 * next() - 2)
        const x = new ort.Tensor('float32', data, sizes)
        const expected = await inSession(bytes, x)
        for (const one of graphs) expect(difference(resultsOf(one, data, sizes), expected)).toBeLessThan(1e-3)
        expect(difference(await inSession(again, x), expected)).toBeLessThan(1e-3)
      }
      expect(textOf(exportOnnx(importOnnx(again)))).toBe(textOf(again))
    },
  )
})
