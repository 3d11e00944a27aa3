import { describe, expect, test } from 'vitest'
import { opTable } from '../src/graph/op-table.ts'
import * as td from '../src/index.ts'
import { parseGraph } from '../src/ir/parse.ts'
import { printGraph } from '../src/ir/print.ts'
import { clean } from '../src/passes/pipeline.ts'

const x = td.array([1, 2, 3])
const trace = (fn: (...args: td.NDArray[]) => unknown, ...args: td.NDArray[]): td.Graph =>
  td.traceGraph(fn, { args }) as unknown as td.Graph
const textOf = (fn: (...args: td.NDArray[]) => unknown, ...args: td.NDArray[]): string =>
  trace(fn, ...args).toString()

describe('passes', () => {
  const cleaned = (text: string): string => printGraph(clean(parseGraph(text, opTable)).graph)

  test('run inside of graphs, and merge nothing across their borders', () => {
    expect(
      cleaned(`graph(%0: bool[], %1: float32[3])
  %2: float32[3] = exp(%1)
  %3: float32[3] = cond(%0, %1)
    onTrue = graph(%4: float32[3])
      %5: float32[3] = exp(%4)
      %6: float32[3] = exp(%4)
      %7: float32[3] = add(%5, %6)
      %8: float32[3] = sin(%4)
      return [%7]
    onFalse = graph(%9: float32[3])
      %10: float32[3] = exp(%9)
      %11: float32[3] = reshape(%10, shape=[3])
      return [%11]
  return [%2, %3]`),
    ).toMatchInlineSnapshot(`
      "graph(%0: bool[], %1: float32[3])
        %2: float32[3] = exp(%1)
        %3: float32[3] = cond(%0, %1, key=null)
          onTrue = graph(%4: float32[3])
            %5: float32[3] = exp(%4)
            %6: float32[3] = add(%5, %5)
            return [%6]
          onFalse = graph(%7: float32[3])
            %8: float32[3] = exp(%7)
            return [%8]
        return [%2, %3]"
    `)
  })

  test('drop what a loop carries for nobody, and what that needed', () => {
    expect(
      textOf(
        (a) =>
          td.whileLoop(
            ([i]) => i.less(5),
            ([i, y, z, w]) => [i.add(1), y.add(a!), z.multiply(w), w.add(td.exp(a!))],
            [0, a!, a!, a!] as const,
          )[1],
        x,
      ),
    ).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        const %1: float32[] = 0
        %2: float32[], %3: float32[3] = whileLoop(%1, %0, %0, carried=2, key={draw: 0})
          test = graph(%4: float32[], %5: float32[3], %6: float32[3])
            %7: bool[] = less(%4, 5)
            return [%7]
          body = graph(%8: float32[], %9: float32[3], %10: float32[3])
            %11: float32[] = add(%8, 1)
            %12: float32[3] = add(%9, %10)
            return [%11, %12]
        return %3"
    `)
  })

  test('keep what a carried value needs of others', () => {
    const graph = trace(
      (a) =>
        td.whileLoop(
          ([i]) => i.less(5),
          ([i, y, z, w]) => [i.add(1), z, w.add(y), w.multiply(2)],
          [0, a!, a!, a!] as const,
        )[1],
      x,
    )
    expect(graph.toString()).toContain('carried=4')
  })

  test('drop rows that nobody needs, but one that tells how many there are', () => {
    const text = textOf(
      (a, b) => td.scan((c, [p, q]) => [c.add(1), [p.add(q), c.multiply(2)]], 0, [a!, b!] as const)[1][1],
      x,
      x,
    )
    expect(text).toContain('carried=1, scanned=1')
    expect(text).not.toContain('add(%5, %6)')
  })

  test('put a known branch in place of the choice', () => {
    expect(
      textOf(
        (a) =>
          td.cond(
            true,
            (y) =>
              td.cond(
                false,
                () => y,
                () => y.add(1),
              ),
            () => a!,
            a!,
          ),
        x,
      ),
    ).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        draws 1
        %1: float32[3] = add(%0, 1)
        return %1"
    `)
  })

  test('keep a known branch that draws, whose draws are its own', () => {
    expect(
      textOf(
        (a) =>
          td.cond(
            true,
            (y) => y.add(td.random.uniform({ shape: [3] })),
            (y) => y,
            a!,
          ),
        x,
      ),
    ).toContain('cond(')
  })

  test('fold inside of graphs what is made of constants', () => {
    const text = textOf((a) => td.forLoop(0, 3, (_i, y) => y.add(td.exp(td.array([0, 0, 0]))), a!), x)
    expect(text).toContain('const %6: float32[3] = [1, 1, 1]')
    expect(text).not.toContain('exp(')
  })
})

test('a composite that is made of a loop is folded where its operands are known', () => {
  const text = textOf(() =>
    td.gcd(td.array([12, 18], { dtype: 'int32' }), td.array([8, 27], { dtype: 'int32' })),
  )
  const folded = printGraph(clean(parseGraph(text, opTable)).graph)
  expect(folded).toContain('[4, 9]')
  expect(folded).not.toContain('gcd')
})
