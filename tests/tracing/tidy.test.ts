import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

describe.each(engines)('tidy around and inside of graphs, on %s', (engine) => {
  const one = (): td.NDArray => td.array([1])

  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  test('a traced function that tidies keeps its constants', () => {
    const graph = td.traceGraph((x: td.NDArray) => td.tidy(() => td.add(td.multiply(x, td.array([2])), 1)), {
      args: [one()],
    })
    expect(graph(td.array([3])).toArray()).toEqual([7])
    expect(graph(td.array([4])).toArray()).toEqual([9])
  })

  test('a graph that is made and first called inside a tidy lives on', () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(x, td.multiply(td.array([1]), td.array([2]))))
    expect(td.tidy(() => graph(one())).toArray()).toEqual([3])
    expect(graph(one()).toArray()).toEqual([3])
    expect(graph(td.array([1, 2])).toArray()).toEqual([3, 4])
  })

  test('Variables and state that are written inside a tidy keep their arrays', () => {
    const count = td.tidy(() => new td.Variable(one()))
    td.tidy(() => {
      count.assign(td.add(count.value, 1))
    })
    const state = { last: one() }
    const step = td.traceGraph(
      (held: { last: td.NDArray }, x: td.NDArray) => {
        count.assign(td.add(count.value, x))
        held.last = td.multiply(x, 10)
        return td.negative(x)
      },
      { argStatefulIdxs: [[0]] },
    )
    let out: td.NDArray | undefined
    for (let i = 0; i < 3; i++) {
      td.tidy(() => {
        out = step(state, td.array([3]))
      })
    }
    expect(out!.disposed).toBe(true)
    expect(count.value.toArray()).toEqual([11])
    expect(state.last.toArray()).toEqual([30])
  })

  test('arrays that are returned in a Map or a Set are kept', () => {
    const kept = td.tidy(() => new Map([['a', new Set([td.add(one(), 1)])]]))
    expect([...kept.get('a')!][0]!.toArray()).toEqual([2])
  })
})
