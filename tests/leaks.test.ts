import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { engine as tfEngine } from '@tensorflow/tfjs-core'
import * as td from '@tendril/core'
import { loadedEngine } from '@tendril/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from './engines.ts'

// 10,000 calls of a traced graph leave tfjs' tensors and the memory of the process as they were.

const calls = 10_000
const many = 3000
const graphs = 2000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What tfjs counts, whichever of its devices is current. */
const tfjsMemory = (): object => {
  const { numTensors, numDataBuffers, numBytes } = tfEngine().state
  return { numTensors, numDataBuffers, numBytes }
}

afterEach(() => td.unsetBackend())

describe.each(engines.filter((engine) => engine !== 'reference'))('%s', { timeout: 120_000 }, (engine) => {
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

  /** A graph whose text no other one has, with weights of its own. */
  function graphOf(i: number): (v: td.NDArray) => td.NDArray {
    const steps = [td.abs, td.exp, td.floor, td.negative, td.sin, td.sqrt, td.square, td.tanh]
    const weights = td.full([16, 16], i)
    return (v) => {
      let y = td.matmul(v, weights)
      for (let rest = i; rest > 0; rest = Math.floor(rest / steps.length)) y = steps[rest % steps.length]!(y)
      return y
    }
  }

  test(`${graphs} graphs that are disposed leave no program`, async () => {
    await td.setBackend(engine)
    const x = td.ones([16, 16])
    const { programs } = loadedEngine(engine)!
    const build = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        const graph = td.traceGraph(graphOf(i), { args: [x] })
        graph(x).dispose()
        graph.dispose()
        // What is measured is what stays, not how late the collector comes on a busy machine.
        if (i % 100 === 0) collectGarbage()
      }
      collectGarbage()
    }
    // Ops that run eagerly keep theirs.
    build(0, 100)
    const before = programs.size
    const { rss } = process.memoryUsage()
    build(100, graphs)
    expect(programs.size).toBe(before)
    expect(process.memoryUsage().rss - rss).toBeLessThan(100e6)
  })

  test(`${graphs} graphs that are dropped are freed in time`, async () => {
    await td.setBackend(engine)
    const x = td.ones([16, 16])
    const { programs } = loadedEngine(engine)!
    const before = programs.size
    const tensors = tfEngine().state.numTensors
    for (let i = 0; i < graphs; i++) {
      td.traceGraph(graphOf(i), { args: [x] })(x)
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    collectGarbage()
    // The collector tells of what it found in a later turn.
    await expect.poll(() => programs.size, { timeout: 20_000 }).toBeLessThan(before + 20)
    expect(tfEngine().state.numTensors).toBe(tensors)
  })

  test('a disposed graph leaves those that share its programs', async () => {
    await td.setBackend(engine)
    const x = td.ones([2, 2])
    const fn = (v: td.NDArray): td.NDArray => td.add(td.matmul(v, v), 1)
    const threes = [
      [3, 3],
      [3, 3],
    ]
    const [first, second] = [td.traceGraph(fn, { args: [x] }), td.traceGraph(fn, { args: [x] })]
    const third = await first.to(engine)
    const { programs } = loadedEngine(engine)!
    const before = programs.size
    first.dispose()
    first.dispose()
    expect(() => first(x)).toThrow(td.GraphError)
    for (const graph of [second, third]) expect(graph(x).toArray()).toEqual(threes)
    third.dispose()
    expect(programs.size).toBe(before)
    expect(second(x).toArray()).toEqual(threes)
    second.dispose()
    expect(programs.size).toBe(before - 1)
  })
})

describe('a million calls leave the heap as it was', { timeout: 120_000 }, () => {
  const x = (): td.NDArray => td.ones([8])
  const w = (): td.Variable => new td.Variable(td.ones([8]))
  type Fn = (v: td.NDArray) => unknown
  const byBool: Fn = (v) => (td.greater(td.sum(v), 0).item() ? td.add(v, 1) : td.negative(v))
  const traced: Readonly<Record<string, () => Fn>> = {
    'one add': () => td.traceGraph((v: td.NDArray) => td.add(v, 1)),
    'one bool read': () => td.traceGraph(byBool),
    'one bool read, both ways': () => {
      const graph = td.traceGraph(byBool)
      const less = td.negative(x())
      let turn = 0
      return (v) => graph(turn++ % 2 === 0 ? v : less)
    },
    'a Variable': () => {
      const held = w()
      return td.traceGraph((v: td.NDArray) => td.multiply(v, held.value))
    },
    'a Variable that each call writes': () => {
      const held = w()
      return td.traceGraph((v: td.NDArray) => {
        held.assign(td.multiply(held.value, v))
        return td.add(v, held.value)
      })
    },
    'nested arguments': () => {
      const graph = td.traceGraph(({ a, k }: { a: td.NDArray; k: number }, [b]: td.NDArray[]) => ({
        out: td.multiply(td.add(a, b!), k),
      }))
      return (v) => graph({ a: v, k: 3 }, [v])
    },
    'a draw': () => td.traceGraph((v: td.NDArray) => td.add(v, td.random.uniform({ shape: [] }))),
    'a function that runs at each call': () => td.traceGraph(byBool, { rerun: 'always' }),
  }

  test.each(Object.keys(traced))('%s', async (name) => {
    await td.setBackend('numjs')
    const [graph, v] = [traced[name]!(), x()]
    const run = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++) graph(v)
      // What the collector has to tell of comes in a later turn.
      await new Promise((resolve) => setImmediate(resolve))
      collectGarbage()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    await run(20_000)
    const before = await run(20_000)
    // One number that is kept for each call would be 8 MB.
    expect((await run(1_000_000)) - before).toBeLessThan(2e6)
  })
})

