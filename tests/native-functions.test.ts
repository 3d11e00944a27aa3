import * as td from '@tendril/core'
import { tensor1d, type Tensor1D } from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterEach, describe, expect, test } from 'vitest'

// returnBackendTracedFn: the engine's own compiled object beside the graph.

const fn = (x: td.NDArray, y: td.NDArray): td.NDArray => td.add(td.multiply(x, y), 1)

afterEach(() => td.unsetBackend())

describe('the compiled object of an engine', () => {
  test('on onnxruntime it is an InferenceSession that any program can run', async () => {
    await td.setBackend('ort')
    const [x, y] = [td.array([1, 2, 3]), td.array([4, 5, 6])]
    const graph = td.traceGraph(fn, { args: [x, y], returnBackendTracedFn: true })
    const compiled = await graph.backendFn()
    expect(compiled.native).toBeInstanceOf(InferenceSession)
    const session = compiled.native as InferenceSession
    expect([...session.inputNames]).toEqual(compiled.inputs)
    const feeds = Object.fromEntries(
      compiled.inputs.map((name, i) => [
        name,
        new Tensor(
          'float32',
          [
            [1, 2],
            [3, 4],
          ][i]!,
          [2],
        ),
      ]),
    )
    const results = await session.run(feeds)
    expect(results[compiled.outputs[0]!]!.data).toEqual(new Float32Array([4, 9]))
    expect(await graph.backendFn()).toBe(compiled)
  })

  test('on numjs it is a plain function', async () => {
    await td.setBackend('numjs')
    const graph = td.traceGraph(fn, {
      args: [td.array([1, 2, 3]), td.array([4, 5, 6])],
      returnBackendTracedFn: true,
    })
    const compiled = await graph.backendFn()
    expect(compiled.native).toBeTypeOf('function')
    expect(compiled.inputs.length).toBe(2)
    expect(compiled.outputs.length).toBe(1)
  })

  test.each(['tfjs:cpu', 'tfjs:wasm'])(
    'on %s it is a GraphModel that any program can run',
    async (engine) => {
      await td.setBackend(engine)
      const graph = td.traceGraph(fn, {
        args: [td.array([1, 2, 3]), td.array([4, 5, 6])],
        returnBackendTracedFn: true,
      })
      const { native, run, inputs, outputs } = await graph.backendFn()
      const model = native as { execute(feeds: Record<string, Tensor1D>, names: string): Tensor1D }
      const feeds = [
        [1, 2],
        [3, 4],
      ].map((values) => tensor1d(values))
      const named = Object.fromEntries(inputs.map((name, i) => [name, feeds[i]!]))
      expect(model.execute(named, outputs[0]!).dataSync()).toEqual(new Float32Array([4, 9]))
      expect((run(...feeds) as Tensor1D).dataSync()).toEqual(new Float32Array([4, 9]))
    },
  )

  test('an engine without one says so at once', async () => {
    await td.setBackend('reference')
    expect(() =>
      td.traceGraph(fn, { args: [td.array([1]), td.array([1])], returnBackendTracedFn: true }),
    ).toThrow('reference:cpu: its adapter builds no compiled object of its own yet')
  })

  test('only TensorFlow compiles by XLA', async () => {
    await td.setBackend('numjs')
    const graph = td.traceGraph(fn, { args: [td.array([1]), td.array([1])] })
    await expect(graph.backendFn({ compile: 'xla' })).rejects.toThrow("compile: 'xla' is for TensorFlow")
  })
})
