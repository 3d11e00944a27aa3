import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failureOf, files, load, model, pinned, settingsFor, weightsOf } from './support/hub-loading.ts'
import { hubServer } from './support/hub-server.ts'

let cache = ''
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'tendril-hub-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

const index = 'model.safetensors.index.json'
const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const listing = (...names: readonly unknown[]): Uint8Array =>
  bytes(JSON.stringify({ weight_map: Object.fromEntries(names.map((name, i) => [`tensor${i}`, name])) }))

const { 'model.safetensors': _, ...descriptions } = files
const sharded = (list: Uint8Array) => ({
  ...descriptions,
  [index]: list,
  [first]: weightsOf(20),
  [second]: weightsOf(30),
})

describe('a model whose weights lie in several files', () => {
  test('comes with all of them, and then from the cache', async () => {
    await using server = await hubServer(sharded(listing(first, second, first)))
    const folder = await load(settingsFor(cache, server.base))
    expect((await readdir(folder)).toSorted()).toEqual(
      ['commit.txt', ...Object.keys(descriptions), index, first, second].toSorted(),
    )
    expect(server.requests.slice(2)).toEqual([
      pinned,
      ...[index, first, second].map((name) => pinned.replace('model.safetensors', name)),
    ])
    const offline = settingsFor(cache, server.base, { offline: true })
    expect(await load(offline)).toBe(folder)
    await rm(join(folder, second))
    expect((await failureOf(load(offline))).message).toContain(`${second} is not in the cache`)
    expect(await load(settingsFor(cache, server.base))).toBe(folder)
    expect(await load(offline)).toBe(folder)
  })

  test.each([
    ['leads to another folder', listing('../../first.safetensors')],
    ['names an absolute path', listing('/etc/first.safetensors')],
    ['names a file of another kind', listing('config.json')],
    ['names no text', listing(7)],
    ['names nothing', bytes('{}')],
    ['is no JSON', bytes('<html>')],
  ])('is refused when the list %s', async (__, list) => {
    await using server = await hubServer(sharded(list))
    const { problem, message } = await failureOf(load(settingsFor(cache, server.base)))
    expect(problem).toBe('malformed')
    expect(message).toContain(index)
    expect(server.requests.at(-1)).toContain(index)
  })

  test('is told from one without such files', async () => {
    await using server = await hubServer(descriptions)
    const { problem, message } = await failureOf(load(settingsFor(cache, server.base)))
    expect(problem).toBe('not-found')
    expect(message).toBe(
      `${model}: the hub has neither model.safetensors nor ${index} of it. Weights of other formats are not read: choose a model with safetensors, or convert it.`,
    )
  })
})

describe('the cache', () => {
  test.each(['config.json.lock', 'config.json.part', 'config.json', 'commit.txt'])(
    'that cannot be written at %s is no bug',
    async (name) => {
      await mkdir(join(cache, 'models', model.replace('/', '--'), 'main', name, 'full'), { recursive: true })
      await using server = await hubServer(files)
      const { problem, message } = await failureOf(load(settingsFor(cache, server.base)))
      expect(problem).toBe('cache')
      expect(message).toMatch(/cannot be written \(\w+\)\. Set another folder by --cache or TENDRIL_CACHE\.$/)
    },
  )

  test('keeps revisions apart whose names differ by a slash', async () => {
    await using server = await hubServer(files)
    const settings = settingsFor(cache, server.base)
    const folders = await Promise.all(['a/b', 'a--b'].map((name) => load(settings, `${model}@${name}`)))
    expect(new Set(folders).size).toBe(2)
    expect(server.requests).toContain(`/${model}/resolve/a%2Fb/config.json`)
  })

  test('and models whose names do so: the hub allows no two dashes', async () => {
    const { problem } = await failureOf(load(settingsFor(cache, 'http://127.0.0.1:9'), 'someone--some-model'))
    expect(problem).toBe('not-found')
  })

  test('without a network it is said what it lacks', async () => {
    const server = await hubServer(files)
    await server[Symbol.asyncDispose]()
    const { message } = await failureOf(load(settingsFor(cache, server.base)))
    const folder = join(cache, 'models', model.replace('/', '--'), 'main')
    expect(message).toBe(
      `${model}: config.json, preprocessor_config.json, model.safetensors are not in the cache, and ${new URL(server.base).host} cannot be reached (ECONNREFUSED). Check the network, set a mirror by --mirror or TENDRIL_HUB, put the files into ${folder}, or give a folder that holds them as --model.`,
    )
  })
})
