import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import { Linear } from '@tendril/nn'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { messageOf } from '../errors/message.ts'
import { engines } from '../engines.ts'

// `freeze: true` makes what the function reads from Variables, Containers and Modules constants of its graph. A place
// that is given another array is seen all the same: the function is traced again.

let warnings: string[] = []
beforeEach(() => {
  warnings = []
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text))
})
afterEach(() => {
  vi.restoreAllMocks()
  td.unsetBackend()
})

const variable = (...elements: number[]): td.Variable => new td.Variable(td.array(elements))

describe.each(engines)('on %s', (engine) => {
  beforeEach(() => td.setBackend(engine))

  test('a new array is seen, however often it changes', () => {
    const w = variable(1, 2)
    let runs = 0
    const fn = (x: td.NDArray): td.NDArray => {
      runs++
      return td.multiply(x, td.add(w.value, 1))
    }
    const graph = td.traceGraph(fn, { args: [td.array([1, 1])], freeze: true })
    const x = td.array([1, 1])
    for (let i = 0; i < 3; i++) expect(graph(x).toArray()).toEqual([2, 3])
    expect(runs).toBe(1)
    for (let step = 1; step <= 20; step++) {
      w.assign(td.array([step, -step]))
      for (let i = 0; i < 3; i++) expect(graph(x).toArray()).toEqual([step + 1, 1 - step])
      expect(runs).toBe(1 + step)
    }
    // A trace that holds an array that is gone is gone too.
    expect(graph.signatures).toHaveLength(1)
    expect(warnings).toEqual([])
  })

  test('arrays of Containers and of Modules', () => {
    const params = new td.Container({ layer: { w: td.array([2]), deep: { b: td.array([1]) } } })
    const layer = new Linear(1, 1)
    const fn = (x: td.NDArray): td.NDArray => {
      const { w, deep } = params['layer'] as { w: td.NDArray; deep: { b: td.NDArray } }
      return td.add(layer.forward(td.multiply(x, w)), deep.b)
    }
    const graph = td.traceGraph(fn, { freeze: true })
    const x = td.array([[3]])
    expect(graph(x).toArray()).toEqual(fn(x).toArray())
    expect(graph.toString()).not.toMatch('slot')
    expect(graph.constants.length).toBeGreaterThan(1)
    ;(params['layer'] as td.Container)['w'] = td.array([5])
    expect(graph(x).toArray()).toEqual(fn(x).toArray())
    layer.weight.assign(td.array([[7]]))
    expect(graph(x).toArray()).toEqual(fn(x).toArray())
  })

  test('values that are read of a Variable, on both sides of a branch', () => {
    const [limit, factor] = [variable(2), variable(10)]
    const fn = (x: td.NDArray): td.NDArray =>
      td.all(td.greater(x, limit.value)).item() ? td.multiply(x, factor.value) : td.add(x, factor.value)
    const graph = td.traceGraph(fn, { freeze: true })
    for (let step = 0; step < 12; step++) {
      if (step % 3 === 1) factor.assign(td.array([step]))
      if (step % 4 === 2) limit.assign(td.array([step]))
      for (const value of [-3, 1, 30]) {
        const x = td.array([value])
        expect(graph(x).toArray()).toEqual(fn(x).toArray())
      }
    }
    expect(warnings).toEqual([])
  })
})

const x = td.array([1, 2, 3])

/** The text of a graph of a Variable, a constant and a draw. */
const printOf = (options: object): string => {
  const w = new td.Variable(td.array([1, 2, 3]), { name: 'w' })
  const fn = (v: td.NDArray): td.NDArray => {
    return td.add(td.multiply(v, td.multiply(w.value, td.full([3], 2))), td.random.uniform({ shape: [3] }))
  }
  td.random.seed(1)
  return td.traceGraph(fn, { args: [x], freeze: true, ...options }).toString()
}

test('the text of all four combinations', () => {
  expect(printOf({})).toMatchInlineSnapshot(`
    "graph(%0: float32[3])
      const %1: float32[3] = [2, 4, 6]
      %2: float32[3] = multiply(%0, %1)
      %3: float32[3] = random.uniform(low=0, high=1, shape=[3], dtype="float32", key={draw: 0})
      %4: float32[3] = add(%2, %3)
      return %4"
  `)
  expect(printOf({ arrayCaching: false })).toMatchInlineSnapshot(`
    "graph(%0: float32[3])
      const %1: float32[3] = [1, 2, 3]
      %2: float32[3] = full(shape=[3], fillValue=2, dtype=null)
      %3: float32[3] = multiply(%1, %2)
      %4: float32[3] = multiply(%0, %3)
      %5: float32[3] = random.uniform(low=0, high=1, shape=[3], dtype="float32", key={draw: 0})
      %6: float32[3] = add(%4, %5)
      return %6"
  `)
  expect(printOf({ includeGenerators: false })).toMatchInlineSnapshot(`
    "graph(%0: float32[3])
      const %1: float32[3] = [0.70261526, 0.23483467, 0.81786454]
      const %2: float32[3] = [2, 4, 6]
      %3: float32[3] = multiply(%0, %2)
      %4: float32[3] = add(%3, %1)
      return %4"
  `)
  expect(printOf({ includeGenerators: false, arrayCaching: false })).toMatchInlineSnapshot(`
    "graph(%0: float32[3])
      const %1: float32[3] = [1, 2, 3]
      const %2: float32[3] = [0.70261526, 0.23483467, 0.81786454]
      %3: float32[3] = full(shape=[3], fillValue=2, dtype=null)
      %4: float32[3] = multiply(%1, %3)
      %5: float32[3] = multiply(%0, %4)
      %6: float32[3] = add(%5, %2)
      return %6"
  `)
})

