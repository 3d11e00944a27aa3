import * as td from '@tendril/core'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test, vi } from 'vitest'

// A GraphModel of the kind that decides by its values: Switch and Merge.

beforeAll(async () => {
  await td.setBackend('tfjs:cpu')
  await tf.setBackend('cpu')
  await td.loadBackend('ort')
})

const float = { T: { type: 'DT_FLOAT' } }
const node = (name: string, op: string, input: readonly string[], attr: object = float): object => ({
  name,
  op,
  input,
  attr,
})
const constant = (name: string): object => node(name, 'Const', [], { dtype: { type: 'DT_FLOAT' } })

/** Twice its input where the sum of that is positive, else minus it. */
const load = (): ReturnType<typeof loadGraphModel> => {
  const nodes = [
    node('x', 'Placeholder', [], {
      dtype: { type: 'DT_FLOAT' },
      shape: { shape: { dim: [{ size: '-1' }] } },
    }),
    constant('zero'),
    constant('two'),
    constant('axis'),
    node('sum', 'Sum', ['x', 'axis'], { ...float, keep_dims: { b: false } }),
    node('isPositive', 'Greater', ['sum', 'zero']),
    node('switch', 'Switch', ['x', 'isPositive']),
    node('yes', 'Mul', ['switch:1', 'two']),
    node('no', 'Neg', ['switch']),
    node('merge', 'Merge', ['no', 'yes']),
  ]
  const weightSpecs = [
    { name: 'zero', shape: [], dtype: 'float32' as const },
    { name: 'two', shape: [], dtype: 'float32' as const },
    { name: 'axis', shape: [1], dtype: 'int32' as const },
  ]
  const artifacts = { modelTopology: { node: nodes, versions: {} }, weightSpecs }
  return loadGraphModel(tf.io.fromMemory({ ...artifacts, weightData: new Float32Array([0, 2, 0]).buffer }))
}

type Fn = (x: tf.Tensor) => Promise<tf.Tensor>

test.each(['a function that calls it', 'the model itself'])('traced as %s', async (kind) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const model = await load()
  const fn: Fn = async (x) => (await model.executeAsync(x)) as tf.Tensor
  const graph = td.traceGraph((kind === 'the model itself' ? model : fn) as Fn)
  const there = await graph.to('ort')
  for (const one of [graph, there])
    for (const list of [[1, 2], [-1, -2], [0], [-0], [NaN], [1, 2], [-5, 1], [1, 2, 3]]) {
      const expected = await fn(tf.tensor1d(list))
      const actual = await one(tf.tensor1d(list))
      expect([actual.shape, ...actual.dataSync()]).toEqual([expected.shape, ...expected.dataSync()])
    }
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})
