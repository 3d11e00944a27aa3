import { describe, expect, test } from 'vitest'
import { BackendError } from '../src/errors.ts'
import { commonSubexpressions } from '../src/passes/common-subexpressions.ts'
import { deadCode } from '../src/passes/dead-code.ts'
import { foldConstants } from '../src/passes/fold-constants.ts'
import type { Note } from '../src/passes/pass.ts'
import { clean } from '../src/passes/pipeline.ts'
import { parseGraph } from '../src/ir/parse.ts'
import { printGraph } from '../src/ir/print.ts'
import { opTable } from '../src/graph/op-table.ts'

const graphOf = (body: string) => parseGraph(body, opTable)
const print = (graph: ReturnType<typeof graphOf>) => printGraph(graph, { dims: 'symbolic' })
const fold = foldConstants({ includeGenerators: true, includeCreation: true })

describe('common sub-expressions', () => {
  test('are computed once, in chains and with several outputs', () => {
    const graph = graphOf(`graph(%0: float32[n,3], %1: float32[3])
      %2: float32[n,3] = add(%0, %1)
      %3: float32[n,3] = add(%0, %1)
      %4: float32[n,3] = negative(%2)
      %5: float32[n,3] = negative(%3)
      %6: float32[n,2], %7: int32[n,2] = topK(%4, k=2)
      %8: float32[n,2], %9: int32[n,2] = topK(%5, k=2)
      return [%6, %9, %8]`)
    expect(print(commonSubexpressions.run(graph))).toMatchInlineSnapshot(`
      "graph(%0: float32[n,3], %1: float32[3])
        %2: float32[n,3] = add(%0, %1)
        %3: float32[n,3] = negative(%2)
        %4: float32[n,2], %5: int32[n,2] = topK(%3, k=2, axis=1, largest=true)
        return [%4, %5, %4]"
    `)
  })

  test('are told apart by the bits of literals and parameters', () => {
    const graph = graphOf(`graph(%0: float32[2,2])
      %1: float32[2,2] = multiply(%0, 0)
      %2: float32[2,2] = multiply(%0, -0)
      %3: float32[2,2] = multiply(%0, 0n)
      %4: float32[2,2] = multiply(%0, NaN)
      %5: float32[2] = sum(%0, axis=0)
      %6: float32[2] = sum(%0, axis=1)
      %7: float32[] = sum(%0)
      %8: float32[2,2] = full(shape=[2,2], fillValue=0, dtype="float32")
      %9: float32[2,2] = full(shape=[2,2], fillValue=-0, dtype="float32")
      %10: float32[2,2] = clip(%0, _, 1)
      %11: float32[2,2] = clip(%0, 1, _)
      return [%1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11]`)
    expect(commonSubexpressions.run(graph)).toBe(graph)
  })

  test('are no draws, and constants stay apart', () => {
    const graph = graphOf(`graph()
      const %0: float32[2] = [1, 2]
      const %1: float32[2] = [1, 2]
      %2: float32[2] = random.uniform(shape=[2], key={draw: 0})
      %3: float32[2] = random.uniform(shape=[2], key={draw: 0})
      %4: float32[2] = add(%0, %2)
      %5: float32[2] = add(%1, %2)
      return [%3, %4, %5]`)
    expect(commonSubexpressions.run(graph)).toBe(graph)
  })
})

