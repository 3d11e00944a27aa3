import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

describe.each(engines)('what can be traced, on %s', (engine) => {
  const x = (): td.NDArray => td.array([1, 2, 3])

  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  test('several objects give an array of graphs', () => {
    const [double, square] = td.traceGraph(
      (v: td.NDArray) => td.add(v, v),
      (v: td.NDArray) => td.multiply(v, v),
      { args: [x()] },
    )
    expect(double(x()).toArray()).toEqual([2, 4, 6])
    expect(square(x()).toArray()).toEqual([1, 4, 9])
  })

  test('a namespace gives a copy whose functions are traced at their first call', () => {
    class Kept {
      readonly kept = true
    }
    const lib = {
      double: (v: td.NDArray) => td.add(v, v),
      deep: { square: (v: td.NDArray) => td.multiply(v, v) },
      tag: 'kept',
      Kept,
    }
    const traced = td.traceGraph(lib)
    expect(traced).not.toBe(lib)
    expect(traced.tag).toBe('kept')
    expect(traced.Kept).toBe(Kept)
    expect(traced.double.initialized).toBe(false)
    expect(traced.deep.square(x()).toArray()).toEqual([1, 4, 9])
    expect(traced.deep.square.initialized).toBe(true)
    expect(traced.double.initialized).toBe(false)
  })

  test('an object with forward comes back traced, and what forward reads of it is read at each call', () => {
    class Model {
      weight = td.array([1, 2, 3])
      nested = { bias: td.array([1]) }
      scale = 2
      forward(v: td.NDArray): td.NDArray {
        return td.multiply(td.add(td.multiply(v, this.weight), this.nested.bias), this.scale)
      }
    }
    const model = new Model()
    expect(td.traceGraph(model, { args: [x()] })).toBe(model)
    expect(model.forward(x()).toArray()).toEqual([4, 10, 20])
    model.weight = td.array([0, 0, 0])
    expect(model.forward(x()).toArray()).toEqual([2, 2, 2])
    model.nested.bias = td.array([5])
    expect(model.forward(x()).toArray()).toEqual([10, 10, 10])
    model.scale = 3
    expect(model.forward(x()).toArray()).toEqual([15, 15, 15])
    expect(new Model().forward(x()).toArray()).toEqual([4, 10, 20])
  })

  test('a decorated method is traced for each object by itself', () => {
    class Scale {
      readonly factor: td.NDArray
      runs = 0
      constructor(factor: number) {
        this.factor = td.array([factor])
      }
      @td.traced()
      forward(v: td.NDArray): td.NDArray {
        runs++
        return td.multiply(v, this.factor)
      }
    }
    let runs = 0
    const [two, three] = [new Scale(2), new Scale(3)]
    expect(two.forward(x()).toArray()).toEqual([2, 4, 6])
    expect(three.forward(x()).toArray()).toEqual([3, 6, 9])
    two.forward(x())
    expect(runs).toBe(2)
  })

  test('nested arguments and results, kwargs, numbers and strings', () => {
    const fn = (
      { a, list }: { a: td.NDArray; list: td.NDArray[] },
      power: number,
      { mode = 'plus', by }: { mode?: string; by: td.NDArray },
    ) => {
      const sum = list.reduce((total, item) => td.add(total, item), a)
      return {
        sum,
        pair: [td.pow(sum, power), mode === 'plus' ? td.add(sum, by) : td.subtract(sum, by)],
        mode,
      }
    }
    const args = [{ a: x(), list: [x(), x()] }, 2] as const
    const graph = td.traceGraph(fn, { args, kwargs: { mode: 'minus', by: td.array([1]) } })
    const out = graph({ a: x(), list: [x(), x()] }, 2, { mode: 'minus', by: td.array([1]) })
    expect(out.sum.toArray()).toEqual([3, 6, 9])
    expect(out.pair.map((item) => item.toArray())).toEqual([
      [9, 36, 81],
      [2, 5, 8],
    ])
    expect(out.mode).toBe('minus')
    // Other values are another signature, and run the function again.
    const other = graph({ a: x(), list: [x()] }, 3, { by: td.array([1]) })
    expect(other.sum.toArray()).toEqual([2, 4, 6])
    expect(other.pair.map((item) => item.toArray())).toEqual([
      [8, 64, 216],
      [3, 5, 7],
    ])
    expect(other.mode).toBe('plus')
  })

  test('0 and -0 are different values of an argument', () => {
    const graph = td.traceGraph((v: td.NDArray, n: number) => td.divide(v, n))
    expect(graph(x(), 0).toArray()).toEqual([Infinity, Infinity, Infinity])
    expect(graph(x(), -0).toArray()).toEqual([-Infinity, -Infinity, -Infinity])
  })

  test('Containers are arguments and results', () => {
    const graph = td.traceGraph((c: td.Container) => td.multiply(c, 2), {
      args: [new td.Container({ a: x(), b: { c: x() } })],
    })
    const out = graph(new td.Container({ a: td.array([1]), b: { c: td.array([5]) } }))
    expect(out).toBeInstanceOf(td.Container)
    expect(out.map((leaf) => (leaf as td.NDArray).toArray()).toJSON()).toEqual({ a: [2], b: { c: [10] } })
  })

  test('an async function gives a promise of a graph whose calls are promises', async () => {
    const fn = async (v: td.NDArray): Promise<td.NDArray> => {
      const twice = td.add(v, v)
      await Promise.resolve()
      return td.add(twice, 1)
    }
    const graph = await td.traceGraph(fn, { args: [x()] })
    const [a, b] = await Promise.all([graph(x()), graph(td.array([5]))])
    expect(a.toArray()).toEqual([3, 5, 7])
    expect(b.toArray()).toEqual([11])
  })

  test('a traced function inside another runs in its trace', () => {
    const inner = td.traceGraph((v: td.NDArray) => td.add(v, 1), { args: [x()] })
    const outer = td.traceGraph((v: td.NDArray) => td.multiply(inner(v), 2), { args: [x()] })
    expect(outer.listFunctionFrequencies()).toEqual({ add: 1, multiply: 1 })
    expect(outer(x()).toArray()).toEqual([4, 6, 8])
  })

  test('static arguments are part of the graph, by value', () => {
    let runs = 0
    const fn = (
      v: td.NDArray,
      config: { readonly axes: number[] },
      { table }: { table: td.NDArray },
    ): td.NDArray => {
      runs++
      return td.add(td.sum(v, { axis: config.axes, keepdims: true }), table)
    }
    const graph = td.traceGraph(fn, { staticArgnums: 1, staticArgnames: 'table' })
    const call = (offset: number): unknown =>
      graph(x(), { axes: [0] }, { table: td.array([offset]) }).toArray()
    expect(call(1)).toEqual([7])
    expect(call(1)).toEqual([7])
    expect(runs).toBe(1)
    expect(call(2)).toEqual([8])
    expect(runs).toBe(2)
    expect(graph.inputs.length).toBe(1)
  })

  test('save and load', async () => {
    const { mkdtemp, rm } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    const folder = await mkdtemp(`${tmpdir()}/tendril-`)
    try {
      const weight = td.array([
        [1, 2],
        [3, 4],
      ])
      const counter = new td.Variable(td.array([10]), { name: 'offset' })
      const graph = td.traceGraph((v: td.NDArray) => td.add(td.matmul(v, weight), counter.value), {
        args: [td.array([[1, 1]])],
      })
      await graph.save(folder)
      const loaded = await td.loadGraph(folder)
      expect(loaded.toString()).toBe(graph.toString())
      const more = td.array([
        [1, 0],
        [0, 1],
        [2, 2],
      ])
      expect((loaded(more) as td.NDArray).toArray()).toEqual(graph(more).toArray())
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
