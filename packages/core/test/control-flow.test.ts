import { describe, expect, test } from 'vitest'
import { opTable } from '../src/graph/op-table.ts'
import * as td from '../src/index.ts'
import { fromJson, toJson } from '../src/ir/json.ts'
import { parseGraph } from '../src/ir/parse.ts'
import { printGraph } from '../src/ir/print.ts'
import { allConstants } from '../src/ir/subgraph.ts'
import { verifyGraph } from '../src/ir/verify.ts'

const x = td.array([1, 2, 3])
const trace = (fn: (...args: td.NDArray[]) => unknown, ...args: td.NDArray[]): td.Graph =>
  td.traceGraph(fn, { args }) as unknown as td.Graph
const textOf = (fn: (...args: td.NDArray[]) => unknown, ...args: td.NDArray[]): string =>
  trace(fn, ...args).toString()
const parse = (text: string) => parseGraph(text, opTable)

describe('the text of graphs with control flow', () => {
  test('a branch in a loop over rows', () => {
    const text = textOf(
      (a) =>
        td.scan(
          (sum, row) => [
            td.cond(
              row.greater(0),
              () => sum.add(row),
              () => sum,
            ),
            { before: sum },
          ],
          0,
          a!,
        ),
      x,
    )
    expect(text).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        const %1: float32[] = 0
        %2: float32[], %3: float32[3] = scan(%1, %0, carried=1, scanned=1, length=null, reverse=false, key={draw: 0})
          body = graph(%4: float32[], %5: float32[])
            %6: bool[] = greater(%5, 0)
            %7: float32[] = cond(%6, %4, %5, key={draw: 0})
              onTrue = graph(%8: float32[], %9: float32[])
                %10: float32[] = add(%8, %9)
                return [%10]
              onFalse = graph(%11: float32[], %12: float32[])
                return [%11]
            return [%7, %4]
        return [%2, {before: %3}]"
    `)
    expect(printGraph(parse(text))).toBe(text)
  })

  test('loops with captured arrays, and sizes by name', () => {
    const graph = trace(
      (a, n) =>
        td.forLoop(
          0,
          td.astype(n!, 'int32'),
          (i, y) =>
            td.whileLoop(
              (z) => z.sum().less(i),
              (z) => z.add(a!),
              y,
            ),
          a!,
        ),
      x,
      td.array(3),
    )
    expect(graph.toString({ dims: 'symbolic' })).toMatchInlineSnapshot(`
      "graph(%0: float32[n], %1: float32[])
        const %2: int32[] = 0
        %3: int32[] = astype(%1, dtype="int32")
        %4: float32[n] = forLoop(%2, %3, %0, %0, carried=1, key={draw: 0})
          body = graph(%5: int32[], %6: float32[n], %7: float32[n])
            %8: float32[n] = whileLoop(%6, %5, %7, carried=1, key={draw: 0})
              test = graph(%9: float32[n], %10: int32[], %11: float32[n])
                %12: float32[] = sum(%9, axis=null, dtype=null, keepdims=false)
                %13: bool[] = less(%12, %10)
                return [%13]
              body = graph(%14: float32[n], %15: int32[], %16: float32[n])
                %17: float32[n] = add(%14, %16)
                return [%17]
            return [%8]
        return %4"
    `)
    expect(graph.toString({ dims: 'symbolic', loc: true })).toContain('// control-flow.test.ts:')
  })

  test('is refused where it is not well formed', () => {
    const good = textOf(
      (a) =>
        td.whileLoop(
          (y) => y.sum().less(9),
          (y) => y.add(a!),
          a!,
        ),
      x,
    )
    const wrong = [
      ['add(%6', 'add(%0'],
      ['return [%8]', 'return %8'],
      ['return [%8]', 'return [%8, %9]'],
      ['    body = graph', '    tail = graph'],
      ['carried=1', 'carried=2'],
      ['%8: float32[3] = add(%6, %7)', '%8: float32[] = sum(%6)'],
      ['%6: float32[3], %7: float32[3]', '%6: float32[3]'],
      ['%5: bool[] = less(%4, 9)', '%5: float32[] = add(%4, 9)'],
      ['%6: float32[3], %7: float32[3])', '%6: float32[3], %7: float32[3])\n      slot %9: float32[3] = "w"'],
    ] as const
    expect(printGraph(parse(good))).toBe(good)
    for (const [from] of wrong) expect(good).toContain(from)
    const texts = wrong.map(([from, to]) => {
      try {
        parse(good.replace(from, to))
        return 'accepted'
      } catch (error) {
        return (error as Error).message
      }
    })
    expect(`${good}\n\n${texts.join('\n')}`).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        %1: float32[3] = whileLoop(%0, %0, carried=1, key={draw: 0})
          test = graph(%2: float32[3], %3: float32[3])
            %4: float32[] = sum(%2, axis=null, dtype=null, keepdims=false)
            %5: bool[] = less(%4, 9)
            return [%5]
          body = graph(%6: float32[3], %7: float32[3])
            %8: float32[3] = add(%6, %7)
            return [%8]
        return %1

      graph text at line 8: %0 is used before it is defined.
      graph text at line 9: a graph inside takes and gives lists of arrays: graph(%0: float32[]) … return [%1].
      graph text at line 9: %9 is used before it is defined.
      graph text at line 7: whileLoop: its graph 'body' has to follow.
      graph text at line 9: whileLoop: graph: the graph 'body' of whileLoop gives 1 results, not 2.
      graph text at line 9: whileLoop: shapes [3] and [] do not fit: the body gives float32[] for carried value 0, which is float32[3] before it; what is carried keeps its type through all turns.
      graph text at line 8: %7 is used before it is defined.
      graph text at line 9: whileLoop: dtype float32: what the test gives has to be one truth value.
      graph text at line 10: a graph inside reads and writes no places outside."
    `)
  })

  test('graphs inside of each other end somewhere', () => {
    const open = 'graph(%0: bool[])\n %1: bool[] = cond(%0, %0) onTrue = '
    expect(() => parse(open.repeat(100))).toThrow('more than 64 graphs inside of each other')
  })
})

