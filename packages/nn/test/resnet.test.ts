import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { sharedFolder } from '@tendril/testing'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { resized } from '../src/image/resample.ts'
import { ResNetForImageClassification, StateDictError } from '../src/index.ts'
import { engines } from './support/engines.ts'
import { readNpy } from './support/npy.ts'
import { ResNet20 } from './support/resnet20.ts'

const root = new URL('../../..', import.meta.url)
const models = sharedFolder('models', root)
const photos = sharedFolder('data', root)
const listed = sharedFolder('conformance', root)
const fixture = new URL('fixtures/resnet-variant/', import.meta.url)

const arrayOf = (file: URL): td.NDArray => {
  const { data, shape } = readNpy(file)
  return td.reshape(td.array(data), [...shape])
}

function expectWithin(got: td.NDArray, want: ReturnType<typeof readNpy>, tolerance: number): void {
  expect(got.shape).toEqual(want.shape)
  const values = got.dataSync() as Float32Array
  const worst = values.reduce((most, x, i) => Math.max(most, Math.abs(x - want.data[i]!)), 0)
  expect(worst).toBeLessThan(tolerance)
}

/** The model of a folder gives the logits that transformers gave, called and traced. */
async function expectLogits(folder: URL): Promise<void> {
  const model = await ResNetForImageClassification.fromFolder(fileURLToPath(folder))
  const pixelValues = arrayOf(new URL('pixel_values.npy', folder))
  const want = readNpy(new URL('logits.npy', folder))
  expectWithin(model(pixelValues).logits, want, 1e-4)
  const traced = td.traceGraph(model, { args: [{ pixelValues }] })
  expect(traced).toBe(model)
  expectWithin(traced({ pixelValues }).logits, want, 1e-4)
}

describe.each(engines)('ResNets on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  // Bottlenecks that halve early, gelu, one channel, names for classes, weights in bfloat16.
  test('a config with everything unusual gives the logits of transformers', () => expectLogits(fixture))

  test.skipIf(models === undefined).each(['hf-resnet-tiny', 'hf-resnet-basic'])(
    '%s gives the logits of transformers (skipped where ../shared is absent)',
    (name) => expectLogits(new URL(`${name}/`, models)),
  )

  test.skipIf(models === undefined || photos === undefined)(
    'resnet20-cifar10 calls the photo of a cat a cat (skipped where ../shared is absent)',
    async () => {
      const folder = new URL('resnet20-cifar10/', models)
      const { classes, preprocess, cases } = JSON.parse(
        readFileSync(new URL('expected.json', folder), 'utf8'),
      ) as Expected
      const model = new ResNet20().eval()
      await model.load(fileURLToPath(new URL('model.safetensors', folder)))
      td.traceGraph(model, { args: [td.zeros([1, 3, 32, 32])] })
      const random = readNpy(new URL('random_logits.npy', folder))
      expectWithin(model(arrayOf(new URL('random_input.npy', folder))), random, 1e-3)
      for (const { image, crop_box: box, logits, top1 } of cases.filter(
        (one) => one.image === 'chelsea.png',
      )) {
        const pixels = await photo(new URL(image, photos), box)
        const { data } = resized(pixels, 32, 32, 'bilinear')
        const scaled = Array.from({ length: 3072 }, (_, i) => {
          const channel = Math.floor(i / 1024)
          const level = data[(i % 1024) * 3 + channel]! / 255
          return (level - preprocess.mean[channel]!) / preprocess.std[channel]!
        })
        const got = model(td.reshape(td.array(scaled), [1, 3, 32, 32]))
        expectWithin(got, { data: Float32Array.from(logits), shape: [1, 10] }, 2e-3)
        expect(classes[Number(td.argmax(got).item())]).toBe(top1)
        expect(top1).toBe('cat')
      }
    },
    // The reference takes its time.
    60_000,
  )
})

interface Expected {
  readonly classes: readonly string[]
  readonly preprocess: { readonly mean: readonly number[]; readonly std: readonly number[] }
  readonly cases: readonly {
    readonly image: string
    readonly crop_box: readonly [number, number, number, number] | null
    readonly logits: readonly number[]
    readonly top1: string
  }[]
}

async function photo(file: URL, box: readonly [number, number, number, number] | null) {
  const whole = sharp(fileURLToPath(file)).removeAlpha()
  const [left, top, right, bottom] = box ?? []
  const part =
    left === undefined
      ? whole
      : whole.extract({ left, top: top!, width: right! - left, height: bottom! - top! })
  const { data, info } = await part.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) } as const
}

