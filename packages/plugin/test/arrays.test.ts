import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bothOf, type Fn } from './marked.ts'

// What operators and control flow of marked functions are on arrays: the graphs, and the same results without one.

beforeEach(async () => void (await td.setBackend('numjs')))
afterEach(() => td.unsetBackend())

type Arrays = (...args: td.NDArray[]) => td.NDArray

const marked = (text: string): Arrays => bothOf(text).marked as Arrays
const data = (value: unknown): unknown =>
  value instanceof td.NDArray ? [value.dtype, value.toArray()] : value
const graphOf = (fn: Arrays, ...args: td.NDArray[]): td.Graph<Arrays> =>
  td.traceGraph(fn, { args: args as [td.NDArray] }) as unknown as td.Graph<Arrays>

test('the example of the reference document, with operators', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const example = marked(`(x, y) => {
    const z = x ** y
    console.log(String(z))
    const k = x * y
    const j = td.concat([x, z, y])
    void [k, td.sum(j)]
    return z
  }`)
  const graph = graphOf(example, td.array([1, 2, 3]), td.array([2, 3, 4]))
  expect(log.mock.calls).toEqual([['traced float32[3]']])
  // That of tests/seed.test.ts.
  expect(graph.toString()).toMatchInlineSnapshot(`
    "graph(%0: float32[3], %1: float32[3])
      %2: float32[3] = pow(%0, %1)
      return %2"
  `)
  expect(graph(td.array([1, 2, 3]), td.array([2, 3, 4])).toArray()).toEqual([1, 8, 81])
  log.mockRestore()
})

test('a while on an array value is one whileLoop', () => {
  const graph = graphOf(marked('(x) => { while (td.sum(x) < 100) x *= 2; return x }'), td.array([1, 2, 3]))
  expect(graph.toString()).toMatchInlineSnapshot(`
    "piece 0: graph(%0: float32[3])
      %1: float32[] = sum(%0, axis=null, dtype=null, keepdims=false)
      %2: bool[] = less(%1, 100)
      return [%2]
      read at <anonymous>:4: 1 -> piece 1
    piece 1: graph(%0: float32[3])
      %1: float32[3] = multiply(%0, 2)
      %2: float32[] = sum(%1, axis=null, dtype=null, keepdims=false)
      %3: bool[] = less(%2, 100)
      return [%3]
      read at <anonymous>:4: 1 -> piece 2
    piece 2: graph(%0: float32[3])
      %1: float32[3] = multiply(%0, 2)
      %2: float32[] = sum(%1, axis=null, dtype=null, keepdims=false)
      %3: bool[] = less(%2, 100)
      return [%3]
      read at <anonymous>:4: 1 -> piece 3
    piece 3: graph(%0: float32[3])
      %1: float32[3] = multiply(%0, 2)
      %2: float32[] = sum(%1, axis=null, dtype=null, keepdims=false)
      %3: bool[] = less(%2, 100)
      return [%3]
      read at <anonymous>:4: 1 -> piece 4
    piece 4: graph(%0: float32[3])
      %1: float32[3] = multiply(%0, 2)
      %2: float32[] = sum(%1, axis=null, dtype=null, keepdims=false)
      %3: bool[] = less(%2, 100)
      return [%3]
      read at <anonymous>:4: 1 -> piece 5
    piece 5: graph(%0: float32[3])
      %1: float32[3] = multiply(%0, 2)
      %2: float32[] = sum(%1, axis=null, dtype=null, keepdims=false)
      %3: bool[] = less(%2, 100)
      return [%3]
      read at <anonymous>:4: 0 -> piece 6
    piece 6: graph(%0: float32[3])
      return %0"
  `)
  expect(graph(td.array([3, 4, 5])).toArray()).toEqual([48, 64, 80])
})

