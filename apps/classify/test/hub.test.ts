import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { modelFolder } from '../src/hub/model-files.ts'
import { retryAfterMs } from '../src/hub/retry.ts'
import { hubSettings } from '../src/hub/settings.ts'
import {
  failureOf,
  files,
  first,
  load,
  model,
  on,
  pinned,
  settingsFor,
  storage,
  weights,
} from './support/hub-loading.ts'
import { type Behaviour, commit, hubServer, sha256 } from './support/hub-server.ts'

let cache = ''
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'tendril-hub-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

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
  response.write(weights.subarray(from, from + count), () => setTimeout(() => response.destroy(), 200))
}

/** The byte from which a request asks. */
const startOf = (text = ''): number => Number(/bytes=(\d+)-/.exec(text)?.[1] ?? 0)

describe('a model of the hub', () => {
  test('comes once, all files of one commit, and then from the cache', async () => {
    await using server = await hubServer(files)
    const seen: number[] = []
    const folder = await modelFolder(model, settingsFor(cache, server.base), (name, { received, size }) => {
      if (name !== 'model.safetensors') return
      expect(size).toBe(weights.length)
      seen.push(received)
    })
    await expectWhole(folder)
    expect(seen.at(-1)).toBe(weights.length)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const asked = [first, `/${model}/resolve/${commit}/preprocessor_config.json`, pinned, storage]
    expect(server.requests).toEqual(asked)
    expect(await load(settingsFor(cache, server.base, { offline: true }))).toBe(folder)
    expect(server.requests).toEqual(asked)
  })

  test('may be of a revision, by a mirror below a path', async () => {
    await using server = await hubServer(files)
    await load(settingsFor(cache, `${server.base}/mirror/`), `${model}@refs/pr/7`)
    expect(server.requests[0]).toBe(`/mirror/${model}/resolve/refs%2Fpr%2F7/config.json`)
  })

  test('goes on after a cut, and again by a later program', async () => {
    const cut = on(storage, (response, nth, range) => {
      if (nth === 1) return cutAfter(100_000, response)
      if (nth === 2) return cutAfter(50_000, response, startOf(range))
      if (nth <= 5) return void response.destroy()
      return false
    })
    await using server = await hubServer(files, cut)
    // Two tries in vain after the one that brought something are the last.
    const error = await failureOf(load(settingsFor(cache, server.base)))
    expect(error.problem).toBe('unreachable')
    await failureOf(load(settingsFor(cache, server.base, { attempts: 1 })))
    await expectWhole(await load(settingsFor(cache, server.base)))
    // What a cut leaves unread is asked for again.
    const starts = server.requests.filter((request) => request.startsWith(storage)).map(startOf)
    const [none, one = 0, two = 0] = starts
    expect(none).toBe(0)
    expect(one > 0 && one <= 100_000 && two > one && two <= one + 50_000).toBe(true)
    expect(starts.slice(2)).toEqual([two, two, two, two])
  })

  test('begins anew where the server ignores ranges, or gives another one', async () => {
    const ignoring = on(storage, (response, nth) => {
      if (nth === 1) return cutAfter(100_000, response)
      if (nth === 2) return void response.writeHead(206, { 'content-range': 'bytes 7-9/300000' }).end('abc')
      return void response.writeHead(200, { 'content-length': weights.length }).end(weights)
    })
    await using server = await hubServer(files, ignoring)
    await expectWhole(await load(settingsFor(cache, server.base)))
  })

  test('begins anew when the file changed in between', async () => {
    await using server = await hubServer(files)
    const settings = settingsFor(cache, server.base)
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
    await expectWhole(await load(settingsFor(cache, server.base)))
    expect(performance.now() - start).toBeGreaterThan(950)
  })

  test('of a slow server comes, as long as it gives something', async () => {
    const slowly = on(storage, (response) => {
      response.writeHead(200, { 'content-length': weights.length })
      let at = 0
      const give = (): void => {
        response.write(weights.subarray(at, (at += 60_000)))
        if (at < weights.length) setTimeout(give, 300)
        else response.end()
      }
      give()
    })
    await using server = await hubServer(files, slowly)
    await expectWhole(await load(settingsFor(cache, server.base, { timeoutMs: 1000 })))
  })

  test('is loaded twice at the same time', async () => {
    await using server = await hubServer(files)
    const [one, other] = await Promise.all([
      load(settingsFor(cache, server.base)),
      load(settingsFor(cache, server.base)),
    ])
    expect(one).toBe(other)
    await expectWhole(one)
  })

  test.each([4194999, process.pid])(
    'is not held up by the lock of a process that is gone: %i',
    async (pid) => {
      await using server = await hubServer(files)
      const folder = await load(settingsFor(cache, server.base))
      await rm(join(folder, 'config.json'))
      await writeFile(join(folder, 'config.json.lock'), String(pid))
      await writeFile(join(folder, 'config.json.part'), '{')
      await writeFile(
        join(folder, 'config.json.part.json'),
        JSON.stringify({ etag: `"${sha256(files['config.json']).slice(0, 40)}"` }),
      )
      await expectWhole(await load(settingsFor(cache, server.base)))
      expect(server.requests.at(-1)).toContain('bytes=1-')
    },
  )
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
    for (const mirror of [
      'https://me:secret@a.example',
      'https://a.example/?token=secret',
      'http://a.example#x',
    ])
      expect(() => hubSettings({ mirror }, {})).toThrow(/^(?!.*secret)mirror: an address with a user/)
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
