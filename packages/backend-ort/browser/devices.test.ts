import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'

afterEach(() => td.unsetBackend())

describe('devices of ort in a page', () => {
  test('are those of onnxruntime-web, and the name alone is wasm', async () => {
    const { devices } = (await td.listBackends()).find(({ name }) => name === 'ort')!
    const names = ['wasm', 'webgpu', 'webnn', 'cpu', 'cuda', 'tensorrt', 'coreml', 'dml']
    expect(devices.map(({ name }) => name)).toEqual(names)
    expect(devices[0]).toEqual({ name: 'wasm', available: true })
    for (const { available, why = '' } of devices) expect(why.length > 10).toBe(!available)
    expect(devices.find(({ name }) => name === 'cuda')!.why).toBe('it runs on Node, by onnxruntime-node')
    expect((await td.setBackend('ort')).device).toBe('wasm')
  })

  test('those that are not there are one error each', async () => {
    const { devices } = (await td.listBackends()).find(({ name }) => name === 'ort')!
    for (const { name, available, why } of devices) {
      if (available) continue
      const error: unknown = await td.setBackend(`ort:${name}`).catch((one: unknown) => one)
      expect(error).toBeInstanceOf(td.BackendError)
      expect((error as td.BackendError).message).toContain(
        `is not available: ${why}.\nAvailable here: ort:wasm`,
      )
    }
  })

  test('a matrix product, eagerly and in a graph', async () => {
    await td.setBackend('ort')
    const x = td.array([
      [1, 2],
      [3, 4],
    ])
    const y = td.add(td.matmul(x, x), 1)
    expect([y.backend, y.device]).toEqual(['ort', 'wasm'])
    expect(() => y.dataSync()).toThrow(/answers only asynchronously[^]*await x\.data\(\)/)
    expect([...(await y.data())]).toEqual([8, 11, 16, 23])
    const graph = td.traceGraph((a: td.NDArray) => td.relu(td.subtract(td.matmul(a, a), 9)), { args: [x] })
    expect([...(await graph(x).data())]).toEqual([0, 1, 6, 13])
  })
})
