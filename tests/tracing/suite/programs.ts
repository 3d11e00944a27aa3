import * as td from '@tendril/core'
import * as fc from 'fast-check'

// Random programs in plain JavaScript over arrays: branches and loops on what they read, on sizes, in each other.

/** Values are named by their place among all that are in scope, counted around. */
type Place = number

type Test =
  | { readonly of: 'sum' | 'max' | 'some'; readonly a: Place; readonly over: number }
  | { readonly of: 'size'; readonly a: Place; readonly over: number }
  | { readonly of: 'parity'; readonly a: Place }
  | { readonly of: 'number'; readonly a: Place; readonly over: number }
  | { readonly of: 'draw' }

export type Statement =
  | { readonly do: 'step'; readonly op: keyof typeof steps; readonly a: Place; readonly b: Place }
  | { readonly do: 'constant'; readonly value: number }
  | { readonly do: 'draw' }
  | { readonly do: 'scaled' | 'copied' | 'rows' | 'taken'; readonly a: Place }
  | { readonly do: 'assign'; readonly w: number; readonly a: Place }
  | { readonly do: 'recall'; readonly w: number }
  | { readonly do: 'if'; readonly when: Test; readonly yes: Block; readonly no: Block }
  | { readonly do: 'choose'; readonly a: Place; readonly ways: readonly Block[] }
  | { readonly do: 'while'; readonly when: Test; readonly most: number; readonly body: Block }
  | { readonly do: 'for'; readonly a: Place; readonly bySize: boolean; readonly body: Block }
  | { readonly do: 'try'; readonly body: Block; readonly caught: Block; readonly last: Block }
  | { readonly do: 'traced'; readonly a: Place; readonly body: Block }
  | { readonly do: 'throw' | 'return' | 'break'; readonly when: Test }
export type Block = readonly Statement[]

const bounded = (x: td.NDArray): td.NDArray => td.clip(x, -64, 64)
/** Exact in float32, so that no engine is a rounding off and goes another way. */
const steps = {
  add: (a: td.NDArray, b: td.NDArray) => bounded(td.add(a, b)),
  subtract: (a: td.NDArray, b: td.NDArray) => bounded(td.subtract(a, b)),
  multiply: (a: td.NDArray, b: td.NDArray) => bounded(td.multiply(a, b)),
  minimum: (a: td.NDArray, b: td.NDArray) => td.minimum(a, b),
  where: (a: td.NDArray, b: td.NDArray) => td.where(td.greater(a, b), a, td.negative(b)),
  joined: (a: td.NDArray, b: td.NDArray) => td.concat([a, b]).slice([0], [6]),
  total: (a: td.NDArray) => bounded(td.sum(a)).reshape([1]),
  floor: (a: td.NDArray) => td.floor(td.divide(a, 2)),
} as const

const place = fc.nat(12)
const over = fc.integer({ min: -4, max: 4 })
const choice = <const T extends string>(...names: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...names)

const when: fc.Arbitrary<Test> = fc.oneof(
  { arbitrary: fc.record({ of: choice('sum', 'max', 'some'), a: place, over }), weight: 6 },
  { arbitrary: fc.record({ of: choice('size'), a: place, over: fc.nat(4) }), weight: 1 },
  { arbitrary: fc.record({ of: choice('parity'), a: place }), weight: 1 },
  { arbitrary: fc.record({ of: choice('number'), a: place, over }), weight: 1 },
  { arbitrary: fc.constant({ of: 'draw' } as const), weight: 1 },
)

const simple: fc.Arbitrary<Statement> = fc.oneof(
  {
    arbitrary: fc.record({
      do: choice('step'),
      op: choice(...(Object.keys(steps) as (keyof typeof steps)[])),
      a: place,
      b: place,
    }),
    weight: 8,
  },
  { arbitrary: fc.record({ do: choice('constant'), value: over }), weight: 1 },
  { arbitrary: fc.constant({ do: 'draw' } as const), weight: 1 },
  { arbitrary: fc.record({ do: choice('scaled', 'copied', 'rows', 'taken'), a: place }), weight: 2 },
  { arbitrary: fc.record({ do: choice('assign'), w: fc.nat(1), a: place }), weight: 2 },
  { arbitrary: fc.record({ do: choice('recall'), w: fc.nat(1) }), weight: 1 },
  { arbitrary: fc.record({ do: choice('throw', 'return', 'break'), when }), weight: 1 },
)

export const program: fc.Arbitrary<Block> = fc.letrec<{ block: Block; statement: Statement }>((tie) => {
  const block = tie('block')
  const nested: fc.Arbitrary<Statement> = fc.oneof(
    { arbitrary: fc.record({ do: choice('if'), when, yes: block, no: block }), weight: 4 },
    {
      arbitrary: fc.record({
        do: choice('choose'),
        a: place,
        ways: fc.array(block, { minLength: 1, maxLength: 3 }),
      }),
      weight: 1,
    },
    { arbitrary: fc.record({ do: choice('while'), when, most: fc.nat(3), body: block }), weight: 2 },
    { arbitrary: fc.record({ do: choice('for'), a: place, bySize: fc.boolean(), body: block }), weight: 2 },
    { arbitrary: fc.record({ do: choice('try'), body: block, caught: block, last: block }), weight: 1 },
    { arbitrary: fc.record({ do: choice('traced'), a: place, body: block }), weight: 1 },
  )
  return {
    block: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      { arbitrary: simple, weight: 5 },
      { arbitrary: nested, weight: 3 },
    ),
  }
}).block

