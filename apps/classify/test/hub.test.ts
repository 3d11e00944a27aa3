import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HubError } from '../src/hub/hub-error.ts'
import { modelFolder } from '../src/hub/model-files.ts'
import { retryAfterMs } from '../src/hub/retry.ts'
import { type HubSettings, hubSettings } from '../src/hub/settings.ts'
import { type Behaviour, commit, hubServer, sha256 } from './support/hub-server.ts'

const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255)
const files = {
  'config.json': new TextEncoder().encode('{"model_type":"resnet"}'),
  'preprocessor_config.json': new TextEncoder().encode('{}'),
  'model.safetensors': weights,
}
const model = 'someone/some-model'
const storage = '/storage/model.safetensors'
const first = `/${model}/resolve/main/config.json`
const pinned = `/${model}/resolve/${commit}/model.safetensors`

let cache = ''
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'tendril-hub-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

const settingsFor = (base: string, others: Partial<HubSettings> = {}): HubSettings => ({
  ...hubSettings({ mirror: base, cache, offline: false }, {}),
  timeoutMs: 300,
  attempts: 3,
  backoffMs: 5,
  ...others,
})

const load = (settings: HubSettings, name = model): Promise<string> => modelFolder(name, settings, () => {})

async function failureOf(loading: Promise<string>): Promise<HubError> {
  const error: unknown = await loading.then(
    (folder) => folder,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(HubError)
  expect((error as HubError).message).not.toContain('\n')
  return error as HubError
}

/** Takes over requests for one path. */
const on =
  (
    path: string,
    act: (response: ServerResponse, nth: number, range: string | undefined) => boolean | void,
  ): Behaviour =>
  (request, response, nth) =>
    request.url === path && act(response, nth, request.headers.range) !== false

async function expectWhole(folder: string): Promise<void> {
  expect((await readdir(folder)).toSorted()).toEqual(['commit.txt', ...Object.keys(files)].toSorted())
  for (const [name, bytes] of Object.entries(files))
    expect(sha256(await readFile(join(folder, name)))).toBe(sha256(bytes))
}

const cutAfter = (count: number, response: ServerResponse, from = 0): void => {
  response.writeHead(from === 0 ? 200 : 206, {
    etag: '"of-the-storage"',
    'content-length': weights.length - from,
    ...(from > 0 && { 'content-range': `bytes ${from}-${weights.length - 1}/${weights.length}` }),
  })
  response.write(weights.subarray(from, from + count), () => setTimeout(() => response.destroy(), 20))
}

describe('a model of the hub', () => {
  test('comes once, all files of one commit, and then from the cache', async () => {
    await using server = await hubServer(files)
    const seen: number[] = []
    const folder = await modelFolder(model, settingsFor(server.base), (name, { received, size }) => {
      if (name !== 'model.safetensors') return
      expect(size).toBe(weights.length)
      seen.push(received)
    })
    await expectWhole(folder)
    expect(seen.at(-1)).toBe(weights.length)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const asked = [first, `/${model}/resolve/${commit}/preprocessor_config.json`, pinned, storage]
    expect(server.requests).toEqual(asked)
    expect(await load(settingsFor(server.base, { offline: true }))).toBe(folder)
    expect(server.requests).toEqual(asked)
  })

  test('may be of a revision, by a mirror below a path', async () => {
    await using server = await hubServer(files)
    await load(settingsFor(`${server.base}/mirror/`), `${model}@refs/pr/7`)
    expect(server.requests[0]).toBe(`/mirror/${model}/resolve/refs%2Fpr%2F7/config.json`)
  })

  test('goes on after a cut, and again by a later program', async () => {
    const cut = on(storage, (response, nth, range) => {
      if (nth === 1) return cutAfter(100_000, response)
      if (nth === 2) return cutAfter(50_000, response, 100_000)
      if (nth <= 5) return void response.destroy()
      expect(range).toBe('bytes=150000-')
      return false
    })
    await using server = await hubServer(files, cut)
    // Two tries in vain after the one that brought something are the last.
    const error = await failureOf(load(settingsFor(server.base)))
    expect(error.problem).toBe('unreachable')
    await failureOf(load(settingsFor(server.base, { attempts: 1 })))
    await expectWhole(await load(settingsFor(server.base)))
    expect(server.requests.filter((request) => request.startsWith(storage))).toEqual([
      storage,
      `${storage} bytes=100000-`,
      `${storage} bytes=150000-`,
      `${storage} bytes=150000-`,
      `${storage} bytes=150000-`,
      `${storage} bytes=150000-`,
    ])
  })

  test('begins anew where the server ignores ranges, or gives another one', async () => {
    const ignoring = on(storage, (response, nth) => {
      if (nth === 1) return cutAfter(100_000, response)
      if (nth === 2) return void response.writeHead(206, { 'content-range': 'bytes 7-9/300000' }).end('abc')
      return void response.writeHead(200, { 'content-length': weights.length }).end(weights)
    })
    await using server = await hubServer(files, ignoring)
    await expectWhole(await load(settingsFor(server.base)))
  })

  test('begins anew when the file changed in between', async () => {
    await using server = await hubServer(files)
    const settings = settingsFor(server.base)
    const folder = await load(settings)
    await rm(join(folder, 'model.safetensors'))
    await writeFile(join(folder, 'model.safetensors.part'), 'of another version')
    await writeFile(join(folder, 'model.safetensors.part.json'), '{"etag":"\\"of-the-storage\\""}')
    await expectWhole(await load(settings))
  })

  test('waits as long as a busy server asks', async () => {
    const busy: Behaviour = (_, response, nth) => {
      if (nth > 2) return false
      response.writeHead(nth === 1 ? 429 : 503, { 'retry-after': nth === 1 ? '1' : '0' }).end()
      return true
    }
    await using server = await hubServer(files, (request, response, nth) =>
      request.url === first ? busy(request, response, nth) : false,
    )
    const start = performance.now()
    await expectWhole(await load(settingsFor(server.base)))
    expect(performance.now() - start).toBeGreaterThan(950)
  })

  test('of a slow server comes, as long as it gives something', async () => {
    const slowly = on(storage, (response) => {
      response.writeHead(200, { 'content-length': weights.length })
      let at = 0
      const give = (): void => {
        response.write(weights.subarray(at, (at += 60_000)))
        if (at < weights.length) setTimeout(give, 150)
        else response.end()
      }
      give()
    })
    await using server = await hubServer(files, slowly)
    await expectWhole(await load(settingsFor(server.base)))
  })

  test('is loaded twice at the same time', async () => {
    await using server = await hubServer(files)
    const [one, other] = await Promise.all([load(settingsFor(server.base)), load(settingsFor(server.base))])
    expect(one).toBe(other)
    await expectWhole(one)
  })

  test('is not held up by the lock of a process that is gone', async () => {
    await using server = await hubServer(files)
    const folder = await load(settingsFor(server.base))
    await rm(join(folder, 'config.json'))
    await writeFile(join(folder, 'config.json.lock'), '4194999')
    await expectWhole(await load(settingsFor(server.base)))
  })
})

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
    const error = await failureOf(load(settingsFor(server.base)))
    expect(error.message).toBe(message)
    expect(error).toMatchObject(fields)
  })

  test('a server that falls silent', async () => {
    await using server = await hubServer(
      files,
      on(first, () => {}),
    )
    const error = await failureOf(load(settingsFor(server.base)))
    expect(error.message).toContain(
      'cannot be reached (nothing came for 0.3 s). Check the network, set a mirror by',
    )
    expect(server.requests).toEqual([first, first, first])
  })

  test('a server that falls silent within a file', async () => {
    const silent = on(storage, (response) => {
      response.writeHead(200, { 'content-length': weights.length })
      response.write(weights.subarray(0, 1000))
    })
    await using server = await hubServer(files, silent)
    const { problem, message } = await failureOf(load(settingsFor(server.base)))
    expect(problem).toBe('incomplete')
    expect(message).toContain('was cut after 1000 bytes (nothing came for 0.3 s). What has come is kept')
  })

  test('no server', async () => {
    const server = await hubServer(files)
    await server[Symbol.asyncDispose]()
    const { problem, message } = await failureOf(load(settingsFor(server.base)))
    expect(problem).toBe('unreachable')
    expect(message).toContain(`${new URL(server.base).host} cannot be reached (ECONNREFUSED)`)
  })

  test('offline', async () => {
    const { problem, message } = await failureOf(load(settingsFor('http://127.0.0.1:9', { offline: true })))
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
    const { problem } = await failureOf(load(settingsFor('http://127.0.0.1:9'), name))
    expect(problem).toBe('not-found')
  })

  test('a folder without the files', async () => {
    await writeFile(join(cache, 'config.json'), '{}')
    const { message } = await failureOf(load(settingsFor('http://127.0.0.1:9'), cache))
    expect(message).toContain(`${cache}: the folder lacks preprocessor_config.json, model.safetensors.`)
  })

  test('a cache that is a file', async () => {
    const file = join(cache, 'file')
    await writeFile(file, '')
    const { problem } = await failureOf(load(settingsFor('http://127.0.0.1:9', { cache: file })))
    expect(problem).toBe('cache')
  })
})

