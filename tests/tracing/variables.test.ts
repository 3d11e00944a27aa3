import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

const variable = (...elements: number[]): td.Variable => new td.Variable(td.array(elements))

describe.each(engines)('Variables as constants of programs, on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  test('a new array is seen at once, however often it changes', () => {
    const w = variable(1, 2)
    const graph = td.traceGraph((x: td.NDArray) => td.multiply(x, w.value), { args: [td.array([1, 1])] })
    const x = td.array([1, 1])
    for (let step = 0; step < 40; step++) {
      // Runs of 1, 2, 3, … calls without a change, and then one.
      if (step === 0 || Number.isInteger((Math.sqrt(8 * step + 1) - 1) / 2)) w.assign(td.array([step, -step]))
      expect(graph(x).toArray()).toEqual(w.value.toArray())
    }
  })

  test('an array that comes back is the one that is used', () => {
    const [a, b] = [td.array([1]), td.array([10])]
    const w = new td.Variable(a)
    const graph = td.traceGraph((x: td.NDArray) => td.add(x, w.value), { args: [td.array([1])] })
    for (const array of [a, b, a, a, a, b, b, b, b, b, b, a]) {
      w.assign(array)
      expect(graph(td.array([1])).item()).toBe((array.item() as number) + 1)
    }
  })

  test('while arrays change, no program is built for them', () => {
    const w = variable(1)
    const graph = td.traceGraph((x: td.NDArray) => td.multiply(td.add(x, w.value), w.value))
    const call = (): void => {
      w.assign(td.add(w.value, 1))
      graph(td.array([1]))
    }
    call()
    call()
    const before = graph.explain().programs
    for (let step = 0; step < 20; step++) call()
    expect(graph.explain().programs).toBe(before)
  })

  test('one whose result is not used is no input', () => {
    const [unused, used] = [variable(1, 2), variable(5, 5)]
    const graph = td.traceGraph(
      (x: td.NDArray) => {
        td.add(unused.value, x)
        return td.multiply(x, used.value)
      },
      { args: [td.array([1, 2])] },
    )
    expect(graph(td.array([1, 2])).toArray()).toEqual([5, 10])
    used.assign(td.array([6, 6]))
    expect(graph(td.array([1, 2])).toArray()).toEqual([6, 12])
  })

  test('a Variable as the result', () => {
    const w = variable(1, 2)
    const graph = td.traceGraph((x: td.NDArray) => [w.value, x], { args: [td.array([0])] })
    const [first] = graph(td.array([0]))
    expect(first!.toArray()).toEqual([1, 2])
    first!.dispose()
    expect(w.value.toArray()).toEqual([1, 2])
    expect(graph(td.array([0]))[0]!.toArray()).toEqual([1, 2])
  })
})