test.skipIf(listed === undefined)(
  'names and sizes of the weights of ResNet-50 are those of Hugging Face (skipped where ../shared is absent)',
  () => {
    const { config, state_dict: stateDict } = JSON.parse(
      readFileSync(new URL('hf-resnet50.json', listed), 'utf8'),
    ) as { config: Record<string, unknown>; state_dict: { key: string; shape: number[] }[] }
    const weightInitializer = (shape: readonly number[]): td.NDArray => td.zeros([...shape])
    const model = new ResNetForImageClassification(config, { weightInitializer })
    const own = Object.entries(model.stateDict()).map(([key, { shape }]) => `${key} [${shape}]`)
    expect(own.toSorted()).toEqual(stateDict.map(({ key, shape }) => `${key} [${shape}]`).toSorted())
  },
)

describe('files', () => {
  const config = JSON.parse(readFileSync(new URL('config.json', fixture), 'utf8')) as Record<string, unknown>
  const weights = new Uint8Array(readFileSync(new URL('model.safetensors', fixture)))

  test('the names of classes, and evaluation', () => {
    const model = ResNetForImageClassification.fromParts(config, weights)
    expect(model.id2label).toEqual(['a', 'b', 'c'])
    expect(model.training).toBe(false)
    expect(model.resnet.embedder.training).toBe(false)
  })

  test('what a config lacks is as in transformers', () => {
    const read = (json: Record<string, unknown>) =>
      new ResNetForImageClassification({ embedding_size: 4, hidden_sizes: [4], depths: [1], ...json }).config
    expect(read({})).toEqual({
      numChannels: 3,
      embeddingSize: 4,
      hiddenSizes: [4],
      depths: [1],
      layerType: 'bottleneck',
      hiddenAct: 'relu',
      downsampleInFirstStage: false,
      downsampleInBottleneck: false,
      numLabels: 2,
      id2label: ['LABEL_0', 'LABEL_1'],
    })
    expect(read({ num_labels: 3 }).id2label).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2'])
    expect(read({ num_labels: 3, id2label: { 0: 'x', 1: 'y' } }).id2label).toEqual(['x', 'y'])
    expect(read({ num_labels: 0 }).numLabels).toBe(0)
  })

  test.each([
    [{ model_type: 'vit' }, 'at model_type'],
    [{ depths: [1] }, 'at depths: it has 1 entries, hidden_sizes has 2'],
    [{ depths: [1, 2.5] }, 'at depths'],
    [{ hidden_sizes: [8, 1e12] }, 'at hidden_sizes'],
    [{ hidden_sizes: [8, 3] }, 'at hidden_sizes'],
    [{ layer_type: 'wide' }, 'at layer_type'],
    [{ hidden_act: '__proto__' }, 'at hidden_act'],
    [{ num_channels: 0 }, 'at num_channels'],
    [{ downsample_in_first_stage: 1 }, 'at downsample_in_first_stage'],
    [{ id2label: ['a'] }, 'at id2label'],
    [{ id2label: null, num_labels: -1 }, 'at num_labels'],
    // Neither memory nor time is taken for a network that the file does not hold.
    [{ depths: [1, 1_000_000] }, 'it describes 1000001 layers'],
    [{ hidden_sizes: [8, 1_000_000] }, 'and the safetensors file holds'],
  ])('a config with %j is refused', (change, message) => {
    expect(() => ResNetForImageClassification.fromParts({ ...config, ...change }, weights)).toThrow(message)
  })

  test('weights that do not fit are listed', () => {
    const { tensors } = td.decodeSafetensors(weights)
    const changed = new Map(tensors)
    changed.delete('classifier.1.bias')
    changed.set('extra', tensors.get('classifier.1.bias')!)
    const file = td.encodeSafetensors(Object.fromEntries(changed))
    expect(() => ResNetForImageClassification.fromParts(config, file)).toThrow(StateDictError)
    expect(() => ResNetForImageClassification.fromParts(config, file)).toThrow(
      'missing: classifier.1.bias\n  unexpected: extra',
    )
  })

  test('a folder with broken or missing files', async () => {
    const folder = await mkdtemp(`${tmpdir()}/tendril-`)
    try {
      const load = (): Promise<unknown> => ResNetForImageClassification.fromFolder(folder)
      await expect(load()).rejects.toThrow('config.json": the file cannot be read')
      await writeFile(`${folder}/config.json`, '{')
      await expect(load()).rejects.toThrow(td.FormatError)
      await writeFile(`${folder}/config.json`, JSON.stringify(config))
      await expect(load()).rejects.toThrow('model.safetensors')
      await writeFile(
        `${folder}/model.safetensors`,
        (await readFile(new URL('model.safetensors', fixture))).subarray(0, -1),
      )
      await expect(load()).rejects.toThrow(td.FormatError)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('images of another number of channels, and no images', () => {
    const model = ResNetForImageClassification.fromParts(config, weights)
    expect(() => model(td.ones([1, 3, 8, 8]))).toThrow('it takes images as [n, 1, height, width]')
    expect(() => model({} as never)).toThrow('it takes an array')
  })
})
