import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tfjs } from '../src/index.ts'
import { whyNot } from '../src/installed.ts'

const machine = { x64: 62, arm64: 183 }[process.arch as string] ?? 0
/** The begin of a program for Linux, and the names of libraries that it needs. */
const program = (kind = machine, needs = ''): Uint8Array => {
  const head = new Uint8Array(64)
  head.set([0x7f, 0x45, 0x4c, 0x46])
  head[18] = kind
  return Buffer.concat([head, Buffer.from(needs)])
}
const needed = '\0libtensorflow.so.2\0libtensorflow_framework.so.2\0'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devices-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('an installation of TensorFlow', async () => {
  describe.each(['node', 'cuda'] as const)('%s', (device) => {
    const name = device === 'node' ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs-node-gpu'
    let home: string
    const reason = (): string | undefined => whyNot(device, join(folder, 'index.js'))
    const put = (path: string, content: string | Uint8Array): void => {
      mkdirSync(dirname(join(home, path)), { recursive: true })
      writeFileSync(join(home, path), content)
    }
    beforeEach(() => {
      home = join(folder, 'node_modules', name)
    })
    /** An installed package whose binding and libraries are these. */
    const install = (binding: string | Uint8Array, ...libraries: (string | Uint8Array)[]): void => {
      put('package.json', JSON.stringify({ binary: { napi_versions: [3, 8] } }))
      put('lib/napi-v8/tfjs_binding.node', binding)
      const names = ['libtensorflow.so.2', 'libtensorflow_framework.so.2']
      libraries.forEach((library, i) => put(`deps/lib/${names[i]!}`, library))
    }

    test('is not there without its package', () => {
      expect(reason()).toBe(`the package ${name} is not installed: run npm install ${name}`)
    })

    test('needs a binding, of the Node-API that the package loads', () => {
      put('package.json', JSON.stringify({ binary: { napi_versions: [3, 8] } }))
      expect(reason()).toMatch(/has no native binding here: .*scripts\/setup-tfjs-node\.mjs/)
      expect(reason()?.includes('--gpu')).toBe(device === 'cuda')
      put('lib/napi-v3/tfjs_binding.node', program())
      expect(reason()).toMatch('has no native binding here')
      put('lib/napi-v8/tfjs_binding.node', program())
      expect(reason()).toBeUndefined()
    })

    test('needs a binding that is a program for this machine', () => {
      install('')
      expect(reason()).toMatch(/has a native binding that is no program: run npm rebuild/)
      install(program(8))
      expect(reason()).toMatch(`has a native binding that is not for processors of the kind ${process.arch}`)
    })

    test('needs the libraries that the binding names', () => {
      install(program(machine, needed))
      expect(reason()).toMatch(/but not the library libtensorflow\.so\.2 that it needs: .*setup-tfjs-node/)
      install(program(machine, needed), program())
      expect(reason()).toMatch('but not the library libtensorflow_framework.so.2')
      install(program(machine, needed), program(), 'half a dow')
      expect(reason()).toMatch('but its library libtensorflow_framework.so.2 is no program')
      install(program(machine, needed), program(), program())
      expect(reason()).toBeUndefined()
    })

    test('does not take a link to a cache that is gone for a library', () => {
      install(program(machine, needed))
      symlinkSync(join(folder, 'cache that is gone'), join(home, 'deps'))
      expect(reason()).toMatch('but not the library libtensorflow.so.2')
    })
  })

  test('what can be loaded is said to be there, and what is said to be there can be loaded', () => {
    const script = `
      const util = require('node:util')
      util.isNullOrUndefined ??= (v) => v == null; util.isArray ??= Array.isArray
      require('@tensorflow/tfjs-node')`
    const { status } = spawnSync(process.execPath, ['-e', script], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    })
    expect(whyNot('node') === undefined).toBe(status === 0)
  })

  const cuda = (await tfjs().devices()).find(({ name }) => name === 'cuda')!
  const onCpu = cuda.available && !existsSync('/proc/driver/nvidia/version')
  test.skipIf(!onCpu)('tfjs:cuda says where it falls back to the CPU (skipped where it does not)', () => {
    expect(cuda.note).toBe('there is no driver of NVIDIA here, so it runs on the CPU')
  })
})
