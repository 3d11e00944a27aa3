import * as td from '@tendril/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'
import { caughtWarnings, told, withoutLine } from './audit-warnings.ts'

// JavaScript does not show what a function takes from elsewhere. With `audit: true` calls 1, 2, 4, 8, … run it beside
// its graph, so that a difference is found late, and told.

const warnings = caughtWarnings()

describe.each(engines)('on %s', (engine) => {
  beforeEach(() => td.setBackend(engine))

  test('a pure function runs at calls 1, 2, 4, 8, … and nothing is told', () => {
    let runs = 0
    const pure = (x: td.NDArray): td.NDArray => {
      runs++
      return td.add(td.multiply(x, 2), 1)
    }
    const lazy = td.traceGraph(pure, { audit: true })
    const at: number[] = []
    for (let call = 1; call <= 64; call++) {
      const before = runs
      expect(lazy(td.array([call])).toArray()).toEqual([2 * call + 1])
      if (runs > before) at.push(call)
    }
    // The first call is the trace.
    expect(at).toEqual([1, 2, 4, 8, 16, 32, 64])
    expect(runs).toBe(7)
    expect(lazy.explain()).toMatchObject({ runs: 7, hits: 57, audits: 6, differences: 0 })
    runs = 0
    const traced = td.traceGraph(pure, { args: [td.array([1])], audit: true })
    for (let call = 1; call <= 64; call++) traced(td.array([call]))
    expect(runs).toBe(8)
    expect(traced.explain()).toMatchObject({ runs: 8, hits: 57, audits: 7, differences: 0 })
    expect(String(traced.explain())).toMatch('audited 7 x: no difference')
    expect(warnings).toEqual([])
  })

  test('a `let` that is given another number', () => {
    let factor = 2
    const scale = (x: td.NDArray): td.NDArray => td.multiply(x, factor)
    const graph = td.traceGraph(scale, { audit: true })
    const x = td.array([1, 2])
    for (let call = 1; call <= 5; call++) expect(graph(x).toArray()).toEqual([2, 4])
    factor = 3
    // Not seen before call 8.
    expect(graph(x).toArray()).toEqual([2, 4])
    expect(graph(x).toArray()).toEqual([2, 4])
    for (let call = 8; call <= 20; call++) expect(graph(x).toArray()).toEqual([3, 6])
    factor = 5
    expect(graph(x).toArray()).toEqual([5, 10])
    expect(warnings.map(withoutLine)).toEqual([told("'scale' did something else at here")])
    expect(graph.explain()).toMatchObject({ audits: 3, differences: 1 })
    expect(String(graph.explain())).toMatch('audited 3 x: 1 x the function did something else')
  })

  test('reads: the values of this call are served', () => {
    let limit = 0
    const relu = (x: td.NDArray): td.NDArray =>
      Number(td.sum(x).item()) > limit ? td.multiply(x, 2) : td.subtract(x, 1)
    const graph = td.traceGraph(relu, { audit: true })
    const [up, down] = [td.array([1, 2]), td.array([-1, -2])]
    for (let i = 0; i < 10; i++) {
      expect(graph(up).toArray()).toEqual([2, 4])
      expect(graph(down).toArray()).toEqual([-2, -3])
    }
    expect(warnings).toEqual([])
    limit = 100
    for (let i = 0; i < 12; i++) graph(up)
    expect(graph(up).toArray()).toEqual([0, 1])
    expect(graph(down).toArray()).toEqual([-2, -3])
    expect(warnings.map(withoutLine)).toEqual([told("'relu' did something else at here")])
  })

  test('a way that is taken at every other call is looked at too', () => {
    let runs = 0
    let offset = 1
    const fn = (x: td.NDArray): td.NDArray => {
      runs++
      return td.any(td.greater(x, 0)).item() ? td.add(x, offset) : td.negative(x)
    }
    const graph = td.traceGraph(fn, { audit: true })
    for (let i = 0; i < 4; i++) for (const value of [1, -1]) graph(td.array([value]))
    offset = 7
    // Calls 16, 32, … of the graph are those of the other way.
    for (let i = 0; i < 5; i++) for (const value of [1, -1]) graph(td.array([value]))
    expect(graph(td.array([1])).toArray()).toEqual([8])
    expect(runs).toBeLessThan(16)
    expect(warnings).toHaveLength(1)
  })

  test('random draws are those of a function without audit', () => {
    const noisy = (x: td.NDArray): td.NDArray => td.add(x, td.random.normal({ shape: [2] }))
    const x = td.array([1, 2])
    const draw = (audit: boolean): readonly unknown[] => {
      td.random.seed(7)
      const graph = td.traceGraph(noisy, { args: [x], audit })
      const all = Array.from({ length: 9 }, () => graph(x).toArray())
      return [...all, td.random.uniform().item()]
    }
    expect(draw(true)).toEqual(draw(false))
    expect(warnings).toEqual([])
  })

  test('what is drawn once stays drawn', () => {
    const noisy = (x: td.NDArray): td.NDArray => td.add(x, td.random.normal({ shape: [2] }))
    const graph = td.traceGraph(noisy, { audit: true, includeGenerators: false })
    const x = td.array([1, 2])
    const first = graph(x).toArray()
    td.random.seed(3)
    const next = td.random.uniform().item()
    td.random.seed(3)
    for (let i = 0; i < 8; i++) expect(graph(x).toArray()).toEqual(first)
    expect(td.random.uniform().item()).toBe(next)
    expect(warnings).toEqual([])
  })
})
