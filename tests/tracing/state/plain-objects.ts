import * as td from '@tendril/core'
import { arr, type Case, on, plain, type State } from './case.ts'

// Plain objects and lists, and functions that read and change them.

export const plainObjects: Readonly<Record<string, Case>> = {
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
}
