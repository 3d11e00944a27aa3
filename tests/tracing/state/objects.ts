import * as td from '@tendril/core'

// Stateful objects of every kind, and functions that read and change them.

type Obj = Record<string | symbol, unknown>

export interface Case {
  readonly make: () => object
  readonly fn: (state: never, x: td.NDArray) => unknown
  /** What each call does before. */
  readonly before?: (state: never, call: number) => void
}

const arr = (...elements: number[]): td.NDArray => td.array(elements)
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

interface State {
  a: td.NDArray
  b: td.NDArray
  n: number
  inner: { c: td.NDArray; deep?: { d: td.NDArray } }
  list: td.NDArray[]
  [key: string]: unknown
}
const plain = (): State => ({ a: arr(1), b: arr(2, 3), n: 3, inner: { c: arr(4) }, list: [arr(5), arr(6)] })

type Fn<S> = (state: S, x: td.NDArray) => unknown
const on = <S extends object>(make: () => S, fn: Fn<S>, before?: (state: S, call: number) => void): Case => ({
  make,
  fn: fn as Case['fn'],
  ...(before && { before: before as NonNullable<Case['before']> }),
})

export const objects: Readonly<Record<string, Case>> = {
  get: on(plain, (s, x) => s.a.add(x.sum()).add(s.inner.c).add(s.n)),
  'get, changed between calls': on(
    plain,
    (s, x) => s.a.add(x.sum()).add(s.inner.c).add(s.list[0]!),
    (s, call) => {
      s.a = arr(call)
      s.inner.c = arr(call * 2)
      s.list[0] = arr(-call)
    },
  ),
  'a number, changed between calls': on(
    plain,
    (s, x) => (s.n > 4 ? x.sum() : s.a.add(s.n)),
    (s, call) => void (s.n = 3 + (call % 3)),
  ),
  set: on(plain, (s, x) => {
    s.a = s.a.add(x.sum())
    s.inner.c = s.a.multiply(2)
    s.list[1] = s.b
    s.n = s.n === 3 ? 4 : 3
    return s.inner.c
  }),
  'set to what it was': on(plain, (s) => {
    const { a } = s
    s.a = a.add(1)
    s.a = a
    return s.a
  }),
  in: on(
    plain,
    (s, x) => ('z' in s ? x.sum() : s.a),
    (s, call) => {
      if (call % 2 === 0) s['z'] = 1
      else delete s['z']
    },
  ),
  keys: on(
    plain,
    (s, x) => [Object.keys(s).join(), Object.values(s).length, x.sum()],
    (s, call) => void (s[`k${call}`] = call),
  ),
  'for in': on(plain, (s) => {
    const keys: string[] = []
    for (const key in s) keys.push(key)
    return keys.join()
  }),
  spread: on(plain, (s, x) => {
    const copy = { ...s, a: x.sum() }
    return [copy.a, copy.b, Object.keys(copy).join()]
  }),
  delete: on(
    plain,
    (s) => {
      delete s.inner.deep
      delete (s as Partial<State>).b
      return s.a
    },
    (s) => {
      s.b = arr(7, 8)
      s.inner.deep = { d: arr(1) }
    },
  ),
  'deleted and added again': on(plain, (s) => {
    const { a } = s
    delete (s as Partial<State>).a
    s.a = a.add(1)
    return Object.keys(s).join()
  }),
  'an absent key that comes': on(plain, (s, x) => {
    s['seen'] = ((s['seen'] as td.NDArray | undefined) ?? td.zeros([])).add(x.sum())
    return s['seen']
  }),
  'a nested object replaced by a new one': on(plain, (s) => {
    s.inner = { c: s.inner.c.add(1) }
    return s.a
  }),
  'what is changed and taken out': on(
    () => {
      const inner = { c: arr(1), deep: { d: arr(2) } }
      const list = [arr(3)]
      return { inner, list, held: () => [inner.c, inner.deep.d, list.length] }
    },
    (s, x) => {
      const {
        inner,
        list,
        held: shown,
      } = s as { inner?: { c: td.NDArray; deep: { d: td.NDArray } }; list: td.NDArray[]; held: () => unknown }
      if (inner !== undefined) {
        inner.c = x.sum()
        inner.deep.d = inner.c.add(1)
        delete (s as { inner?: object }).inner
      }
      list.push(x.sum())
      s.list = list.slice(-2)
      return shown()
    },
  ),
  'a nested object held elsewhere and replaced': on(
    () => {
      const s = plain()
      return { ...s, other: s.inner }
    },
    (s) => {
      s.inner = { c: s.inner.c.add(1) }
      return (s.other as State['inner']).c
    },
  ),
  'nested objects swapped': on(
    () => ({ left: { v: arr(1) }, right: { v: arr(2) } }),
    (s) => {
      const { left } = s
      s.left = s.right
      s.right = left
      s.left.v = s.left.v.add(10)
      return s.right.v
    },
  ),
  'one object in two places': on(
    () => {
      const shared = { v: arr(1) }
      return { left: shared, right: shared }
    },
    (s) => {
      s.left.v = s.left.v.add(1)
      return s.right.v
    },
  ),
  'one object in two places, then two': on(
    () => {
      const shared = { v: arr(1) }
      return { left: shared, right: shared }
    },
    (s) => {
      s.left.v = s.left.v.add(1)
      return s.right.v
    },
    (s, call) => {
      if (call === 2) s.right = { v: arr(50) }
      if (call === 4) s.right = s.left
    },
  ),
  'two objects that become one': on(
    () => ({ left: { v: arr(1) }, right: { v: arr(2) } }),
    (s) => {
      s.right = s.left
      s.right.v = s.right.v.add(1)
      return s.left.v
    },
  ),
  'a new object in two places': on(
    () => ({ left: { v: arr(1) }, right: { v: arr(2) } }),
    (s) => {
      s.left = s.right = { v: s.left.v.add(1) }
      return s.right.v
    },
  ),
  'one array in two places': on(
    () => {
      const shared = arr(1, 2)
      return { left: shared, right: shared }
    },
    (s) => {
      const same = s.left === s.right
      s.left = s.left.add(1)
      return [same, s.right]
    },
  ),
  'a list that grows and shrinks': on(plain, (s, x) => {
    s.list.push(x.sum())
    if (s.list.length > 3) s.list.shift()
    return s.list.length
  }),
  'a list replaced': on(plain, (s, x) => {
    s.list = [...s.list.slice(1), x.sum()]
    return s.list[0]
  }),
  'a list emptied': on(
    plain,
    (s) => {
      s.list.length = 0
      return s.a
    },
    (s) => void s.list.push(arr(1)),
  ),
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
      _v: arr(1),
      get v(): td.NDArray {
        return this._v.multiply(2)
      },
      set v(value: td.NDArray) {
        this._v = value.add(1)
      },
    }),
    (s, x) => {
      s.v = s.v.add(x.sum())
      return s.v
    },
  ),
  'a getter alone': on(
    () => ({
      _v: arr(1),
      get v(): td.NDArray {
        return this._v.multiply(2)
      },
    }),
    (s, x) => {
      s._v = s.v.add(x.sum())
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
