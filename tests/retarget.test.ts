import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { withNode } from './engines.ts'

// The same graph on another engine: the function does not run again, and the results agree.

const engines = ['numjs', 'tfjs:cpu', 'tfjs:wasm', ...withNode, 'ort'] as const
const pairs = engines.flatMap((from) => engines.filter((to) => to !== from).map((to) => [from, to] as const))

const noise = (...shape: number[]): td.NDArray =>
  td.random.normal({ shape, key: td.random.key(shape.length * 100 + shape[0]!) })

afterEach(() => td.unsetBackend())

describe.each(pairs)('from %s to %s', (from, to) => {
  async function moved<F extends (...args: never[]) => unknown>(
    fn: F,
    args: readonly unknown[],
  ): Promise<[td.Graph<F>, td.Graph<F>]> {
    await td.loadBackend(to)
    await td.setBackend(from)
    let runs = 0
    const counted = ((...given: never[]) => {
      runs++
      return fn(...given)
    }) as F
    const here = td.traceGraph(counted, { args }) as td.Graph<F>
    const there = await here.to(to)
    expect(runs).toBe(1)
    expect([there.backend, there.device]).toEqual(to.includes(':') ? to.split(':') : [to, 'cpu'])
    return [here, there]
  }

  test('an MLP, arrays copied at the border', async () => {
    const [w1, b1, w2] = [noise(6, 8), noise(8), noise(8, 3)]
    const mlp = (x: td.NDArray): td.NDArray =>
      td.softmax(td.matmul(td.relu(td.add(td.matmul(x, w1), b1)), w2))
    const x = noise(4, 6)
    const [here, there] = await moved(mlp, [x])
    expectClose(there(x), here(x))
    const more = noise(7, 6)
    expectClose(there(more), here(more))
    expect(there(x).backend).toBe(there.backend)
    expect(there.explain().copies).toBeGreaterThan(0)
  })

  test('a residual block', async () => {
    const [w, gamma, beta, mean, variance] = [
      noise(4, 4, 3, 3),
      noise(4),
      noise(4),
      noise(4),
      td.add(td.abs(noise(4)), 0.5),
    ]
    const block = (x: td.NDArray): td.NDArray =>
      td.maxPool2d(
        td.relu(td.add(td.batchNorm(td.conv2d(x, w, { padding: 1 }), mean, variance, gamma, beta), x)),
        2,
      )
    const x = noise(2, 4, 6, 6)
    const [here, there] = await moved(block, [x])
    expectClose(there(x), here(x))
  })

  test('a transformer encoder layer', async () => {
    const d = 8
    const weights = Object.fromEntries(
      ['q', 'k', 'v', 'o', 'up', 'down'].map((name, i) => [
        name,
        td.random.normal({ std: 0.3, shape: [d, d], key: td.random.key(i) }),
      ]),
    )
    const heads = (x: td.NDArray): td.NDArray =>
      td.permuteDims(td.reshape(x, [x.shape[0]!, x.shape[1]!, 2, d / 2]), [0, 2, 1, 3])
    const layer = (x: td.NDArray): td.NDArray => {
      const [q, k, v] = ['q', 'k', 'v'].map((name) => heads(td.linear(x, weights[name]!)))
      const attended = td.permuteDims(td.scaledDotProductAttention(q!, k!, v!), [0, 2, 1, 3])
      const mixed = td.layerNorm(td.add(x, td.linear(td.reshape(attended, x.shape), weights['o']!)))
      return td.layerNorm(
        td.add(mixed, td.linear(td.gelu(td.linear(mixed, weights['up']!)), weights['down']!)),
      )
    }
    const x = noise(2, 5, d)
    const [here, there] = await moved(layer, [x])
    expectClose(there(x), here(x))
    expectClose(there(x), layer(x))
  })

  test('random numbers, written state and nested results', async () => {
    const total = new td.Variable(td.array([0]))
    const fn = (x: td.NDArray): { noisy: td.NDArray; parts: readonly td.NDArray[] } => {
      total.assign(td.add(total.value, td.sum(x, { keepdims: true })))
      return { noisy: td.add(x, td.random.uniform({ shape: [3] })), parts: td.split(x, 3) }
    }
    const x = td.array([1, 2, 3])
    const [here, there] = await moved(fn, [x])
    td.random.seed(3)
    const a = here(x)
    td.random.seed(3)
    const b = there(x)
    expect(b.noisy.toArray()).toEqual(a.noisy.toArray())
    expect(b.parts.map((part) => part.toArray())).toEqual([[1], [2], [3]])
    expect(total.value.toArray()).toEqual([12])
  })
})

test("dtypePolicy 'nearest' replaces what the engine lacks, and says so", async () => {
  await td.loadBackend('tfjs')
  await td.setBackend('numjs')
  const graph = td.traceGraph((x: td.NDArray) => td.add(td.sum(x), td.array([1n])), {
    args: [td.array([1.5, 2], { dtype: 'float64' })],
  })
  await expect(graph.to('tfjs')).rejects.toThrow('tfjs holds no float64')
  const there = await graph.to('tfjs', { dtypePolicy: 'nearest' })
  const y = there(td.array([1.5, 2], { dtype: 'float64' }))
  expect(y.dtype).toBe('float32')
  expect(y.toArray()).toEqual([4.5])
  expect(there.explain().signatures[0]!.narrowed).toMatchInlineSnapshot(`
    [
      "input 0: float64 -> float32",
      "constant 0: int64 -> int32",
    ]
  `)
})
