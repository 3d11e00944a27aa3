import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { engine as tfEngine } from '@tensorflow/tfjs-core'
import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { plain } from './judge.ts'

// What is told apart and how much of it, what calls leave in memory, and what is refused.

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

const is = (x: td.NDArray): boolean => x.item() === true
type Fn = (x: td.NDArray) => td.NDArray

describe('limits', () => {
  /** After how many of these calls the function runs at each call; undefined where it never does. */
  function callsUntilRerun(fn: (x: td.NDArray) => unknown, calls: readonly td.NDArray[]): number | undefined {
    const graph = td.traceGraph(fn)
    const at = calls.findIndex((x) => {
      graph(x)
      return graph.explain().signatures[0]!.reruns !== undefined
    })
    return at < 0 ? undefined : at + 1
  }
  const numbers = Array.from({ length: 40 }, (_, i) => td.array([i]))

  test('bools have none', () => {
    const bits = (x: td.NDArray): boolean[] =>
      [1, 2, 4, 8, 16].map((bit) =>
        is(
          td
            .remainder(td.floor(td.divide(x, bit)), 2)
            .sum()
            .greater(0),
        ),
      )
    expect(callsUntilRerun(bits, numbers)).toBe(undefined)
  })
  test('16 ints, 4 floats', () => {
    expect(callsUntilRerun((x) => Number(x.astype('int32').item()), numbers)).toBe(17)
    expect(callsUntilRerun((x) => Number(x.item()), numbers)).toBe(5)
  })
  test('a value that comes back is known', () => {
    const four = Array.from({ length: 40 }, (_, i) => td.array([i % 4]))
    expect(callsUntilRerun((x) => Number(x.item()), four)).toBe(undefined)
  })
  test('more than 1,024 elements: none', () => {
    const whole = (x: td.NDArray): number => x.dataSync().length
    expect(callsUntilRerun(whole, [td.ones([1025])])).toBe(1)
    expect(callsUntilRerun(whole, [td.ones([1024])])).toBe(undefined)
  })
  test('512 pieces, and then right', () => {
    const count = (x: td.NDArray): number => {
      let [y, turns] = [x, 0]
      for (; is(y.sum().less(300)); turns++) y = y.add(1)
      return turns
    }
    const graph = td.traceGraph(count)
    expect([0, 200, 50, 0].map((v) => graph(td.array([v])))).toEqual([300, 100, 250, 300])
    const deep = (x: td.NDArray): number => count(x.subtract(300))
    expect(callsUntilRerun(deep, [td.array([0])])).toBe(1)
    expect(td.traceGraph(deep)(td.array([100]))).toBe(500)
  })
  test("rerun: 'never' refuses what does not repeat, and that alone", () => {
    const graph = td.traceGraph((x: td.NDArray) => x.multiply(Number(x.sum().item())), { rerun: 'never' })
    for (let v = 0; v < 5; v++) expect(graph(td.array([v])).toArray()).toEqual([v * v])
    expect(() => graph(td.array([9]))).toThrow(
      /has to run again at each call, which rerun: 'never' rules out/,
    )
  })
  test('explain() has one line for the turns of a loop', () => {
    const graph = td.traceGraph((x: td.NDArray) => {
      let y = x
      while (is(y.sum().less(50))) y = y.add(1)
      return y
    })
    graph(td.array([0]))
    graph(td.array([0]))
    const text = String(graph.explain()).replaceAll(/test\.ts:\d+/g, 'test.ts:line')
    expect(text.split('\n').length).toBeLessThan(6)
    expect(text).toMatch('  read at limits.test.ts:line in 51 turns: 51 values, new in 51 of 102 calls')
  })
})

test('seeding inside of a traced function is refused', () => {
  const graph = td.traceGraph((x: td.NDArray) => {
    td.random.seed(3)
    return td.random.uniform({ shape: [1] }).add(x)
  })
  expect(() => graph(td.array([1]))).toThrow(/the random stream: it is seeded while a function is traced/)
})

test('a Variable gives one object', () => {
  const w = new td.Variable(td.array([1]))
  const graph = td.traceGraph((x: td.NDArray) => (w.value === w.value ? x.add(1) : x))
  expect(graph(td.array([1])).toArray()).toEqual([2])
})

test('all ways go along to another engine', async () => {
  const fn = (x: td.NDArray): unknown => {
    if (!is(x.sum().greater(0))) return x.negative()
    return is(x.max().greater(5)) ? [x.multiply(2)] : { x }
  }
  const graph = td.traceGraph(fn)
  const inputs = [[1, 2], [-1, 0], [9], [NaN]]
  for (const data of inputs) graph(td.array(data))
  const { runs } = graph.explain()
  const there = await graph.to('numjs')
  await td.setBackend('numjs')
  for (const data of inputs) expect(plain(there(td.array(data)))).toEqual(plain(fn(td.array(data))))
  expect(there.explain().runs).toBe(runs)
})

const kept = td.array([1, 2])
const memory: Readonly<Record<string, { readonly fn: Fn; readonly calls: number }>> = {
  'a branch': { fn: (x) => (is(x.sum().greater(0)) ? x.add(1) : x.negative()), calls: 100_000 },
  'a loop that reads': {
    fn: (x) => {
      let y = x
      for (let i = 0; i < 5 && is(y.sum().less(9)); i++) y = y.add(kept)
      return y
    },
    calls: 100_000,
  },
  're-run mode': { fn: (x) => x.multiply(Number(x.sum().item())).add(1), calls: 20_000 },
  'a throw that leaves draws': {
    fn: (x) => {
      td.random.uniform({ shape: [2] })
      if (is(td.exp(x).sum().less(1))) throw new Error('low')
      return x.add(1)
    },
    calls: 5000,
  },
}

describe.each(['numjs', 'tfjs:cpu'])('memory on %s', (engine) => {
  test.each(Object.entries(memory))('%s', async (_name, { fn, calls }) => {
    await td.setBackend(engine)
    const graph = td.traceGraph(fn)
    const inputs = Array.from({ length: 40 }, (_, i) => td.array([(i % 7) - 3, ((i * 3) % 5) - 2 + i / 8]))
    const run = (count: number): void => {
      for (let i = 0; i < count; i++) {
        try {
          graph(inputs[i % inputs.length]!).dispose()
        } catch {
          // It is one that throws.
        }
      }
    }
    const heap = async (): Promise<number> => {
      // The collector tells of what it found in a later turn.
      for (let i = 0; i < 2; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        collectGarbage()
      }
      return process.memoryUsage().heapUsed
    }
    run(1000)
    const before = await heap()
    const { numTensors } = tfEngine().state
    const { programs } = graph.explain()
    const count = engine === 'numjs' ? calls : calls / 10
    run(count)
    expect(tfEngine().state.numTensors).toBe(numTensors)
    expect(graph.explain().programs).toBe(programs)
    // One array a call would be some 100 bytes.
    expect((await heap()) - before).toBeLessThan(3e6)
  })
})
