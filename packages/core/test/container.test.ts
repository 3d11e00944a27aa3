import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  add,
  array,
  at,
  clip,
  concat,
  Container,
  type NDArray,
  ParamError,
  state,
  sum,
  topK,
  traceGraph,
  unstack,
  updateAt,
  valueAndGrad,
} from '../src/index.ts'
import { messageOf } from './support/messages.ts'

const weights = () => new Container({ w: { a: array([1, 2]), b: array([3]) }, n: 2 })
const arrays = () => new Container({ a: array([3, 1, 2]), inner: { b: array([[6, 5]]) } })
const read = (c: unknown): unknown => JSON.parse(JSON.stringify(c))

describe('leaves', () => {
  test('are read and written as attributes', () => {
    const c = weights() as Container & { w: Container & { a: NDArray } }
    expect(c.w.a.toArray()).toEqual([1, 2])
    c.w.a = array([7])
    c['extra'] = { deep: 1 }
    delete c['n']
    expect(read(c)).toEqual({ w: { a: [7], b: [3] }, extra: { deep: 1 } })
    expect([Object.keys(c), 'w' in c, 'n' in c]).toEqual([['w', 'extra'], true, false])
  })

  test('are mapped, folded and listed by their key chains', () => {
    expect(
      weights()
        .map((_, chain) => chain)
        .toObject(),
    ).toEqual({ w: { a: 'w/a', b: 'w/b' }, n: 'n' })
    expect(weights().reduce((chains, _, chain) => [...chains, chain], [] as string[])).toEqual([
      'w/a',
      'w/b',
      'n',
    ])
    expect(
      weights()
        .flatten()
        .map(([chain]) => chain),
    ).toEqual(['w/a', 'w/b', 'n'])
    const both = weights().multiMap(([x, y]) => [x, y], [weights().map((_, chain) => chain)])
    expect(read(both)).toEqual({ w: { a: [[1, 2], 'w/a'], b: [[3], 'w/b'] }, n: [2, 'n'] })
  })

  test('are taken and set by key chains, in a copy', () => {
    const c = weights()
    expect(read(c.atKeyChains(['w/b', 'n']))).toEqual({ w: { b: [3] }, n: 2 })
    expect(read(c.atKeyChains('w'))).toEqual({ w: { a: [1, 2], b: [3] } })
    expect(read(c.setAtKeyChain('w/c/d', 5))).toEqual({ w: { a: [1, 2], b: [3], c: { d: 5 } }, n: 2 })
    expect(read(c)).toEqual({ w: { a: [1, 2], b: [3] }, n: 2 })
    expect(messageOf(() => c.atKeyChains('w/x'))).toMatch(
      "there is no entry at 'w/x'.\nThere are w/a, w/b, n",
    )
  })

  test('are shared by a deep copy, whose levels are its own', () => {
    const c = weights()
    const copy = c.deepCopy() as Container & { w: Container }
    copy.w['a'] = 1
    expect(copy.w['b']).toBe((c['w'] as Container)['b'])
    expect(read(c)).toEqual({ w: { a: [1, 2], b: [3] }, n: 2 })
  })
})

test('plain objects come in and go out', () => {
  const object = { w: { a: array([1]) }, list: [1, 2] }
  const back = new Container(object).toObject()
  expect(back).toEqual(object)
  expect((back['w'] as { a: NDArray }).a).toBe(object.w.a)
  expect(Object.getPrototypeOf(back['w'])).toBe(Object.prototype)
  expect(JSON.stringify(new Container(object))).toBe('{"w":{"a":[1]},"list":[1,2]}')
})

describe('equality', () => {
  const c = (entries: Record<string, unknown>): Container => new Container(entries)

  test('compares keys in any order, dtypes, shapes and elements', () => {
    expect(weights().equals(weights())).toBe(true)
    expect(c({ a: 1, b: 2 }).equals(c({ b: 2, a: 1 }))).toBe(true)
    expect(c({ a: array([NaN, 0]) }).equals(c({ a: array([NaN, -0]) }))).toBe(true)
    expect(c({ a: NaN }).equals(c({ a: NaN }))).toBe(true)
    for (const other of [
      { a: array([2]) },
      { a: array([[1]]) },
      { a: array([1], { dtype: 'int32' }) },
      { a: 1 },
      { b: array([1]) },
      {},
    ])
      expect(c({ a: array([1]) }).equals(c(other))).toBe(false)
    expect(c({ a: c({}) }).equals(c({ a: 1 }))).toBe(false)
  })

  test('of structure compares keys alone', () => {
    expect(weights().sameStructure(weights().map(() => 0))).toBe(true)
    expect(c({ 'a/b': 1 }).sameStructure(c({ a: { b: 1 } }))).toBe(false)
    expect(c({ a: 1 }).sameStructure({ a: 1 } as never)).toBe(false)
  })
})

