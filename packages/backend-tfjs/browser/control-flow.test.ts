import * as td from '@tendril/core'
import { engine } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { tfjs } from '../src/index.ts'
import { wasmPaths } from './wasm-paths.ts'

// Graphs with branches and loops on GPUs: what decides is awaited in the middle of the graph.

const devices = ['webgl', 'webgpu'] as const

beforeAll(async () => {
  td.registerBackend(tfjs({ wasmPaths }))
  for (const device of ['wasm', ...devices]) await td.loadBackend(`tfjs:${device}`)
})
afterEach(() => td.unsetBackend())

const collatz = (x: td.NDArray): td.NDArray[] => {
  const [total, steps] = td.scan(
    (sum, row) => {
      const [, count] = td.whileLoop(
        ([n]) => n.greater(1),
        ([n, i]) => [
          td.cond(
            td.remainder(n, 2).equal(0),
            (m) => m.divide(2),
            (m) => m.multiply(3).add(1),
            n,
          ),
          i.add(1),
        ],
        [row, 0] as const,
      )
      return [sum.add(count), count]
    },
    0,
    x,
  )
  return [total, steps, td.forLoop(0, 3, (i, y) => y.add(i), x)]
}

describe.each(devices)('on tfjs:%s', (device) => {
  test('a loop in a loop over rows, with a branch', async () => {
    await td.setBackend(`tfjs:${device}`)
    const x = td.array([6, 1, 7, 2])
    const graph = td.traceGraph(collatz, { args: [x] })
    const run = async (): Promise<number[][]> => {
      const results = graph(x)
      const data = await Promise.all(results.map((one) => one.data()))
      for (const one of results) one.dispose()
      return data.map((one) => Array.from(one as Float32Array))
    }
    const right = [[25], [8, 0, 16, 1], [9, 4, 10, 5]]
    expect(await run()).toEqual(right)
    const { backend } = engine()
    const before = backend.numDataIds()
    for (let i = 0; i < 3; i++) expect(await run()).toEqual(right)
    expect(backend.numDataIds()).toBe(before)
  })

  test('outside of a graph it says that it cannot be read at once', async () => {
    await td.setBackend(`tfjs:${device}`)
    expect(() => collatz(td.array([6]))).toThrow(/answers only asynchronously/)
  })
})
