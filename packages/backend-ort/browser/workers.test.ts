import * as td from '@tendril/core'
import { beforeAll, expect, test } from 'vitest'
import { ort } from '../src/page.ts'

beforeAll(() => td.registerBackend(ort({ workers: 1 })))

test('a worker leaves the page free, and arrays stay as they are', async () => {
  await td.setBackend('ort')
  const x = td.array(Float32Array.from({ length: 600 * 600 }, (_, i) => Math.sin(i))).reshape([600, 600])
  const graph = td.traceGraph((a: td.NDArray) => td.sum(td.matmul(td.matmul(a, a), a)))
  const [first] = await graph(x).data()
  let turns = 0
  const timer = setInterval(() => turns++, 4)
  const [second] = await graph(x).data()
  clearInterval(timer)
  expect(second).toBe(first)
  expect(turns).toBeGreaterThan(3)
  expect((await x.data()).length).toBe(360_000)
})

test('GPUs are not for workers', async () => {
  const adapter = ort({ workers: 1 })
  await expect(adapter.init('webgpu')).rejects.toThrow('onnxruntime-web runs no GPU in a worker')
})
