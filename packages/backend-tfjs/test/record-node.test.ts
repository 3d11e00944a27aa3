import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importPackage } from '../src/tensorflow.ts'
import { onDevice } from './native-devices.ts'

interface Model {
  save(url: string): Promise<unknown>
  predict(x: tf.Tensor): tf.Tensor
}

/** What the package has beside tfjs-core. */
type TfNode = typeof tf & {
  readonly node: {
    decodePng(bytes: Uint8Array): tf.Tensor3D
    encodePng(image: tf.Tensor3D): Promise<Uint8Array>
  }
  readonly layers: { dense(config: object): object }
  sequential(config: { readonly layers: readonly object[] }): Model
  loadLayersModel(url: string): Promise<Model>
}

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()]

onDevice('node', () => {
  let tfn: TfNode
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tendril-node-'))
    for (const engine of ['ort', 'tfjs:wasm', 'tfjs:node']) await td.loadBackend(engine)
    const loaded = (await importPackage('node')) as { readonly default: TfNode }
    tfn = loaded.default
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    await td.setBackend('tfjs:node')
    await tf.setBackend('tensorflow')
  })

  const home = ({ dataId }: tf.Tensor): unknown => tf.engine().state.tensorInfo.get(dataId)?.backend

  test('functions of tfjs-node become graphs that take and give its tensors', async () => {
    const fn = (x: tf.Tensor): tf.Tensor => tfn.tidy(() => tfn.softmax(tfn.square(x)))
    const graph = td.traceGraph(fn, { args: [tfn.tensor1d([1, 2])] })
    const out = graph(tfn.tensor1d([3, 3]))
    expect(out).toBeInstanceOf(tfn.Tensor)
    expect(home(out)).toBe(tf.findBackend('tensorflow'))
    expect(values(out)).toEqual([0.5, 0.5])
    const there = (await graph.to('ort'))(tfn.tensor1d([3, 3]))
    expect(home(there)).toBe(tf.findBackend('tensorflow'))
    expect(values(there)).toEqual([0.5, 0.5])
    expect(values((await graph.to('tfjs:wasm'))(tfn.tensor1d([3, 3])))).toEqual([0.5, 0.5])
  })

  test('tensors of another backend of tfjs are taken, and come back from it', async () => {
    await td.loadBackend('tfjs:cpu')
    const graph = td.traceGraph((x: tf.Tensor) => tf.add(tf.square(x), 1), { args: [tfn.tensor1d([1, 2])] })
    await tf.setBackend('cpu')
    const x = tf.tensor1d([3, 4])
    expect(values(graph(x))).toEqual([10, 17])
    expect(values(x)).toEqual([3, 4])
    const onCpu = td.traceGraph((y: tf.Tensor) => tf.mul(y, 2), { args: [x], to: 'tfjs:cpu' })
    await tf.setBackend('tensorflow')
    expect(values(onCpu(tfn.tensor1d([5, 6])))).toEqual([10, 12])
  })

  test('a model that was saved to a file and loaded from there', async () => {
    const model = tfn.sequential({
      layers: [
        tfn.layers.dense({ units: 4, activation: 'relu', inputShape: [3] }),
        tfn.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    })
    await model.save(`file://${folder}/model`)
    const loaded = await tfn.loadLayersModel(`file://${folder}/model/model.json`)
    const x = tfn.tensor2d([[0.1, -2, 3]])
    const graph = td.traceGraph(loaded as never, { args: [x] }) as td.Graph<(x: tf.Tensor) => tf.Tensor>
    const want = values(model.predict(x))
    for (const engine of ['tfjs:node', 'ort', 'tfjs:wasm']) {
      const got = values((await graph.to(engine))(x))
      got.forEach((one, i) => expect(one).toBeCloseTo(want[i]!, 6))
    }
  })

  test('random numbers and dropout are drawn at each call', () => {
    const graph = td.traceGraph((x: tf.Tensor) => tfn.add(x, tfn.randomUniform([4])), {
      args: [tfn.zeros([4])],
    })
    const [a, b] = [values(graph(tfn.zeros([4]))), values(graph(tfn.zeros([4])))]
    expect(a).not.toEqual(b)
    expect([...a, ...b].every((one) => one >= 0 && one < 1)).toBe(true)
  })

  test('nothing is left over', () => {
    const graph = td.traceGraph((x: tf.Tensor1D) => tfn.mul(tfn.relu(x), tfn.tensor1d([2, 3])), {
      args: [tfn.tensor1d([1, 1])],
    })
    const x = tfn.tensor1d([1, 1])
    graph(x).dispose()
    const backend = tf.findBackend('tensorflow') as tf.KernelBackend & { getNumOfTFTensors(): number }
    const count = (): number[] => [backend.getNumOfTFTensors(), tf.memory().numTensors]
    const before = count()
    for (let i = 0; i < 5; i++) graph(x).dispose()
    expect(count()).toEqual(before)
  })

  test('what TensorFlow runs without a kernel of tfjs is refused where it depends on arguments', async () => {
    const png = await tfn.node.encodePng(tfn.tensor3d([1, 2, 3], [1, 1, 3], 'int32'))
    const decoded = td.traceGraph((x: tf.Tensor) => tfn.add(x, tfn.node.decodePng(png)), {
      args: [tfn.zeros([3])],
    })
    expect(values(decoded(tfn.tensor1d([1, 1, 1])))).toEqual([2, 3, 4])
    const backend = tf.findBackend('tensorflow') as tf.KernelBackend & {
      executeSingleInput(name: string, input: tf.Tensor): tf.Tensor
    }
    const direct = (x: tf.Tensor): tf.Tensor => backend.executeSingleInput('Rint', x)
    expect(() => td.traceGraph(direct, { args: [tfn.tensor1d([1.5])] })).toThrow(
      /has TensorFlow run Rint itself[^]*record-node\.test\.ts:\d+/,
    )
    expect(values(direct(tfn.tensor1d([1.5])))).toEqual([2])
  })

  test('a SavedModel is refused with the way out', async () => {
    const made = td.traceGraph((x: td.NDArray) => td.add(x, 1), { args: [td.array([1, 2])] })
    // What tf.node.loadSavedModel gives.
    const native = (await made.backendFn()).native as { predict(x: tf.Tensor): tf.Tensor }
    const args = [tfn.tensor1d([1, 2])]
    const refusal = /has TensorFlow run a SavedModel itself[^]*tensorflowjs_converter/
    expect(() => td.traceGraph((x: tf.Tensor) => native.predict(x), { args })).toThrow(refusal)
    expect(() => td.traceGraph(native as never, { args })).toThrow(refusal)
    expect(values(native.predict(args[0]!))).toEqual([2, 3])
  })
})
