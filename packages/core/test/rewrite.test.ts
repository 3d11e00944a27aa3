import { describe, expect, test } from 'vitest'
import { parseGraph } from '../src/ir/parse.ts'
import { printGraph } from '../src/ir/print.ts'
import { add, astype, concat, exp, log, multiply, negative, reshape, sum, topK } from '../src/ops/index.ts'
import { identities } from '../src/passes/identities.ts'
import type { Note } from '../src/passes/pass.ts'
import { rewrite } from '../src/passes/rewrite.ts'
import { defineRule, type Rule } from '../src/passes/rule.ts'
import { rules } from '../src/passes/rules/index.ts'
import { same } from '../src/types/dim.ts'
import * as p from '../src/types/param-kinds.ts'
import { opTable } from '../src/graph/op-table.ts'

const graphOf = (text: string) => parseGraph(text, opTable)

function rewritten(
  text: string,
  ...own: Rule[]
): { readonly text: string; readonly notes: readonly string[] } {
  const notes: Note[] = []
  const graph = rewrite(own.length > 0 ? own : rules).run(graphOf(text), (note) => notes.push(note))
  return { text: printGraph(graph, { dims: 'symbolic' }), notes: notes.map((note) => note.text) }
}

const logOfExp = defineRule({
  name: 'log(exp(x)) -> x',
  holes: ['x'],
  match: ([x]) => log(exp(x)),
  replace: ([x]) => x,
})
const distribute = defineRule({
  name: 'x * y + x * z -> x * (y + z)',
  holes: ['x', 'y', 'z'],
  match: ([x, y, z]) => add(multiply(x, y), multiply(x, z)),
  replace: ([x, y, z]) => multiply(x, add(y, z)),
})