test('an if on an array value is one cond, with what follows it', () => {
  const fn = marked(`(x, y) => {
    let s
    if (x > 0 && !(y > 10)) { s = x * 2; y = y - 1 } else s = -x
    return s + y
  }`)
  const graph = graphOf(fn, td.array(1), td.array(2))
  expect(graph.listFunctionFrequencies()).toEqual({
    greater: 2,
    logicalNot: 1,
    logicalAnd: 1,
    cond: 1,
    multiply: 1,
    subtract: 1,
    negative: 1,
    add: 1,
  })
  for (const [x, y] of [
    [1, 2],
    [1, 20],
    [-1, 2],
    [NaN, 0],
  ] as const)
    expect(data(graph(td.array(x), td.array(y)))).toEqual(data(fn(td.array(x), td.array(y))))
})

test('a for whose variable counts up to an array value is one whileLoop', () => {
  const fn = marked('(x, n) => { for (let i = 0; i < n; i++) { x = x / 2 } return x }')
  const graph = graphOf(fn, td.array([1, 2]), td.array(3))
  expect(graph.listFunctionFrequencies()).toEqual({ whileLoop: 1, less: 1, add: 1, divide: 1 })
  for (const n of [0, 1, 5, -2, NaN])
    expect(data(graph(td.array([1, 2]), td.array(n)))).toEqual(data(fn(td.array([1, 2]), td.array(n))))
})

/** The nodes of the first way through a graph, and how often each of these calls gives what the function gives. */
const cases: readonly (readonly [what: string, text: string, hasControl: boolean])[] = [
  ['?:', '(x, n) => n > 0 ? x[0] : x[1] ** n', true],
  [
    'nested ways',
    '(x, n) => { if (n > 0) { if (n > 2) x = x + n; else x = -x } else while (n < 0) n = n + 1; return x + n }',
    true,
  ],
  [
    'a loop in a loop',
    '(x, n) => { let i = n * 0; while (i < n) { let j = i; while (j < n) { x = x + j; j = j + 1 } i = i + 1 } return x }',
    true,
  ],
  ['arrays around', '(x, n) => { const k = x * 2; if (n > 0) x = k - n; return x }', true],
  [
    'a new dtype in the first turn',
    '(x, n) => { let s = 0; while (n > 0) { s = s + x; n = n - 1 } return x + s }',
    true,
  ],
  ['numbers that differ', '(x, n) => { let k; if (n > 0) k = 2; else k = 3; return x * k }', false],
  ['numbers that count', '(x, n) => { let k = 0; while (n > 0) { n = n - 1; k++ } return x * k }', false],
  ['types that differ', "(x, n) => { if (n > 0) x = td.astype(x, 'int32'); return x }", false],
  ['sizes that differ', '(x, n) => { if (n > 0) x = td.concat([x, x]); return x }', false],
  ['an early return', '(x, n) => { if (n > 0) return x * 2; return x }', false],
  ['break', '(x, n) => { while (n > 0) { n = n - 1; if (n < 2) break; x = x + 1 } return x }', false],
  [
    'a throw on the other way',
    "(x, n) => { try { if (n > 0) throw new Error('n'); return x } catch { return -x } }",
    false,
  ],
  [
    'an error on the other way',
    '(x, n) => { if (n > 0) x = x + 1; else x = td.matmul(x, td.array([[1], [2], [3]])); return x }',
    false,
  ],
  [
    'a call of who knows what',
    '(x, n) => { const f = () => { x = x * 3 }; if (n > 0) { f(); x = x + 1 } return x }',
    false,
  ],
  ['a value that is read', '(x, n) => { if (n > 0) x = x + n.item(); return x }', false],
  [
    'a getter',
    '(x, n) => { let k = 0; const o = { get p() { return ++k } }; if (n > 0) x = x + o.p; return x + k }',
    false,
  ],
  [
    'loops without end on the other way',
    '(x, n) => { const k = n > 0 ? 1 : 0; let i = 0; if (n > 0) while (i < 3) { i = i + 1; x = x + 1 }; return x + k }',
    false,
  ],
  ['a comparison as text', '(x, n) => n > 0 ? x : `${(n > 1).item()}`', false],
  ['a truth value in && and ||', '(x, n) => ((n > 0 && n < 3) || n == 7) ? x + 1 : -x', true],
  ['! of a truth value', '(x, n) => { const p = !(n > 0); return p ? x : x * 2 }', true],
  [
    'a variable that is seen elsewhere',
    '(x, n) => { const g = () => x; if (n > 0) x = x + 1; return g() }',
    true,
  ],
  ['do', '(x, n) => { do { n = n - 1; x = x + 1 } while (n > 0); return x }', false],
  ['the remainder', '(x, n) => x % n + -n % 2', false],
  [
    'a variable of the array loop that is read',
    '(x, n) => { for (let i = 0; i < n; i++) x = x + i; return x }',
    false,
  ],
]

