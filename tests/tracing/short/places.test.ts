import * as td from '@tendril/core'
import { mostSizes } from '@tendril/core/testing'
import { expect, test, vi } from 'vitest'
import { eachWay, shortCalls, use } from './ways.ts'

const x = (): td.NDArray => td.array([1, 2])
const values = (array: unknown): unknown => (array as td.NDArray).toArray()

/** What is told by the error of a call. */
async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call()
    return 'nothing'
  } catch (error) {
    return (error as Error).message.replaceAll(/:\d+/g, '')
  }
}

eachWay((engine, way) => {
  test('Variables: the same array, another one, one of another engine', async () => {
    const w = new td.Variable(td.array([1, 2]))
    const graph = td.traceGraph((a: td.NDArray) => td.add(td.multiply(a, w.value), w.value))
    for (let i = 0; i < 5; i++) expect(values(graph(x()))).toEqual([2, 6])
    expect(shortCalls()).toBe(3)
    w.assign(td.array([10, 10]))
    for (let i = 0; i < 5; i++) expect(values(graph(x()))).toEqual([20, 30])
    const here = td.array([0, 1])
    await td.setBackend(engine === 'reference' ? 'numjs' : 'reference')
    w.assign(td.array([3, 3]))
    for (let i = 0; i < 3; i++) expect(values(graph(here))).toEqual([3, 6])
    td.previousBackend()
    for (let i = 0; i < 20; i++) {
      w.assign(td.array([i, i]))
      expect(values(graph(x()))).toEqual([2 * i, 3 * i])
    }
  })

  test('Variables that calls write', () => {
    const count = new td.Variable(td.array([0]))
    const graph = td.traceGraph((a: td.NDArray) => {
      count.assign(td.add(count.value, td.sum(a)))
      return td.greater(td.sum(count.value), 10).item()
        ? td.negative(count.value)
        : td.multiply(a, count.value)
    })
    const one = td.array([1])
    const given = Array.from({ length: 14 }, () => values(td.tidy(() => graph(one))))
    expect(given).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -11, -12, -13, -14].map((n) => [n]))
    expect(values(count.value)).toEqual([14])
    expect(shortCalls()).toBeGreaterThan(6)
  })

  test('places that decide, at the start and on a way', () => {
    const state = new td.Container({ on: true, late: 1 })
    const fn = (a: td.NDArray): td.NDArray => {
      const b = state['on'] === true ? td.add(a, 1) : td.negative(a)
      return td.greater(td.sum(b), 0).item() ? td.multiply(b, state['late'] as number) : b
    }
    const graph = td.traceGraph(fn)
    for (let i = 0; i < 24; i++) {
      state['on'] = i % 3 > 0
      state['late'] = (i >> 2) % 2
      const a = td.array([i % 5, i % 2 === 0 ? 3 : -9])
      expect(values(graph(a)), `call ${i}`).toEqual(values(fn(a)))
    }
    expect(shortCalls()).toBeGreaterThan(4)
  })

  test('arrays of other engines, of a running trace, and none', async () => {
    const graph = td.traceGraph((a: td.NDArray) => td.add(a, 1))
    for (let i = 0; i < 4; i++) graph(x())
    const outer = td.traceGraph((a: td.NDArray) => td.multiply(graph(a), 2))
    expect(values(outer(x()))).toEqual([4, 6])
    expect(values(outer(td.array([5, 6])))).toEqual([12, 14])
    expect(outer.listFunctionFrequencies()).toEqual({ add: 1, multiply: 1 })
    // One that a trace has nothing to do with is computed inside of it as it is outside.
    const aside = td.traceGraph((a: td.NDArray) => td.add(a, graph(td.array([1, 1]))))
    for (let i = 0; i < 3; i++) expect(values(aside(x()))).toEqual([3, 4])
    await td.setBackend(engine === 'reference' ? 'numjs' : 'reference')
    const there = td.array([7, 8])
    td.previousBackend()
    const before = shortCalls()
    expect(values(graph(there))).toEqual([8, 9])
    expect(shortCalls()).toBe(before)
    expect(() => graph(5 as never)).not.toThrow()
    expect(() => graph('text' as never)).toThrow(td.TendrilError)
    expect(values(graph(x()))).toEqual([2, 3])
  })

  test('arrays that were disposed: arguments, and those that the function holds', async () => {
    const held = td.array([1, 1])
    const fn = (a: td.NDArray): td.NDArray => td.add(a, held)
    use('general')
    const general = td.traceGraph(fn, { args: [x()] })
    use(way)
    const graph = td.traceGraph(fn)
    for (let i = 0; i < 4; i++) expect(values(graph(x()))).toEqual([2, 3])
    const gone = x()
    gone.dispose()
    expect(() => graph(gone)).toThrow(/was disposed/)
    expect(values(graph(x()))).toEqual([2, 3])
    held.dispose()
    // An engine may have a copy of its own.
    const outcome = await messageOf(() => general(x()))
    for (let i = 0; i < 2; i++) expect(await messageOf(() => graph(x()))).toBe(outcome)
    expect(outcome).toMatch(engine === 'ort' ? 'nothing' : 'was disposed')
  })

  test('tidy keeps what it returns and frees the rest', () => {
    const graph = td.traceGraph((a: td.NDArray) => {
      const b = td.exp(a)
      return td.greater(td.sum(b), 0).item() ? [td.add(b, a), b] : b
    })
    for (let i = 0; i < 6; i++) {
      let lost: td.NDArray | undefined
      const kept = td.tidy(() => {
        const [first, second] = graph(x()) as [td.NDArray, td.NDArray]
        lost = second
        return first
      })
      expect([kept.disposed, lost!.disposed], `call ${i}`).toEqual([false, true])
    }
    expect(shortCalls()).toBe(4)
  })

  test('a graph that was disposed', () => {
    const graph = td.traceGraph((a: td.NDArray) => td.add(a, 1))
    for (let i = 0; i < 4; i++) graph(x())
    graph.dispose()
    expect(() => graph(x())).toThrow(td.GraphError)
  })

  test('programs that were disposed: two graphs of one function', async () => {
    const graph = td.traceGraph((a: td.NDArray) => (td.greater(td.sum(a), 0).item() ? td.add(a, 1) : a))
    for (let i = 0; i < 4; i++) graph(x())
    const other = await graph.to(engine)
    for (let i = 0; i < 4; i++) expect(values(other(x()))).toEqual([2, 3])
    graph.dispose()
    for (let i = 0; i < 4; i++) expect(values(other(x()))).toEqual([2, 3])
  })

  test('sizes that gave way to others', () => {
    const before = mostSizes.ofOne
    mostSizes.ofOne = 3
    try {
      const graph = td.traceGraph((a: td.NDArray) => (td.greater(td.sum(a), 0).item() ? td.add(a, 1) : a))
      for (let turn = 0; turn < 3; turn++) {
        for (let size = 1; size < 14; size++) {
          const expected = Array.from({ length: size }, () => 2)
          for (let i = 0; i < 4; i++) expect(values(graph(td.ones([size])))).toEqual(expected)
        }
      }
      expect(shortCalls()).toBeGreaterThan(60)
    } finally {
      mostSizes.ofOne = before
    }
  })

  test('calls inside of calls', () => {
    const graph = td.traceGraph(({ a, b }: { a: td.NDArray; b: td.NDArray }) => td.subtract(a, b))
    const given = (): { a: td.NDArray; b: td.NDArray } => ({ a: x(), b: td.array([1, 1]) })
    const nested = {
      get a() {
        return graph(given())
      },
      b: td.array([1, 1]),
    }
    for (let i = 0; i < 5; i++) {
      expect(values(graph(given()))).toEqual([0, 1])
      expect(values(graph(nested))).toEqual([-1, 0])
    }
  })

  test('modes in which the function runs, and graphs that are audited', () => {
    let runs = 0
    const fn = (a: td.NDArray): td.NDArray => {
      runs++
      return td.add(a, 1)
    }
    const always = td.traceGraph(fn, { rerun: 'always' })
    for (let i = 0; i < 5; i++) always(x())
    expect([runs, shortCalls()]).toEqual([5, 0])
    const audited = td.traceGraph(fn, { audit: true })
    for (let i = 0; i < 8; i++) audited(x())
    expect([runs, shortCalls()]).toEqual([9, 0])
  })

  test('what strays runs again from then on', () => {
    let turn = 0
    const fn = (a: td.NDArray): td.NDArray => {
      const b = turn++ > 4 ? td.negative(a) : td.add(a, 1)
      return td.greater(td.sum(a), 0).item() ? b : td.multiply(b, 2)
    }
    const graph = td.traceGraph(fn)
    for (let i = 0; i < 5; i++) graph(x())
    turn = 10
    graph(td.array([-1, -2]))
    const short = shortCalls()
    expect(values(graph(x()))).toEqual([-1, -2])
    expect(shortCalls()).toBe(short)
  })

  test.runIf(engine === 'numjs')('what throws inside of a program, at the start and on a way', async () => {
    const graph = td.traceGraph((a: td.NDArray) => {
      const b = td.exp(a)
      return td.greater(td.sum(b, { dtype: 'float64' }), 0).item() ? td.multiply(b, td.sqrt(a)) : b
    })
    for (let i = 0; i < 4; i++) graph(td.ones([2]))
    const short = shortCalls()
    const a = td.ones([2])
    vi.stubGlobal('Float32Array', function full() {
      throw new RangeError('Array buffer allocation failed')
    })
    try {
      for (let i = 0; i < 2; i++)
        expect(await messageOf(() => graph(a))).toMatch('an array is too large for it')
    } finally {
      vi.unstubAllGlobals()
    }
    expect(shortCalls()).toBe(short)
    expect(values(graph(a))).toEqual([Math.fround(Math.E), Math.fround(Math.E)])
    expect(shortCalls()).toBe(short + 1)
  })

  test('frozen places', () => {
    const w = new td.Variable(td.array([1, 2]))
    const graph = td.traceGraph((a: td.NDArray) => td.add(a, w.value), { freeze: true })
    for (let i = 0; i < 5; i++) expect(values(graph(x()))).toEqual([2, 4])
    w.assign(td.array([5, 5]))
    for (let i = 0; i < 5; i++) expect(values(graph(x()))).toEqual([6, 7])
  })
})