test('JSON holds graphs inside of nodes, their constants after the others', () => {
  const graph = trace(
    (a) =>
      td.cond(
        a!.sum().greater(0),
        (y) => y.add(td.array([4, 5, 6])),
        (y) => y.add(td.array([7, 8, 9])),
        a!.add(td.array([1, 1, 1])),
      ),
    x,
  )
  const ir = parse(graph.toString())
  verifyGraph(ir)
  const arrays = allConstants(ir).map(({ array }) => array)
  expect(arrays.map((array) => [...(array.host() as Float32Array)])).toEqual([
    [1, 1, 1],
    [4, 5, 6],
    [7, 8, 9],
  ])
  const json: unknown = JSON.parse(JSON.stringify(toJson(ir)))
  const slot = (): never => {
    throw new Error('there are no slots')
  }
  const read = fromJson(json, opTable, { constant: (i) => arrays[i]!, slot })
  expect(printGraph(read)).toBe(printGraph(ir))
  const broken = JSON.parse(JSON.stringify(json).replace('"draws":0}', '"draws":-1}')) as unknown
  expect(() => fromJson(broken, opTable, { constant: (i) => arrays[i]!, slot })).toThrow(
    /^graph JSON at \$\.nodes\[3\]\.params\.onTrue\.draws: expected an integer/,
  )
})

describe('outside of a trace', () => {
  test('arrays of a turn are freed, and those from around it stay', () => {
    const w = td.array([5, 6, 7])
    const seen: td.NDArray[] = []
    const result = td.whileLoop(
      (y) => y.sum().less(40),
      (y) => {
        seen.push(y, y.add(1))
        return y.sum().item() === 6 ? w : y.add(w)
      },
      x,
    )
    expect(result.toArray()).toEqual([15, 18, 21])
    expect([x.disposed, w.disposed, result.disposed]).toEqual([false, false, false])
    expect(seen.map(({ disposed }) => disposed)).toEqual([false, true, false, true, true, true])
  })

  test('a Variable is read and assigned as by any function', () => {
    const w = new td.Variable(td.array(0))
    td.forLoop(
      0,
      3,
      (i, y) => {
        w.assign(w.value.add(i.add(1).multiply(1)))
        return y
      },
      x,
    )
    expect(w.value.item()).toBe(6)
  })
})

test('Variables that a body reads are read at each call', () => {
  const w = new td.Variable(td.array([1, 1, 1]), { name: 'w' })
  const graph = trace((a) => td.forLoop(0, 3, (_i, y) => y.add(w.value), a!), x)
  expect((graph(...([x] as never[])) as td.NDArray).toArray()).toEqual([4, 5, 6])
  w.assign(td.array([0, 0, 1]))
  expect((graph(...([x] as never[])) as td.NDArray).toArray()).toEqual([1, 2, 6])
})

describe('rows of complex numbers', () => {
  const z = td.array([
    { re: 1, im: 2 },
    { re: 3, im: -4 },
  ])
  const sums = (rows: td.NDArray): td.NDArray[] =>
    td.scan((sum, row) => [sum.add(row), sum.subtract(row)], td.zeros([], { dtype: 'complex64' }), rows)
  const expected = [
    { re: 4, im: -2 },
    [
      { re: -1, im: -2 },
      { re: -2, im: 6 },
    ],
  ]

  test('outside of a trace', () => {
    expect(sums(z).map((one) => one.toArray())).toEqual(expected)
  })

  test('in a graph', () => {
    const results = trace((a) => sums(a!), z)(...([z] as never[])) as unknown as td.NDArray[]
    expect(results.map((one) => one.toArray())).toEqual(expected)
  })
})