test('weights of models that backendFn gave and nobody holds are freed in time', async () => {
  await td.setBackend('tfjs:cpu')
  const x = td.ones([16, 16])
  const native = x.native()
  const before = tfEngine().state.numTensors
  for (let i = 0; i < 50; i++) {
    const weights = td.full([16, 16], i)
    const fn = await td.traceGraph((v: td.NDArray) => td.matmul(v, weights), { args: [x] }).backendFn()
    ;(fn.run(native) as { dispose(): void }).dispose()
  }
  expect(tfEngine().state.numTensors).toBeGreaterThan(before + 40)
  collectGarbage()
  await expect.poll(() => tfEngine().state.numTensors, { timeout: 20_000 }).toBeLessThan(before + 5)
})

describe(`${many} of a kind leave what a graph has room for`, { timeout: 120_000 }, () => {
  const heap = async (): Promise<number> => {
    for (let i = 0; i < 2; i++) {
      collectGarbage()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return process.memoryUsage().heapUsed
  }

  /** What the second half of the calls leaves. */
  async function growth(call: (n: number) => void): Promise<number> {
    const half = many / 2
    for (let n = 1; n <= half; n++) call(n)
    const before = await heap()
    for (let n = half + 1; n <= many; n++) call(n)
    return (await heap()) - before
  }

  test.each([
    ['sizes that the function reads', (x: td.NDArray) => td.multiply(td.add(x, 1), x.shape[0]!)],
    ['sizes that are free', (x: td.NDArray) => td.multiply(td.add(x, 1), 2)],
    [
      'sizes of a function that goes on by a value',
      (x: td.NDArray) => (td.any(td.greater(x, 0)).item() ? td.add(x, 1) : td.negative(x)),
    ],
  ])('%s', async (_, fn) => {
    await td.setBackend('numjs')
    const graph = td.traceGraph(fn)
    const elements = new Float32Array(many).fill(1)
    // A program of one op for each size is what eager calls keep: typed arrays make none.
    const call = (n: number): void => void graph(elements.subarray(0, n) as unknown as td.NDArray)
    expect(await growth(call)).toBeLessThan(10e6)
    expect(graph(td.ones([2])).toArray()).toEqual(fn(td.ones([2])).toArray())
    expect(graph(td.ones([many])).toArray()).toEqual(fn(td.ones([many])).toArray())
  })

  test('numbers among the arguments', async () => {
    await td.setBackend('numjs')
    const graph = td.traceGraph((x: td.NDArray, k: number) => td.multiply(td.add(x, k), 2))
    const one = td.ones([1])
    expect(await growth((n) => void graph(one, n))).toBeLessThan(10e6)
    expect([1, 2, many].map((k) => graph(one, k).item())).toEqual([4, 6, 2 * many + 2])
  })

  test('arrays that a frozen graph had', async () => {
    await td.setBackend('numjs')
    const w = new td.Variable(td.ones([100]))
    const graph = td.traceGraph((x: td.NDArray) => td.multiply(x, w.value), { freeze: true })
    const x = td.ones([100])
    const seen: WeakRef<object>[] = []
    const assign = (n: number): void => {
      w.assign(td.full([100], n))
      seen.push(new WeakRef(w.value))
      // So often that the calls are answered by text.
      for (let i = 0; i < 40; i++) expect(graph(x).dataSync()[0]).toBe(n)
    }
    for (let n = 1; n <= 30; n++) assign(n)
    await heap()
    expect(seen.filter((one) => one.deref() !== undefined).length).toBeLessThan(3)
  })

  test('arguments of calls that were traced', async () => {
    await td.setBackend('numjs')
    const graph = td.traceGraph((x: td.NDArray) => [1, 2].map((k) => td.multiply(x, k + x.shape[0]!)))
    const seen: WeakRef<object>[] = []
    const call = (n: number): void => {
      const x = td.ones([n])
      seen.push(new WeakRef(x))
      graph(x)
    }
    for (let n = 1; n <= 50; n++) call(n)
    await heap()
    expect(seen.filter((one) => one.deref() !== undefined)).toEqual([])
    expect(graph.signatures).toHaveLength(50)
  })
})
