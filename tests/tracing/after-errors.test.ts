import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from '../engines.ts'
import { plain } from './suite/compare.ts'

// A function that throws half-way leaves nothing behind: no trace that goes on, no hooks, no state of its own.

const folder = mkdtempSync(join(tmpdir(), 'tendril-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

const one = (): td.NDArray => td.array([1, 2])
const first = async (x: td.NDArray): Promise<number> => Number((await x.data())[0])

interface World {
  readonly w: td.Variable
  readonly s: { n: td.NDArray }
  readonly inner: (x: td.NDArray) => td.NDArray
}
const world = (): World => {
  const w = new td.Variable(td.array(1))
  return {
    w,
    s: { n: td.array(2) },
    inner: td.traceGraph((x: td.NDArray) => {
      w.assign(w.value.add(1))
      if (x.sum().greater(0).item() === true) throw new RangeError('on purpose')
      return x
    }),
  }
}

const throwing: Readonly<Record<string, (world: World) => (x: td.NDArray) => unknown>> = {
  'at once': () => () => {
    throw new RangeError('on purpose')
  },
  'after ops and a read': () => (x) => {
    if (x.add(1).sum().greater(0).item() === true) throw new RangeError('on purpose')
    return x
  },
  'with a Variable written':
    ({ w }) =>
    (x) => {
      w.assign(w.value.add(x.sum()))
      throw new RangeError('on purpose')
    },
  'with state written':
    ({ s }) =>
    (x) => {
      s.n = x
      throw new RangeError('on purpose')
    },
  'in a traced function inside':
    ({ inner }) =>
    (x) =>
      inner(x.add(1)),
  'in tidy and in a loop': () => (x) =>
    td.tidy(() =>
      td.forLoop(
        0,
        2,
        () => {
          throw new RangeError('on purpose')
        },
        x,
      ),
    ),
  'async, before a wait': () => async () => {
    throw new RangeError('on purpose')
  },
  'async, after a wait': () => async (x) => {
    await first(x)
    throw new RangeError('on purpose')
  },
  'async, with a Variable written':
    ({ w }) =>
    async (x) => {
      w.assign(w.value.add(x.sum()))
      await first(x)
      w.assign(w.value.add(1))
      throw new RangeError('on purpose')
    },
  'async, in a traced function inside':
    ({ inner }) =>
    async (x) => {
      await first(x)
      return inner(x)
    },
}

/** What a trace that goes on would change. */
function expectNothingLeft(): void {
  const zeros = td.zeros([2])
  expect(zeros.toArray()).toEqual([0, 0])
  expect(String(zeros)).not.toMatch('traced')
  expect(td.random.uniform({ shape: [1] }).toArray()).toHaveLength(1)
  expect(() => td.random.seed(1)).not.toThrow()
  const v = new td.Variable(td.array(1))
  v.assign(v.value.add(1))
  expect(v.value.item()).toBe(2)
  const box = new td.Container({ a: 1 })
  box['a'] = 2
  expect(box['a']).toBe(2)
}

describe.each(['numjs', 'tfjs:cpu', 'ort'])('on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
  })

  test.each(Object.entries(throwing))('%s', async (name, make) => {
    const hooks = [Math.random, Date.now, globalThis.performance.now, globalThis.crypto.getRandomValues]
    const { name: backend } = td.currentBackend()
    for (const args of [{ args: [one()] }, {}]) {
      const all = world()
      const [w, n] = [all.w.value, all.s.n]
      const options = name.includes('state') ? { stateful: [all.s] } : {}
      const run = async (): Promise<unknown> => {
        const graph = await td.traceGraph(make(all), { ...options, ...args })
        return (graph as (x: td.NDArray) => unknown)(one())
      }
      await expect(run()).rejects.toThrow('on purpose')
      expectNothingLeft()
      // Only traced: nothing is written.
      const isOnlyTraced = 'args' in args
      expect(!isOnlyTraced || (all.w.value === w && all.s.n === n)).toBe(true)
      expect([Math.random, Date.now, globalThis.performance.now, globalThis.crypto.getRandomValues]).toEqual(
        hooks,
      )
      expect(td.currentBackend().name).toBe(backend)
      // The next call is as the first one.
      await expect(run()).rejects.toThrow('on purpose')
    }
  })

  test.each([5, 50])('%d first calls at once of an async function', async (count) => {
    const fn = async (x: td.NDArray): Promise<td.NDArray> => {
      const isHigh = (await x.sum().greater(6).data())[0] === 1
      const noise = td.zeros([2])
      return isHigh ? x.multiply(await first(td.countNonzero(x))) : noise.subtract(x)
    }
    const graph = td.traceGraph(fn)
    const call = async (of: typeof fn): Promise<unknown> =>
      plain(await Promise.all(Array.from({ length: count }, async (_, i) => of(td.array([i, i % 3])))))
    const right = await call(fn)
    for (let round = 0; round < 3; round++) expect(await call(graph as typeof fn)).toEqual(right)
  })

  test('trees that are saved and loaded go the same ways', async () => {
    const fn = (x: td.NDArray): td.NDArray => {
      if (x.sum().greater(0).item() !== true) return x.negative()
      const y = td.max(x).greater(3).item() === true ? x.multiply(2) : x.subtract(1)
      return y.sum().less(2).item() === true ? y : y.add(x)
    }
    const inputs = [
      [5, 2],
      [4, -3.5],
      [2, 3],
      [1, 2],
      [0, 4],
      [5, 2],
      [-1, 0],
      [0, 0],
    ]
    const graph = td.traceGraph(fn)
    const right = inputs.map((elements) => plain(fn(td.array(elements))))
    for (const elements of inputs) graph(td.array(elements))
    const path = join(folder, engine.replace(':', '-'))
    await graph.save(path)
    for (const to of engines) {
      const loaded = await (await td.loadGraph(path)).to(to)
      const given: unknown[] = []
      for (const elements of inputs) given.push(plain(await loaded(td.array(elements))))
      expect({ to, given }).toEqual({ to, given: right })
    }
  })

  test('trees that go on by numbers are not saved, and say where', async () => {
    const graph = td.traceGraph((x: td.NDArray) => (td.countNonzero(x).item() === 1 ? x.add(1) : x))
    for (const elements of [
      [1, 2],
      [0, 4],
    ])
      graph(td.array(elements))
    await expect(graph.save(join(folder, 'numbers'))).rejects.toThrow(
      /the value read at after-errors\.test\.ts:\d+ is int32, and a graph branches by one truth value/,
    )
  })
})
