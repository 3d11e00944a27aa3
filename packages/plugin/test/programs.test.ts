import * as td from '@tendril/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bothOf } from './marked.ts'

// Random functions on arrays: traced with some values they give for others what they give without a graph.

const name = fc.constantFrom('a', 'b', 'c')
const operator = fc.constantFrom('+', '-', '*', '%')

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'expression' },
    name,
    fc.constantFrom('1', '2', '(-3)', 'k', 'v[0]', 'v[-1]', 'td.sum(v)'),
    fc.tuple(tie('expression'), operator, tie('expression')).map(([x, o, y]) => `(${x} ${o} ${y})`),
    tie('expression').map((x) => `(-(${x}))`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([t, x, y]) => `(${t} > 1 ? ${x} : ${y})`),
  ),
}))

const comparison = fc
  .tuple(expression, fc.constantFrom('<', '<=', '>', '==', '!='), expression)
  .map(([x, o, y]) => `${x} ${o} ${y}`)
const condition = fc.oneof(
  comparison,
  fc.tuple(comparison, fc.constantFrom('&&', '||'), comparison).map(([x, o, y]) => `(${x} ${o} ${y})`),
  comparison.map((x) => `!(${x})`),
)

const { statement } = fc.letrec<{ statement: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'statement' },
    fc.tuple(name, expression).map(([n, x]) => `${n} = ${x};`),
    fc.tuple(name, expression).map(([n, x]) => `${n} += ${x};`),
    fc.constantFrom('k++;', 'v = v * 2;', 'log.push(k);'),
    fc.tuple(condition, tie('statement')).map(([t, x]) => `if (${t}) { ${x} }`),
    fc
      .tuple(condition, tie('statement'), tie('statement'))
      .map(([t, x, y]) => `if (${t}) { ${x} } else { ${y} }`),
    fc
      .tuple(name, tie('statement'))
      .map(([n, x]) => `{ let i = td.array(0); while (i < 3 && ${n} < 9) { i = i + 1; ${x} } }`),
    fc
      .tuple(name, tie('statement'))
      .map(
        ([n, x]) =>
          `for (let i = 0; i < (${n} % 4); i++) { ${x.replaceAll(/\b[abc]\b =(?!=)/g, 'v = v +')} }`,
      ),
    fc.tuple(condition, expression).map(([t, x]) => `if (${t}) return [a, ${x}, k];`),
  ),
}))

const plain = (value: unknown): unknown =>
  td.tree.map((leaf: unknown) => (leaf instanceof td.NDArray ? [leaf.dtype, leaf.toArray()] : leaf), value)

function outcome(call: () => unknown): unknown {
  try {
    return plain(call())
  } catch (error) {
    return (error as Error).constructor.name
  }
}

test('random functions on arrays', async () => {
  await td.setBackend('numjs')
  let structured = 0
  const values = fc.tuple(
    fc.integer({ min: -4, max: 9 }),
    fc.integer({ min: -4, max: 9 }),
    fc.constantFrom(0, 2, 1.5, NaN),
  )
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 4 }),
      fc.array(values, { minLength: 3, maxLength: 3 }),
      (body, calls) => {
        const text = `(a, b, c, v) => { let k = 0; const log = []
        ${body.join('\n')}\nreturn [a, b, c, v, k, log] }`
        const { marked } = bothOf(text)
        const args = (call: readonly number[]): td.NDArray[] => [
          ...call.map((each) => td.array(each)),
          td.array([1, 2]),
        ]
        const graph = td.traceGraph(marked)
        for (const call of calls)
          expect(
            outcome(() => graph(...args(call))),
            `${text} ${call}`,
          ).toEqual(outcome(() => marked(...args(call))))
        if (graph.initialized && /(cond|whileLoop)\(/.test(graph.toString())) structured++
      },
    ),
    { numRuns: 300 },
  )
  expect(structured).toBeGreaterThan(100)
})
