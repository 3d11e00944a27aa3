import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPhoto } from '../src/photo.ts'
import { inProcess } from './support/in-process.ts'

const fixture = new URL('../../../packages/nn/test/fixtures/resnet-variant', import.meta.url)
const photo = (name: string): string => fileURLToPath(new URL(`photos/${name}`, import.meta.url))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tendril-grey-'))
  await cp(fileURLToPath(fixture), folder, { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

/** Classifies by a model of one channel, whose images are prepared so. */
async function classified(config: object, ...photos: readonly string[]) {
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(config))
  return inProcess(['--model', folder, '--backend', 'reference', '--image', ...photos])
}

const size = { shortest_edge: 8 }
const grey = { size, image_mean: [0.5], image_std: [0.5] }

test.each(['grey.png', 'grey-alpha.png', 'grey.jpg', 'two-levels.png'])('%s stays grey', async (name) => {
  expect((await readPhoto(photo(name))).channels).toBe(1)
  const { code, out, err } = await classified(grey, photo(name))
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/grey-?\w*\.\w+ is [abc]\n|two-levels\.png is [abc]\n/)
})

test.each<[string, object, readonly string[], string]>([
  [
    'a photo in colour for a grey model',
    grey,
    ['colour.png'],
    "preprocess: 'channels' is 3: this processor is made for grey images of one channel.",
  ],
  [
    'a preparation for another number of channels',
    { size },
    ['grey.png'],
    'the model takes images of 1 channel, and its preprocessor_config.json makes 3 channels',
  ],
  [
    'photos of different sizes that are not resized',
    { ...grey, do_resize: false },
    ['grey.png', 'turned-grey.png'],
    'these are 13 x 9 and 9 x 13',
  ],
])('%s is one line and exit code 2', async (_, config, names, message) => {
  const { code, out, err } = await classified(config, ...names.map(photo))
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(message)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})
