import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../src/errors.ts'
import { constantHash } from '../src/ir/constant-text.ts'
import { parseGraph } from '../src/ir/parse.ts'
import { printGraph } from '../src/ir/print.ts'
import { verifyGraph } from '../src/ir/verify.ts'
import { constant, record } from './support/graphs.ts'
import { opTable } from '../src/graph/op-table.ts'
import { concat, matmul, multiply, sum, topK } from '../src/ops/index.ts'

const parse = (text: string) => parseGraph(text, opTable)
const refused = (text: string): string => {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof FormatError) return error.message
    throw error
  }
  return 'accepted'
}

/** What a text may do: be refused with its line, or be read as something that prints and reads back. */
function answer(text: string): string {
  const message = refused(text)
  if (message !== 'accepted') return message
  const printed = printGraph(parse(text), { dims: 'symbolic' })
  return printGraph(parse(printed), { dims: 'symbolic' }) === printed
    ? 'reads back'
    : 'reads back differently'
}

const texts = {
  flat: `graph(%0: float32[2,3], %1: float32[3])
  const %2: float32[3] = [1, 2.5, -0]
  const %3: int64[] = -9007199254740993
  const %4: bool[1,2] = [[true, false]]
  const %5: complex64[2] = [0.1-0i, NaN+Infinityi]
  const %6: float32[0,4] = []
  slot %7: float32[3] = "w \\"1\\""
  %8: float32[2,3] = add(%0, %1)
  %9: float32[2,3] = add(%8, %7)
  %10: float32[2,3] = multiply(%9, -0)
  %11: float32[] = sum(%10, axis=null, dtype=null, keepdims=false)
  return [%11, %2, %3, %4, %5, %6]`,
  nested: `graph({x: %0: float32[n,3], k: 3, "a b": null, __proto__: undefined}, Container{constructor: [%1: int32[]]}, <function f>, "text", -0, 5n, NaN)
  draws 3
  %2: float32[n,3] = negative(%0)
  state "arg 0" = {x: %2, n: 2: float32[], list: [true: bool[], 7]}
  return {out: %2, rest: [1, "a", %1]}`,
  outputs: `graph(%0: float32[4,2])
  %1: float32[4,2], %2: int32[4,2] = topK(%0, k=2, axis=1, largest=true)
  %3: float32[8,2] = concat([%1, %0], axis=0)
  return {values: %3, indices: %2}`,
  other: `graph %0: float32[]
  return %0`,
  random: `graph()
  %0: float32[2] = random.uniform(low=0, high=1, shape=[2], dtype="float32", key={draw: 1})
  %1: float32[2] = random.uniform(low=-0, high=1, shape=[2], dtype="float32", key={hi: 0, lo: 7})
  return [%0, %1]`,
}