test('a file has the arrays, and a graph from it knows no place outside', async () => {
  const w = variable(1, 2, 3)
  const graph = td.traceGraph((v: td.NDArray) => td.multiply(v, w.value), { args: [x], freeze: true })
  const folder = mkdtempSync(join(tmpdir(), 'tendril-'))
  try {
    await graph.save(folder)
    expect(readFileSync(join(folder, 'graph.json'), 'utf8')).toMatch('"slots": []')
    const loaded = await td.loadGraph(folder)
    w.assign(td.array([0, 0, 0]))
    expect((loaded(x) as td.NDArray).toArray()).toEqual([1, 4, 9])
    expect(graph(x).toArray()).toEqual([0, 0, 0])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('exported files follow the arrays of the last call', () => {
  const w = variable(1, 2, 3)
  const graph = td.traceGraph((v: td.NDArray) => td.multiply(v, w.value), { args: [x], freeze: true })
  const before = exportOnnx(graph)
  w.assign(td.array([4, 5, 6]))
  graph(x)
  expect(exportOnnx(graph)).not.toEqual(before)
  w.assign(td.array([1, 2, 3]))
  graph(x)
  expect(exportOnnx(graph)).toEqual(before)
})

test('a place that the function has read cannot be given another array by it', async () => {
  const [w, last] = [variable(1), variable(0)]
  const trained = td.traceGraph(
    (v: td.NDArray) => {
      const y = td.multiply(v, w.value)
      try {
        w.assign(td.subtract(w.value, y))
      } catch {
        // It ends the trace all the same.
      }
      return y
    },
    { freeze: true },
  )
  expect(await messageOf(() => trained(td.array([2])))).toMatchInlineSnapshot(`
    "StateError: state of variable: a frozen graph holds it as a constant, and the function gives it another array.
    Leave out freeze: true, which is for functions that only read their weights."
  `)
  expect(w.value.toArray()).toEqual([1])
  // One that it only writes to is no constant.
  const noted = td.traceGraph(
    (v: td.NDArray) => {
      last.assign(td.multiply(v, w.value))
      return td.add(last.value, 1)
    },
    { freeze: true },
  )
  for (const value of [2, 3, 4]) {
    expect(noted(td.array([value])).toArray()).toEqual([value + 1])
    expect(last.value.toArray()).toEqual([value])
  }
})

test('state that is given and taken is not frozen', () => {
  const counter = { count: td.array([0]) }
  const graph = td.traceGraph(
    (v: td.NDArray) => {
      counter.count = td.add(counter.count, v)
      return counter.count
    },
    { stateful: [counter], freeze: true },
  )
  for (const total of [2, 4, 6]) expect(graph(td.array([2])).toArray()).toEqual([total])
})

test('flags of a Module that come and go have a trace each', () => {
  const model = {
    flag: true,
    w: new td.Variable(td.array([2])),
    forward(v: td.NDArray): td.NDArray {
      return this.flag ? td.multiply(v, this.w.value) : v
    },
  }
  td.traceGraph(model, { freeze: true })
  for (let step = 0; step < 6; step++) {
    model.flag = step % 2 === 0
    expect(model.forward(td.array([3])).item()).toBe(model.flag ? 6 : 3)
  }
})

test('audit and freeze', () => {
  const w = variable(2)
  const graph = td.traceGraph((v: td.NDArray) => td.multiply(v, w.value), { audit: true, freeze: true })
  for (let call = 1; call <= 16; call++) {
    if (call % 5 === 0) w.assign(td.array([call]))
    expect(graph(td.array([3])).item()).toBe(3 * (w.value.item() as number))
  }
  expect(graph.explain().differences).toBe(0)
  expect(warnings).toEqual([])
})

test('it moves to other engines with its arrays', async () => {
  await td.loadBackend('ort')
  const w = variable(1, 2, 3)
  const graph = td.traceGraph((v: td.NDArray) => td.multiply(v, w.value), { args: [x], freeze: true })
  const there = await graph.to('ort')
  expect(there(x).toArray()).toEqual([1, 4, 9])
  w.assign(td.array([0, 1, 0]))
  expect(there(x).toArray()).toEqual([0, 2, 0])
  expect(graph(x).toArray()).toEqual([0, 2, 0])
})
