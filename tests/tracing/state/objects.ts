import * as td from '@tendril/core'
import { arr, type Case, type Obj, on, plain, type State } from './case.ts'
import { plainObjects } from './plain-objects.ts'

// Stateful objects of every kind, and functions that read and change them.

const secret = Symbol('secret')

class Counter {
  n = arr(0)
  readonly name = 'counter'
  get twice(): td.NDArray {
    return this.n.multiply(2)
  }
  set total(value: td.NDArray) {
    this.n = value.add(1)
  }
  add(x: td.NDArray): this {
    this.n = this.n.add(x.sum())
    return this
  }
}
class Child extends Counter {
  extra = arr(5)
  override add(x: td.NDArray): this {
    super.add(x)
    this.extra = this.n
    return this
  }
}
/** Says what a private field would, in words only: '#hidden' and `#other`. */
class Commented {
  // No #private here.
  n = arr(1)
  text = '#also'
}

export const objects: Readonly<Record<string, Case>> = {
  ...plainObjects,
  'an instance': on(
    () => new Counter(),
    (s, x) => s.add(x).n,
  ),
  'a getter of a class': on(
    () => new Counter(),
    (s, x) => s.add(x).twice,
  ),
  'a setter of a class': on(
    () => new Counter(),
    (s, x) => {
      s.total = x.sum()
      return s.n
    },
  ),
  'an instance of a subclass': on(
    () => new Child(),
    (s, x) => s.add(x).extra,
  ),
  'a class with # in comments and texts': on(
    () => new Commented(),
    (s, x) => {
      s.n = s.n.add(x.sum())
      return s.n
    },
  ),
  'a getter and a setter of its own': on(
    () => ({
      kept: arr(1),
      get v(): td.NDArray {
        return this.kept.multiply(2)
      },
      set v(value: td.NDArray) {
        this.kept = value.add(1)
      },
    }),
    (s, x) => {
      s.v = s.v.add(x.sum())
      return s.v
    },
  ),
  'a getter alone': on(
    () => ({
      kept: arr(1),
      get v(): td.NDArray {
        return this.kept.multiply(2)
      },
    }),
    (s, x) => {
      s.kept = s.v.add(x.sum())
      return s.v
    },
  ),
  'a symbol': on(
    (): Obj => ({ [secret]: arr(1), a: arr(2) }),
    (s, x) => {
      s[secret] = (s[secret] as td.NDArray).add(x.sum())
      return s['a']
    },
    (s, call) => {
      if (call === 2) s[secret] = arr(100)
    },
  ),
  'a hidden property': on(
    (): Obj =>
      Object.defineProperty({ a: arr(2) }, 'hidden', { value: arr(1), writable: true, configurable: true }),
    (s, x) => {
      s['hidden'] = (s['hidden'] as td.NDArray).add(x.sum())
      return Object.keys(s).join()
    },
    (s, call) => {
      if (call === 2) s['hidden'] = arr(100)
    },
  ),
  'a property that is not writable': on(
    (): Obj =>
      Object.defineProperty({ a: arr(2) }, 'fixed', { value: arr(1), enumerable: true, configurable: true }),
    (s, x) => {
      let threw = false
      try {
        s['fixed'] = x
      } catch {
        threw = true
      }
      s['a'] = (s['a'] as td.NDArray).add(s['fixed'] as td.NDArray)
      return [s['a'], threw]
    },
  ),
  'an object without a prototype': on(
    (): Obj => Object.assign(Object.create(null) as Obj, { a: arr(1), inner: { c: arr(2) } }),
    (s, x) => {
      s['a'] = (s['a'] as td.NDArray).add(x.sum())
      return s['a']
    },
  ),
  'functions among the fields': on(
    () => ({
      v: arr(1),
      act(x: td.NDArray): td.NDArray {
        this.v = this.v.add(x.sum())
        return this.v
      },
    }),
    (s, x) => s.act(x),
  ),
  'texts, null, undefined, bigints': on(
    (): Obj => ({ t: 'a', z: null, u: undefined, b: 1n, v: arr(1) }),
    (s) => {
      s['z'] = s['z'] === null ? 'set' : null
      s['t'] = `${String(s['t'])}`.length > 3 ? 'a' : `${String(s['t'])}b`
      s['b'] = (s['b'] as bigint) === 3n ? 1n : (s['b'] as bigint) + 1n
      return s['v']
    },
  ),
  'an exception half-way': on(plain, (s, x) => {
    s.a = s.a.add(1)
    s.inner = { c: x.sum() }
    delete (s as Partial<State>).b
    if (x.sum().item() === 0) throw new RangeError('zero')
    s.b = arr(9, 9)
    return s.a
  }),
  'a branch on the state': on(plain, (s, x) => {
    if (s.a.greater(4).item() === true) s.a = td.zeros([1])
    else s.a = s.a.add(x.sum())
    return s.a
  }),
  'a Variable and a Container among the fields': on(
    () => ({ w: new td.Variable(arr(1)), c: new td.Container({ v: arr(2) }), n: arr(0) }),
    (s, x) => {
      s.w.assign(s.w.value.add(1))
      s.n = s.n
        .add(s.w.value)
        .add((s.c as unknown as { v: td.NDArray }).v)
        .add(x.sum())
      return s.n
    },
  ),
  'an instance among the fields': on(
    () => ({ counter: new Counter(), n: 1 }),
    (s, x) => s.counter.add(x).n,
  ),
  'integer keys': on(
    (): Obj => ({ b: arr(1), 2: arr(2), 1: arr(3) }),
    (s, x) => {
      s['0'] = x.sum()
      delete s['2']
      return Object.keys(s).join()
    },
    (s) => void (s['2'] = arr(4)),
  ),
}
