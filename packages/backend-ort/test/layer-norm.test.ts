import * as td from '@tendril/core'
import { beforeAll, expect, test } from 'vitest'

beforeAll(() => td.setBackend('ort'))

test.each(['float32', 'float64', 'float16'] as const)(
  'a sum of %s that is normalized is added as before',
  (dtype) => {
    const [x, y] = [1, 2].map((seed) =>
      td.astype(td.sin(td.multiply(td.reshape(td.arange(48), [2, 3, 8]), seed)), dtype),
    )
    const graph = td.traceGraph(
      (a: td.NDArray, b: td.NDArray) => {
        const sum = td.add(a, b)
        return [td.layerNorm(sum), sum]
      },
      { args: [x!, y!] },
    )
    const [normed, sum] = graph(x!, y!)
    expect(sum!.dataSync()).toStrictEqual(td.add(x!, y!).dataSync())
    expect(normed!.dataSync()).toStrictEqual(td.layerNorm(sum!).dataSync())
  },
)

test('onnxruntime does not fuse a sum of float32 with its normalization, which is slower on the CPU', () => {
  const graph = td.traceGraph((a, b) => td.layerNorm(td.add(a, b)), {
    args: [td.ones([2, 8]), td.ones([2, 8])],
  })
  expect(graph.toSource()).toContain('Sum (i0, i1)')
})
