import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tensorType } from '@tendril/core/adapter'
import { tfjs } from '../src/index.ts'
import { lowerings } from '../src/lowerings/by-device.ts'
import { whyNot } from '../src/tensorflow.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devices-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('devices of tfjs', () => {
  test('are listed with the reason where one is not there', async () => {
    const devices = await tfjs().devices()
    expect(devices.map(({ name }) => name)).toEqual(['cpu', 'wasm', 'node', 'cuda'])
    expect(devices.every(({ available, why }) => available === (why === undefined))).toBe(true)
  })

  test.each(['node', 'cuda'] as const)('%s needs its package, and that a binding', (device) => {
    const from = join(folder, 'index.js')
    const name = device === 'node' ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs-node-gpu'
    expect(whyNot(device, from)).toBe(`the package ${name} is not installed: run npm install ${name}`)
    const home = join(folder, 'node_modules', name)
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'package.json'), '{}')
    expect(whyNot(device, from)).toMatch(/has no native binding here: .*scripts\/setup-tfjs-node\.mjs/)
    expect(whyNot(device, from)?.includes('--gpu')).toBe(device === 'cuda')
    mkdirSync(join(home, 'lib/napi-v8'), { recursive: true })
    writeFileSync(join(home, 'lib/napi-v8/tfjs_binding.node'), '')
    expect(whyNot(device, from)).toBeUndefined()
  })

  test.each([
    ['softmax', { cpu: true, wasm: true, node: 'it has no spelling on this device' }],
    [
      'topK',
      { cpu: 'it has no spelling on this device', wasm: 'it has no spelling on this device', node: true },
    ],
    ['add', { cpu: true, wasm: true, node: true }],
  ] as const)('%s is asked by device, so that one without a spelling decomposes it', (op, expected) => {
    const x = tensorType('float32', [2])
    const { supports } = lowerings.find((lowering) => lowering.op === op)!
    for (const [device, verdict] of Object.entries(expected))
      expect(supports!([x, x], { axis: 0 }, [x], device)).toBe(verdict)
  })
})
