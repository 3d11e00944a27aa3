import * as td from '@tendril/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { engines } from '../../engines.ts'
import { plain } from './judge.ts'

// Calls of async functions that run beside each other, and what others do meanwhile.

afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

interface Case {
  readonly w: td.Variable
  readonly fn: (x: td.NDArray) => Promise<unknown>
}

const first = async (x: td.NDArray): Promise<number> => Number((await x.data())[0])
const variable = (): td.Variable => new td.Variable(td.array(1))

const cases: Readonly<Record<string, () => Case>> = {
  'no state': () => {
    const fn = async (x: td.NDArray): Promise<td.NDArray> =>
      (await first(x.sum())) > 1 ? x.multiply(await first(x.max())) : x
    return { w: variable(), fn }
  },
  'a Variable read at once': () => {
    const w = variable()
    return { w, fn: async (x) => ((await first(x.sum().multiply(w.value))) > 1 ? x : x.add(1)) }
  },
  'a Variable read after a wait': () => {
    const w = variable()
    const fn = async (x: td.NDArray): Promise<unknown> => {
      const before = w.value.add(0)
      await first(x.sum())
      return [before, w.value.add(0)]
    }
    return { w, fn }
  },
  'a Variable written around waits': () => {
    const w = variable()
    const fn = async (x: td.NDArray): Promise<unknown> => {
      w.assign(w.value.add(1))
      const sum = await first(x.sum())
      const seen = w.value
      await Promise.resolve()
      w.assign(w.value.multiply(2))
      return [sum, seen, w.value]
    }
    return { w, fn }
  },
  'a counter': () => {
    const w = variable()
    const fn = async (x: td.NDArray): Promise<td.NDArray> => {
      if ((await first(x.sum())) > 2) w.assign(w.value.add(1))
      return w.value.add(0)
    }
    return { w, fn }
  },
}

async function results({ w, fn }: Case): Promise<unknown> {
  const all: unknown[] = []
  for (let round = 0; round < 4; round++) {
    const calls = [1, 2, 1, -3].map(async (v) => fn(td.array([v, round])))
    if (round % 2 === 1) w.assign(td.array(round * 10))
    all.push(plain(await Promise.all(calls)), plain(w))
  }
  return all
}

describe.each(engines)('on %s', (engine) => {
  test.each(Object.entries(cases))('%s', async (_name, make) => {
    await td.setBackend(engine)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const right = await results(make())
    const traced = make()
    const graph = await td.traceGraph(traced.fn, { args: [td.array([1, 1])] })
    expect(await results({ w: traced.w, fn: graph })).toEqual(right)
  })
})
