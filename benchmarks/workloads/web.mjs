import * as web from 'onnxruntime-web'

/** A model in onnxruntime-web, with as many threads as it takes in Node by itself. */
export async function webPeer(bytes, inputs) {
  const session = await web.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    logSeverityLevel: 4,
  })
  const feeds = Object.fromEntries(
    inputs.map(({ data, shape }, i) => [session.inputNames[i], new web.Tensor('float32', data, shape)]),
  )
  const theirs = () => session.run(feeds)
  return {
    threads: web.env.wasm.numThreads,
    theirs,
    read: async () => (await theirs())[session.outputNames[0]].data,
    close: () => void session.release(),
  }
}
