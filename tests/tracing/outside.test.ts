import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'

// What a function sees outside of its arguments may change between calls; a graph gives what the function gives then.

type Fn = (x: td.NDArray) => td.NDArray
const x = (): td.NDArray => td.array([1])
const value = (array: td.NDArray): number => array.item() as number

/** Compares graph and function now, and after each change. */
function expectFollows(fn: Fn, ...changes: (() => void)[]): void {
  const graph = td.traceGraph(fn, { args: [x()] })
  for (const change of [() => {}, ...changes]) {
    change()
    expect([change, value(graph(x()))]).toEqual([change, value(fn(x()))])
  }
}

describe('Containers outside', () => {
  const sum = (container: td.Container, from: td.NDArray): td.NDArray =>
    container.reduce((total, leaf) => td.add(total, leaf as td.NDArray), from)

  test('entries that are added, replaced or gone', () => {
    const c = new td.Container({ a: td.array([1]), deep: { b: td.array([2]) } })
    expectFollows(
      (v) => sum(c, v),
      () => void (c['more'] = td.array([10])),
      () => void (c['deep'] = { b: td.array([100]), c: td.array([1000]) }),
      () => void delete c['a'],
    )
  })

  test('lists in them', () => {
    const c = new td.Container({ layers: [td.array([2]), td.array([3])] })
    const layers = c['layers'] as td.NDArray[]
    expectFollows(
      (v) => (c['layers'] as td.NDArray[]).reduce((total, w) => td.multiply(total, w), v),
      () => void (layers[0] = td.array([50])),
      () => void layers.push(td.array([7])),
    )
  })

  test('questions for keys', () => {
    const c = new td.Container({ a: td.array([1]) })
    expectFollows(
      (v) => ('b' in c ? td.multiply(v, 2) : Object.keys(c).length > 2 ? td.multiply(v, 3) : v),
      () => void (c['c'] = 1),
      () => void (c['d'] = 1),
      () => void (c['b'] = 1),
    )
  })

  test('a function of arrays applied to one', () => {
    const c = new td.Container({ a: td.array([1]), 'with/slash': { b: td.array([2]) } })
    const graph = td.traceGraph((v: td.NDArray) => td.multiply(c, v), { args: [x()] })
    c['a'] = td.array([5])
    const out = graph(td.array([10])) as unknown as td.Container
    expect(out.map((leaf) => value(leaf as td.NDArray)).toJSON()).toEqual({ a: 50, 'with/slash': { b: 20 } })
  })

  test('one that the function makes is its own, and so is a Variable', () => {
    const w = td.array([10])
    const graph = td.traceGraph(
      (v: td.NDArray) => {
        const c = new td.Container({ w })
        const sumOfBoth = td.add(v, c['w'] as td.NDArray)
        c['w'] = sumOfBoth
        const total = new td.Variable(td.array([0]))
        total.assign(td.add(total.value, c['w'] as td.NDArray))
        return total.value
      },
      { args: [x()] },
    )
    expect([value(graph(x())), value(graph(x()))]).toEqual([11, 11])
    expect(graph.toString()).not.toContain('state')
  })

  test('a write to one that is not named as state ends the trace, caught or not', () => {
    const c = new td.Container({ w: td.array([1]) })
    const before = c['w']
    const write = (v: td.NDArray): td.NDArray => {
      try {
        c['w'] = v
      } catch {
        // Swallowed.
      }
      return v
    }
    expect(() => td.traceGraph(write, { args: [x()] })).toThrow(td.StateError)
    expect(c['w']).toBe(before)
    expect(() => td.traceGraph((v: td.NDArray) => (delete c['w'], v), { args: [x()] })).toThrow(
      "'w' is deleted",
    )
  })

  test('named as state it is written, its nested ones in place', () => {
    const c = new td.Container({ inner: { n: td.array([1]) } })
    const inner = c['inner'] as td.Container
    const held = inner['n']
    const graph = td.traceGraph(
      (v: td.NDArray) => {
        c['inner'] = { n: td.add((c['inner'] as td.Container)['n'] as td.NDArray, v) }
        return v
      },
      { stateful: [c], args: [x()] },
    )
    expect(c['inner']).toBe(inner)
    expect(inner['n']).toBe(held)
    graph(td.array([4]))
    expect(c['inner']).toBe(inner)
    expect(value(inner['n'] as td.NDArray)).toBe(5)
  })

  test('keys that would hide what every Container has are refused, and so are leaves without a partner', () => {
    for (const key of ['map', 'constructor', '__proto__', 'toString']) {
      expect(() => new td.Container(Object.fromEntries([[key, 1]]))).toThrow(td.ParamError)
    }
    expect(() => void ((new td.Container() as Record<string, unknown>)['flatten'] = 1)).toThrow(
      "'flatten' is a member of every Container",
    )
    const [a, b] = [new td.Container({ w: x() }), new td.Container({ w: x(), b: x() })]
    expect(() => td.add(a, b)).toThrow("there is no entry at 'b'")
    expect(() => td.add(b, a)).toThrow("there is no entry at 'b'")
  })
})

