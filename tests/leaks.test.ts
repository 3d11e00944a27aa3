import { engine as tfEngine } from '@tensorflow/tfjs-core'
import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from './engines.ts'

// 10,000 calls of a traced graph leave tfjs' tensors and the memory of the process as they were.

const calls = 10_000

/** What tfjs counts, whichever of its devices is current. */
const tfjsMemory = (): object => {
  const { numTensors, numDataBuffers, numBytes } = tfEngine().state
  return { numTensors, numDataBuffers, numBytes }
}

afterEach(() => td.unsetBackend())

describe.each(engines.filter((engine) => engine !== 'reference'))('%s', { timeout: 60_000 }, (engine) => {
  test(`${calls} calls, results disposed`, async () => {
    await td.setBackend(engine)
    const [x, w] = [td.ones([64, 64]), td.ones([64, 64])]
    const graph = td.traceGraph(
      (v: td.NDArray) => td.sum(td.tanh(td.add(td.matmul(v, w), td.multiply(v, 2))), { axis: 0 }),
      { args: [x] },
    )
    const run = (count: number): void => {
      for (let i = 0; i < count; i++) graph(x).dispose()
    }
    run(1000)
    const tensors = tfjsMemory()
    const before = process.memoryUsage()
    run(calls)
    expect(tfjsMemory()).toEqual(tensors)
    const after = process.memoryUsage()
    // A leak of one intermediate a call (16 kB) would be 160 MB.
    expect(after.rss - before.rss).toBeLessThan(60e6)
  })

  test('results that are dropped are freed in time', async () => {
    await td.setBackend(engine)
    const x = td.ones([256, 256])
    const graph = td.traceGraph((v: td.NDArray) => td.add(v, 1), { args: [x] })
    const before = process.memoryUsage().rss
    for (let i = 0; i < 2000; i++) {
      graph(x)
      // The net under dropped arrays is the garbage collector's, which runs between turns.
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    // All of them kept would be 524 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6)
  })
})
