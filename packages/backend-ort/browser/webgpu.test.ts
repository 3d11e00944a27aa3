import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ort } from '../src/page.ts'
import { host, waves } from './arrays.ts'

type A = td.NDArray

// What onnxruntime runs on a GPU is a part of what it runs on the processor; docs/engines/onnxruntime.md tells more.

const adapter = ort()
const [gpu] = await adapter.devices('webgpu')

beforeAll(() => td.registerBackend(adapter))
afterEach(() => td.unsetBackend())

const networks: Readonly<Record<string, () => readonly [fn: (x: A) => A, x: A]>> = {
  'an MLP': () => {
    const [w, b, v] = [waves(6, 16), waves(16), waves(16, 4)]
    return [(x) => td.softmax(td.matmul(td.relu(td.add(td.matmul(x, w), b)), v)), waves(5, 6)]
  },
  'a convolutional network': () => {
    const [kernel, head] = [waves(8, 3, 3, 3), waves(8 * 4 * 4, 5)]
    const fn = (x: A): A => {
      const maps = td.relu(td.conv2d(x, kernel, { padding: 1 }))
      return td.matmul(td.reshape(td.maxPool2d(maps, 2), [-1, 8 * 4 * 4]), head)
    }
    return [fn, waves(2, 3, 8, 8)]
  },
  attention: () => [
    (x) => td.matmul(td.softmax(td.multiply(td.matmul(x, td.matrixTranspose(x)), 0.5)), x),
    waves(2, 6, 8),
  ],
  'a branch': () => [
    (x) =>
      td.cond(
        td.greater(td.sum(x), 0),
        (y) => td.add(y, 1),
        (y) => y,
        x,
      ),
    waves(3),
  ],
}

describe.skipIf(!gpu!.available)(
  `graphs on ort:webgpu${gpu!.why === undefined ? '' : `: ${gpu!.why}`}`,
  () => {
    test.each(Object.entries(networks))('%s', async (_name, make) => {
      const [fn, x] = make()
      const want = await host(fn(x))
      await td.setBackend('ort:webgpu')
      const [own, y] = make()
      const graph = td.traceGraph(own, { args: [y] }) as unknown as (x: A) => A
      for (const result of [graph(y), graph(y)]) expectClose(await host(result), want)
    })

    test('empty arrays are left to the processor, as kernels may not end', async () => {
      await td.setBackend('ort:webgpu')
      const graph = td.traceGraph((x: A, y: A) => td.matmul(x, y))
      const result = graph(td.zeros([2, 0]), td.zeros([0, 3]))
      expect([...(await result.data())]).toEqual([0, 0, 0, 0, 0, 0])
      expect([...(await graph(td.ones([1, 2]), td.ones([2, 1])).data())]).toEqual([2])
    })

    test('what it has no kernel for is an error of ours, and what comes after it runs', async () => {
      await td.setBackend('ort:webgpu')
      const x = td.array([1, 2], { dtype: 'float64' })
      await expect(td.add(x, 1).data()).rejects.toThrow(td.BackendError)
      expect([...(await td.add(td.array([1, 2]), 1).data())]).toEqual([2, 3])
    })
  },
)
