import * as td from '@tendril/core'
import * as ort from 'onnxruntime-node'
import { models, toArray } from './models.mjs'

/** Graphs on onnxruntime against a session of the same model, run by its public API. */
export async function ortCases() {
  await td.setBackend('ort')
  return Promise.all(
    Object.entries(models()).map(async ([workload, { input, weights, fn }]) => {
      const [x, ...w] = [input, ...weights].map(toArray)
      const graph = td.traceGraph((v) => fn(v, ...w), { args: [x], returnBackendTracedFn: true })
      const { native: session, run, inputs, outputs } = await graph.backendFn()
      void run
      const feeds = { [inputs[0]]: new ort.Tensor('float32', input.data, input.shape) }
      const theirs = () => session.run(feeds)
      return {
        workload,
        engine: 'ort',
        peer: 'InferenceSession.run of the same model',
        sampleMs: 100,
        pauseMs: 100,
        ours: () => graph(x),
        theirs,
        read: async () => [graph(x).dataSync(), (await theirs())[outputs[0]].data],
      }
    }),
  )
}
