import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HubError } from '../src/hub/hub-error.ts'
import { failureOf, files, first, load, on, settingsFor, storage, weights } from './support/hub-loading.ts'
import { type Behaviour, hubServer, sha256 } from './support/hub-server.ts'

let cache = ''
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'tendril-hub-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

describe('it is said what is wrong', () => {
  const lying = weights.map((byte) => byte ^ 1)
  test.each<[string, Behaviour, Partial<HubError>, string]>([
    [
      'a file that is not there',
      on(first, (r) => void r.writeHead(404).end()),
      { problem: 'not-found', status: 404 },
      "someone/some-model, config.json: the hub has no such file. Check the name; it is written 'owner/name', or 'owner/name@revision'.",
    ],
    [
      'a model that is not public',
      on(first, (r) => void r.writeHead(401).end()),
      { problem: 'refused', status: 401 },
      'someone/some-model, config.json: the hub refuses it (401): there is no such model, or it is not public',
    ],
    [
      'a busy server',
      on(first, (r) => void r.writeHead(429).end()),
      { problem: 'busy', status: 429 },
      'someone/some-model, config.json: the hub answers 429',
    ],
    [
      'a server that wants to be left alone for long',
      on(first, (r) => void r.writeHead(429, { 'retry-after': '3600' }).end()),
      { problem: 'busy' },
      'someone/some-model, config.json: the hub answers 429, and asks to wait 3600 s',
    ],
    [
      'redirects in a circle',
      on(first, (r) => void r.writeHead(302, { location: first }).end()),
      { problem: 'redirects' },
      'someone/some-model, config.json: the server redirects more than 10 times, in a circle perhaps. Check the mirror setting.',
    ],
    [
      'a redirect out of the network',
      on(first, (r) => void r.writeHead(302, { location: 'file:///etc/hostname' }).end()),
      { problem: 'redirects' },
      "someone/some-model, config.json: the server redirects to 'file:///etc/hostname', which is refused",
    ],
    [
      'a redirect to nowhere',
      on(first, (r) => void r.writeHead(302).end()),
      { problem: 'redirects' },
      'someone/some-model, config.json: the server redirects to nowhere',
    ],
    [
      'other bytes than the checksum says',
      on(storage, (r) => void r.writeHead(200).end(lying)),
      { problem: 'checksum' },
      `someone/some-model, model.safetensors: its checksum is ${sha256(lying).slice(0, 12)}…, and the hub names ${sha256(weights).slice(0, 12)}…`,
    ],
    [
      'fewer bytes than announced',
      on(storage, (r) => void r.writeHead(200).end(weights.subarray(0, 9))),
      { problem: 'incomplete' },
      'someone/some-model, model.safetensors: the transfer ends after 9 of 300000 bytes',
    ],
    [
      'more bytes than announced',
      on(storage, (r) => void r.writeHead(200).end(Buffer.concat([weights, weights]))),
      { problem: 'incomplete' },
      'someone/some-model, model.safetensors: the server sends more than the 300000 bytes that it announced',
    ],
    [
      'a config of any size',
      on(first, (r) => void r.writeHead(200, { 'content-length': 2 ** 30 }).end()),
      { problem: 'too-large' },
      'someone/some-model, config.json: it has 1073741824 bytes, and at most 16777216 are taken',
    ],
  ])('%s', async (_, behaviour, fields, message) => {
    await using server = await hubServer(files, behaviour)
    const error = await failureOf(load(settingsFor(cache, server.base)))
    expect(error.message).toBe(message)
    expect(error).toMatchObject(fields)
  })

  test.each([
    ['config.json', '<html>Please log in</html>', 'JSON'],
    ['preprocessor_config.json', '', 'JSON'],
    ['model.safetensors', '<html>Please log in</html>', 'safetensors'],
    ['model.safetensors', 'version https://git-lfs.github.com/spec/v1\n', 'safetensors'],
    ['model.safetensors', '', 'safetensors'],
  ])('%s that is of another kind, which is then fetched anew: %j', async (name, text, kind) => {
    const page = (path: string): boolean => path.endsWith(`/${name}`) && !path.startsWith('/storage')
    {
      await using server = await hubServer(files, ({ url = '' }, response) => {
        if (page(url)) response.writeHead(200).end(text)
        return page(url)
      })
      const { problem, message } = await failureOf(load(settingsFor(cache, server.base)))
      expect(problem).toBe('malformed')
      expect(message).toContain(`${name}: what the server sent is no ${kind}. Perhaps it is the page of a`)
    }
    await using server = await hubServer(files)
    await load(settingsFor(cache, server.base))
    expect(server.requests[0]).toContain(name)
  })

  test('a server that falls silent', async () => {
    await using server = await hubServer(
      files,
      on(first, () => {}),
    )
    const error = await failureOf(load(settingsFor(cache, server.base, { timeoutMs: 1000 })))
    expect(error.message).toContain(
      'cannot be reached (nothing came for 1 s). Check the network, set a mirror by',
    )
    expect(server.requests).toEqual([first, first, first])
  })

  test('a server that falls silent within a file', async () => {
    const silent = on(storage, (response) => {
      response.writeHead(200, { 'content-length': weights.length })
      response.write(weights.subarray(0, 1000))
    })
    await using server = await hubServer(files, silent)
    const { problem, message } = await failureOf(load(settingsFor(cache, server.base, { timeoutMs: 1000 })))
    expect(problem).toBe('incomplete')
    expect(message).toContain('was cut after 1000 bytes (nothing came for 1 s). What has come is kept')
  })

  test('no server', async () => {
    const server = await hubServer(files)
    await server[Symbol.asyncDispose]()
    const { problem, message } = await failureOf(load(settingsFor(cache, server.base)))
    expect(problem).toBe('unreachable')
    expect(message).toContain(`${new URL(server.base).host} cannot be reached (ECONNREFUSED)`)
  })

  test('offline', async () => {
    const { problem, message } = await failureOf(
      load(settingsFor(cache, 'http://127.0.0.1:9', { offline: true })),
    )
    expect(problem).toBe('offline')
    expect(message).toBe(
      `someone/some-model: config.json, preprocessor_config.json, model.safetensors are not in the cache, and nothing is fetched offline. Run it once with a network, put the files into ${join(cache, 'models', 'someone--some-model', 'main')}, or give a folder that holds them as --model.`,
    )
  })

  test.each([
    '../up',
    'a/b/c',
    '/nowhere/at/all',
    'a b',
    'owner/..',
    'owner/name@',
    'owner/name@../x',
    './here',
    '',
  ])("'%s' is no model", async (name) => {
    const { problem } = await failureOf(load(settingsFor(cache, 'http://127.0.0.1:9'), name))
    expect(problem).toBe('not-found')
  })

  test('a folder without the files', async () => {
    await writeFile(join(cache, 'config.json'), '{}')
    const { message } = await failureOf(load(settingsFor(cache, 'http://127.0.0.1:9'), cache))
    expect(message).toContain(`${cache}: the folder lacks preprocessor_config.json, model.safetensors.`)
  })

  test('a cache that is a file', async () => {
    const file = join(cache, 'file')
    await writeFile(file, '')
    const { problem } = await failureOf(load(settingsFor(cache, 'http://127.0.0.1:9', { cache: file })))
    expect(problem).toBe('cache')
  })
})
