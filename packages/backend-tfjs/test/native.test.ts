import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test } from 'vitest'
import { tfjs } from '../src/index.ts'

afterEach(() => td.unsetBackend())

describe.each(['cpu', 'wasm'])('native arrays of %s', (device) => {
  test('a tensor outlives the array that it came from, and the other way round', async () => {
    await td.setBackend(`tfjs:${device}`)
    await tf.setBackend(device)
    const backend = tf.findBackend(device)
    const before = [backend.numDataIds(), tf.memory().numTensors, tf.memory().numDataBuffers]
    const x = td.array([1, 2, 3])
    const first = x.native() as tf.Tensor
    const second = x.native() as tf.Tensor
    expect(first).toBeInstanceOf(tf.Tensor)
    first.dispose()
    expect([...second.dataSync()]).toEqual([1, 2, 3])
    x.dispose()
    const doubled = tf.add(second, second)
    expect([...doubled.dataSync()]).toEqual([2, 4, 6])
    second.dispose()
    doubled.dispose()
    expect([backend.numDataIds(), tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before)
  })

  test('a tensor is wrapped without a copy and disposed on its own', async () => {
    const adapter = tfjs()
    await adapter.init(device)
    await tf.setBackend(device)
    const backend = tf.findBackend(device)
    const before = [backend.numDataIds(), tf.memory().numTensors, tf.memory().numDataBuffers]
    const tensor = tf.tensor2d([[1, 2]], undefined, 'int32')
    const { native } = adapter
    expect(native!.is(tensor, device)).toBe(true)
    expect(native!.is({ dataId: {} }, device)).toBe(false)
    const { buffer, dtype, shape } = native!.wrap(tensor, device)
    expect([dtype, shape]).toEqual(['int32', [1, 2]])
    tensor.dispose()
    const type = { dtype: 'int32', shape: [1, 2], weak: null, id: 0 } as const
    expect(adapter.toHost(buffer, type, device)).toEqual(Int32Array.of(1, 2))
    adapter.dispose!(buffer, device)
    expect([backend.numDataIds(), tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before)
  })

  test('tensors that have no counterpart are refused by name', async () => {
    const adapter = tfjs()
    await adapter.init(device)
    const words = tf.tensor(['a'])
    expect(() => adapter.native!.wrap(words, device)).toThrow(
      /a tensor of dtype string has no counterpart here/,
    )
    words.dispose()
    expect(() => adapter.native!.wrap(words, device)).toThrow(/the tensor was disposed/)
  })
})
