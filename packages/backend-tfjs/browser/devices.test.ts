import {
  add,
  array,
  argmax,
  BackendError,
  listBackends,
  loadBackend,
  matmul,
  multiply,
  registerBackend,
  setBackend,
  sort,
  unsetBackend,
} from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { tfjs } from '../src/index.ts'
import { wasmPaths } from './wasm-paths.ts'

registerBackend(tfjs({ wasmPaths }))
afterEach(() => unsetBackend())

describe('devices of tfjs in a page', () => {
  test('are listed, and why some are not there', async () => {
    const found = (await listBackends()).find(({ name }) => name === 'tfjs')!.devices
    const available = found.filter((device) => device.available).map(({ name }) => name)
    expect(available).toEqual(['cpu', 'wasm', 'webgl', 'webgpu'])
    expect(found.find(({ name }) => name === 'node')?.why).toMatch(/runs on Node only/)
  })

  test.each(['cpu', 'wasm', 'webgl', 'webgpu'])('tfjs:%s computes eagerly', async (device) => {
    await setBackend(`tfjs:${device}`)
    const x = array([
      [1, 2],
      [3, 4],
    ])
    const y = add(matmul(x, x), 1)
    expect([y.backend, y.device]).toEqual(['tfjs', device])
    expect([...(await y.data())]).toEqual([8, 11, 16, 23])
    const i = argmax(y, { axis: 1 })
    expect([i.dtype, ...(await i.data())]).toEqual(['int32', 1, 1])
    const large = multiply(array([2 ** 31 - 1, 2 ** 24 + 1], { dtype: 'int32' }), 3)
    expect([...(await large.data())]).toEqual([2 ** 31 - 3, 3 * 2 ** 24 + 3])
  })

  test.each(['webgl', 'webgpu'])('tfjs:%s reads asynchronously, and says so', async (device) => {
    await setBackend(`tfjs:${device}`)
    const x = array([3, 1, 2])
    expect(() => x.dataSync()).toThrow(BackendError)
    expect(() => x.toArray()).toThrow(/answers only asynchronously[^]*await x\.data\(\)/)
    // Sorted on the host, so that it is still to come.
    const y = sort(x)
    expect(() => y.native()).toThrow(/still being computed[^]*await x\.ready\(\)/)
    await y.ready()
    expect([...(await (y.native() as { data(): Promise<Float32Array> }).data())]).toEqual([1, 2, 3])
  })

  test.each(['webgl', 'webgpu'])('what tfjs:%s is given is read back as it is', async (device) => {
    await setBackend(`tfjs:${device}`)
    const floats = new Float32Array([0, -0, NaN, Infinity, -Infinity, 1.5, 3.4e38])
    expect([...(await array(floats).data())]).toEqual([...floats])
    const integers = new Int32Array([2 ** 31 - 1, -(2 ** 31), 2 ** 24 + 1, 0])
    expect([...(await array(integers).data())]).toEqual([...integers])
    expect(await array([true, false]).data()).toEqual(new Uint8Array([1, 0]))
    expect(await array([]).data()).toEqual(new Float32Array())
  })

  test('an engine that is loaded takes the arrays of another', async () => {
    await loadBackend('tfjs:cpu')
    await setBackend('tfjs:webgpu')
    const x = array([1, 2, 3])
    expect(() => x.toBackend('tfjs:cpu')).toThrow(BackendError)
    await setBackend('tfjs:cpu')
    expect([...(await array([1, 2, 3]).toBackend('tfjs:webgpu').data())]).toEqual([1, 2, 3])
  })
})
