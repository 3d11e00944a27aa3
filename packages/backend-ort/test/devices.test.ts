import * as td from '@tendril/core'
import { BackendError, ParamError, type DeviceInfo } from '@tendril/core/adapter'
import { beforeAll, describe, expect, test } from 'vitest'
import { ort } from '../src/index.ts'

let devices: readonly DeviceInfo[]
beforeAll(async () => {
  devices = (await td.listBackends()).find(({ name }) => name === 'ort')!.devices
})

describe('devices', () => {
  test('are the execution providers, each with the reason why it is not there', () => {
    const names = ['cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'dml', 'wasm', 'webnn']
    expect(devices.map(({ name }) => name)).toEqual(names)
    expect(devices[0]).toEqual({ name: 'cpu', available: true })
    for (const { available, why = '' } of devices) expect(why.length > 10).toBe(!available)
    const why = (name: string): string | undefined => devices.find((one) => one.name === name)!.why
    for (const name of ['wasm', 'webnn']) expect(why(name)).toBe('it runs in pages, by onnxruntime-web')
  })

  test.each([
    ['coreml', 'darwin', 'macOS'],
    ['dml', 'win32', 'Windows'],
  ])('%s belongs to one system', (name, platform, system) => {
    const { available, why = '' } = devices.find((one) => one.name === name)!
    const isElsewhere = why.startsWith(`it needs ${system}: onnxruntime-node for ${process.platform}`)
    expect(isElsewhere).toBe(process.platform !== platform)
    expect(available && isElsewhere).toBe(false)
  })

  test('one that is not there is one error, which names what is missing and what there is', async () => {
    for (const { name, available, why } of devices) {
      if (available) continue
      const error: unknown = await td.setBackend(`ort:${name}`).catch((one: unknown) => one)
      expect(error).toBeInstanceOf(BackendError)
      const text = `backend ort:${name}: the device is not available: ${why}.`
      expect((error as BackendError).message).toContain(text)
      expect((error as BackendError).instead).toMatch(/^Available here: ort:cpu\b/)
    }
  })

  test('a device that does not exist is told from one that is not there', async () => {
    await expect(td.setBackend('ort:npu')).rejects.toThrow('there is no such device')
  })

  test('the name alone looks at no other device', async () => {
    const adapter = ort()
    expect(await adapter.devices(adapter.defaultDevice)).toEqual([{ name: 'cpu', available: true }])
    expect((await td.setBackend('ort')).device).toBe('cpu')
  })
})

describe('options', () => {
  test('those that do not exist or cannot be are refused', () => {
    expect(() => ort({ worker: 2 } as never)).toThrow(ParamError)
    expect(() => ort({ worker: 2 } as never)).toThrow(
      /^ort: 'worker' is 2: there is no such option\.\nOptions are session, workers, /,
    )
    expect(() => ort({ workers: 0 })).toThrow("ort: 'workers' is 0: it is how many threads run sessions")
  })

  test('of sessions reach onnxruntime, which says what is wrong with them', async () => {
    const open = (session: object) => {
      const adapter = ort({ session })
      const type = td.ones([2]).type
      const emitter = adapter.emitter('cpu')
      const node = emitter.node('Neg', [emitter.input(type)], { dtype: 'float32', rank: 1 })
      const program = emitter.finish([node], [type]).artifact()
      return async (): Promise<unknown> => {
        await adapter.init('cpu')
        const run = adapter
          .load(program, 'cpu')
          .bind({ sizes: [], literals: [], constants: [] }, [type], [type])
        const [result] = run([adapter.toDevice(Float32Array.of(1, 2), type, 'cpu')])
        return adapter.toHost(result!, type, 'cpu')
      }
    }
    expect(await open({ intraOpNumThreads: 2, executionMode: 'parallel' })()).toEqual(Float32Array.of(-1, -2))
    expect(await open({ executionProviders: ['cpu'] })()).toEqual(Float32Array.of(-1, -2))
    await expect(open({ graphOptimizationLevel: 'most' })()).rejects.toThrow(BackendError)
    await expect(open({ graphOptimizationLevel: 'most' })()).rejects.toThrow(
      /^backend ort: onnxruntime says: .*graphOptimizationLevel/,
    )
  })
})
