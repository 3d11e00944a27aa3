import { describe, expectTypeOf, test } from 'vitest'
import * as td from '../src/index.ts'

const x = td.array([1])
const one = (v: td.NDArray): td.NDArray => v
const named = (v: td.NDArray, { k = 1 }: { k?: number } = {}): { out: td.NDArray; k: number } => ({
  out: v,
  k,
})
const later = async (v: td.NDArray): Promise<td.NDArray> => v
class Model {
  w = x
  forward(v: td.NDArray): td.NDArray {
    return td.add(v, this.w)
  }
}
class AsyncModel {
  async forward(v: td.NDArray): Promise<td.NDArray> {
    return v
  }
}

describe('what traceGraph gives', () => {
  test('functions give graphs of their own type', () => {
    const graph = td.traceGraph(named)
    expectTypeOf(graph).toEqualTypeOf<td.Graph<typeof named>>()
    expectTypeOf(graph(x, { k: 2 })).toEqualTypeOf<{ out: td.NDArray; k: number }>()
    expectTypeOf(td.traceGraph(named, { args: [x] })).toEqualTypeOf<td.Graph<typeof named>>()
    expectTypeOf(td.traceGraph(one, {})).toEqualTypeOf<td.Graph<typeof one>>()
    expectTypeOf(graph.to('numjs')).toEqualTypeOf<Promise<td.Graph<typeof named>>>()
    // @ts-expect-error a number is no array
    graph(1)
    // @ts-expect-error the argument is missing
    graph()
  })

  test('async functions give graphs, or promises of them where they are traced at once', () => {
    expectTypeOf(td.traceGraph(later)).toEqualTypeOf<td.Graph<typeof later>>()
    expectTypeOf(td.traceGraph(later, { args: [x] })).toEqualTypeOf<Promise<td.Graph<typeof later>>>()
    expectTypeOf(td.traceGraph(later, { kwargs: { k: 1 } })).toEqualTypeOf<Promise<td.Graph<typeof later>>>()
  })

  test('objects with forward come back', () => {
    expectTypeOf(td.traceGraph(new Model())).toEqualTypeOf<Model>()
    expectTypeOf(td.traceGraph(new Model(), { args: [x] })).toEqualTypeOf<Model>()
    expectTypeOf(td.traceGraph(new AsyncModel())).toEqualTypeOf<AsyncModel>()
    expectTypeOf(td.traceGraph(new AsyncModel(), { args: [x] })).toEqualTypeOf<Promise<AsyncModel>>()
  })

  test('namespaces give copies of graphs', () => {
    const lib = td.traceGraph({ one, deep: { named }, tag: 'kept', w: x, Model })
    expectTypeOf(lib.one).toEqualTypeOf<td.Graph<typeof one>>()
    expectTypeOf(lib.deep.named).toEqualTypeOf<td.Graph<typeof named>>()
    expectTypeOf(lib.tag).toEqualTypeOf<string>()
    expectTypeOf(lib.w).toEqualTypeOf<td.NDArray>()
    expectTypeOf(lib.Model).toEqualTypeOf<typeof Model>()
  })

  test('several objects give as many', () => {
    const [a, b, c] = td.traceGraph(one, new Model(), { named })
    expectTypeOf(a).toEqualTypeOf<td.Graph<typeof one>>()
    expectTypeOf(b).toEqualTypeOf<Model>()
    expectTypeOf(c.named).toEqualTypeOf<td.Graph<typeof named>>()
    const pair = td.traceGraph(one, named, { to: 'numjs' })
    expectTypeOf(pair).toEqualTypeOf<[td.Graph<typeof one>, td.Graph<typeof named>]>()
    expectTypeOf(td.traceGraph(one, later, { args: [x] })).toEqualTypeOf<
      Promise<[td.Graph<typeof one>, td.Graph<typeof later>]>
    >()
  })

  test('wrong options do not compile', () => {
    // @ts-expect-error there is no such option
    td.traceGraph(one, { arg: [x] })
    // @ts-expect-error args is an array
    td.traceGraph(one, { args: x })
    // @ts-expect-error an index is a number
    td.traceGraph(one, { staticArgnums: '1' })
    // @ts-expect-error one of two policies
    td.traceGraph(one, { args: [x], dtypePolicy: 'close' })
    // @ts-expect-error nothing to trace
    td.traceGraph()
    // @ts-expect-error a number is not traced
    td.traceGraph(3)
  })
})

