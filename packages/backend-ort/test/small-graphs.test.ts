import * as td from '@tendril/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ort } from '@tendril/backend-ort'

/** The engine of an adapter that runs small graphs elsewhere, which the setup of tests turns off. */
async function loaded(): Promise<void> {
  const before = process.env['TENDRIL_SMALL_GRAPHS']
  delete process.env['TENDRIL_SMALL_GRAPHS']
  td.registerBackend(ort())
  await td.loadBackend('ort')
  process.env['TENDRIL_SMALL_GRAPHS'] = before
}

describe('small graphs on ort', () => {
  beforeAll(loaded)

  it('run as generated JavaScript, and say so', () =>
    td.withBackend('ort', () => {
      const x = td.array([1, -2, 3])
      const graph = td.traceGraph((a: td.NDArray) => td.multiply(td.tanh(a), 2), { args: [x] })
      expect(graph(x).toArray()).toEqual(
        [2 * Math.tanh(1), 2 * Math.tanh(-2), 2 * Math.tanh(3)].map(Math.fround),
      )
      expect(graph(x).backend).toBe('ort')
      const text = graph.explain().toString()
      expect(text).toContain('it runs on numjs:cpu, as its work is 6, of at most 2048')
      expect(graph.toSource()).toMatch(/^\/\/ a small graph, which numjs:cpu runs for ort:cpu\n/)
    }))

  it('load no other engine', () => {
    expect(() => td.traceGraph((a: td.NDArray) => a, { to: 'numjs' })).toThrow('it is not loaded')
  })

  it('are sessions where their work is larger, and give the same', () =>
    td.withBackend('ort', () => {
      const matrix = (n: number): td.NDArray => td.reshape(td.arange(0, n * n, { dtype: 'float32' }), [n, n])
      const graph = td.traceGraph((a: td.NDArray, b: td.NDArray) => td.matmul(a, b))
      for (const n of [3, 12, 13, 40]) {
        const expected = td.matmul(matrix(n), td.eye(n))
        expect(graph(matrix(n), td.eye(n)).toArray()).toEqual(expected.toArray())
      }
      const large = td.traceGraph((a: td.NDArray) => td.matmul(a, a), { args: [matrix(40)] })
      expect(large.explain().toString()).not.toContain('it runs on')
      expect(large.toSource()).toContain('MatMul')
    }))

  it('take and give arrays of every dtype that both hold', () =>
    td.withBackend('ort', () => {
      for (const dtype of [
        'bool',
        'int8',
        'int64',
        'uint8',
        'uint32',
        'float32',
        'float64',
        'float16',
      ] as const) {
        const x = td.array([0, 1, 1], { dtype })
        const y = td.concat([x, x])
        expect([y.dtype, y.backend, Array.from(y.dataSync() as ArrayLike<number | bigint>, Number)]).toEqual([
          dtype,
          'ort',
          [0, 1, 1, 0, 1, 1],
        ])
      }
    }))

  it("give a session where the engine's own object is asked for", () =>
    td.withBackend('ort', async () => {
      const x = td.array([1, 2])
      const graph = td.traceGraph((a: td.NDArray) => td.add(a, a), { args: [x] })
      const { native, run } = await graph.backendFn()
      expect((native as object).constructor.name).toBe('InferenceSession')
      const sum = (await run(x.native())) as { readonly data: Float32Array }
      expect([...sum.data]).toEqual([2, 4])
    }))
})
