import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { ImageProcessor, Linear, Module, ResNetForImageClassification } from '@tendril/nn'
import { sharedFolder } from '@tendril/testing'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from './engines.ts'
import * as library from './support/library.ts'

// Paragraphs of the reference document beside its examples (seed.test.ts): what is made of a Module, of a module of the
// language, and of the ResNet of Hugging Face.

const models = sharedFolder('models', new URL('..', import.meta.url))
const photos = sharedFolder('data', new URL('..', import.meta.url))

class Net extends Module {
  readonly first = new Linear(2, 3, { key: td.random.key(1) })
  readonly second = new Linear(3, 1, { key: td.random.key(2) })

  forward(x: td.NDArray): td.NDArray {
    console.log('forward')
    void td.exp(x)
    return this.second(td.tanh(this.first(x)))
  }
}

/** What the models say of the photo. */
const labels = new Map<string, string>()

describe.each(engines)('on %s', (engine) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const x = (): td.NDArray =>
    td.array([
      [1, -2],
      [0.5, 3],
    ])
  const expectNear = (got: td.NDArray, want: td.NDArray): void =>
    (got.toArray() as number[][]).flat().forEach((value, i) => {
      expect(Math.abs(value - (want.toArray() as number[][]).flat()[i]!)).toBeLessThan(1e-5)
    })

  beforeEach(async () => {
    await td.setBackend(engine)
    log.mockClear()
  })
  afterEach(() => td.unsetBackend())

  describe('"if the object is a Module, the forward pass will be traced and the same module will be returned"', () => {
    test('with arguments, at once', () => {
      const net = new Net()
      const before = net(x())
      expect(log).toHaveBeenCalledTimes(1)
      const traced = td.traceGraph(net, { args: [x()] })
      expect(traced).toBe(net)
      expect(log).toHaveBeenCalledTimes(2)
      for (const after of [net(x()), net.call(x()), net.forward(x())]) expectNear(after, before)
      expect(log).toHaveBeenCalledTimes(2)
      const graph = net.forward as unknown as td.Graph
      expect(graph.isGraph).toBe(true)
      expect(graph.listFunctionFrequencies()).toEqual({ linear: 2, tanh: 1 })
      expect(td.traceGraph(new Net(), net, { args: [x()] })[1]).toBe(net)
    })

    test('without them, at its first call', () => {
      const net = new Net()
      const before = net(x())
      expect(td.traceGraph(net)).toBe(net)
      const lazy = net.forward as unknown as td.Graph
      expect(lazy.initialized).toBe(false)
      expectNear(net(x()), before)
      expect(lazy.initialized).toBe(true)
      net(x())
      expect(log).toHaveBeenCalledTimes(2)
    })

    test('for other shapes, and with weights that changed since', () => {
      const net = td.traceGraph(new Net(), { args: [x()] })
      const wide = td.ones([4, 2])
      expectNear(net(wide), new Net()(wide))
      net.second.bias!.assign(td.array([7]))
      const same = new Net()
      same.second.bias!.assign(td.array([7]))
      expectNear(net(x()), same(x()))
    })
  })

  describe('"a copy of the module with every method lazily traced"', () => {
    test('of a module of the language', () => {
      const traced = td.traceGraph(library)
      expect(traced).not.toBe(library)
      expect(Object.keys(traced)).toEqual(Object.keys(library))
      const functions = [traced.scale, traced.deeper.shift, traced.deeper.both]
      expect(functions.map(({ isGraph, initialized }) => [isGraph, initialized])).toEqual(
        functions.map(() => [true, false]),
      )
      expect([traced.version, traced.Kept]).toEqual([library.version, library.Kept])
      expect(library.runs.count).toBe(0)
      expect(traced.scale(x(), 3).toArray()).toEqual([
        [3, -6],
        [1.5, 9],
      ])
      expect(functions.map(({ initialized }) => initialized)).toEqual([true, false, false])
      traced.scale(x(), 3)
      expect(library.runs.count).toBe(1)
      // Functions of the module that a traced one calls run in its trace.
      expect(traced.deeper.both(x()).toArray()).toEqual([
        [4, -2],
        [3, 8],
      ])
      expect(traced.deeper.both.nodes.map(({ op }) => op.def.name)).toEqual(['multiply', 'add'])
      library.runs.count = 0
    })

    test('of a library, whose functions need no arguments before they are called', () => {
      const linalg = td.traceGraph({ ...td.linalg })
      expect(Object.values(linalg).every((fn) => (fn as td.Graph).initialized === false)).toBe(true)
      expect(linalg.matmul(td.eye(2), x()).toArray()).toEqual(x().toArray())
      expect(linalg.matmul.initialized).toBe(true)
    })
  })

  /** The example of the document, line by line. */
  async function classified(folder: string, image: Parameters<ImageProcessor['preprocess']>[0]) {
    const processor = await ImageProcessor.fromFolder(folder)
    const model = await ResNetForImageClassification.fromFolder(folder)
    const inputs = processor.preprocess(image)
    // Normal flow.
    const normal = model(inputs).logits
    const traced = td.traceGraph(model, { args: [inputs] })
    const logits = traced(inputs).logits
    const predicted = td.argmax(logits, { axis: -1 }).item() as number
    return { normal, logits, label: model.config.id2label[predicted] }
  }

  describe('"we trace a ResNet model from Hugging Face and use it to classify the breed of a cat"', () => {
    test.skipIf(models === undefined || photos === undefined).each(['hf-resnet-tiny', 'hf-resnet-basic'])(
      'with %s (skipped where ../shared is absent)',
      async (name) => {
        const { data, info } = await sharp(fileURLToPath(new URL('chelsea.png', photos)))
          .raw()
          .toBuffer({ resolveWithObject: true })
        const image = {
          data: new Uint8Array(data),
          width: info.width,
          height: info.height,
          channels: info.channels as 3,
        }
        const { normal, logits, label } = await classified(fileURLToPath(new URL(name, models)), image)
        expectNear(logits, normal)
        expect(label).toMatch(/^LABEL_\d$/)
        // The reference comes first.
        labels.set(name, labels.get(name) ?? label!)
        expect(label).toBe(labels.get(name))
      },
    )

    test('with a model whose classes have names', async () => {
      const classes = ['Abyssinian', 'Bengal', 'tabby']
      const config = {
        embedding_size: 4,
        hidden_sizes: [4, 8],
        depths: [1, 1],
        layer_type: 'basic',
        id2label: Object.fromEntries(classes.map((label, id) => [id, label])),
      }
      const folder = await mkdtemp(join(tmpdir(), 'tendril-seed-'))
      try {
        const made = new ResNetForImageClassification(config, { key: td.random.key(3) })
        await made.save(join(folder, 'model.safetensors'))
        await writeFile(join(folder, 'config.json'), JSON.stringify(config))
        await writeFile(
          join(folder, 'preprocessor_config.json'),
          JSON.stringify({ size: { shortest_edge: 32 } }),
        )
        const data = Uint8Array.from({ length: 40 * 48 * 3 }, (_, i) => (i * 37) % 256)
        const { normal, logits, label } = await classified(folder, {
          data,
          width: 48,
          height: 40,
          channels: 3,
        })
        expectNear(logits, normal)
        const values = Array.from((await logits.data()) as Float32Array)
        expect(label).toBe(classes[values.indexOf(Math.max(...values))])
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  })
})
