import { kernelVersion, ModelBuilder, type OnnxDType } from '@tendril/onnx'
import { describe, expect, test } from 'vitest'
import { loadBinding, loadOrt, loadPublic } from '../src/binding.ts'
import type { OrtData, OrtTensor } from '../src/onnxruntime.ts'

function doubling(dtype: OnnxDType): Uint8Array {
  const model = new ModelBuilder()
  const x = model.input(dtype, ['n'], 'x')
  model.output(model.node('Add', [x, x]), dtype, ['n'])
  return model.build()
}

const tensor = (type: OnnxDType, data: OrtData): OrtTensor => ({
  type,
  data,
  dims: [data.length],
  location: 'cpu',
})

test('the native binding is there, so calls are synchronous', async () => {
  const ort = await loadOrt()
  expect(ort.sync).toBe(true)
  // Another onnxruntime needs another table: scripts/probe-ort-kernels.mjs writes it.
  expect(ort.version).toBe(kernelVersion)
})

describe.each([
  { api: 'native binding', load: loadBinding },
  { api: 'public', load: loadPublic },
])('$api', ({ load }) => {
  const cases: [OnnxDType, OrtData, OrtData][] = [
    ['float32', Float32Array.of(1, -2), Float32Array.of(2, -4)],
    ['int64', BigInt64Array.of(1n, -2n), BigInt64Array.of(2n, -4n)],
    ['float16', Uint16Array.of(0x3c00, 0x4000), Uint16Array.of(0x4000, 0x4400)],
  ]
  test.each(cases)('runs %s, and takes its results again', async (dtype, data, expected) => {
    const session = await (await load())!.open(doubling(dtype))
    const once = await session.run({ x: tensor(dtype, data) }, { v0: null })
    expect(once['v0']!.data).toEqual(expected)
    const twice = await session.run({ x: once['v0']! }, { v0: null })
    expect(twice['v0']!.dims).toEqual([2])
    await session.dispose()
  })

  test('throws what onnxruntime says', async () => {
    const ort = (await load())!
    const garbage = async (): Promise<unknown> => ort.open(new Uint8Array(10))
    await expect(garbage()).rejects.toThrow('Failed to load model because protobuf parsing failed.')
    const session = await ort.open(doubling('float32'))
    const run = async (): Promise<unknown> =>
      session.run({ x: tensor('int8', Int8Array.of(1)) }, { v0: null })
    await expect(run()).rejects.toThrow('Unexpected input data type')
    await session.dispose()
  })
})
