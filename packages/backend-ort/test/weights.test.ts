import * as td from '@tendril/core'
import type { OnnxProgram } from '@tendril/onnx/emit'
import { beforeAll, expect, test } from 'vitest'
import { loadBinding } from '../src/binding.ts'
import { modelAndWeights } from '../src/weights.ts'

const count = 1 << 15

/** `x + w + s`, of which `w` is long and `s` short. */
const programOf = (w: Float32Array): OnnxProgram => ({
  opset: 21,
  inputs: [{ name: 'x', dtype: 'float32', shape: [null] }],
  lifted: [],
  initializers: [
    { name: 'w', dtype: 'float32', shape: [count], bytes: () => new Uint8Array(w.buffer) },
    { name: 's', dtype: 'float32', shape: [1], bytes: () => new Uint8Array(Float32Array.of(10).buffer) },
  ],
  statements: [
    { operator: 'Add', inputs: ['x', 'w'], outputs: ['y'], attributes: {} },
    { operator: 'Add', inputs: ['y', 's'], outputs: ['z'], attributes: {} },
  ],
  outputs: [{ name: 'z', dtype: 'float32', shape: [null] }],
})

test('weights lie beside the model while a session opens, which has them as its own then', async () => {
  const w = new Float32Array(count).fill(1)
  const { model, options } = modelAndWeights(programOf(w))
  expect(model.length).toBeLessThan(1000)
  expect(options.externalData).toStrictEqual([{ path: 'w', data: new Uint8Array(w.buffer) }])
  const session = (await loadBinding())!.open(model, options)
  w.fill(NaN)
  const x = { type: 'float32', data: Float32Array.of(1), dims: [1], location: 'cpu' } as const
  const { data } = session.run({ x }, { z: null })['z']!
  expect([...new Set(data as Float32Array)]).toStrictEqual([12])
  session.dispose()
})

beforeAll(() => td.setBackend('ort'))

test.each(['float32', 'float16', 'float64', 'int32', 'bool'] as const)(
  'a program has the elements of a captured array of %s',
  (dtype) => {
    const w = td.astype(td.remainder(td.arange(count, { dtype: 'int32' }), 2), dtype)
    const graph = td.traceGraph((x: td.NDArray) => td.add(td.astype(w, 'float32'), x), {
      args: [td.zeros([count])],
    })
    const before = graph(td.ones([count])).dataSync()
    expect([before[0], before[1], before.length]).toStrictEqual([1, 2, count])
    expect(td.sum(graph(td.ones([count]))).item()).toBe(1.5 * count)
  },
)
