import { parseDim } from '../src/types/dim-text.ts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assuming,
  evaluate,
  holds,
  minus,
  plus,
  printDim,
  same,
  symbol,
  symbolsOf,
  times,
  type Dim,
} from '../src/types/dim.ts'
import { floorDiv } from '../src/types/poly-division.ts'
import { broadcastShapes, rowMajorStrides } from '../src/types/shape.ts'
import { reshapeTo, sizeOf } from '../src/types/reshape.ts'
import { convOut } from '../src/types/window-shape.ts'

const names = ['n', 'm', 'h'] as const
const [n, m, h] = [symbol('n'), symbol('m'), symbol('h')]

type Tree = number | string | { op: 'plus' | 'minus' | 'times' | 'floorDiv'; a: Tree; b: Tree }
const ops = { plus, minus, times, floorDiv }

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<Tree[]>(...names),
    fc.integer({ min: -9, max: 9 }),
    fc.record({ op: fc.constantFrom('plus', 'minus', 'times', 'floorDiv'), a: tie('tree'), b: tie('tree') }),
  ),
}))

const sizes = fc
  .tuple(...names.map(() => fc.integer({ min: 1, max: 40 })))
  .map((values) => new Map(names.map((name, i) => [name as string, values[i]!])))

/** The tree as a size, or undefined where it divides by zero or grows beyond the limits. */
function build(node: Tree, leaf: (name: string) => Dim): Dim | undefined {
  try {
    const visit = (t: Tree): Dim =>
      typeof t === 'number' ? t : typeof t === 'string' ? leaf(t) : ops[t.op](visit(t.a), visit(t.b))
    return visit(node)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

describe('sizes', () => {
  test('a symbolic size has the value of the same arithmetic on numbers', () => {
    fc.assert(
      fc.property(tree, sizes, (t, at) => {
        const symbolic = build(t, symbol)
        const concrete = build(t, (name) => at.get(name)!)
        fc.pre(symbolic !== undefined && concrete !== undefined && Math.abs(concrete as number) < 2 ** 40)
        expect(evaluate(symbolic, at)).toBe(concrete)
      }),
      { numRuns: 3000 },
    )
  })

  test('printing and parsing give the same object', () => {
    fc.assert(
      fc.property(tree, (t) => {
        const size = build(t, symbol)
        fc.pre(size !== undefined && printDim(size).length < 4096)
        expect(parseDim(printDim(size))).toBe(size)
      }),
      { numRuns: 3000 },
    )
  })

  test('equal sums and products are one object in any order', () => {
    fc.assert(
      fc.property(tree, tree, tree, (...trees) => {
        const [a, b, c] = trees.map((t) => build(t, symbol))
        fc.pre(a !== undefined && b !== undefined && c !== undefined)
        expect(plus(a, b)).toBe(plus(b, a))
        expect(minus(plus(a, b), b)).toBe(a)
        expect(times(a, b)).toBe(times(b, a))
        expect(times(a, plus(b, c))).toBe(plus(times(c, a), times(b, a)))
      }),
    )
  })

  test('a product divides by its factors', () => {
    expect(floorDiv(times(n, m), m)).toBe(n)
    expect(floorDiv(times(plus(n, m), plus(n, 2)), plus(m, n))).toBe(plus(n, 2))
    expect(floorDiv(plus(times(2, n), 1), 2)).toBe(n)
    expect(floorDiv(minus(1, n), -1)).toBe(minus(n, 1))
  })

  test('the text is canonical', () => {
    expect(printDim(plus(times(3, n), times(m, 3)))).toBe('3*m+3*n')
    expect(printDim(plus(floorDiv(plus(h, 1), 2), 2))).toBe('floor((h-1)/2)+3')
    expect(printDim(floorDiv(floorDiv(minus(h, 1), 2), 2))).toBe('floor((h-1)/4)')
    expect(printDim(floorDiv(n, times(2, m)))).toBe('floor(n/(2*m))')
    expect(printDim(minus(2, times(n, n)))).toBe('-n*n+2')
    expect(`${n}`).toBe('n')
  })

  test('symbols are listed once, also inside floor', () => {
    expect(symbolsOf(plus(n, floorDiv(times(n, m), plus(h, 2))))).toEqual(['m', 'n', 'h'])
    expect(symbolsOf(3)).toEqual([])
  })

  test.each([
    '',
    'n+',
    '2n',
    'n m',
    'floor(n)',
    'floor(n/0)',
    'floor(n-1/2)',
    '(n',
    'n)',
    '1.5',
    '+n',
    '99999999999999999999',
    '('.repeat(5000),
    '('.repeat(99),
    'n/2',
    'floor',
  ])('parseDim refuses %j', (text) => expect(() => parseDim(text)).toThrow(SyntaxError))

  test('names that could not be read back are refused', () => {
    for (const name of ['', '1n', 'a b', 'floor', 'a-b']) expect(() => symbol(name)).toThrow(SyntaxError)
  })

  test('JavaScript arithmetic on a size is an error, not a NaN', () => {
    expect(() => Number(n)).toThrow(TypeError)
    expect(() => (n as unknown as number) + 1).toThrow(/plus, minus/)
  })

  test('factors beyond 2^53 and missing sizes are errors', () => {
    expect(() => times(times(n, 2 ** 40), 2 ** 40)).toThrow(RangeError)
    expect(() => evaluate(n, new Map())).toThrow(/size n has no value/)
    expect(() => floorDiv(n, 0)).toThrow(RangeError)
  })
})

describe('assumptions', () => {
  const both3 = new Map([
    ['n', 3],
    ['m', 3],
    ['h', 5],
  ])

  test('what the symbols decide is noted once, what they cannot change is not', () => {
    const { value, assumptions } = assuming(both3, () => [
      same(n, m),
      same(n, m),
      same(n, h),
      same(n, plus(n, 1)),
      same(n, n),
      same(2, 3),
      same(plus(n, m), plus(m, n)),
    ])
    expect(value).toEqual([true, true, false, false, true, false, true])
    expect(assumptions).toEqual([
      { left: n, right: m, equal: true },
      { left: n, right: h, equal: false },
    ])
    expect(
      holds(
        assumptions,
        new Map([
          ['n', 4],
          ['m', 4],
          ['h', 5],
        ]),
      ),
    ).toBe(true)
    expect(
      holds(
        assumptions,
        new Map([
          ['n', 4],
          ['m', 4],
          ['h', 4],
        ]),
      ),
    ).toBe(false)
  })

  test('the innermost scope answers, and a throw closes it', () => {
    const { assumptions } = assuming(both3, () => {
      expect(
        assuming(
          new Map([
            ['n', 1],
            ['m', 2],
          ]),
          () => same(n, m),
        ).value,
      ).toBe(false)
      expect(() => assuming(new Map(), () => same(n, m))).toThrow(/no value/)
      return same(n, m)
    })
    expect(assumptions).toHaveLength(1)
    expect(() => same(n, m)).toThrow('n=m is decided inside of assuming() only')
  })
})

describe('shapes', () => {
  const at = new Map([
    ['n', 3],
    ['m', 3],
    ['h', 1],
  ])

  test('broadcasting', () => {
    expect(broadcastShapes()).toEqual([])
    expect(broadcastShapes([2, 1], [3], [1, 1, 1])).toEqual([1, 2, 3])
    expect(broadcastShapes([0], [1])).toEqual([0])
    expect(broadcastShapes([2], [3])).toBeUndefined()
    expect(broadcastShapes([n, 1], [m])).toEqual([n, m])
    expect(assuming(at, () => broadcastShapes([n], [m]))).toEqual({
      value: [n],
      assumptions: [{ left: n, right: m, equal: true }],
    })
    expect(assuming(at, () => broadcastShapes([n], [h])).value).toEqual([n])
    const failed = assuming(at, () => broadcastShapes([n], [plus(n, 1)]))
    expect(failed.value).toBeUndefined()
    expect(failed.assumptions.map(({ left, equal }) => [printDim(left), equal])).toEqual([
      ['n', false],
      ['n+1', false],
    ])
  })

  test('reshaping', () => {
    expect(reshapeTo([2, 6], [3, -1])).toEqual([3, 4])
    expect(reshapeTo([2, 6], [5, -1])).toBeUndefined()
    expect(reshapeTo([2, 6], [-1, -1])).toBeUndefined()
    expect(reshapeTo([0, 3], [0, -1])).toBeUndefined()
    expect(reshapeTo([0, 3], [3, -1])).toEqual([3, 0])
    expect(reshapeTo([], [])).toEqual([])
    expect(reshapeTo([2], [-2])).toBeUndefined()
    expect(assuming(at, () => reshapeTo([n, m, 4], [n, -1])).value).toEqual([n, times(4, m)])
    const halves = [plus(times(2, n), times(2, m)), 6]
    expect(reshapeTo(halves, [-1, 4])).toEqual([plus(times(3, n), times(3, m)), 4])
  })

  test('sizes, strides and convolutions', () => {
    expect(sizeOf([])).toBe(1)
    expect(sizeOf([n, 2, m])).toBe(times(2, times(m, n)))
    expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1])
    expect(rowMajorStrides([])).toEqual([])
    const stem = { stride: 2, padBefore: 3, padAfter: 3, dilation: 1 }
    expect(convOut(224, 7, stem)).toBe(112)
    expect(printDim(convOut(h, 7, stem))).toBe('floor((h-1)/2)+1')
    expect(printDim(convOut(h, 3, { stride: 1, padBefore: n, padAfter: 1, dilation: 2 }))).toBe('h+n-3')
  })
})
