import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { models, toArray } from './models.mjs'

/** Works whose hand-written form in tfjs is a line. */
const handWritten = {
  '100 adds of 8 floats': (x, y) => {
    let sum = x
    for (let i = 0; i < 100; i++) sum = tf.add(sum, y)
    return sum
  },
  'chain of 1e6 floats': (x) => tf.sum(tf.mul(tf.tanh(tf.add(tf.mul(x, 1.5), 0.25)), x)),
}

/** Graphs as one session of TensorFlow against eager tfjs-node; none where its binding is absent, which is told. */
export async function tensorflowCases() {
  const { devices } = (await td.listBackends()).find(({ name }) => name === 'tfjs')
  const { why } = devices.find(({ name }) => name === 'node')
  if (why !== undefined) {
    console.error(`tfjs:node is left out: ${why}`)
    return []
  }
  await td.setBackend('tfjs:node')
  const made = models()
  return Promise.all(
    Object.entries(handWritten).map(async ([workload, code]) => {
      const { input, weights, fn } = made[workload]
      const arrays = [input, ...weights].map(toArray)
      const graph = td.traceGraph(fn, { args: arrays, returnBackendTracedFn: true })
      // XLA fuses what is elementwise, which pays for large arrays.
      const { run } = await graph.backendFn(workload.startsWith('chain') ? { compile: 'xla' } : {})
      const tensors = [input, ...weights].map(({ shape, data }) => tf.tensor(data, shape))
      return {
        workload,
        engine: 'tfjs:node',
        peer: 'eager tfjs-node in tidy',
        ours: () => run(...tensors).dispose(),
        theirs() {
          // tf's current backend is shared with whatever ran before.
          if (tf.getBackend() !== 'tensorflow') tf.setBackend('tensorflow')
          tf.tidy(() => code(...tensors)).dispose()
        },
        read() {
          tf.setBackend('tensorflow')
          const result = tf.tidy(() => code(...tensors))
          return [run(...tensors).dataSync(), result.dataSync()]
        },
        tolerance: 1e-4,
        close: () => tensors.forEach((tensor) => tensor.dispose()),
      }
    }),
  )
}
