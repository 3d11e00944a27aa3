import * as tf from '@tensorflow/tfjs-core'
import * as td from '@tendril/core'
import nj from 'numjs'
import { describe, expect, test } from 'vitest'
import { caughtWarnings, told, withoutLine } from './audit-warnings.ts'

// Audits of functions with state, that wait, and of code of engines: what they leave is left once.

const warnings = caughtWarnings()

test('state: Variables, objects and Containers are written once a call', () => {
  const seen = new td.Variable(td.array([0]))
  const counter = { count: td.array([0]), step: 1 }
  const fn = (x: td.NDArray, box: td.Container): td.NDArray => {
    seen.assign(td.add(seen.value, x))
    counter.count = td.add(counter.count, counter.step)
    box['last'] = td.multiply(x, 2)
    return td.add(x, counter.count)
  }
  const box = new td.Container({ last: td.array([0]) })
  const graph = td.traceGraph(fn, { audit: true, stateful: [counter], argStatefulIdxs: [[1]] })
  for (let call = 1; call <= 9; call++) {
    expect(graph(td.array([call]), box).toArray()).toEqual([2 * call])
    expect(seen.value.toArray()).toEqual([(call * (call + 1)) / 2])
    expect(counter.count.toArray()).toEqual([call])
    expect((box['last'] as td.NDArray).toArray()).toEqual([2 * call])
  }
  expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
  expect(warnings).toEqual([])
})

test('state that is written otherwise', () => {
  const [a, b] = [new td.Variable(td.array([0])), new td.Variable(td.array([0]))]
  let target = a
  const graph = td.traceGraph(
    (x: td.NDArray) => {
      target.assign(x)
      return td.add(x, 1)
    },
    { audit: true },
  )
  graph(td.array([5]))
  target = b
  graph(td.array([6]))
  expect([a, b].map(({ value }) => value.item())).toEqual([5, 6])
  expect(warnings).toHaveLength(1)
})

test('a Variable or a field of a Module that changes is no difference', () => {
  class Scale {
    factor = new td.Variable(td.array([2]))
    offset = 1
    get config(): { readonly offset: number } {
      return { offset: this.offset }
    }
    forward(x: td.NDArray): td.NDArray {
      return td.add(td.multiply(x, this.factor.value), this.config.offset)
    }
  }
  const model = new Scale()
  td.traceGraph(model, { audit: true })
  const x = td.array([1])
  for (let call = 1; call <= 16; call++) {
    if (call % 3 === 0) model.factor.assign(td.array([call]))
    if (call % 5 === 0) model.offset = call
    expect(model.forward(x).item()).toBe((model.factor.value.item() as number) + model.offset)
  }
  expect(warnings).toEqual([])
})

test('async functions, also in calls at once', async () => {
  let factor = 2
  let runs = 0
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    runs++
    const [low, high] = await Promise.all([td.min(x).data(), td.max(x).data()])
    return Number(high[0]) - Number(low[0]) > 1 ? td.multiply(x, factor) : x
  }
  const graph = td.traceGraph(fn, { audit: true })
  const x = td.array([1, 4])
  for (let call = 1; call <= 6; call++) expect((await graph(x)).toArray()).toEqual([2, 8])
  expect(runs).toBe(3)
  const both = await Promise.all([graph(x), graph(x), graph(x)])
  for (const one of both) expect(one.toArray()).toEqual([2, 8])
  expect(warnings).toEqual([])
  factor = 3
  for (let call = 10; call < 16; call++) await graph(x)
  expect((await graph(x)).toArray()).toEqual([3, 12])
  expect((await graph(x)).toArray()).toEqual([3, 12])
  expect(warnings.map(withoutLine)).toEqual([told("'fn' did something else at here")])
})

