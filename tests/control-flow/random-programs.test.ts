import * as td from '@tendril/core'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// Random programs of branches and loops inside of each other, traced and not, hold against core's own engine.

const numRuns = Math.round(40 * Number(process.env['TENDRIL_RUNS'] ?? 1))
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

afterEach(() => td.unsetBackend())

/** Values are named by their place among all that are in scope, counted around. */
type Place = number
type Statement =
  | { readonly do: 'add' | 'subtract' | 'multiply' | 'maximum'; readonly a: Place; readonly b: Place }
  | { readonly do: 'draw' }
  | {
      readonly do: 'cond'
      readonly a: Place
      readonly least: number
      readonly yes: Block
      readonly no: Block
    }
  | { readonly do: 'while'; readonly a: Place; readonly most: number; readonly body: Block }
  | { readonly do: 'for'; readonly a: Place; readonly b: Place; readonly body: Block }
  | {
      readonly do: 'scan'
      readonly a: Place
      readonly b: Place
      readonly reverse: boolean
      readonly body: Block
    }
type Block = readonly Statement[]

const place = fc.nat(20)
const step = fc.record({ do: fc.constantFrom('add', 'subtract', 'multiply', 'maximum'), a: place, b: place })
const block = fc.letrec<{ block: Block; statement: Statement }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
  statement: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    { arbitrary: step as fc.Arbitrary<Statement>, weight: 4 },
    { arbitrary: fc.constant({ do: 'draw' } as const), weight: 1 },
    {
      arbitrary: fc.record({
        do: fc.constant('cond'),
        a: place,
        least: fc.integer({ min: -5, max: 5 }),
        yes: tie('block'),
        no: tie('block'),
      }) as fc.Arbitrary<Statement>,
      weight: 3,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('while'),
        a: place,
        most: fc.nat(3),
        body: tie('block'),
      }) as fc.Arbitrary<Statement>,
      weight: 2,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('for'),
        a: place,
        b: place,
        body: tie('block'),
      }) as fc.Arbitrary<Statement>,
      weight: 2,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('scan'),
        a: place,
        b: place,
        reverse: fc.boolean(),
        body: tie('block'),
      }) as fc.Arbitrary<Statement>,
      weight: 2,
    },
  ),
})).block

const steps = { add: td.add, subtract: td.subtract, multiply: td.multiply, maximum: td.maximum } as const

const total = (x: td.NDArray): td.NDArray => td.sum(x, { dtype: 'int32' })

/** Runs a block on int32 vectors; gives its last value. */
function run(statements: Block, scope: readonly td.NDArray[]): td.NDArray {
  const values = [...scope]
  const at = (index: Place): td.NDArray => values[index % values.length]!
  for (const one of statements) {
    const last = valueOf(one, at, values)
    values.push(last)
  }
  return values.at(-1)!
}

function valueOf(
  one: Statement,
  at: (index: Place) => td.NDArray,
  values: readonly td.NDArray[],
): td.NDArray {
  switch (one.do) {
    case 'draw':
      return td.random.randint(0, 9, { shape: [3], dtype: 'int32' })
    case 'cond':
      return td.cond(
        total(at(one.a)).greater(one.least),
        (x) => run(one.yes, [...values, x]),
        (x) => run(one.no, [...values, x]),
        at(one.a),
      )
    case 'while':
      return td.whileLoop(
        ({ i, x }) => td.logicalAnd(i.less(one.most), td.remainder(total(x), 3).notEqual(0)),
        ({ i, x }) => ({ i: i.add(1), x: run(one.body, [...values, x]) }),
        { i: td.zeros([], { dtype: 'int32' }), x: at(one.a) },
      ).x
    case 'for':
      return td.forLoop(
        td.remainder(total(at(one.a)), 2),
        td.remainder(total(at(one.b)), 4),
        (i, x) => run(one.body, [...values, x, x.add(i)]),
        at(one.a),
      )
    case 'scan': {
      const [last, rows] = td.scan(
        (x, row) => {
          const y = run(one.body, [...values, x, x.add(row)])
          return [y, total(y)]
        },
        at(one.a),
        at(one.b),
        { reverse: one.reverse },
      )
      return last.add(rows)
    }
    default:
      return steps[one.do](at(one.a), at(one.b))
  }
}

const vectors = fc.tuple(
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
)

const vector = (elements: readonly number[]): td.NDArray => td.array(Int32Array.from(elements))

type Fn = (a: td.NDArray, b: td.NDArray) => td.NDArray

function results(fn: Fn, calls: readonly (readonly [number[], number[]])[]): unknown[] {
  return calls.map(([a, b]) => {
    td.random.seed(3)
    return fn(vector(a), vector(b)).toArray()
  })
}

describe.each(engines.filter((engine) => engine !== 'tfjs:node'))('on %s', { timeout: 120_000 }, (engine) => {
  test('programs give what they give on the reference', async () => {
    await td.loadBackend(engine)
    await fc.assert(
      fc.asyncProperty(block, fc.array(vectors, { minLength: 3, maxLength: 3 }), async (program, calls) => {
        const fn: Fn = (a, b) => run(program, [a, b])
        const right = results(fn, calls)
        await td.setBackend(engine)
        try {
          const [first] = calls
          const graph = td.traceGraph(fn, { args: [vector(first![0]), vector(first![1])] })
          expect(results(graph, calls)).toEqual(right)
          const text = graph.toString()
          const read = td.parseGraph<Fn>(text)
          expect(read.toString()).toBe(text)
          expect(results(read, calls)).toEqual(right)
          const plain = engine === 'numjs' ? results(fn, calls) : right
          expect(plain, 'not traced').toEqual(right)
        } finally {
          td.unsetBackend()
        }
      }),
      { numRuns, seed },
    )
  })
})