describe.each(cases)('%s', (_, text, hasControl) => {
  const fn = marked(text) as Fn
  const outcome = (call: () => unknown): unknown => {
    try {
      return data(call())
    } catch (error) {
      return (error as Error).constructor.name
    }
  }

  test('as without a graph', () => {
    const numbers = [3, 0, 1, -2, 7, 2.5]
    for (const first of numbers) {
      const args = (n: number): [td.NDArray, td.NDArray] => [td.array([1, -5]), td.array(n)]
      const graph = td.traceGraph(fn)
      outcome(() => graph(...args(first)))
      for (const n of numbers)
        expect(
          outcome(() => graph(...args(n))),
          `${first}, ${n}`,
        ).toEqual(outcome(() => fn(...args(n))))
      expect(/= (cond|whileLoop)\(/.test(graph.toString())).toBe(hasControl)
    }
  })
})

test('operators mean on arrays what they mean on their values', () => {
  const values = [0, -0, 1, -3, 2.5, -7.25, NaN, Infinity, -Infinity]
  for (const operator of ['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '==', '!='])
    for (const a of values)
      for (const b of values) {
        const { plain, marked: arrays } = bothOf(`(a, b) => a ${operator} b`)
        const expected = plain(a, b)
        const right = typeof expected === 'number' ? Math.fround(expected) : expected
        for (const pair of [
          [td.array(a), td.array(b)],
          [td.array(a), b],
          [a, td.array(b)],
        ])
          expect((arrays(...pair) as td.NDArray).item(), `${a} ${operator} ${b}`).toBe(right)
      }
  const whole = bothOf('(a, b) => [a % b, a & b, a | b, a ^ b, a << 1, a >> 1, ~a, -a]')
  for (const a of [7, -7, 0, 12]) {
    const given = [a, 5].map((value) => td.array(value, { dtype: 'int32' }))
    const results = whole.marked(...given) as td.NDArray[]
    expect(results.map((each) => (each.item() as number) + 0)).toEqual(
      (whole.plain(a, 5) as number[]).map((each) => each + 0),
    )
  }
})

test('what is no operand of arrays leaves them to JavaScript', () => {
  const fn = marked(
    "(x) => [x == null, x != undefined, x === x, 'a' + x, typeof -x, x && 1, x ? 1 : 2, [x].map((y) => y + 1)[0]]",
  )
  expect((fn(td.array(1)) as unknown as unknown[]).map(data)).toEqual([
    false,
    true,
    true,
    'a1',
    'object',
    1,
    1,
    ['float32', 2],
  ])
})

test('several truth values decide nothing', () => {
  const fn = marked('(x) => { if (x > 0) return x; return -x }')
  expect(() => fn(td.array([1, 2]))).toThrow(/it has 2 elements/)
  expect(fn(td.array([1])).toArray()).toEqual([1])
})

test('indices', () => {
  const fn = marked("(x, i) => [x[0], x[-1, 1], x[td.s(1, 2), 0], x[i], x['ndim'], x.shape[0]]")
  const x = td.array([
    [1, 2],
    [3, 4],
  ])
  const i = td.array([1, 0], { dtype: 'int32' })
  expect(
    (fn(x, i) as unknown as unknown[]).map((each) => (each instanceof td.NDArray ? each.toArray() : each)),
  ).toEqual([
    [1, 2],
    4,
    [3],
    [
      [3, 4],
      [1, 2],
    ],
    2,
    2,
  ])
})

test('Containers', () => {
  const fn = marked('(c) => { c += 1; return -c }')
  const c = new td.Container({ x: td.array([1]) })
  expect(data(((fn as Fn)(c) as td.Container)['x'])).toEqual(['float32', [-2]])
})
