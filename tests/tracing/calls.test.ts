import * as td from '@tendril/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { messageOf } from '../errors/message.ts'

const x = (): td.NDArray => td.array([1])
const value = (array: td.NDArray): number => array.item() as number
const plusOne = (v: td.NDArray): td.NDArray => td.add(v, 1)

afterEach(() => td.unsetBackend())

describe('options', () => {
  test('none, and none by name', () => {
    expect(value(td.traceGraph(plusOne, {})(x()))).toBe(2)
    expect(value(td.traceGraph(plusOne, undefined)(x()))).toBe(2)
  })

  test('names that are all misspelt are no namespace', async () => {
    const trace = td.traceGraph as (...args: unknown[]) => unknown
    expect(await messageOf(() => trace(plusOne, { arg: [x()] }))).toMatchInlineSnapshot(`
      "ParamError: traceGraph: 'arg' is [float32[1] [1]]: there is no such option.
      Did you mean 'args'?"
    `)
    expect(await messageOf(() => trace({}))).toMatchInlineSnapshot(
      `"ParamError: traceGraph: 'objs' is {}: it holds no function to trace."`,
    )
    expect(await messageOf(() => trace(plusOne, { kwargs: x() }))).toMatch("'kwargs' is float32[1] [1]")
  })

  test('a class is no function', async () => {
    class Model {
      forward = plusOne
    }
    const trace = td.traceGraph as (...args: unknown[]) => unknown
    expect(await messageOf(() => trace(Model))).toMatchInlineSnapshot(`
      "ParamError: traceGraph: 'objs' is the function Model: a class cannot be called.
      Trace one of its objects, by its forward method: traceGraph(new Model())."
    `)
  })

  test('more than 16 values of static arguments warn, once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const scale = (v: td.NDArray, by: number): td.NDArray => td.multiply(v, by)
    const graph = td.traceGraph(scale, { staticArgnums: 1 })
    for (let i = 0; i < 16; i++) for (let k = 0; k < 2; k++) graph(x(), i)
    expect(warn).not.toHaveBeenCalled()
    for (let i = 16; i < 20; i++) expect(value(graph(x(), i))).toBe(i)
    expect(warn.mock.calls).toMatchInlineSnapshot(`
      [
        [
          "traceGraph: 'scale' was called with more than 16 values of its static arguments, and was traced again for each. Pass what changes often as an array or a number, not as a static argument.",
        ],
      ]
    `)
    warn.mockRestore()
  })
})

describe('a graph that was not traced yet', () => {
  const members: Readonly<Record<string, (graph: td.Graph) => unknown>> = {
    inputs: (graph) => graph.inputs,
    nodes: (graph) => graph.nodes,
    toString: (graph: td.Graph) => `${graph}`,
    toSource: (graph) => graph.toSource(),
    listFunctionFrequencies: (graph) => graph.listFunctionFrequencies(),
    save: (graph) => graph.save('never-written'),
  }
  test.each(Object.entries(members))('%s says so', async (_, use) => {
    expect(await messageOf(() => use(td.traceGraph(plusOne)))).toBe(
      'GraphError: graph: it was not traced yet.\nCall it, or trace at once: graph.initialize(args).',
    )
  })

  test('moves to another engine, and is traced by whichever is called first', async () => {
    const lazy = td.traceGraph(plusOne)
    const there = await lazy.to('numjs')
    expect(value(there(x()))).toBe(2)
    expect(lazy.initialized).toBe(true)
    expect(lazy.explain().runs).toBe(1)
  })

  test('initialize', async () => {
    const lazy = td.traceGraph(plusOne)
    expect(await messageOf(() => lazy.initialize(x() as never))).toMatch(
      "ParamError: initialize: 'args' is float32[1] [1]: it takes the arguments as an array.",
    )
    await lazy.initialize([x()])
    expect(lazy.listFunctionFrequencies()).toEqual({ add: 1 })
  })
})

