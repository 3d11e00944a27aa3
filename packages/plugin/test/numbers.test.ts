import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bothOf } from './marked.ts'

// On anything but arrays a marked function is what it is without the plugin: results, errors, and what happens when.

const names = ['a', 'b', 'c'] as const
const name = fc.constantFrom(...names)
const operators = '+ - * / % ** < <= > >= == != === & | ^ << >> >>> && || ??'.split(' ')

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    name,
    fc.constantFrom(
      '0',
      '1',
      '2.5',
      '-0',
      "'x'",
      '7n',
      'null',
      'true',
      'o.p',
      'o["q"]',
      'l[1]',
      'f()',
      'a++',
      '--b',
    ),
    fc
      .tuple(tie('expression'), fc.constantFrom(...operators), tie('expression'))
      .map(([left, operator, right]) => `((${left}) ${operator} (${right}))`),
    fc
      .tuple(fc.constantFrom('-', '+', '~', '!', 'typeof '), tie('expression'))
      .map(([o, x]) => `(${o}(${x}))`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, i]) => `l[(${x}) & 1, ${i}]`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([t, x, y]) => `((${t}) ? (${x}) : (${y}))`),
    fc
      .tuple(
        fc.constantFrom('a', 'o.p', 'l[0]', 'g().p', 'g()[f() & 1]'),
        fc.constantFrom('=', '+=', '**=', '<<=', '||=', '&&=', '??='),
        tie('expression'),
      )
      .map(([target, operator, x]) => `(${target} ${operator} ${x})`),
  ),
}))

const { statement } = fc.letrec<{ statement: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'statement' },
    expression.map((x) => `;${x};`),
    fc.tuple(name, expression).map(([n, x]) => `${n} = ${x};`),
    name.map((n) => `${n}++;`),
    fc
      .tuple(expression, tie('statement'), tie('statement'))
      .map(([t, x, y]) => `if (${t}) { ${x} } else { ${y} }`),
    fc.tuple(name, expression, tie('statement')).map(([n, t, x]) => `if (${n} < (${t})) ${n} = 2; ${x}`),
    fc.tuple(name, tie('statement')).map(([n, x]) => `for (let i = 0; i < 3 && ${n} != 4; i++) { ${x} }`),
    fc
      .tuple(name, tie('statement'))
      .map(([n, x]) => `{ let k = 0; while (k < 3 && ${n} != 4) { k++; ${x} } }`),
    fc
      .tuple(name, name)
      .map(([n, m]) => `{ let k = 0; while (k < 3) { k = k + 1; if (${n} > k) ${m} = k; } }`),
  ),
}))

interface World {
  readonly log: unknown[]
  readonly call: () => unknown
}

function worldOf(fn: (...args: unknown[]) => unknown, values: readonly unknown[]): World {
  const log: unknown[] = []
  let calls = 0
  const said = (what: string, value: unknown): unknown => {
    log.push([what, value])
    return value
  }
  const o = {
    p: 3,
    q: 'q',
    get seen() {
      return said('seen', 1)
    },
    valueOf: () => said('valueOf', 5),
  }
  const l: unknown[] = [1, 2, 3]
  const f = (): unknown => said('f', calls++)
  const g = (): unknown => (said('g', 0), { p: 2, 0: 'zero', 1: 1n })
  return { log, call: () => [fn(...values, o, l, f, g), o.p, o.q, l] }
}

function outcome({ log, call }: World): unknown {
  try {
    return { result: call(), log }
  } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message, log }
  }
}

const value = fc.constantFrom<unknown>(0, -0, 1, 3, -2.5, NaN, Infinity, 2n, 'x', '4', true, null, undefined)

test('random functions on anything but arrays', () => {
  let rewritten = 0
  fc.assert(
    fc.property(
      fc.array(statement, { maxLength: 4 }),
      expression,
      fc.array(fc.tuple(value, value, value), { minLength: 3, maxLength: 3 }),
      (body, result, calls) => {
        const { plain, marked } = bothOf(
          `(a, b, c, o, l, f, g) => { ${body.join('\n')}\nreturn [a, b, c, ${result}] }`,
        )
        if (String(marked) !== String(plain)) rewritten++
        for (const values of calls)
          expect(outcome(worldOf(marked, values))).toEqual(outcome(worldOf(plain, values)))
      },
    ),
    { numRuns: 1500 },
  )
  expect(rewritten).toBeGreaterThan(1000)
})

test('objects are asked for their values in order, and once', () => {
  const log: string[] = []
  const said = (what: string): object => ({
    valueOf: () => (log.push(what), 2),
    toString: () => (log.push(`${what}!`), '0'),
  })
  const { plain, marked } = bothOf(
    '(a, b, l) => [a + b, a ** b, -a, a < b, a == 2, l[b], l[b] += 1, l()[b] -= a, ~b]',
  )
  const list = Object.assign(() => list, { 0: 5 })
  const first = [marked(said('a'), said('b'), list), log.splice(0)]
  list[0] = 5
  expect([plain(said('a'), said('b'), list), log]).toEqual(first)
})

test('this, arguments, await and yield stay their own function’s', async () => {
  const text =
    '({ n: 2, async *f(p) { if (p > 1) { this.n += arguments.length } for (let i = 0; i < p; i++) { yield this.n * i } return p > 0 ? await this.n : 0 } })'
  const run = async (object: unknown): Promise<unknown[]> => {
    const iterator = (object as { f(p: number): AsyncGenerator<unknown, unknown> }).f(2)
    return [await iterator.next(), await iterator.next(), await iterator.next()]
  }
  const { plain, marked } = bothOf(`() => ${text}`)
  expect(await run(marked())).toEqual(await run(plain()))
})
