import { cp, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { messageOf } from './message.ts'

// Bad input gives a typed error whose whole message is shown here; the line that it ends with is the user's.

const matrix = (): td.NDArray =>
  td.array([
    [1, 2, 3],
    [4, 5, 6],
  ])

afterEach(() => td.unsetBackend())

describe('backends', () => {
  test('an unknown one', async () => {
    expect(await messageOf(() => td.setBackend('nunjs'))).toMatchInlineSnapshot(`
      "BackendError: backend nunjs: there is no such backend.
      Did you mean 'numjs'? A third party's adapter is made known by registerBackend."
    `)
  })
  test('a name that is none', async () => {
    expect(await messageOf(() => td.setBackend('tfjs:'))).toMatchInlineSnapshot(
      `"ParamError: setBackend: 'name' is "tfjs:": it takes a name such as 'numjs' or 'tfjs:wasm'."`,
    )
  })
  test('an unknown device, and one that is not available', async () => {
    td.registerBackend({
      name: 'twin',
      dtypes: new Set(),
      devices: () =>
        Promise.resolve([
          { name: 'cpu', available: true },
          { name: 'gpu', available: false, why: 'no driver was found' },
        ]),
      init: () => Promise.resolve(),
      lowerings: [],
      emitter: () => {
        throw new Error('not reached')
      },
      load: () => {
        throw new Error('not reached')
      },
      toDevice: () => 0,
      toHost: () => new Float32Array(),
      source: () => '',
    })
    expect(await messageOf(() => td.loadBackend('twin:tpu'))).toMatchInlineSnapshot(`
      "BackendError: backend twin:tpu: there is no such device.
      Available here: twin:cpu."
    `)
    expect(await messageOf(() => td.loadBackend('twin:gpu'))).toMatchInlineSnapshot(`
      "BackendError: backend twin:gpu: the device is not available: no driver was found.
      Available here: twin:cpu."
    `)
  })
  test('one that fails to start', async () => {
    td.registerBackend({
      name: 'broken',
      dtypes: new Set(),
      devices: () => Promise.resolve([{ name: 'cpu', available: true }]),
      init: () => Promise.reject(new Error('no such library')),
      lowerings: [],
      emitter: () => {
        throw new Error('not reached')
      },
      load: () => {
        throw new Error('not reached')
      },
      toDevice: () => 0,
      toHost: () => new Float32Array(),
      source: () => '',
    })
    expect(await messageOf(() => td.setBackend('broken'))).toMatchInlineSnapshot(`
      "BackendError: backend broken:cpu: the engine failed to start: no such library.
      Call listBackends() to see what is available here."
    `)
  })
  test('arrays of two', async () => {
    await td.setBackend('numjs')
    const a = td.array([1])
    await td.setBackend('ort')
    const b = td.array([2])
    expect(await messageOf(() => td.add(a, b))).toMatchInlineSnapshot(`
      "BackendError: backend ort:cpu: add got arrays of numjs:cpu and of ort:cpu.
      Convert one: x.toBackend('numjs:cpu'), or ask for conversion: setBackend('numjs:cpu', { dynamic: true })."
    `)
    expect(td.add(a.toBackend('ort'), b).toArray()).toEqual([3])
    await td.setBackend('ort', { dynamic: true })
    expect(td.add(a, b).toArray()).toEqual([3])
  })
  test('one that is not loaded', async () => {
    expect(await messageOf(() => td.array([1]).toBackend('tfjs:nowhere'))).toMatchInlineSnapshot(`
      "BackendError: backend tfjs:nowhere: it is not loaded.
      Load it first: await loadBackend('tfjs:nowhere')."
    `)
    expect(await messageOf(() => td.traceGraph((x: td.NDArray) => x, { to: 'tfjs:nowhere' })))
      .toMatchInlineSnapshot(`
      "BackendError: backend tfjs:nowhere: it is not loaded, and traceGraph loads nothing.
      Load it first: await loadBackend('tfjs:nowhere')."
    `)
  })
  test('a dtype that the engine does not hold', async () => {
    await td.setBackend('tfjs')
    expect(await messageOf(() => td.array([1], { dtype: 'float64' }))).toMatchInlineSnapshot(`
      "DTypeError: array: dtype float64: tfjs holds bool, int32, float32, complex64 only.
      Convert the data, or choose another engine."
    `)
  })
  test('a graph with such a dtype', async () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(td.exp(x), td.astype(x, 'int64')), {
      args: [td.array([1], { dtype: 'float64' })],
    })
    await td.loadBackend('tfjs')
    expect(await messageOf(() => graph.to('tfjs'))).toMatchInlineSnapshot(`
      "UnsupportedOpError: tfjs cannot run 5 of the graph's ops:
        input: tfjs holds no float64
        exp: tfjs holds no float64 (backends.test.ts:N)
        astype: tfjs holds no float64 (backends.test.ts:N)
        astype: tfjs holds no int64 (backends.test.ts:N)
        add: tfjs holds no float64 (backends.test.ts:N)
      Choose another engine, or write those steps in other ops."
    `)
  })
  test('an array that was disposed', async () => {
    const x = matrix()
    x.dispose()
    expect(await messageOf(() => td.add(x, 1))).toMatchInlineSnapshot(`
      "BackendError: backend reference: the array float32[2,3] was disposed.
      Keep it until its last use, or copy what you need first."
    `)
    expect(await messageOf(() => x.dataSync())).toMatchInlineSnapshot(`
      "BackendError: backend reference: the array float32[2,3] was disposed.
      Keep it until its last use, or copy what you need first."
    `)
  })
  test('a package that is not installed', async () => {
    const folder = await mkdtemp(`${tmpdir()}/tendril-`)
    try {
      const core = `${folder}/node_modules/@tendril/core`
      const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
      await mkdir(core, { recursive: true })
      await cp(from('../../packages/core/dist'), `${core}/dist`, { recursive: true })
      await cp(from('../../packages/core/package.json'), `${core}/package.json`)
      await cp(from('../../node_modules/@petamoriken'), `${folder}/node_modules/@petamoriken`, {
        recursive: true,
      })
      await writeFile(
        `${folder}/main.mjs`,
        "import { setBackend, add } from '@tendril/core'\nconsole.log(String(add(1, 2)))\nawait setBackend('ort').catch((error) => console.log(error.message))\n",
      )
      const { stdout } = await promisify(execFile)(process.execPath, [`${folder}/main.mjs`])
      expect(stdout).toMatchInlineSnapshot(`
        "float32[] 3
        backend ort: the package @tendril/backend-ort is not installed.
        Run npm install @tendril/backend-ort.
            at main.mjs:3
        "
      `)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
