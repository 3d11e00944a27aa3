import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { ResNetForImageClassification } from '@tendril/nn'
import { sharedFolder } from '@tendril/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hubServer } from './support/hub-server.ts'
import { readNpy } from '../../../packages/nn/test/support/npy.ts'
import { inProcess } from './support/in-process.ts'
import { presentEngines } from './support/present-engines.ts'

// Every engine computes, the slow ones too.
vi.setConfig({ testTimeout: 60_000 })

const root = new URL('../../..', import.meta.url)
const models = sharedFolder('models', root)
const photos = sharedFolder('data', root)
const pathOf = (name: string, from: URL | undefined): string => fileURLToPath(new URL(name, from))

const withNode = (await presentEngines()).filter((name) => name === 'tfjs:node')
const engines = ['reference', 'numjs', 'tfjs:cpu', 'tfjs:wasm', ...withNode, 'ort']
const fileNames = ['config.json', 'preprocessor_config.json', 'model.safetensors']

/** The seed's example: the labels of images by the model of a folder, traced on the current engine. */
async function labelsByTracing(
  folder: string,
  { data, shape }: ReturnType<typeof readNpy>,
): Promise<(string | undefined)[]> {
  const model = await ResNetForImageClassification.fromFolder(folder)
  const inputs = { pixelValues: td.reshape(td.array(data), [...shape]) }
  const traced = td.traceGraph(model, { args: [inputs] })
  const logits = traced(inputs).logits
  const predicted = await td.argmax(logits, { axis: -1 }).data()
  return Array.from(predicted as Int32Array, (id) => model.config.id2label[id])
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tendril-classes-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe.skipIf(models === undefined || photos === undefined)(
  '--model (skipped where ../shared/models or ../shared/data is absent)',
  () => {
    const cat = models && pathOf('chelsea.png', photos)
    const tiny = models && pathOf('hf-resnet-tiny', models)
    const model = tiny ?? ''
    const image = cat ?? ''

    test.each(engines)('says what a photo shows on %s', async (name) => {
      const { code, out, err } = await inProcess(['--model', model, '--image', image, '--backend', name])
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const [, label] = /^\S+chelsea\.png is (LABEL_\d)\n/.exec(out) ?? []
      expect(out.match(/^[1-5] +\d+\.\d % {2}LABEL_\d$/gm)).toHaveLength(5)
      expect(out).toMatch(new RegExp(`^1 +\\d+\\.\\d % {2}${label}$`, 'm'))
      expect(out).toMatch(
        new RegExp(`^${name} +${label} +\\d+\\.\\d{4} % +[\\d.]+ [mµ]?s +[\\d.]+ [mµ]?s$`, 'm'),
      )
      expect(out).toMatch(/^graph +\d+ nodes as traced, \d+ after the passes.*; traced in [\d.]+ m?s$/m)
    })

    test.each(engines)(
      'sees in the photo what the model says of the pixel values of transformers, on %s',
      async (name) => {
        await td.withBackend(name, async () => {
          const values = readNpy(new URL('hf-preprocess/chelsea_pixel_values.npy', models))
          const [label] = await labelsByTracing(model, values)
          const { out } = await inProcess(['--model', model, '--image', image, '--backend', name])
          expect(out.split('\n')[0]).toBe(`${image} is ${label}`)
        })
      },
    )

    test.each(engines.flatMap((name) => ['hf-resnet-tiny', 'hf-resnet-basic'].map((of) => [of, name])))(
      '%s predicts what its expected logits say, on %s',
      async (of = '', name = '') => {
        const { data, shape } = readNpy(new URL(`${of}/logits.npy`, models))
        const [count = 0, classes = 0] = shape
        const expected = Array.from({ length: count }, (_, at) => {
          const logits = data.subarray(at * classes, (at + 1) * classes)
          return `LABEL_${logits.indexOf(Math.max(...logits))}`
        })
        const images = readNpy(new URL(`${of}/pixel_values.npy`, models))
        const labels = await td.withBackend(name, () => labelsByTracing(pathOf(of, models), images))
        expect(labels).toEqual(expected)
      },
    )

    test('takes several photos, on all engines', async () => {
      const gray = join(folder, 'gray.jpg')
      await sharp(image).grayscale().jpeg().toFile(gray)
      const { code, out, err } = await inProcess(['--model', model, '--image', image, gray])
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out.match(/^\S+ is LABEL_\d$/gm)).toHaveLength(2)
      expect(
        Array.from(out.matchAll(/^(\S+) +2 of 2 +[\d.]+ [mµ]?s +[\d.]+ [mµ]?s$/gm), ([, name]) => name),
      ).toEqual(await presentEngines())
      expect(out).toMatch(/^differ +by [\d.]+e-\d+ in a probability at most/m)
      const drawn = await inProcess(['--model', model, '--image', image, gray, '--backend', 'ort'], {
        interactive: true,
      })
      expect(drawn.out.match(/^ {2}[█▏▎▍▌▋▊▉ ]{24} +\d+\.\d % {2}LABEL_\d$/gm)).toHaveLength(10)
    })

    test('fetches the model, once', async () => {
      const files = Object.fromEntries(
        fileNames.map((name) => [name, new Uint8Array(readFileSync(join(model, name)))]),
      )
      await using server = await hubServer(files)
      const cache = join(folder, 'cache')
      const shown: string[] = []
      const args = ['--model', 'some/resnet', '--image', image, '--backend', 'ort', '--cache', cache]
      const fetched = await inProcess([...args, '--mirror', server.base], {
        progress: (text) => void shown.push(text),
      })
      expect({ code: fetched.code, err: fetched.err }).toEqual({ code: 0, err: '' })
      expect(shown).toContainEqual(
        expect.stringMatching(/^model\.safetensors {2}[█▏▎▍▌▋▊▉·]{20} {2}0\.\d of 0\.1 MB$/),
      )
      const kept = await inProcess([...args, '--offline'])
      const asked = kept.out.split('\n').slice(0, 7)
      expect(asked).toEqual(fetched.out.split('\n').slice(0, 7))
    })

    test.each<[string, Record<string, string>, string]>([
      ['a config of another kind', { 'config.json': '{"model_type":"vit"}' }, '"vit"'],
      ['a config that is no JSON', { 'config.json': '<html>' }, 'config.json'],
      ['weights of another format', { 'model.safetensors': 'version https://git-lfs' }, 'safetensors'],
    ])('%s is one line and exit code 2', async (_, spoilt, part) => {
      const broken = await mkdtemp(join(folder, 'model-'))
      for (const name of fileNames)
        await writeFile(join(broken, name), spoilt[name] ?? readFileSync(join(model, name)))
      const { code, out, err } = await inProcess(['--model', broken, '--image', image, '--backend', 'ort'])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err.split('\n')).toEqual([expect.stringMatching(/^error: /), ''])
      expect(err).toContain(broken)
      expect(err).toContain(part)
    })
  },
)

