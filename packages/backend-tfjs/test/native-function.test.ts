import * as td from '@tendril/core'
import { GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { nativeFunctions, sessions } from './native-cases.ts'
import { onDevice } from './native-devices.ts'

for (const device of ['cpu', 'wasm']) {
  nativeFunctions(device)

  test(`it is a GraphModel that any program of tfjs can run on ${device}`, async () => {
    await td.setBackend(`tfjs:${device}`)
    const graph = td.traceGraph((x: td.NDArray) => td.exp(x), { args: [td.array([1, 2])] })
    const { native, outputs } = await graph.backendFn()
    expect(native).toBeInstanceOf(GraphModel)
    const result = (native as GraphModel).execute({ x0: tf.tensor1d([0]) }, outputs[0]!) as tf.Tensor
    expect([...result.dataSync()]).toEqual([1])
    await expect(graph.backendFn({ compile: 'xla' })).rejects.toThrow(/'xla' is for TensorFlow itself/)
  })
}

test('a GraphModel is saved and loaded by tfjs alone', async () => {
  await td.setBackend('tfjs:cpu')
  const w = td.array([
    [1, 2, 3],
    [4, 5, 6],
  ])
  const fn = (x: td.NDArray): { y: td.NDArray; sum: td.NDArray } => {
    const y = td.relu(td.matmul(x, w))
    return { y, sum: td.sum(y, { axis: 1 }) }
  }
  const graph = td.traceGraph(fn, { args: [td.array([[1, 2]])] })
  const { native, outputs } = await graph.backendFn()
  let saved: tf.io.ModelArtifacts | undefined
  await (native as GraphModel).save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })
    }),
  )
  const loaded = await loadGraphModel(tf.io.fromMemory(saved!))
  const x = tf.tensor2d([
    [1, 0],
    [0, 1],
    [-1, 1],
  ])
  const [y, sum] = loaded.execute({ x0: x }, [...outputs]) as tf.Tensor[]
  expect([...y!.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 3, 3, 3])
  expect([...sum!.dataSync()]).toEqual([6, 15, 9])
})

onDevice('node', () => {
  nativeFunctions('node')
  sessions('node')
})
