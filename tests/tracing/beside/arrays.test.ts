// oxlint-disable-next-line import/no-unassigned-import -- it takes AsyncLocalStorage away from what follows
import './no-async-storage.ts'
import * as td from '@tendril/core'
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest'
import { plain } from '../suite/judge.ts'

// What becomes of arrays that are made while async functions wait, on a platform that does not tell whose work that is.

let warn: MockInstance
beforeEach(async () => {
  await td.setBackend('numjs')
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

const one = (): td.NDArray => td.array([1, 2])
const nothing = async (): Promise<void> => {
  await Promise.resolve()
}

/** Waits until it is told to go on. */
class Gate {
  open!: () => void
  readonly passed = new Promise<void>((resolve) => (this.open = resolve))
}

/** A graph that tells how often its function ran. */
function counted(fn: (x: td.NDArray) => Promise<unknown>) {
  const runs = { count: 0 }
  const graph = td.traceGraph(async (x: td.NDArray) => {
    runs.count++
    return fn(x)
  })
  return { graph, runs }
}

test('are recorded as the ops that made them', async () => {
  const { graph, runs } = counted(async (x) => {
    await nothing()
    const noise = td.random.uniform({ shape: [2] })
    return td.arange(2).multiply(noise).add(x)
  })
  await graph(one())
  expect(String(graph)).toMatchInlineSnapshot(`
    "graph(%0: float32[2])
      const %1: float32[2] = [0, 1]
      %2: float32[2] = random.uniform(low=0, high=1, shape=[2], dtype="float32", key={draw: 0})
      %3: float32[2] = multiply(%1, %2)
      %4: float32[2] = add(%3, %0)
      return %4"
  `)
  expect(runs.count).toBe(1)
  expect(warn).not.toHaveBeenCalled()
})

test('are drawn anew at each call, as the function draws them, without running it', async () => {
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    await nothing()
    const a = td.random.uniform({ shape: [2] })
    const b = td.random.normal({ shape: [2] })
    return x.add(b).multiply(a)
  }
  td.random.seed(3)
  const right = [plain(await fn(one())), plain(await fn(one())), plain(await fn(one()))]
  const { graph, runs } = counted(fn)
  td.random.seed(3)
  const given = [plain(await graph(one())), plain(await graph(one())), plain(await graph(one()))]
  expect(given).toEqual(right)
  expect(new Set(given.map((value) => JSON.stringify(value))).size).toBe(3)
  expect(runs.count).toBe(1)
})

test('leave the stream where it was when a function is only traced', async () => {
  td.random.seed(4)
  const next = plain(td.random.uniform({ shape: [] }))
  td.random.seed(4)
  await td.traceGraph(
    async (x: td.NDArray) => {
      const before = td.random.uniform({ shape: [2] })
      await nothing()
      return x.add(before).add(td.random.uniform({ shape: [2] }))
    },
    { args: [one()] },
  )
  expect(plain(td.random.uniform({ shape: [] }))).toEqual(next)
})

test('are constants where they were made before the function waited', async () => {
  const before = td.random.uniform({ shape: [2] })
  const { graph, runs } = counted(async (x) => {
    await nothing()
    return before.add(td.ones([2])).multiply(x)
  })
  const right = plain(before.add(1).multiply(one()))
  for (let call = 0; call < 3; call++) expect(plain(await graph(one()))).toEqual(right)
  expect(runs.count).toBe(1)
  expect(String(graph)).toMatch('const')
  expect(String(graph)).not.toMatch('randomUniform')
})

test('are constants for a function that began to wait after them, beside one that waited', async () => {
  const [first, second] = [new Gate(), new Gate()]
  const waits = td.traceGraph(async (x: td.NDArray) => {
    await first.passed
    return x.add(td.ones([2]))
  })
  const pending = waits(one())
  await nothing()
  const between = td.random.uniform({ shape: [2] })
  const { graph, runs } = counted(async (x) => {
    await second.passed
    return between.multiply(2).add(x)
  })
  const other = graph(one())
  second.open()
  const right = plain(between.multiply(2).add(one()))
  expect(plain(await other)).toEqual(right)
  first.open()
  expect(plain(await pending)).toEqual(plain(td.array([2, 3])))
  expect(plain(await graph(one()))).toEqual(right)
  expect(runs.count).toBe(1)
})

test('serve two functions that wait at once', async () => {
  const gate = new Gate()
  const shared: { ones?: td.NDArray; noise?: td.NDArray } = {}
  const make = (scale: number) =>
    counted(async (x) => {
      await gate.passed
      const mine = td.full([2], scale)
      return [shared.ones!.add(mine).add(x), shared.noise!.multiply(scale).add(x)]
    })
  const [a, b] = [make(2), make(3)]
  const both = [a.graph(one()), b.graph(one())]
  await nothing()
  shared.ones = td.ones([2])
  shared.noise = td.random.uniform({ shape: [2] })
  gate.open()
  const right = (scale: number): unknown =>
    plain([td.ones([2]).add(scale).add(one()), shared.noise!.multiply(scale).add(one())])
  const given = await Promise.all(both)
  expect(given.map(plain)).toEqual([right(2), right(3)])
  // Whose draw it was is not known, so the functions run.
  shared.noise = td.random.uniform({ shape: [2] })
  expect(plain(await a.graph(one()))).toEqual(right(2))
  expect(plain(await b.graph(one()))).toEqual(right(3))
  expect([a.runs.count, b.runs.count]).toEqual([2, 2])
})

test('of several functions at once stay apart, and none runs again', async () => {
  const make = (scale: number) =>
    counted(async (x) => {
      await nothing()
      const y = td.full([2], scale).add(x)
      await y.data()
      return td.arange(2).multiply(y)
    })
  const all = [1, 2, 3, 4].map(make)
  for (let round = 0; round < 3; round++) {
    const given = await Promise.all(all.map(async ({ graph }) => graph(one())))
    const right = [1, 2, 3, 4].map((scale) => td.arange(2).multiply(td.full([2], scale).add(one())))
    expect(given.map(plain)).toEqual(right.map(plain))
  }
  expect(all.map(({ runs }) => runs.count)).toEqual([1, 1, 1, 1])
})

test('that others make meanwhile are no part of a function', async () => {
  const gate = new Gate()
  const { graph, runs } = counted(async (x) => {
    await gate.passed
    return td.ones([2]).add(x)
  })
  const pending = graph(one())
  let y = td.ones([2])
  for (let i = 0; i < 1000; i++) y = y.multiply(1.001).add(0.5)
  const read = y.toArray()
  gate.open()
  expect(plain(await pending)).toEqual(plain(td.array([2, 3])))
  expect(y.toArray()).toEqual(read)
  expect(graph.nodes.map(({ op }) => op.def.name)).toEqual(['add'])
  await graph(one())
  expect(runs.count).toBe(1)
})

test('of a long chain are constants in the end', async () => {
  const { graph, runs } = counted(async (x) => {
    await nothing()
    let y = td.ones([2])
    for (let i = 0; i < 1000; i++) y = y.add(1)
    return y.add(x)
  })
  expect(plain(await graph(one()))).toEqual(plain(td.array([1002, 1003])))
  expect(plain(await graph(td.array([0, 0])))).toEqual(plain(td.array([1001, 1001])))
  expect(runs.count).toBe(1)
})

test('of draws in a long chain make the function run again', async () => {
  const { graph, runs } = counted(async (x) => {
    await nothing()
    let y = td.random.uniform({ shape: [2] })
    for (let i = 0; i < 1000; i++) y = y.multiply(1)
    return y.add(x)
  })
  const given = [await graph(one()), await graph(one()), await graph(one())].map((y) => String(y))
  expect(new Set(given).size).toBe(3)
  expect(runs.count).toBe(3)
})

test('whose elements are read and that were drawn make the function run again, and it is told', async () => {
  const { graph, runs } = counted(async (x) => {
    await nothing()
    const noise = td.random.uniform({ shape: [] })
    return Number(noise.item()) < 0.5 ? x.add(1) : x
  })
  for (let call = 0; call < 3; call++) await graph(one())
  expect(runs.count).toBe(3)
  expect(warn.mock.calls.join()).toMatch('it has no AsyncLocalStorage')
  expect(warn).toHaveBeenCalledTimes(1)
  const never = td.traceGraph(
    async (x: td.NDArray) => {
      await nothing()
      return td.random.uniform({ shape: [] }).item() === 2 ? x.add(1) : x
    },
    { rerun: 'never' },
  )
  await never(one())
  await expect((async () => never(one()))()).rejects.toThrow(td.GuardError)
})

test('that a function throws away by throwing leave nothing behind', async () => {
  let fails = true
  const { graph, runs } = counted(async (x) => {
    await nothing()
    const y = td.random.uniform({ shape: [2] }).add(x)
    if (fails) throw new RangeError('on purpose')
    return y
  })
  await expect(graph(one())).rejects.toThrow('on purpose')
  fails = false
  td.random.seed(1)
  const right = plain(td.random.uniform({ shape: [2] }).add(one()))
  td.random.seed(1)
  expect(plain(await graph(one()))).toEqual(right)
  const eager = td.ones([2])
  expect(eager.add(1).toArray()).toEqual([2, 2])
  expect(runs.count).toBe(2)
})

test('a Variable given a value while a function is only traced is refused, as that cannot be taken back', async () => {
  const w = new td.Variable(td.array(1))
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    await nothing()
    w.assign(w.value.add(1))
    return w.value.add(x)
  }
  await expect(td.traceGraph(fn, { args: [one()] })).rejects.toThrow(
    /'fn' is async, and a Variable .* was given a value while it waited[^]*without args/,
  )
  w.assign(td.array(1))
  for (const graph of [td.traceGraph(fn), td.traceGraph(fn, { rerun: 'always' })]) {
    w.assign(td.array(1))
    expect((await graph(one())).toArray()).toEqual([3, 4])
    expect((await graph(one())).toArray()).toEqual([4, 5])
    expect(w.value.item()).toBe(3)
  }
})

test('restarting the stream after a wait makes the function run again', async () => {
  const { graph, runs } = counted(async (x) => {
    await nothing()
    td.random.seed(9)
    return td.random.uniform({ shape: [2] }).add(x)
  })
  const given = [plain(await graph(one())), plain(await graph(one())), plain(await graph(one()))]
  expect(given[1]).toEqual(given[0])
  expect(given[2]).toEqual(given[0])
  expect(runs.count).toBe(3)
})

test.each([5, 50])('%d first calls at once, with other values', async (count) => {
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    await nothing()
    const isLarge = (await x.sum().greater(6).data())[0] === 1
    return isLarge ? td.ones([2]).add(x) : td.arange(2).multiply(x)
  }
  const { graph, runs } = counted(fn)
  const call = async (of: typeof fn): Promise<unknown> =>
    plain(await Promise.all(Array.from({ length: count }, async (_, i) => of(td.array([i, 1])))))
  const right = await call(fn)
  for (let round = 0; round < 2; round++) expect(await call(graph as typeof fn)).toEqual(right)
  const { count: known } = runs
  expect(await call(graph as typeof fn)).toEqual(right)
  expect(runs.count).toBe(known)
  expect(warn).not.toHaveBeenCalled()
})