describe('what is wrong is one line and exit code 2', () => {
  const photo = fileURLToPath(new URL('../examples/3.png', import.meta.url))
  test.each<[string[], string]>([
    [['--model', 'a/b'], 'error: --model needs an image: add --image cat.png\n'],
    [['--model', 'a/b', '--image', 'missing.jpg'], 'error: missing.jpg: no such file\n'],
    [
      ['--model', 'a/b', '--image', import.meta.dirname],
      `error: ${import.meta.dirname}: is a folder, not an image: name the files in it\n`,
    ],
    [
      ['--model', './a/b/c', '--image', photo],
      "error: ./a/b/c: there is no such folder, and no model of the hub is named so. Models are written 'owner/name', or 'owner/name@revision'.\n",
    ],
    [
      ['--model', 'a/b', '--image', photo, '--mirror', 'x'],
      "error: mirror: 'x' is no address. It takes one such as 'https://mirror.example'.\n",
    ],
    [
      ['--model', 'a/b', '--accuracy'],
      "error: option '--model <name>' cannot be used with option '--accuracy'\n",
    ],
    [
      ['--model', 'a/b', '--image', photo, '--offline', '--cache', '/none'],
      'error: a/b: config.json, preprocessor_config.json, model.safetensors are not in the cache, and nothing is fetched offline. Run it once with a network, put the files into /none/models/a--b/main, or give a folder that holds them as --model.\n',
    ],
  ])('%j', async (args, err) => {
    expect(await inProcess(args)).toEqual({ code: 2, out: '', err })
  })
})