test('sizes that the ops do not take are refused as without audit', () => {
  const graph = td.traceGraph((x: td.NDArray, y: td.NDArray) => td.add(x, y), { audit: true })
  const two = td.ones([2])
  for (let i = 0; i < 5; i++) {
    graph(two, two)
    expect(() => graph(two, td.ones([3]))).toThrow(td.ShapeError)
  }
  expect(graph(td.ones([3]), td.ones([1])).toArray()).toEqual([2, 2, 2])
  expect(warnings).toEqual([])
})

test('verify and other graphs of the function count calls of their own', async () => {
  let runs = 0
  const fn = (x: td.NDArray): td.NDArray => {
    runs++
    return td.add(x, 1)
  }
  await td.setBackend('numjs')
  const graph = td.traceGraph(fn, { args: [td.array([1])], audit: true })
  const moved = await graph.to('reference')
  for (let call = 1; call <= 4; call++) graph(td.array([1]))
  expect(moved(td.array([1])).toArray()).toEqual([2])
  expect(runs).toBe(1 + 3 + 1)
  await graph.verify({ trials: 4 })
  expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
  expect(moved.explain()).toMatchObject({ audits: 1 })
})

/** What these functions use of numjs' arrays. */
interface NumjsArray {
  multiply(by: number): NumjsArray
  add(more: number): NumjsArray
  tolist(): unknown[]
}

describe('code of engines', () => {
  test('tfjs, with a variable that it writes to', async () => {
    await td.setBackend('tfjs:cpu')
    let factor = 2
    const count = tf.variable(tf.scalar(0))
    const fn = (x: tf.Tensor): tf.Tensor => {
      count.assign(tf.add(count, 1))
      return tf.add(tf.mul(x, factor), count)
    }
    const graph = td.traceGraph(fn, { audit: true })
    for (let call = 1; call <= 9; call++) {
      expect([...graph(tf.tensor1d([1, 2])).dataSync()]).toEqual([2 + call, 4 + call])
      expect(count.dataSync()[0]).toBe(call)
    }
    expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
    expect(warnings).toEqual([])
    factor = 3
    for (let call = 10; call < 16; call++) graph(tf.tensor1d([1, 2]))
    expect([...graph(tf.tensor1d([1, 2])).dataSync()]).toEqual([3 + 16, 6 + 16])
    expect(count.dataSync()[0]).toBe(16)
    expect(warnings).toHaveLength(1)
    count.dispose()
  })

  test('numjs', async () => {
    await td.setBackend('numjs')
    let factor = 2
    const fn = (x: NumjsArray): NumjsArray => x.multiply(factor).add(1)
    const graph = td.traceGraph(fn, { audit: true })
    const x = nj.array([1, 2], 'float32') as unknown as NumjsArray
    for (let call = 1; call <= 9; call++) expect(graph(x).tolist()).toEqual([3, 5])
    expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
    expect(warnings).toEqual([])
    factor = 3
    for (let call = 10; call < 16; call++) graph(x)
    expect(graph(x).tolist()).toEqual([4, 7])
    expect(warnings).toHaveLength(1)
  })
})

test('branches and loops in the graph', () => {
  let step = 1
  const fn = (x: td.NDArray): unknown => {
    const held = td.array([1, 2])
    const [sum] = td.whileLoop(
      ([s]) => td.less(s, 10),
      ([s, i]) => [td.add(s, td.multiply(i, step)), td.add(i, 1)],
      [td.sum(x), 1],
    )
    return td.cond(
      td.greater(sum, 11),
      (s) => td.add(td.sum(held), s),
      (s) => s,
      sum,
    )
  }
  const graph = td.traceGraph(fn, { audit: true })
  const x = td.array([1, 2])
  for (let call = 1; call <= 9; call++)
    expect((graph(x) as td.NDArray).item()).toBe((fn(x) as td.NDArray).item())
  expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
  step = 2
  for (let call = 10; call <= 16; call++) graph(x)
  expect((graph(x) as td.NDArray).item()).toBe((fn(x) as td.NDArray).item())
  expect(warnings).toHaveLength(1)
})
