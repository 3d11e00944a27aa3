import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { messageOf } from './message.ts'

// Bad input gives a typed error whose whole message is shown here; the line that it ends with is the user's.

const matrix = (): td.NDArray =>
  td.array([
    [1, 2, 3],
    [4, 5, 6],
  ])

afterEach(() => td.unsetBackend())

describe('graphs', () => {
  test('the buffer of an array taken while tracing', async () => {
    expect(
      await messageOf(() =>
        td.traceGraph((x: td.NDArray) => td.add(x, x.native() as number), { args: [matrix()] }),
      ),
    ).toMatchInlineSnapshot(`
      "TraceError: traceGraph: the function takes x.native() of float32[2,3] while it is traced, which stands for the array of each call and has none.
      Read its elements: x.item(), x.toArray() or await x.data(); or take it after the call."
    `)
  })
  test('one whose error the function swallows', async () => {
    const fn = (x: td.NDArray): td.NDArray => {
      try {
        return td.multiply(x, x.native() as number)
      } catch {
        return x
      }
    }
    expect(await messageOf(() => td.traceGraph(fn, { args: [td.array(1)] }))).toMatchInlineSnapshot(`
      "TraceError: traceGraph: the function takes x.native() of float32[] while it is traced, which stands for the array of each call and has none.
      Read its elements: x.item(), x.toArray() or await x.data(); or take it after the call."
    `)
  })
  test('a graph with branches where a straight one is needed', async () => {
    const graph = td.traceGraph((x: td.NDArray) => (Number(td.sum(x)) > 0 ? x : td.negative(x)), {
      args: [matrix()],
    })
    expect(await messageOf(() => graph.toSource())).toMatchInlineSnapshot(`
      "GraphError: graph: the function goes on by values that it reads, and the value read at graphs.test.ts:N is float32, and a graph branches by one truth value.
      Read the bool of a comparison: greater(x, 0).item(); or choose by arrays: where(condition, a, b), cond(condition, onTrue, onFalse), whileLoop(test, body, init)."
    `)
    expect(await messageOf(() => graph.save('never'))).toMatchInlineSnapshot(`
      "GraphError: graph: the function goes on by values that it reads, and the value read at graphs.test.ts:N is float32, and a graph branches by one truth value.
      Read the bool of a comparison: greater(x, 0).item(); or choose by arrays: where(condition, a, b), cond(condition, onTrue, onFalse), whileLoop(test, body, init)."
    `)
  })
  test('a function that would run again at each call, where that is ruled out', async () => {
    const graph = td.traceGraph((x: td.NDArray) => td.multiply(x, td.sum(x).item() as number), {
      rerun: 'never',
    })
    for (let i = 0; i < 5; i++) graph(td.array([i, 1]))
    expect(await messageOf(() => graph(td.array([9, 1])))).toMatchInlineSnapshot(`
      "GuardError: graph: the function has to run again at each call, which rerun: 'never' rules out.
      Read what repeats, such as the bool of a comparison; or trace it with rerun: 'auto'."
    `)
  })
  test('a traced array used after its trace', async () => {
    let leaked: td.NDArray | undefined
    td.traceGraph((x: td.NDArray) => (leaked = td.add(x, 1)), { args: [matrix()] })
    expect(await messageOf(() => td.add(leaked!, 1))).toMatchInlineSnapshot(`
      "TraceError: traceGraph: a traced array is used after its trace has ended; it has a type and no elements.
      Return it from the traced function; the call of the graph gives the array."
    `)
  })
  test('a loaded graph called with another tree', async () => {
    const graph = td.parseGraph(
      'graph({x: %0: float32[2]}, %1: float32[2])\n  %2: float32[2] = add(%0, %1)\n  return %2',
    )
    expect((graph({ x: td.array([1, 2]) }, td.array([1, 1])) as td.NDArray).toArray()).toEqual([2, 3])
    expect(await messageOf(() => graph(td.array([1, 2]), td.array([1, 1])))).toMatchInlineSnapshot(`
      "GuardError: graph: this graph was not traced for arguments like these: [float32:1,float32:1].
      It was loaded or parsed, so its function is not there to run again: trace the function for such arguments and save it."
    `)
    expect(await messageOf(() => graph({ x: td.array([1]) }, td.array([1, 1])))).toMatchInlineSnapshot(`
      "GuardError: graph: this graph holds for other sizes only.
      It was loaded or parsed, so its function is not there to run again: trace the function for such arguments and save it."
    `)
  })
  test('an argument that a graph cannot see into', async () => {
    const graph = td.traceGraph((m: Map<string, td.NDArray>) => m.get('x')!)
    expect(await messageOf(() => graph(new Map([['x', matrix()]])))).toMatchInlineSnapshot(`
      "ParamError: graph: 'argument 0' is a Map: a graph sees arrays, numbers, strings, lists, plain objects and Containers, and this is none of them.
      Pass its arrays, name it in argStatefulIdxs, or make it static by staticArgnums."
    `)
  })
  test('a result that a graph cannot hold', async () => {
    expect(await messageOf(() => td.traceGraph((x: td.NDArray) => new Map([['x', x]]), { args: [matrix()] })))
      .toMatchInlineSnapshot(`
      "TraceError: traceGraph: the function returns an object of class Map, which a graph cannot hold.
      Use arrays, numbers, strings, lists, plain objects or Containers."
    `)
  })
  test('options', async () => {
    const trace = (options: object): unknown => td.traceGraph((x: td.NDArray) => x, options)
    expect(await messageOf(() => trace({ args: [], arrayCache: true }))).toMatchInlineSnapshot(`
      "ParamError: traceGraph: 'arrayCache' is true: there is no such option.
      Did you mean 'arrayCaching'?"
    `)
    expect(await messageOf(() => trace({ includeGenerators: 1 }))).toMatchInlineSnapshot(
      `"ParamError: traceGraph: 'includeGenerators' is 1: it takes a boolean."`,
    )
    expect(await messageOf(() => trace({ rerun: 'sometimes' }))).toMatchInlineSnapshot(
      `"ParamError: traceGraph: 'rerun' is "sometimes": it takes 'auto', 'always' or 'never'."`,
    )
    expect(await messageOf(() => trace({ audit: 'often' }))).toMatchInlineSnapshot(
      `"ParamError: traceGraph: 'audit' is "often": it takes a boolean."`,
    )
  })
  test('state that cannot be followed', async () => {
    class Hidden {
      #count = 0
      next(): number {
        return ++this.#count
      }
    }
    const trace = (object: object): unknown =>
      td.traceGraph((x: td.NDArray) => x, { stateful: [object], args: [matrix()] })
    expect(await messageOf(() => trace(new Hidden()))).toMatchInlineSnapshot(`
      "StateError: state of Hidden: its private field #count is invisible.
      Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container."
    `)
    expect(await messageOf(() => trace(new Map()))).toMatchInlineSnapshot(`
      "StateError: state of Map: its entries are not properties.
      Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container."
    `)
    expect(await messageOf(() => trace(Object.freeze({})))).toMatchInlineSnapshot(`
      "StateError: state of Object: it is frozen or sealed.
      Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container."
    `)
  })
  test('text that is no graph', async () => {
    expect(
      await messageOf(() =>
        td.parseGraph('graph(%0: float32[2])\n  %1: float32[3] = add(%0, 1)\n  return %1'),
      ),
    ).toMatchInlineSnapshot(
      `"FormatError: graph text at line 2: add: its result is float32[2], not float32[3]."`,
    )
    expect(
      await messageOf(() =>
        td.parseGraph('graph(%0: float32[2])\n  %1: float32[2] = launch(%0)\n  return %1'),
      ),
    ).toMatchInlineSnapshot(`"FormatError: graph text at line 2: there is no op "launch"."`)
  })
  test('a disposed graph', async () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(x, 1), { args: [matrix()] })
    graph.dispose()
    expect(await messageOf(() => graph(matrix()))).toMatchInlineSnapshot(`
      "GraphError: graph: it was disposed.
      Trace the function again."
    `)
  })
})