describe('parseGraph', () => {
  test.each(Object.entries(texts))('reads back what is printed: %s', (_, text) => {
    const graph = parse(text)
    verifyGraph(graph)
    expect(printGraph(graph, { dims: 'symbolic' })).toBe(text)
  })

  test('reads prints of recorded graphs in both forms of their sizes', () => {
    const graph = record(['float32[n,3]', 'float32[3,m]'], ([x, y], constants) => [
      sum(matmul(multiply(x!, constants(constant('float32[3]', [0.1, 1e-40, 3]))), y!), { axis: 0 }),
      concat([x!, x!]),
      topK(x!, 2).values,
    ])
    const sizes = new Map([
      ['n', 4],
      ['m', 5],
    ])
    for (const dims of ['concrete', 'symbolic'] as const) {
      const text = printGraph(graph, { dims, sizes })
      expect(printGraph(parse(text), { dims, sizes })).toBe(text)
    }
  })

  test('reads symbolic prints whose sizes were taken to be equal', () => {
    const text = `graph(%0: float32[n], %1: float32[m], %2: float32[3])
  %3: float32[n] = add(%0, %1)
  %4: float32[n] = add(%3, %2)
  return %4`
    expect(printGraph(parse(text), { dims: 'symbolic' })).toBe(text)
  })

  test('completes parameters and accepts comments and any numbers of values', () => {
    const text = 'graph(%7: float32[2])  // the input\n  %3: float32[] = sum(%7) // all of it\n  return %3'
    expect(printGraph(parse(text))).toMatchInlineSnapshot(`
      "graph(%0: float32[2])
        %1: float32[] = sum(%0, axis=null, dtype=null, keepdims=false)
        return %1"
    `)
  })

  test('finds large constants by their hash', () => {
    const large = constant('float32[20]', [1, 2, 3])
    const text = printGraph(record([], (_, constants) => [constants(large)]))
    expect(refused(text)).toContain('was not given: parseGraph(text, { constants })')
    const graph = parseGraph(text, opTable, { constants: new Map([[constantHash(large), large]]) })
    expect(graph.constants[0]!.array).toBe(large)
    const wrong = new Map([[constantHash(large), constant('int32[20]', [])]])
    expect(() => parseGraph(text, opTable, { constants: wrong })).toThrow('is int32[20], not float32[20]')
  })

  test('asks the caller what slots read', () => {
    const graph = parseGraph(texts.flat, opTable, { makeSlot: (label) => ({ label, read: () => 42 }) })
    expect(graph.slots[0]!.source.read()).toBe(42)
    expect(() => parse(texts.flat).slots[0]!.source.read()).toThrow(
      `graph: what 'w "1"' reads is not known to a graph made from text.\nGive parseGraph a makeSlot.`,
    )
  })

  test('refuses malformed text with its line and the reason', () => {
    const malformed = [
      '',
      'graph(',
      'graph(%0: float33[2])\n return %0',
      'graph(%0: float32[-2])\n return %0',
      'graph(%0: float32[n/2])\n return %0',
      'graph(%0: float32[9007199254740991,2])\n return %0',
      'graph(%0: float32[2])\n return %1',
      'graph(%0: float32[2])\n %0: float32[2] = negative(%0)\n return %0',
      'graph(%0: float32[2])\n %1: float32[3] = negative(%0)\n return %1',
      'graph(%0: float32[2])\n %1: float32[2] = negative(%0, %0)\n return %1',
      'graph(%0: float32[2])\n %1: float32[2] = negative()\n return %1',
      'graph(%0: float32[2])\n %1: float32[2] = __proto__(%0)\n return %1',
      'graph(%0: float32[2])\n %1: float32[] = sum(%0, axes=0)\n return %1',
      'graph(%0: float32[2])\n %1: float32[] = sum(%0, axis=1)\n return %1',
      'graph(%0: float32[2])\n %1: float32[] = sum(%0, axis=0, axis=0)\n return %1',
      'graph(%0: float32[2], %1: float32[3])\n %2: float32[2] = add(%0, %1)\n return %2',
      'graph(%0: float32[2])\n %1: float32[2] = add(%0, "2")\n return %1',
      'graph()\n const %0: int8[2] = [1, 128]\n return %0',
      'graph()\n const %0: float32[2] = [1, 2, 3]\n return %0',
      'graph()\n const %0: float32[2] = [1]\n return %0',
      'graph()\n const %0: float32[1000000000] = [1]\n return %0',
      'graph()\n const %0: float32[n] = [1]\n return %0',
      'graph({a: 1, a: 2})\n return 1',
      'graph()\n return 5: int32[]',
      'graph()\n return 5 6',
      'graph()\n return "a\\q"',
      `graph(${'['.repeat(100)}`,
      `graph()\n %0: float32[2] = random.uniform(shape=[2], key={hi: 1})\n return %0`,
    ]
    expect(malformed.map(refused).join('\n')).toMatchInlineSnapshot(`
      "graph text at line 1: expected 'graph'.
      graph text at line 1: expected an array, a value or a bracket.
      graph text at line 1: there is no dtype "float33".
      graph text at line 1: a size is -2.
      graph text at line 1: "n/2" is not a size: '/' is out of place.
      graph text at line 1: an array has more elements than can be counted.
      graph text at line 2: %1 is used before it is defined.
      graph text at line 2: %0 is defined twice.
      graph text at line 2: negative: its result is float32[2], not float32[3].
      graph text at line 2: negative takes 1 operands, not 2.
      graph text at line 2: negative: its operand 'x' is missing.
      graph text at line 2: there is no op "__proto__".
      graph text at line 2: sum has no parameter 'axes'.
      graph text at line 2: sum: 'axis' is 1: it has to lie in [-1, 0].
      graph text at line 2: the parameter 'axis' is there twice.
      graph text at line 2: add: shapes [2] and [3] do not fit: axes are matched from the last one backwards, and two that meet must be equal or one of them 1.
      graph text at line 2: an operand is a value such as %0, a number, true, false, _ or a list.
      graph text at line 2: int8 holds -128 to 127, not 128.
      graph text at line 2: more than 2 elements along axis 0.
      graph text at line 2: 1 elements along axis 0, not 2.
      graph text at line 2: 1 elements along axis 0, not 1000000000.
      graph text at line 2: a constant has the type float32[n], whose sizes are not numbers.
      graph text at line 1: the key "a" is there twice.
      graph text at line 2: a literal of this value is float32[], not int32[].
      graph text at line 2: the graph ends with its 'return'.
      graph text at line 2: a text holds an escape or a sign that JSON does not allow.
      graph text at line 1: more than 64 nested brackets.
      graph text at line 2: a record is a key {hi, lo} or a place {draw}."
    `)
  })

  test('refuses or reads every mutation of a text, and nothing else happens', () => {
    const all = Object.values(texts)
    const pieces = [
      ...'()[]{}<>:,=%_"\\-+.#/\n',
      'NaN',
      '%0',
      'float32[2]',
      '__proto__',
      '1e999',
      '99999999999',
      'axis=',
      'true',
    ]
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(8),
      piece: fc.constantFrom('', ...pieces),
    })
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        let mutated = text
        for (const { at, cut, piece } of edits) {
          const from = Math.floor(at * mutated.length)
          mutated = mutated.slice(0, from) + piece + mutated.slice(from + cut)
        }
        expect(answer(mutated)).toMatch(/^(reads back$|graph text at line \d+: )/)
      }),
      { numRuns: 2000 },
    )
    expect(Object.prototype).not.toHaveProperty('x')
  })

  test('answers at once on hostile texts', () => {
    const started = performance.now()
    for (const text of [
      `graph(${'{a: '.repeat(100_000)}`,
      `graph(%0: float32[${'(n+'.repeat(50_000)}])`,
      `graph(%0: float32[${Array.from({ length: 300 }, () => '(a+b+c+d)').join('*')}])`,
      `graph()\n const %0: int64[1] = [${'9'.repeat(200_000)}]`,
      `graph(${'9'.repeat(200_000)}n)`,
      `graph(%0: float32[4])\n ${Array.from({ length: 20_000 }, (_, i) => `%${i + 1}: float32[4]`).join(', ')} = negative(%0)`,
      `graph()\n${' '.repeat(300_000)}`,
      `graph()\n return "${'\\u0041'.repeat(50_000)}`,
    ])
      expect(refused(text)).toMatch(/^graph text at line/)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