test('methods of arrays are typed as their functions', () => {
  expectTypeOf(x.add(1)).toEqualTypeOf<td.NDArray>()
  expectTypeOf(x.sum({ axis: 0 })).toEqualTypeOf<td.NDArray>()
  expectTypeOf(x.unstack()[0]!).toEqualTypeOf<td.NDArray>()
  // @ts-expect-error the second operand is missing
  x.add()
  // @ts-expect-error there is no such parameter
  x.sum({ axes: 0 })
})

test('decorated methods keep their type', () => {
  class Scale {
    @td.traced({ to: 'numjs' })
    forward(v: td.NDArray, by: number): td.NDArray {
      return td.multiply(v, by)
    }
  }
  expectTypeOf(new Scale().forward).toEqualTypeOf<(v: td.NDArray, by: number) => td.NDArray>()
  // @ts-expect-error there is no such option
  td.traced({ too: 'numjs' })
})

describe('verify', () => {
  const graph = td.traceGraph(named, { args: [x] })

  test('takes trials and engines', () => {
    expectTypeOf(graph.verify).toEqualTypeOf<(options?: td.VerifyOptions) => Promise<td.Verification>>()
    void graph.verify({ trials: 3, backends: ['ort', 'tfjs:wasm'] })
    // @ts-expect-error -- an option that is none
    void graph.verify({ trial: 3 })
    // @ts-expect-error -- one name is no list
    void graph.verify({ backends: 'ort' })
  })

  test('gives a report', async () => {
    const report = await graph.verify()
    expectTypeOf(report).toEqualTypeOf<td.Verification>()
    expectTypeOf(report.equal).toEqualTypeOf<boolean>()
    expectTypeOf(report.differences[0]!).toEqualTypeOf<td.Difference>()
    expectTypeOf(report.differences[0]!.node?.line).toEqualTypeOf<string | undefined>()
  })
})

describe('sizes that are no numbers', () => {
  test('are not assignable to numbers, and no number is one', () => {
    expectTypeOf(td.dim(x, 0)).toEqualTypeOf<td.Dim>()
    expectTypeOf<td.Dim>().not.toExtend<number>()
    expectTypeOf<number>().not.toExtend<td.Dim>()
    expectTypeOf(td.dim(x, 0).plus(1).minus(2).times(td.dim(x, 0)).floorDiv(2)).toEqualTypeOf<td.Dim>()
    // @ts-expect-error: the operators of JavaScript are for numbers.
    void (() => td.dim(x, 0) * 2)
  })

  test('go where sizes go', () => {
    const n = td.dim(x, 0)
    const taken = (): unknown => [
      td.reshape(x, [n, 1]),
      x.reshape([-1, n]),
      td.zeros([n]),
      td.full(n, n),
      td.arange(n),
      td.slice(x, [n.minus(1)], [null]),
      td.tile(x, [n, 1]),
      td.pad(x, [[n, 0]]),
      td.forLoop(0, n, (_i, c) => c, 0),
    ]
    void taken
    // @ts-expect-error: an axis shapes the graph.
    void (() => td.sum(x, { axis: n }))
    // @ts-expect-error: it is no array.
    void (() => td.add(x, n))
  })

  test('specs name a dtype and sizes', () => {
    expectTypeOf(td.spec('float32', ['n', 3])).toEqualTypeOf<td.Spec>()
    // @ts-expect-error: there is no such dtype.
    void (() => td.spec('float', ['n']))
    expectTypeOf(td.traceGraph(one, { args: [td.spec('float32', ['n'])] })).toEqualTypeOf<
      td.Graph<typeof one>
    >()
  })
})