describe('objects with forward', () => {
  const traced = <T extends { forward: Fn }>(model: T): T => td.traceGraph(model, { args: [x()] }) as T

  test('layers in lists, functions in fields, nested objects replaced, keys added', () => {
    class Layer {
      w: td.NDArray
      constructor(w: number) {
        this.w = td.array([w])
      }
      forward(v: td.NDArray): td.NDArray {
        return td.multiply(v, this.w)
      }
    }
    class Model {
      layers = [new Layer(2), new Layer(3)]
      activation: Fn = td.negative
      nested: { b: td.NDArray } = { b: td.array([1]) }
      extra: Record<string, td.NDArray> = {}
      readonly fixed = Object.freeze({ inner: { k: 2 }, w: td.array([3]) })
      get scale(): td.NDArray {
        return td.multiply(this.fixed.w, this.fixed.inner.k)
      }
      body(v: td.NDArray): td.NDArray {
        const { layers, extra, nested } = this
        const out = layers.reduce((total, layer) => layer.forward(total), td.add(v, nested.b))
        expect(layers[0]).toBe(this.layers[0])
        return Object.values(extra).reduce((total, one) => td.add(total, one), td.multiply(out, this.scale))
      }
      forward(v: td.NDArray): td.NDArray {
        return this.activation(this.body(v))
      }
    }
    const [model, plain] = [traced(new Model()), new Model()]
    const changes: ((m: Model) => void)[] = [
      (m) => void (m.layers[1]!.w = td.array([5])),
      (m) => void m.layers.push(new Layer(7)),
      (m) => void (m.layers[0] = new Layer(11)),
      (m) => void (m.activation = td.abs),
      (m) => void (m.nested = { b: td.array([13]) }),
      (m) => void (m.extra['more'] = td.array([17])),
      (m) => void (m.fixed.inner.k = 19),
      (m) => void (m.body = td.exp),
    ]
    for (const change of [() => {}, ...changes]) {
      change(model)
      change(plain)
      expect([change, value(model.forward(x()))]).toEqual([change, value(plain.forward(x()))])
    }
  })

  test('fields under symbols are read at each call, too', () => {
    const key = Symbol('w')
    const model = traced({
      [key]: td.array([2]),
      forward(v: td.NDArray): td.NDArray {
        return td.multiply(v, this[key])
      },
    })
    model[key] = td.array([9])
    expect(value(model.forward(x()))).toBe(9)
  })

  test('what a trace cannot follow is refused', () => {
    class Hidden {
      #w = td.array([1])
      forward(v: td.NDArray): td.NDArray {
        return td.add(v, this.#w)
      }
    }
    expect(() => traced(new Hidden())).toThrow(/state of Hidden: a trace does not see into private fields/)
    const map = { weights: new Map([['w', x()]]), forward: (v: td.NDArray) => v }
    map.forward = function (this: typeof map, v: td.NDArray) {
      return td.add(v, this.weights.get('w')!)
    }
    expect(() => traced(map)).toThrow('state of Map: its entries are not properties')
    const writes = {
      n: [0],
      forward(v: td.NDArray): td.NDArray {
        this.n.push(1)
        return v
      },
    }
    expect(() => traced(writes)).toThrow('is written while it is traced')
    expect(writes.n).toEqual([0])
  })

  test('one that is its own state writes its fields', () => {
    class Counter {
      n = td.array([0])
      forward(v: td.NDArray): td.NDArray {
        this.n = td.add(this.n, v)
        return td.negative(v)
      }
    }
    const counter = new Counter()
    td.traceGraph(counter, { stateful: [counter], args: [x()] })
    counter.forward(x())
    counter.forward(td.array([5]))
    expect(value(counter.n)).toBe(6)
  })
})

describe('Variables', () => {
  test('assigned from each other, read after writing, and with other sizes', () => {
    const make = (): [td.Variable, td.Variable] => [new td.Variable(x()), new td.Variable(td.array([2]))]
    const step =
      (v: td.Variable, w: td.Variable): Fn =>
      (a) => {
        v.assign(w.value)
        w.assign(td.add(v.value, a))
        v.assign(td.add(v.value, w.value))
        return v.value
      }
    const [[v, w], [v2, w2]] = [make(), make()]
    const graph = td.traceGraph(step(v, w), { args: [x()] })
    for (let i = 0; i < 3; i++) {
      expect(value(graph(x()))).toBe(value(step(v2, w2)(x())))
      expect([value(v.value), value(w.value)]).toEqual([value(v2.value), value(w2.value)])
    }
    const keep = td.traceGraph((a: td.NDArray) => v.assign(a).value, { args: [x()] })
    expect(() => keep(td.array([1, 2]))).toThrow('a variable keeps its sizes')
    expect(() => v.assign(3 as never)).toThrow(td.ParamError)
  })

  test('between the awaits of a trace others see their arrays as they were', async () => {
    const v = new td.Variable(x())
    const pending = td.traceGraph(
      async (a: td.NDArray) => {
        v.assign(td.add(v.value, a))
        await new Promise((resolve) => setTimeout(resolve, 5))
        return v.value
      },
      { args: [x()] },
    )
    expect(value(td.add(v.value, 1))).toBe(2)
    const graph = await pending
    expect(value(await graph(x()))).toBe(2)
    expect(value(v.value)).toBe(2)
  })
})