describe('async functions', () => {
  const broken = async (v: td.NDArray): Promise<Map<string, td.NDArray>> => {
    await Promise.resolve()
    return new Map([['v', v]])
  }

  test('errors after an await name the line of the call, too', async () => {
    expect(await messageOf(() => td.traceGraph(broken, { args: [x()] }))).toMatch('an object of class Map')
    expect(await messageOf(() => td.traceGraph(broken)(x()))).toMatch('an object of class Map')
    expect(await messageOf(() => td.traceGraph(broken).initialize([x()]))).toMatch('an object of class Map')
  })

  test('calls reject, they never throw', async () => {
    const graph = td.traceGraph(async (v: td.NDArray) => td.add(v, 1))
    for (let i = 0; i < 2; i++) {
      const call = graph(new Map() as never)
      expect(call).toBeInstanceOf(Promise)
      expect(await messageOf(() => call)).toMatch("ParamError: graph: 'argument 0' is a Map")
      expect(value(await graph(x()))).toBe(2)
    }
  })

  test('an async forward', async () => {
    const model = {
      w: td.array([2]),
      async forward(v: td.NDArray): Promise<td.NDArray> {
        await Promise.resolve()
        return td.multiply(v, this.w)
      },
    }
    expect(await td.traceGraph(model, { args: [x()] })).toBe(model)
    model.w = td.array([5])
    expect(value(await model.forward(x()))).toBe(5)
  })

  test('work that the function leaves behind runs as if it had not been traced', async () => {
    const w = td.array([20])
    let later: Promise<number> | undefined
    const graph = await td.traceGraph(
      async (v: td.NDArray) => {
        later ??= new Promise<void>((resolve) => setTimeout(resolve, 5)).then(() => value(td.add(w, 1)))
        return td.add(v, 1)
      },
      { args: [x()] },
    )
    expect(value(await graph(x()))).toBe(2)
    expect(await later).toBe(21)
  })

  test('two traces at once keep apart', async () => {
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
    const slow = async (v: td.NDArray): Promise<td.NDArray> => {
      const a = td.add(v, td.full([1], 1))
      await pause(4)
      return td.multiply(a, td.full([1], 10))
    }
    const fast = async (v: td.NDArray): Promise<td.NDArray> => {
      await pause(1)
      return td.subtract(v, td.full([1], 3))
    }
    const [a, b] = await Promise.all([
      td.traceGraph(slow, { args: [x()] }),
      td.traceGraph(fast, { args: [x()] }),
    ])
    expect([value(await a(x())), value(await b(x()))]).toEqual([20, -2])
    expect([a.nodes.length, b.nodes.length]).toEqual([2, 1])
  })
})

describe('methods', () => {
  test('of namespaces read their namespace at each call', () => {
    const lib = {
      k: 2,
      scale(v: td.NDArray): td.NDArray {
        return td.multiply(v, this.k)
      },
    }
    const graphs = td.traceGraph(lib)
    expect(value(graphs.scale(x()))).toBe(2)
    lib.k = 5
    expect(value(graphs.scale(x()))).toBe(5)
  })

  test('that are decorated name the line of a wrong call', async () => {
    class Model {
      @td.traced()
      entries(v: td.NDArray): Map<string, td.NDArray> {
        return new Map([['v', v]])
      }
    }
    const { entries } = new Model()
    expect(await messageOf(() => entries(x()))).toMatchInlineSnapshot(`
      "ParamError: entries: 'this' is undefined: a traced method is called on its object.
      Call object.method(…), or bind it first."
    `)
    expect(await messageOf(() => new Model().entries(x()))).toMatch('an object of class Map')
  })

  test('of sealed objects cannot be replaced', async () => {
    const model = Object.seal({ forward: plusOne })
    expect(await messageOf(() => td.traceGraph(model))).toMatch(
      'state of Object: it is frozen or sealed, so its forward cannot be replaced',
    )
  })
})

test('typed arrays go to the engine of the graph', async () => {
  await td.loadBackend('tfjs')
  await td.setBackend('numjs')
  const graph = td.traceGraph(plusOne)
  const out = await td.withBackend('tfjs', () => (graph as (v: unknown) => td.NDArray)(new Float64Array([1])))
  expect([out.dtype, value(out)]).toEqual(['float64', 2])
})

test('every way to read an array names the line that reads', async () => {
  const gone = td.array([1, 2])
  const pair = gone as unknown as number
  expect(await messageOf(() => pair + 1)).toMatch('it has 2 elements, not one')
  gone.dispose()
  for (const read of [
    () => gone.toArray(),
    () => gone.item(),
    () => JSON.stringify(gone),
    () => pair * 2,
    () => gone.data(),
  ])
    expect(await messageOf(read)).toMatch('was disposed')
})
