import { describe, expect, test } from 'vitest'
import { tensorType } from '@tendril/core/adapter'
import { tfjs } from '../src/index.ts'
import { lowerings } from '../src/lowerings/by-device.ts'

describe('devices of tfjs', () => {
  test('are listed with the reason where one is not there', async () => {
    const devices = await tfjs().devices()
    expect(devices.map(({ name }) => name)).toEqual(['cpu', 'wasm', 'webgl', 'webgpu', 'node', 'cuda'])
    expect(devices.every(({ available, why }) => available === (why === undefined))).toBe(true)
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
