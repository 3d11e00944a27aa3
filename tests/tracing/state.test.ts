import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

describe.each(engines)('what a graph reads and writes outside of its arguments, on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  test('captured arrays are constants, by identity', () => {
    const w = td.array([2, 3])
    const graph = td.traceGraph((v: td.NDArray) => td.add(td.multiply(v, w), w), { args: [td.array([1, 1])] })
    expect(graph.constants.length).toBe(1)
    expect(graph(td.array([1, 2])).toArray()).toEqual([4, 9])
  })

  test('a Variable is read at each call', () => {
    const w = new td.Variable(td.array([1, 1]), { name: 'w' })
    const graph = td.traceGraph((v: td.NDArray) => td.multiply(v, w.value), { args: [td.array([1, 2])] })
    expect(graph.toString()).toMatchInlineSnapshot(`
      "graph(%0: float32[2])
        slot %1: float32[2] = "w"
        %2: float32[2] = multiply(%0, %1)
        return %2"
    `)
    w.assign(td.array([10, 10]))
    expect(graph(td.array([1, 2])).toArray()).toEqual([10, 20])
  })

  test('a Variable that the function assigns is assigned by each call, and as before after tracing', () => {
    const count = new td.Variable(td.array([0]), { name: 'count' })
    const graph = td.traceGraph(
      (v: td.NDArray) => {
        count.assign(td.add(count.value, v))
        return td.multiply(count.value, 2)
      },
      { args: [td.array([1])] },
    )
    expect(count.value.toArray()).toEqual([0])
    expect(graph(td.array([5])).toArray()).toEqual([10])
    expect(graph(td.array([1])).toArray()).toEqual([12])
    expect(count.value.toArray()).toEqual([6])
  })

  test('entries of a captured Container are read at each call, absent ones too', () => {
    const params = new td.Container({ w: td.array([2]), deep: { b: td.array([1]) }, n: 3 })
    const fn = (v: td.NDArray): td.NDArray => {
      const { w, deep, n, extra } = params as unknown as {
        w: td.NDArray
        deep: { b: td.NDArray }
        n: number
        extra?: td.NDArray
      }
      const base = td.multiply(td.add(td.multiply(v, w), deep.b), n)
      return extra === undefined ? base : td.add(base, extra)
    }
    const graph = td.traceGraph(fn, { args: [td.array([1])] })
    const both = (): void => expect(graph(td.array([1])).toArray()).toEqual(fn(td.array([1])).toArray())
    both()
    params['w'] = td.array([7])
    both()
    ;(params['deep'] as td.Container)['b'] = td.array([-1])
    both()
    params['n'] = 5
    both()
    params['extra'] = td.array([100])
    both()
  })

  test('plain objects: read, write, add, delete, nested', () => {
    interface State {
      a?: td.NDArray
      inner: { b: td.NDArray }
      added?: td.NDArray
      n: number
    }
    const fn = (state: State, v: td.NDArray): td.NDArray => {
      state.inner.b = td.add(state.inner.b, v)
      state.added = td.multiply(state.a!, 2)
      delete state.a
      return td.add(v, state.n)
    }
    const make = (): State => ({ a: td.array([1]), inner: { b: td.array([10]) }, n: 3 })
    const traced = make()
    const { a, inner } = traced
    const graph = td.traceGraph(fn, { argStatefulIdxs: [[0]], args: [traced, td.array([1])] })
    expect(traced).toEqual({ a, inner, n: 3 })
    expect(traced.inner).toBe(inner)
    expect(inner.b.toArray()).toEqual([10])
    const mine = make()
    const kept = mine.inner
    expect(graph(mine, td.array([5])).toArray()).toEqual([8])
    expect(mine.inner).toBe(kept)
    expect(kept.b.toArray()).toEqual([15])
    expect(mine.added!.toArray()).toEqual([2])
    expect('a' in mine).toBe(false)
  })

  test('fixed objects, objects in kwargs, and the protocol', () => {
    class Counter {
      #n = td.array([0])
      get count(): td.NDArray {
        return this.#n
      }
      add(v: td.NDArray): void {
        this.#n = td.add(this.#n, v)
      }
      [td.state](): td.StateAccess<{ n: td.NDArray }> {
        return { get: () => ({ n: this.#n }), set: ({ n }) => void (this.#n = n) }
      }
    }
    const counter = new Counter()
    const fixed = td.traceGraph(
      (v: td.NDArray) => {
        counter.add(v)
        return counter.count
      },
      { stateful: [counter], args: [td.array([1])] },
    )
    expect(counter.count.toArray()).toEqual([0])
    expect(fixed(td.array([3])).toArray()).toEqual([3])
    expect(fixed(td.array([3])).toArray()).toEqual([6])
    expect(counter.count.toArray()).toEqual([6])

    const inKwargs = td.traceGraph(
      (v: td.NDArray, { cache }: { cache: { last: td.NDArray } }) => {
        cache.last = v
        return td.negative(v)
      },
      { kwargStatefulIdxs: [['cache']], args: [td.array([1])], kwargs: { cache: { last: td.array([0]) } } },
    )
    const cache = { last: td.array([0]) }
    inKwargs(td.array([9]), { cache })
    expect(cache.last.toArray()).toEqual([9])
  })

  test('the state is as it was after a trace that throws', () => {
    const state = { a: td.array([1]) }
    const before = state.a
    expect(() =>
      td.traceGraph(
        (s: typeof state) => {
          s.a = td.add(s.a, 1)
          throw new RangeError('on purpose')
        },
        { argStatefulIdxs: [[0]], args: [state] },
      ),
    ).toThrow('on purpose')
    expect(state.a).toBe(before)
  })

  test('tidy keeps what is returned, and frees the rest', () => {
    let inner: td.NDArray | undefined
    const kept = td.tidy(() => {
      inner = td.add(td.array([1]), 1)
      return { sum: td.add(inner, 1) }
    })
    expect(kept.sum.toArray()).toEqual([3])
    expect(inner!.disposed).toBe(true)
    expect(kept.sum.disposed).toBe(false)
  })
})
