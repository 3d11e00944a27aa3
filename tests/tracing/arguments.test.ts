import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'

const x = (): td.NDArray => td.array([1])
const value = (array: td.NDArray): number => array.item() as number

describe('arguments that a function changes', () => {
  test('are refused, because a graph would change a copy', () => {
    const push = td.traceGraph((list: td.NDArray[]) => void list.push(list[0]!))
    expect(() => push([x()])).toThrow('state of argument 0: the function changes it')
    const set = td.traceGraph((a: td.NDArray, o: { deep: { w?: td.NDArray } }) => void delete o.deep.w)
    expect(() => set(x(), { deep: { w: x() } })).toThrow("argStatefulIdxs: [[1, 'deep']]")
    const entry = td.traceGraph((c: td.Container) => void (c['w'] = c['v']))
    expect(() => entry(new td.Container({ v: x() }))).toThrow(td.StateError)
    const fixed = td.traceGraph((list: number[]) => void list.push(1), { staticArgnums: 0 })
    expect(() => fixed([])).toThrow(td.StateError)
  })
})

describe('stateful objects in two places', () => {
  interface State {
    n: td.NDArray
  }
  const fn = (a: State, b: State): td.NDArray => {
    a.n = td.add(a.n, 1)
    b.n = td.multiply(b.n, 10)
    return td.add(a.n, b.n)
  }
  const make = (): State => ({ n: x() })

  test('the same one has one state; other calls are traced again', () => {
    const graph = td.traceGraph(fn, { argStatefulIdxs: [[0], [1]] })
    for (let i = 0; i < 2; i++) {
      const [same, want] = [make(), make()]
      expect(value(graph(same, same))).toBe(value(fn(want, want)))
      expect(value(same.n)).toBe(value(want.n))
      const [a, b] = [make(), make()]
      expect(value(graph(a, b))).toBe(value(fn(make(), make())))
      expect([value(a.n), value(b.n)]).toEqual([2, 10])
    }
  })

  test('one that is named once is followed wherever it is met', () => {
    const graph = td.traceGraph(fn, { argStatefulIdxs: [[1]] })
    const [same, want] = [make(), make()]
    expect(value(graph(same, same))).toBe(value(fn(want, want)))
    const global = make()
    const captured = td.traceGraph((o: State) => fn(o, global), { stateful: [global] })
    expect(value(captured(global))).toBe(40)
    expect(value(global.n)).toBe(20)
  })

  test('lists in the state stay the same lists', () => {
    const list = [{ n: x() }]
    const state = { list, more: [[x()]] }
    const [first] = list
    const step = (s: typeof state, v: td.NDArray): td.NDArray => {
      s.list[0]!.n = td.add(s.list[0]!.n, v)
      s.list.push({ n: v })
      s.more[0] = [v, v]
      return v
    }
    const graph = td.traceGraph(step, { argStatefulIdxs: [[0]], args: [state, x()] })
    expect([list.length, state.list === list, list[0] === first, value(first!.n)]).toEqual([1, true, true, 1])
    graph(state, td.array([5]))
    graph(state, td.array([7]))
    expect([state.list === list, list[0] === first]).toEqual([true, true])
    expect(list.map(({ n }) => value(n))).toEqual([13, 5, 7])
    expect(state.more[0]!.map(value)).toEqual([7, 7])
  })

  test('arguments that are nested without end, nearly', () => {
    let deep: unknown = x()
    for (let i = 0; i < 5000; i++) deep = [deep]
    const graph = td.traceGraph((list: unknown) => void list)
    expect(() => graph(deep)).toThrow('it is nested in more than 256 levels')
  })

  test('a function among the state is part of the signature', () => {
    const o = { n: x(), next: td.negative as (v: td.NDArray) => td.NDArray }
    const graph = td.traceGraph((v: td.NDArray) => ((o.n = o.next(v)), v), { stateful: [o] })
    graph(x())
    expect(value(o.n)).toBe(-1)
    o.next = td.square
    graph(td.array([3]))
    expect(value(o.n)).toBe(9)
    expect(o.next).toBe(td.square)
  })

  test('an async function cannot have them', async () => {
    const state = make()
    const options = { stateful: [state], args: [x()] }
    expect(() => td.traceGraph(async (v: td.NDArray) => v, options)).toThrow('the function is async')
    await expect(td.traceGraph((v: td.NDArray) => Promise.resolve(v), options)).rejects.toThrow(td.StateError)
  })
})

describe('static arguments', () => {
  /** A graph gives the same kind of answer as its function for each value. */
  function expectDistinct(fn: (v: td.NDArray, c: never) => unknown, ...values: unknown[]): void {
    const graph = td.traceGraph(fn as (v: td.NDArray, c: unknown) => unknown, { staticArgnums: 1 })
    for (const one of [...values, ...values]) expect(graph(x(), one)).toEqual(fn(x(), one as never))
  }

  test('of different kinds are told apart', () => {
    const kind = (_: td.NDArray, c: object): string => Object.prototype.toString.call(c) + c.constructor.name
    expectDistinct(
      kind,
      { 0: 1 },
      [1],
      new Float32Array([1]),
      new Int32Array([1]),
      new td.Container({ 0: 1 }),
    )
    expectDistinct(kind, new Map([[1, 2]]), new Set([1, 2]), [[1, 2]], new Date(1), new Date(2))
    const [a, b] = [Symbol('s'), Symbol('s')]
    expectDistinct((_, c: symbol) => c === a, a, b, Symbol.for('s'))
    const cyclic = (depth: number): object => {
      const top: Record<string, unknown> = {}
      const inner: Record<string, unknown> = { depth: 0 }
      inner['up'] = depth === 0 ? inner : top
      return Object.assign(top, { inner })
    }
    expectDistinct((_, c: { inner: { up: object } }) => c.inner.up === c, cyclic(0), cyclic(1))
  })

  test('that change between calls are seen', () => {
    class Config {
      k = 1
    }
    const [config, map] = [new Config(), new Map([['k', 1]])]
    const byField = td.traceGraph((v: td.NDArray, c: Config) => td.multiply(v, c.k), { staticArgnums: 1 })
    const byEntry = td.traceGraph((v: td.NDArray, c: typeof map) => td.multiply(v, c.get('k')!), {
      staticArgnums: 1,
    })
    expect([value(byField(x(), config)), value(byEntry(x(), map))]).toEqual([1, 1])
    config.k = 5
    map.set('k', 7)
    expect([value(byField(x(), config)), value(byEntry(x(), map))]).toEqual([5, 7])
  })
})