test('it prints its leaves by their chains, arrays below each other', () => {
  const c = new Container({ x: array([[1], [2]]), inner: { name: 'a' } })
  const text = 'Container {\n  x: float32[2,1]\n  [[1],\n   [2]]\n  inner/name: "a"\n}'
  expect([String(c), inspect(c)]).toEqual([text, text])
  expect(inspect([c], { depth: 0 })).toBe('[ [Container] ]')
})

test('one that contains itself is refused, not followed for ever', () => {
  const c = new Container({ a: 1 })
  c['self'] = c
  for (const use of [
    () => c.flatten(),
    () => c.map((x) => x),
    () => String(c),
    () => c.toObject(),
    () => c[state]().get(),
    () => add(c, 1),
  ])
    expect(use).toThrow(ParamError)
  expect(messageOf(() => c.flatten())).toMatch('it contains itself, at self')
})

describe('functions of arrays take one', () => {
  test('alone, with arrays and numbers, in lists and as options', () => {
    expect(read(add(arrays(), 1))).toEqual({ a: [4, 2, 3], inner: { b: [[7, 6]] } })
    expect(read(add(array([10]), arrays()))).toEqual({ a: [13, 11, 12], inner: { b: [[16, 15]] } })
    expect(read(concat([arrays(), arrays()], { axis: -1 }))).toEqual({
      a: [3, 1, 2, 3, 1, 2],
      inner: { b: [[6, 5, 6, 5]] },
    })
    expect(read(clip(arrays(), { max: new Container({ a: 2, inner: { b: 5 } }) }))).toEqual({
      a: [2, 1, 2],
      inner: { b: [[5, 5]] },
    })
    expect(read(array([1]).add(new Container({ a: 1 }) as never))).toEqual({ a: [2] })
    expectTypeOf(sum(arrays())).toEqualTypeOf<Container>()
  })

  test('and give several results as several Containers', () => {
    const { values, indices } = topK(arrays(), 2)
    expectTypeOf(values).toEqualTypeOf<Container>()
    expect([read(values), read(indices)]).toEqual([
      { a: [3, 2], inner: { b: [[6, 5]] } },
      { a: [0, 2], inner: { b: [[0, 1]] } },
    ])
    const [first, second] = unstack(new Container({ a: array([1, 2]), b: array([[3], [4]]) }))
    expect([read(first), read(second)]).toEqual([
      { a: 1, b: [3] },
      { a: 2, b: [4] },
    ])
    expect(messageOf(() => unstack(arrays()))).toMatch('its arrays give different numbers of results: 3, 1')
    expect(Object.values(topK(new Container(), 2)).map(read)).toEqual([{}, {}])
  })

  test('and index or change each of its arrays', () => {
    const c = new Container({ a: array([1, 2]), b: array([[3], [4]]) })
    expectTypeOf(at(c, 0)).toEqualTypeOf<Container>()
    expectTypeOf(updateAt(c, 0).set(1)).toEqualTypeOf<Container>()
    expect(read(at(c, -1))).toEqual({ a: 2, b: [4] })
    expect(read(updateAt(c, 0).set(9))).toEqual({ a: [9, 2], b: [[9], [4]] })
    expect(read(updateAt(c, 0).subtract(1))).toEqual({ a: [0, 2], b: [[2], [4]] })
  })

  test('and name an entry that one has and the other lacks', () => {
    expect(messageOf(() => add(arrays(), new Container({ a: 1 })))).toMatch("there is no entry at 'inner/b'")
    expect(messageOf(() => add(new Container({ a: 1 }), arrays()))).toMatch("there is no entry at 'inner/b'")
  })

  test('in graphs and gradients as well', () => {
    const graph = traceGraph((c: Container) => topK(add(c, 1), 1).values, { args: [arrays()] })
    expect(read(graph(arrays()))).toEqual({ a: [4], inner: { b: [[7]] } })
    const loss = (c: Container): NDArray =>
      sum(c).reduce((total: NDArray, leaf) => total.add(leaf as NDArray), array(0))
    const [value, gradient] = valueAndGrad(loss)(arrays()) as unknown as [NDArray, Container]
    expect(value.item()).toBe(17)
    expect(read(gradient)).toEqual({ a: [1, 1, 1], inner: { b: [[1, 1]] } })
  })
})
