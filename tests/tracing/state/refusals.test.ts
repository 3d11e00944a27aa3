import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import { held } from './describe.ts'

// Objects whose state is invisible or cannot be put back: refused by class, reason and way out, and left as they are.

const arr = (): td.NDArray => td.array([1])

class Private {
  #n = arr()
  read(): td.NDArray {
    return this.#n
  }
}
class PrivateMethod {
  n = arr()
  #more(): td.NDArray {
    return this.n
  }
  read(): td.NDArray {
    return this.#more()
  }
}
class PrivateBelow extends Private {
  more = arr()
}
class PrivateInTemplate {
  #n = 1
  read(): string {
    return `${this.#n}`
  }
}
class AfterTexts {
  text = "it's // no comment"
  other = '/* nor this'
  pattern = /['"`]/
  #n = 1
  read(): number {
    return this.#n
  }
}
class Stack extends Array {}
class Table extends Map {}

const fixed = (make: (object: object) => object): object => make({ a: arr() })

const refused: Readonly<Record<string, readonly [make: () => object, message: RegExp]>> = {
  'a private field': [() => new Private(), /state of Private: its private field #n is invisible/],
  'a private method': [() => new PrivateMethod(), /PrivateMethod: its private field #more is invisible/],
  'a private field of a class below': [() => new PrivateBelow(), /PrivateBelow: its private field #n/],
  'a private field in a template': [() => new PrivateInTemplate(), /PrivateInTemplate: its private field #n/],
  'a private field after texts and patterns': [() => new AfterTexts(), /AfterTexts: its private field #n/],
  'a Map': [() => new Map([['a', arr()]]), /Map: its entries are not properties/],
  'a class of Maps': [() => new Table(), /Table: its entries are not properties/],
  'a Set': [() => new Set([arr()]), /Set: its entries are not properties/],
  'a WeakMap': [() => new WeakMap(), /WeakMap: its entries are not properties/],
  'a Date': [() => new Date(), /Date: its time is not a property/],
  'a typed array': [() => new Float32Array(2), /Float32Array: its elements change unseen/],
  'a buffer': [() => new ArrayBuffer(2), /ArrayBuffer: its elements change unseen/],
  'a list': [() => [arr()], /Array: the places of an array are not followed/],
  'a class of lists': [() => new Stack(), /Stack: the places of an array are not followed/],
  'an array': [() => arr(), /arrays never change/],
  'a frozen object': [() => fixed(Object.freeze), /Object: it is frozen or sealed/],
  'a sealed object': [() => fixed(Object.seal), /Object: it is frozen or sealed/],
  'one that is not extensible': [() => fixed(Object.preventExtensions), /Object: it is not extensible/],
  'a Proxy': [() => new Proxy({ a: arr() }, {}), /Object: it is a Proxy/],
  'a Promise': [() => Promise.resolve(), /Promise: what it holds is no property/],
  'a nested Map': [
    () => ({ a: arr(), deep: { map: new Map() } }),
    /Map: what it holds at deep\.map: its entries/,
  ],
  'a nested private field': [
    () => ({ a: [new Private()] }),
    /Private: what it holds at a\[0\]: its private field #n/,
  ],
  'a nested typed array': [() => ({ a: new Int32Array(1) }), /Int32Array: what it holds at a: its elements/],
  'a nested frozen object with arrays': [
    () => ({ a: Object.freeze({ w: arr() }) }),
    /Object: what it holds at a: it is frozen or sealed/,
  ],
  'an array in a property that cannot be changed': [
    () => Object.defineProperty({}, 'w', { value: arr() }),
    /Object: its property 'w' holds an array and cannot be changed/,
  ],
}

const traces: Readonly<Record<string, (object: object) => unknown>> = {
  stateful: (object) => td.traceGraph((x: td.NDArray) => x.add(1), { stateful: [object], args: [arr()] }),
  argStatefulIdxs: (object) =>
    td.traceGraph((_: object, x: td.NDArray) => x.add(1), { argStatefulIdxs: [[0]], args: [object, arr()] }),
  'a nested path': (object) =>
    td.traceGraph((_: object, x: td.NDArray) => x.add(1), {
      argStatefulIdxs: [[0, 'cache', 0]],
      args: [{ cache: [object] }, arr()],
    }),
  kwargStatefulIdxs: (object) =>
    td.traceGraph((x: td.NDArray, _cache: object) => x.add(1), {
      kwargStatefulIdxs: [['cache']],
      args: [arr()],
      kwargs: { cache: object },
    }),
  'a call': (object) => {
    const graph = td.traceGraph((_: object, x: td.NDArray) => x.add(1), { argStatefulIdxs: [[0]] })
    return graph(object, arr())
  },
}

for (const [name, [make, message]] of Object.entries(refused)) {
  test.each(Object.entries(traces))(`${name}: %s`, (_way, trace) => {
    const object = make()
    const before = held(object)
    let thrown: unknown
    try {
      trace(object)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(td.StateError)
    expect((thrown as Error).message).toMatch(message)
    expect((thrown as Error).message).toMatch('Give it the protocol [td.state]()')
    const after = held(object)
    expect(after.length).toBe(before.length)
    expect(after.every((item, i) => Object.is(item, before[i]))).toBe(true)
  })
}

test('a frozen object of numbers among the fields is no hindrance', () => {
  const state = { a: arr(), config: Object.freeze({ scale: 2 as number }) }
  const fn = (s: typeof state): td.NDArray => (s.a = s.a.multiply(s.config.scale))
  const graph = td.traceGraph(fn, { argStatefulIdxs: [[0]], args: [state] })
  expect(graph(state).toArray()).toEqual([2])
  const other = { a: arr(), config: Object.freeze({ scale: 5 as number }) }
  expect(graph(other).toArray()).toEqual([5])
  expect(other.a.toArray()).toEqual([5])
})

/** What a function does that a graph would not do: refused, and everything is put back. */
const changes: Readonly<
  Record<string, readonly [fn: (s: Record<string, unknown>) => unknown, message: RegExp]>
> = {
  'another prototype': [
    (s) => Object.setPrototypeOf(s, { more: 1 }) as unknown,
    /gives it another prototype/,
  ],
  'a hidden property': [
    (s) => Object.defineProperty(s, 'z', { value: 1, configurable: true }),
    /defines its property 'z' with attributes/,
  ],
  'a getter': [
    (s) => Object.defineProperty(s, 'z', { get: () => 1, enumerable: true, configurable: true }),
    /defines its property 'z'/,
  ],
  'other attributes': [
    (s) => Object.defineProperty(s, 'a', { enumerable: false }),
    /changes the attributes of its property 'a'/,
  ],
  'a new instance': [(s) => (s['b'] = new Point()), /Point: the function makes it/],
  'a new Map': [(s) => (s['b'] = new Map()), /Map: what it holds at b: its entries/],
}
class Point {
  x = 1
}

test.each(Object.entries(changes))('refused in a function: %s', (_name, [fn, message]) => {
  const state: Record<string, unknown> = { a: arr(), inner: { c: arr() } }
  const before = held(state)
  const run = (s: Record<string, unknown>, x: td.NDArray): td.NDArray => {
    fn(s)
    s['n'] = x
    return x
  }
  const graph = td.traceGraph(run, { argStatefulIdxs: [[0]] })
  expect(() => graph(state, arr())).toThrow(message)
  expect(() => graph(state, arr())).toThrow(td.StateError)
  const after = held(state)
  expect(after.length).toBe(before.length)
  after.forEach((item, i) => expect(Object.is(item, before[i])).toBe(true))
})

test('another class with the same fields is another trace', () => {
  class A {
    n = arr()
    step(): td.NDArray {
      return this.n.add(1)
    }
  }
  class B {
    n = arr()
    step(): td.NDArray {
      return this.n.multiply(10)
    }
  }
  const graph = td.traceGraph((s: A | B) => (s.n = s.step()), { argStatefulIdxs: [[0]], args: [new A()] })
  const [a, b] = [new A(), new B()]
  expect([graph(a), graph(b), graph(a)].map((one) => one.item())).toEqual([2, 10, 3])
  expect([a.n.item(), b.n.item()]).toEqual([3, 10])
})

test('a state that holds itself', () => {
  interface Loop {
    n: td.NDArray
    self?: Loop
  }
  const make = (): Loop => {
    const loop: Loop = { n: arr() }
    loop.self = loop
    return loop
  }
  const fn = (s: Loop): td.NDArray => (s.self!.self!.n = s.n.add(1))
  const graph = td.traceGraph(fn, { argStatefulIdxs: [[0]], args: [make()] })
  const state = make()
  expect([graph(state).item(), graph(state).item()]).toEqual([2, 3])
  expect(state.self).toBe(state)
  expect(state.n.item()).toBe(3)
})

test('a Container has its entries and their order back', () => {
  const state = new td.Container({ a: arr(), b: { c: arr() } })
  const before = Object.entries(state)
  const fn = (s: td.Container): td.NDArray => {
    const { a } = s as unknown as { a: td.NDArray }
    delete s['a']
    s['z'] = a
    s['a'] = a.add(1)
    return a
  }
  const graph = td.traceGraph(fn, { argStatefulIdxs: [[0]], args: [state] })
  expect(Object.keys(state)).toEqual(['a', 'b'])
  expect(Object.entries(state).every(([, value], i) => value === before[i]![1])).toBe(true)
  graph(state)
  expect(Object.keys(state)).toEqual(['b', 'z', 'a'])
})
