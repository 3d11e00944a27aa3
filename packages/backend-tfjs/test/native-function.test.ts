import * as td from '@tendril/core'
import { GraphModel } from '@tensorflow/tfjs-converter'
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

onDevice('node', () => {
  nativeFunctions('node')
  sessions('node')
})