class Left {
  readonly why: 'return' | 'break'
  readonly value: td.NDArray
  constructor(why: 'return' | 'break', value: td.NDArray) {
    this.why = why
    this.value = value
  }
}

/** Runs programs with two Variables of their own. */
export class Machine {
  readonly variables: readonly td.Variable[] = [1, -2].map((v) => new td.Variable(td.array([v])))

  run(statements: Block, x: td.NDArray, y: td.NDArray): unknown {
    const values = [x, y, td.array([2])]
    const left = this.#block(statements, values)
    return left === undefined ? { last: values.at(-1), count: values.length } : [left.why, left.value]
  }

  /** What was left early; values that a block makes stay in it, but for its last one. */
  #block(statements: Block, outer: td.NDArray[]): Left | undefined {
    const values = [...outer]
    for (const one of statements) {
      const left = this.#statement(one, values)
      if (left !== undefined) return left
    }
    outer.push(values.at(-1)!)
    return undefined
  }

  #statement(one: Statement, values: td.NDArray[]): Left | undefined {
    const at = (index: Place): td.NDArray => values[index % values.length]!
    switch (one.do) {
      case 'if':
        return this.#block(this.#test(one.when, at) ? one.yes : one.no, values)
      case 'choose':
        return this.#block(one.ways[Number(td.countNonzero(at(one.a)).item()) % one.ways.length]!, values)
      case 'while': {
        for (let i = 0; i < one.most && this.#test(one.when, at); i++) {
          const left = this.#block(one.body, values)
          if (left?.why === 'break') break
          if (left !== undefined) return left
        }
        return undefined
      }
      case 'for': {
        const x = at(one.a)
        const count = one.bySize ? x.size : Number(td.countNonzero(x).item())
        for (let i = 0; i < Math.min(count, 4); i++) {
          const left = this.#block(one.body, values)
          if (left?.why === 'break') break
          if (left !== undefined) return left
        }
        return undefined
      }
      case 'try': {
        let left: Left | undefined
        try {
          left = this.#block(one.body, values)
        } catch {
          left = this.#block(one.caught, values)
        } finally {
          left = this.#block(one.last, values) ?? left
        }
        return left
      }
      case 'traced': {
        const inner = td.traceGraph((x: td.NDArray) => {
          const inside = [x]
          const left = this.#block(one.body, inside)
          return left?.value ?? inside.at(-1)!
        })
        values.push(inner(at(one.a)))
        return undefined
      }
      case 'throw':
        if (this.#test(one.when, at)) throw new RangeError(`thrown after ${values.length}`)
        return undefined
      case 'return':
      case 'break':
        return this.#test(one.when, at) ? new Left(one.do, values.at(-1)!) : undefined
      case 'assign':
        this.variables[one.w]!.assign(bounded(td.sum(at(one.a))).reshape([1]))
        return undefined
      default:
        values.push(this.#value(one, at))
        return undefined
    }
  }

  #value(
    one: Extract<
      Statement,
      { do: 'step' | 'constant' | 'draw' | 'scaled' | 'copied' | 'rows' | 'taken' | 'recall' }
    >,
    at: (index: Place) => td.NDArray,
  ): td.NDArray {
    switch (one.do) {
      case 'step':
        return steps[one.op](at(one.a), at(one.b))
      case 'constant':
        return td.array([one.value])
      case 'draw':
        return td.random.randint(-3, 4, { shape: [2] }).astype('float32')
      case 'recall':
        return this.variables[one.w]!.value
      case 'scaled':
        return bounded(td.multiply(at(one.a), Number(td.max(at(one.a)).item())))
      case 'copied':
        return td.array((at(one.a).toArray() as number[]).map((v) => v + 1))
      case 'rows': {
        let best = td.array([0])
        for (const row of at(one.a)) if (row.greater(best.sum()).item() === true) best = row.reshape([1])
        return best
      }
      case 'taken':
        return at(one.a).slice([0], [Number(td.countNonzero(at(one.a)).item())])
    }
  }

  #test(test: Test, at: (index: Place) => td.NDArray): boolean {
    switch (test.of) {
      case 'draw':
        return td.random.uniform({ shape: [] }).greater(0.5).item() === true
      case 'size':
        return at(test.a).size > test.over
      case 'parity':
        return at(test.a).shape[0]! % 2 === 0
      case 'some':
        return td.any(at(test.a).greater(test.over)).item() === true
      case 'number':
        return Number(td.sum(at(test.a)).item()) > test.over
      default:
        return (test.of === 'max' ? td.max : td.sum)(at(test.a)).greater(test.over).item() === true
    }
  }
}
