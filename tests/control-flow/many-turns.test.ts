import { engine as tfEngine } from '@tensorflow/tfjs-core'
import * as td from '@tendril/core'
import { loadedEngine } from '@tendril/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// Long loops give what short ones give, and leave nothing behind.

afterEach(() => td.unsetBackend())

const int = (n: number): td.NDArray => td.array(new Int32Array([n])).sum({ dtype: 'int32' })

/** Arrays that tfjs holds, on whichever of its devices. */
const held = (name: string): number => {
  if (!name.startsWith('tfjs')) return 0
  return tfEngine()
    .findBackend(name === 'tfjs:node' ? 'tensorflow' : name.slice(5))
    .numDataIds()
}

// The reference takes 50 us for an op, and TensorFlow for each of its calls.
const few = ['reference', 'tfjs:node']

describe.each(engines)('on %s', { timeout: 120_000 }, (engine) => {
  const turns = few.includes(engine) ? 5000 : 100_000

  test('a while loop', async () => {
    await td.setBackend(engine)
    const loop = (x: td.NDArray, n: td.NDArray): td.NDArray[] => [
      ...td.whileLoop(
        ([i]) => i.less(n),
        ([i, y]) => [i.add(1), y.multiply(0.5).add(1)],
        [td.zeros([], { dtype: 'int32' }), x] as const,
      ),
    ]
    const x = td.array([1, 2, 3, 4])
    const graph = td.traceGraph(loop, { args: [x, int(1)] })
    const run = (n: number): unknown => {
      const [from, ...results] = [int(n), ...graph(x, int(n))]
      from.dispose()
      const given = results.map((one) => one.toArray())
      for (const one of results) one.dispose()
      return given
    }
    run(100)
    const { built } = loadedEngine(engine)!
    const [arrays, before] = [held(engine), process.memoryUsage().rss]
    expect(run(turns)).toEqual([turns, [2, 2, 2, 2]])
    expect(loadedEngine(engine)!.built).toBe(built)
    // What a call outside of the loop makes waits for the garbage collector.
    expect(held(engine) - arrays).toBeLessThan(10)
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6)
  })

  test('random numbers in each turn of a scan', async () => {
    await td.setBackend(engine)
    const rows = turns / 50
    const walk = (x: td.NDArray): td.NDArray[] => [
      ...td.scan(
        (at, row) => [at.add(td.random.uniform({ shape: [2] })).multiply(row), at.sum()],
        td.zeros([2]),
        x,
      ),
    ]
    const x = td.ones([rows])
    td.random.seed(5)
    const plain = walk(x).map((one) => one.toArray())
    const graph = td.traceGraph(walk, { args: [x] })
    td.random.seed(5)
    expect(graph(x).map((one) => one.toArray())).toEqual(plain)
    expect(new Set(plain[1] as number[]).size).toBe(rows)
  })
})