describe('rewrite', () => {
  test('replaces what a pattern matches, until nothing does', () => {
    const text = `graph(%0: float32[n])
      %1: float32[n] = negative(%0)
      %2: float32[n] = negative(%1)
      %3: float32[n] = multiply(1, %2)
      %4: float32[n] = negative(%3)
      %5: float32[n] = negative(%4)
      %6: float32[n] = exp(%5)
      return %6`
    expect(rewritten(text).text).toMatchInlineSnapshot(`
      "graph(%0: float32[n])
        %1: float32[n] = exp(%0)
        return %1"
    `)
  })

  test('composes permutations and drops those that do nothing', () => {
    const text = `graph(%0: float32[2,3,4])
      %1: float32[4,2,3] = permuteDims(%0, axes=[2,0,1])
      %2: float32[3,4,2] = permuteDims(%1, axes=[2,0,1])
      %3: float32[2,3,4] = permuteDims(%2, axes=[2,0,1])
      %4: float32[4,3,2] = permuteDims(%2, axes=[1,0,2])
      return [%3, %4]`
    expect(rewritten(text).text).toMatchInlineSnapshot(`
      "graph(%0: float32[2,3,4])
        %1: float32[4,3,2] = permuteDims(%0, axes=[2,1,0])
        return [%0, %1]"
    `)
  })

  test('tries the operands of commutative ops both ways', () => {
    const text = (second: string) => `graph(%0: float32[n], %1: float32[n], %2: float32[n])
      %3: float32[n] = multiply(%0, %1)
      %4: float32[n] = multiply(${second})
      %5: float32[n] = add(%3, %4)
      return %5`
    const expected = `graph(%0: float32[n], %1: float32[n], %2: float32[n])
  %3: float32[n] = add(%1, %2)
  %4: float32[n] = multiply(%0, %3)
  return %4`
    expect(rewritten(text('%0, %2'), distribute).text).toBe(expected)
    expect(rewritten(text('%2, %0'), distribute).text).toBe(expected)
  })

  test('computes nothing twice that is used elsewhere too', () => {
    const text = `graph(%0: float32[n], %1: float32[n], %2: float32[n])
      %3: float32[n] = multiply(%0, %1)
      %4: float32[n] = multiply(%0, %2)
      %5: float32[n] = add(%3, %4)
      return [%5, %3]`
    const { text: kept, notes } = rewritten(text, distribute)
    expect(kept).toBe(printGraph(graphOf(text), { dims: 'symbolic' }))
    expect(notes).toEqual([
      'kept, although it fits x * y + x * z -> x * (y + z): what it is made of is used elsewhere too',
    ])
  })

  test('says why a rule does not hold', () => {
    const text = `graph(%0: int32[n], %1: uint8[2], %2: float32[m,1])
      %3: float32[n] = divide(%0, 1)
      %4: uint8[2] = negative(%1)
      %5: uint8[2] = abs(%4)
      %6: float32[m,2] = where(true, %2, %1)
      return [%3, %5, %6]`
    expect(rewritten(text).notes).toMatchInlineSnapshot(`
      [
        "kept, although it fits x / 1 -> x: int32[n] becomes float32[n] there",
        "kept, although it fits abs(negative(x)) -> abs(x): unsigned integers wrap when their sign changes",
        "kept, although it fits where(true, x, y) -> x: float32[m,1] becomes float32[m,2] there",
      ]
    `)
  })

  test('holds for all sizes: what their names do not decide is left alone', () => {
    const threeRows = defineRule({
      name: 'three rows',
      holes: ['x'],
      match: ([x]) => log(exp(x)),
      replace: ([x]) => x,
      when: ([x]) => same(x.shape[0]!, 3) || 'it has other rows',
    })
    const text = (rows: string) =>
      `graph(%0: float32[${rows}])\n %1: float32[${rows}] = exp(%0)\n %2: float32[${rows}] = log(%1)\n return %2`
    expect(['3', '4', 'n'].flatMap((rows) => rewritten(text(rows), threeRows).notes)).toMatchInlineSnapshot(`
      [
        "rewritten by three rows",
        "kept, although it fits three rows: it has other rows",
        "kept, although it fits three rows: The size n has no value here.",
      ]
    `)
  })

  test('ends although rules undo each other', () => {
    const there = defineRule({
      name: 'there',
      holes: ['x'],
      match: ([x]) => exp(x),
      replace: ([x]) => log(x),
    })
    const back = defineRule({ name: 'back', holes: ['x'], match: ([x]) => log(x), replace: ([x]) => exp(x) })
    expect(
      rewritten('graph(%0: float32[2])\n %1: float32[2] = exp(%0)\n return %1', there, back).text,
    ).toMatch(/%1/)
  })

  test('keeps a literal that would change the dtype of what it meets', () => {
    const text =
      'graph(%0: int32[2])\n %1: float32[] = exp(2)\n %2: float32[] = log(%1)\n %3: float32[2] = add(%0, %2)\n return %3'
    expect(rewritten(text, logOfExp).notes).toEqual([
      'kept, although it fits log(exp(x)) -> x: a literal in its place would give way to other dtypes',
    ])
  })

  test('matches captured parameters, equal ones by their bits', () => {
    const twice = defineRule({
      name: 'sum(sum(x))',
      holes: ['x'],
      captures: { axis: p.axes(null), keepdims: p.bool(false) },
      match: ([x], { axis, keepdims }) => sum(sum(x, { axis, keepdims }), { axis, keepdims }),
      replace: ([x], { axis }) => sum(sum(x, { axis, keepdims: true }), { axis, keepdims: true }),
      when: (_types, { keepdims }) => !keepdims || 'it is in this form',
    })
    const text = (axis: number) =>
      `graph(%0: float32[2,2,2])\n %1: float32[2,2] = sum(%0, axis=0)\n %2: float32[2] = sum(%1, axis=${axis})\n return %2`
    expect(rewritten(text(1), twice).notes).toEqual([])
    expect(() => rewritten(text(0), twice)).toThrow(
      `graph: the rule 'sum(sum(x))' is wrong: it gives float32[1,2,2] in place of float32[2].`,
    )
  })

  test('refuses rules that cannot be used', () => {
    const messages = [
      defineRule({ name: 'hole', holes: ['x'], match: ([x]) => x, replace: ([x]) => x }),
      defineRule({ name: 'axis', holes: ['x'], match: ([x]) => sum(x, { axis: 0 }), replace: ([x]) => x }),
      defineRule({
        name: 'several',
        holes: ['x'],
        match: ([x]) => negative(topK(x, 1).values),
        replace: ([x]) => x,
      }),
      defineRule({ name: 'default', holes: ['x'], match: ([x]) => concat([x]), replace: ([x]) => x }),
      defineRule({
        name: 'throws',
        holes: ['x'],
        match: ([x]) => log(exp(x)),
        replace: ([x]) => reshape(x, [7]),
      }),
      defineRule({
        name: 'dtype',
        holes: ['x'],
        match: ([x]) => log(exp(x)),
        replace: ([x]) => astype(x, 'int8'),
      }),
    ].map((rule) => {
      try {
        return rewritten(
          'graph(%0: float32[2])\n %1: float32[2] = exp(%0)\n %2: float32[2] = log(%1)\n return %2',
          rule,
        ).text
      } catch (error) {
        return (error as Error).message.split('\n')[0]
      }
    })
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "graph: the rule 'hole' cannot be used: match gives no result of an op.
      graph: the rule 'axis' cannot be used: sum: 'axis' depends on the rank, so it is given as a capture.
      graph: the rule 'several' cannot be used: topK has several results.
      graph: the rule 'default' cannot be used: concat: 'axis' depends on the rank, so it is given as a capture.
      graph: the rule 'throws' is wrong: its replacement does not fit: reshape: shapes [2] and [7] do not fit: both have to hold the same number of elements; one -1 stands for what is left.
      graph: the rule 'dtype' is wrong: it gives int8[2] in place of float32[2]."
    `)
  })
})

test('identities are dropped: conversions and reshapes that change no type', () => {
  const graph = graphOf(`graph(%0: float32[n,3], %1: float32[2,2])
    %2: float32[n,3] = astype(%0, dtype="float32")
    %3: float32[n,3] = reshape(%2, shape=[-1,3])
    %4: float64[n,3] = astype(%3, dtype="float64")
    %5: float32[2,2] = permuteDims(%1, axes=[1,0])
    %6: float32[2,2] = broadcastTo(%5, shape=[2,2])
    %7: float32[2,2] = positive(%6)
    return [%4, %7]`)
  expect(printGraph(identities.run(graph), { dims: 'symbolic' })).toMatchInlineSnapshot(`
    "graph(%0: float32[n,3], %1: float32[2,2])
      %2: float64[n,3] = astype(%0, dtype="float64")
      %3: float32[2,2] = permuteDims(%1, axes=[1,0])
      return [%2, %3]"
  `)
})
