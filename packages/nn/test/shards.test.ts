import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ResNetForImageClassification, weightFiles } from '../src/index.ts'

const fixture = fileURLToPath(new URL('fixtures/resnet-variant', import.meta.url))
const { tensors } = td.decodeSafetensors(await readFile(`${fixture}/model.safetensors`))
const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
const fileOf = (name: string): string => (name.includes('stages.1') ? second : first)
const map = Object.fromEntries([...tensors.keys()].map((name) => [name, fileOf(name)]))

let folder = ''
const write = (name: string, content: string | Uint8Array): Promise<void> =>
  writeFile(`${folder}/${name}`, content)
const writeIndex = (weightMap: unknown): Promise<void> =>
  write(
    'model.safetensors.index.json',
    JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }),
  )

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/tendril-`)
  await copyFile(`${fixture}/config.json`, `${folder}/config.json`)
  for (const file of [first, second]) {
    const held = [...tensors].filter(([name]) => fileOf(name) === file)
    await write(file, td.encodeSafetensors(Object.fromEntries(held)))
  }
})
afterEach(() => rm(folder, { recursive: true }))

describe('weights in several files', () => {
  test('are loaded as those in one', async () => {
    await writeIndex(map)
    const [one, several] = await Promise.all(
      [fixture, folder].map((path) => ResNetForImageClassification.fromFolder(path)),
    )
    const values = (model = one!): unknown =>
      Object.entries(model.stateDict()).map(([name, array]) => [name, array.toArray()])
    expect(values(several)).toEqual(values(one))
  })

  const [name = ''] = tensors.keys()
  test.each<[string, unknown, string]>([
    ['leads out of its folder', { ...map, [name]: `../${first}` }, 'is not the name of a file beside it'],
    ['names a hidden file', { ...map, [name]: '.safetensors' }, 'is not the name of a file beside it'],
    ['names no file', { ...map, [name]: null }, 'is not the name of a file beside it'],
    ['names the wrong file', { ...map, [name]: fileOf(name) === first ? second : first }, 'does not say so'],
    ['has too many', { ...map, other: first }, `${first} does not hold this tensor`],
    ['has too few', { [name]: fileOf(name) }, 'the index does not say so'],
    ['is empty', {}, 'it is not an object that names a file for each tensor'],
    ['is a list', [first], 'it is not an object that names a file for each tensor'],
  ])('are refused when the list %s', async (_, weightMap, message) => {
    await writeIndex(weightMap)
    const loading = ResNetForImageClassification.fromFolder(folder)
    await expect(loading).rejects.toThrow(td.FormatError)
    await expect(loading).rejects.toThrow(message)
  })

  test('that are not there are named, and one file goes before a list', async () => {
    await expect(ResNetForImageClassification.fromFolder(folder)).rejects.toThrow(
      `${folder}/model.safetensors": the file cannot be read`,
    )
    await write('model.safetensors.index.json', '{')
    await expect(ResNetForImageClassification.fromFolder(folder)).rejects.toThrow(td.FormatError)
    await writeIndex(map)
    await rm(`${folder}/${second}`)
    await expect(ResNetForImageClassification.fromFolder(folder)).rejects.toThrow(second)
    await copyFile(`${fixture}/model.safetensors`, `${folder}/model.safetensors`)
    expect((await ResNetForImageClassification.fromFolder(folder)).id2label).toEqual(['a', 'b', 'c'])
  })
})

test('a name that is a key of every object is a name', () => {
  expect(weightFiles('{ "weight_map": { "__proto__": "a.safetensors", "b": "a.safetensors" } }')).toEqual([
    'a.safetensors',
  ])
})