describe('settings', () => {
  test('flags go before the environment, and that before the public hub', () => {
    const env = { TENDRIL_HUB: 'https://env.example/', TENDRIL_CACHE: '/env', TENDRIL_OFFLINE: '1' }
    expect(hubSettings({}, {})).toMatchObject({ base: 'https://huggingface.co', offline: false })
    expect(hubSettings({}, env)).toMatchObject({ base: 'https://env.example', offline: true })
    expect(hubSettings({ mirror: 'http://flag.example/a/' }, env).base).toBe('http://flag.example/a')
    expect(hubSettings({}, { HF_ENDPOINT: 'https://hf.example', HF_HUB_OFFLINE: 'off' })).toMatchObject({
      base: 'https://hf.example',
      offline: false,
    })
    expect(() => hubSettings({ mirror: 'ftp://x' }, {})).toThrow("mirror: 'ftp://x' is no address.")
  })

  test('Retry-After is seconds or a date', () => {
    const now = Date.UTC(2026, 0, 1)
    expect(retryAfterMs('7')).toBe(7000)
    expect(retryAfterMs(new Date(now + 3000).toUTCString(), now)).toBe(3000)
    expect(retryAfterMs(new Date(now - 3000).toUTCString(), now)).toBe(0)
    expect(retryAfterMs('soon')).toBeUndefined()
    expect(retryAfterMs(null)).toBeUndefined()
  })
})