describe('constant folding', () => {
  test('computes what depends on constants, literals and creation alone', () => {
    const graph = graphOf(`graph(%0: float32[3])
      const %1: float32[3] = [1, 2, 3]
      slot %2: float32[3] = "w"
      %3: float32[3] = arange(start=3)
      %4: float32[3] = multiply(%1, %3)
      %5: float32[] = add(1, 2)
      %6: float32[3] = add(%4, %5)
      %7: float32[3] = add(%6, %0)
      %8: float32[3] = add(%1, %2)
      return [%7, %8]`)
    expect(print(deadCode.run(fold.run(graph)))).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        const %1: float32[3] = [1, 2, 3]
        const %2: float32[3] = [3, 5, 9]
        slot %3: float32[3] = "w"
        %4: float32[3] = add(%2, %0)
        %5: float32[3] = add(%1, %3)
        return [%4, %5]"
    `)
  })

  test('leaves draws, unless their key is known and generators are not wanted', () => {
    const graph = graphOf(`graph()
      %0: float32[2] = random.uniform(shape=[2], key={draw: 0})
      %1: float32[2] = random.uniform(shape=[2], key={hi: 0, lo: 1})
      %2: float32[2] = add(%1, 1)
      return [%0, %2]`)
    expect(fold.run(graph)).toBe(graph)
    expect(print(deadCode.run(foldConstants({ includeGenerators: false, includeCreation: true }).run(graph))))
      .toMatchInlineSnapshot(`
      "graph()
        const %0: float32[2] = [1.4386325, 1.5337529]
        %1: float32[2] = random.uniform(low=0, high=1, shape=[2], dtype="float32", key={draw: 0})
        return [%1, %0]"
    `)
  })

  test('leaves what is named by sizes, larger than it is worth, or slow', () => {
    const graph = graphOf(`graph(%0: float32[n])
      %1: float32[n] = zerosLike(%0)
      %2: float32[1000,1000] = full(shape=[1000,1000], fillValue=1)
      %3: float32[400,400] = full(shape=[400,400], fillValue=1)
      %4: float32[400,400] = matmul(%3, %3)
      return [%1, %2, %4]`)
    const notes: Note[] = []
    const folded = fold.run(graph, (note) => notes.push(note))
    expect(folded.nodes.map(({ op }) => op.def.name)).toEqual(['zerosLike', 'full', 'matmul'])
    expect(notes.map(({ op, text }) => `${op} ${text}`)).toMatchInlineSnapshot(`
      [
        "full not folded: its 4000000 bytes are cheaper to compute than to keep",
        "matmul not folded: it takes about 64000000 steps",
      ]
    `)
  })

  test('leaves arrays that cannot be read', () => {
    const graph = graphOf(
      'graph()\n const %0: float32[2] = [1, 2]\n %1: float32[2] = negative(%0)\n return %1',
    )
    const unread = {
      ...graph,
      constants: graph.constants.map(({ out }) => ({ out, array: { type: out.type, host: refuse } })),
    }
    const notes: Note[] = []
    expect(fold.run(unread, (note) => notes.push(note))).toBe(unread)
    expect(notes.map(({ text }) => text)).toEqual([
      'not folded: backend webgpu: it answers only asynchronously.',
    ])
  })
})

function refuse(): never {
  throw new BackendError({ backend: 'webgpu', because: 'it answers only asynchronously' })
}

describe('clean', () => {
  const seed = `graph(%0: float32[3], %1: float32[3])
    const %2: float32[3] = [1, 2, 3]
    const %3: float32[3] = [4, 5, 6]
    %4: float32[3] = multiply(%0, %1)
    %5: float32[3] = add(%2, %3)
    %6: float32[3] = negative(%0)
    %7: float32[3] = negative(%6)
    %8: float32[3] = reshape(%7, shape=[3])
    %9: float32[3] = pow(%8, %5)
    return %9`

  test('leaves what the results need, in its simplest form', () => {
    const { graph, report } = clean(graphOf(seed))
    expect(print(graph)).toMatchInlineSnapshot(`
      "graph(%0: float32[3], %1: float32[3])
        const %2: float32[3] = [5, 7, 9]
        %3: float32[3] = pow(%0, %2)
        return %3"
    `)
    expect(report.map(({ pass, before, after }) => `${pass}: ${before} -> ${after}`)).toMatchInlineSnapshot(`
      [
        "dead-code: 6 -> 5",
        "prune-graphs: 5 -> 5",
        "common-subexpressions: 5 -> 5",
        "fold-constants: 5 -> 4",
        "known-branch: 4 -> 4",
        "identities: 4 -> 3",
        "rewrite: 3 -> 1",
        "sink-permutations: 1 -> 1",
        "dead-code: 1 -> 1",
      ]
    `)
  })

  test('keeps what depends on captured arrays when array caching is off', () => {
    expect(print(clean(graphOf(seed), { arrayCaching: false }).graph)).toMatchInlineSnapshot(`
      "graph(%0: float32[3], %1: float32[3])
        const %2: float32[3] = [1, 2, 3]
        const %3: float32[3] = [4, 5, 6]
        %4: float32[3] = add(%2, %3)
        %5: float32[3] = pow(%0, %4)
        return %5"
    `)
  })

  test('gives the same graph back when there is nothing to do', () => {
    const graph = graphOf('graph(%0: float32[n])\n %1: float32[n] = exp(%0)\n return %1')
    expect(clean(graph).graph).toBe(graph)
  })
})
