import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { onnxText, quantize } from '../src/index.ts'

const normal = (seed: number, shape: number[], std = 1): NDArray =>
  td.random.normal({ key: td.random.key(seed), shape, std })

const dense = [normal(1, [16, 32], 0.3), normal(2, [32], 0.1), normal(3, [5, 32], 0.3)] as const
const filters = normal(4, [8, 3, 3, 3], 0.3)
const bias = normal(5, [8], 0.5)
const table = normal(6, [40, 16])

const perceptron = (x: NDArray): NDArray =>
  td.matmul(td.relu(td.add(td.matmul(x, dense[0]), dense[1])), td.matrixTranspose(dense[2]))

/** Outputs of a model by onnxruntime. */
async function onOnnxruntime(model: Uint8Array, inputs: readonly NDArray[]): Promise<readonly number[][]> {
  const session = await ort.InferenceSession.create(model)
  const feeds = Object.fromEntries(
    session.inputNames.map((name, i) => {
      const array = inputs[i]!
      const data = array.dataSync() as Float32Array
      return [name, new ort.Tensor(array.dtype as 'float32', data, [...array.shape])]
    }),
  )
  const results = await session.run(feeds)
  return session.outputNames.map((name) => Array.from(results[name]!.data as Float32Array))
}

test.each([
  ['matrices', perceptron, [normal(7, [4, 16])], ['MatMulInteger', 'MatMulInteger']],
  [
    'filters with a bias',
    (x: NDArray) => td.convolution(x, filters, [2, 2], [1, 1, 1, 1], [1, 1], { bias }),
    [normal(8, [2, 3, 9, 9])],
    ['ConvInteger'],
  ],
  [
    'rows of a table',
    (places: NDArray) => td.take(table, places, { axis: 0 }),
    [
      td.array(
        [
          [1, 39],
          [0, 7],
        ],
        { dtype: 'int32' },
      ),
    ],
    [],
  ],
] as const)('%s become integers, and come near', async (_, fn, args, integers) => {
  const graph = td.traceGraph(fn, { args: [...args] as [NDArray] })
  const { model, graph: imported, report } = await quantize(graph, [args])
  const text = onnxText(model)
  expect(text.match(/\b(MatMulInteger|ConvInteger)\b/g) ?? []).toEqual(integers)
  expect(text).toMatch(/ u?int8\[/)
  expect(report.nodes.length).toBe(Math.max(1, integers.length))
  const [output] = report.outputs
  expect(output!.maxError).toBeGreaterThan(0)
  expect(output!.maxError).toBeLessThan(0.03 * output!.largest)
  expect(output!.meanError).toBeLessThan(output!.maxError)
  // The importer and onnxruntime read the same model.
  const [expected] = await onOnnxruntime(model, args)
  const got = imported(...args) as NDArray
  const differences = Array.from(got.dataSync() as Float32Array, (value, i) =>
    Math.abs(value - expected![i]!),
  )
  expect(Math.max(...differences)).toBeLessThan(1e-4)
})

test('the model is smaller by nearly three quarters where weights are most of it', async () => {
  const wide = normal(9, [256, 256], 0.1)
  const graph = td.traceGraph((x: NDArray) => td.matmul(x, wide), { args: [normal(10, [2, 256])] })
  const { report } = await quantize(graph, [[normal(11, [2, 256])], [normal(12, [2, 256])]])
  expect(report.samples).toBe(2)
  expect(report.after).toBeLessThan(0.3 * report.before)
  const reduced = await quantize(graph, [[normal(11, [2, 256])]], { reduceRange: true })
  expect(reduced.report.outputs[0]!.meanError).toBeGreaterThan(report.outputs[0]!.meanError)
  const whole = await quantize(graph, [[normal(11, [2, 256])]], { ops: [] })
  expect(whole.report).toMatchObject({ nodes: [], outputs: [{ maxError: 0 }] })
})

test('there has to be something to compare on', async () => {
  const graph = td.traceGraph(perceptron, { args: [normal(7, [4, 16])] })
  await expect(quantize(graph, [])).rejects.toThrow(/at least one list of arguments/)
})
