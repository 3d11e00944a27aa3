import { describe, expect, test } from 'vitest'
import { narrow } from '../src/ir/narrow.ts'
import { parseGraph } from '../src/ir/parse.ts'
import { printGraph } from '../src/ir/print.ts'
import { concretize, specialize } from '../src/ir/specialize.ts'
import { verifyGraph } from '../src/ir/verify.ts'
import { assuming, symbol } from '../src/types/dim.ts'
import { typeOf } from './support/graphs.ts'
import { opTable } from '../src/graph/op-table.ts'

const graphOf = (text: string) => parseGraph(text, opTable)
const print = (graph: ReturnType<typeof graphOf>) => printGraph(graph, { dims: 'symbolic' })

const layer = `graph({x: %0: float32[n,3]}, %1: float32[3,m])
  slot %2: float32[m] = "bias"
  %3: float32[n,m] = matmul(%0, %1)
  %4: float32[n,m] = add(%3, %2)
  %5: float32[m] = sum(%4, axis=[0], dtype=null, keepdims=false)
  return {out: %5, rows: [%4, 2: float32[]]}`

describe('concretize', () => {
  test('puts numbers in place of all sizes and keeps the structure', () => {
    const graph = graphOf(layer)
    const sizes = new Map([
      ['n', 4],
      ['m', 0],
    ])
    const concrete = concretize(graph, sizes)
    verifyGraph(concrete)
    expect(print(concrete)).toMatchInlineSnapshot(`
      "graph({x: %0: float32[4,3]}, %1: float32[3,0])
        slot %2: float32[0] = "bias"
        %3: float32[4,0] = matmul(%0, %1)
        %4: float32[4,0] = add(%3, %2)
        %5: float32[0] = sum(%4, axis=[0], dtype=null, keepdims=false)
        return {out: %5, rows: [%4, 2: float32[]]}"
    `)
    expect(concretize(concrete, new Map())).toBe(concrete)
    // A name without a number stays, as data may decide it.
    expect(print(concretize(graph, new Map([['n', 4]])))).toContain('%3: float32[4,m] = matmul(%0, %1)')
  })
})

describe('specialize', () => {
  test('infers every type anew, for other dtypes too', () => {
    const special = specialize(
      graphOf(layer),
      [typeOf('float64[k,3]'), typeOf('float32[3,1]')],
      [typeOf('float32[5]')],
    )
    verifyGraph(special)
    expect(print(special)).toMatchInlineSnapshot(`
      "graph({x: %0: float64[k,3]}, %1: float32[3,1])
        slot %2: float32[5] = "bias"
        %3: float64[k,1] = matmul(%0, %1)
        %4: float64[k,5] = add(%3, %2)
        %5: float64[5] = sum(%4, axis=[0], dtype=null, keepdims=false)
        return {out: %5, rows: [%4, 2: float32[]]}"
    `)
  })

  test('notes what it takes for granted, and throws what the ops throw', () => {
    const graph = graphOf('graph(%0: float32[n], %1: float32[n])\n %2: float32[n] = add(%0, %1)\n return %2')
    const types = [typeOf('float32[n]'), typeOf('float32[m]')]
    const sizes = (m: number) =>
      new Map([
        ['n', 3],
        ['m', m],
      ])
    const { assumptions } = assuming(sizes(3), () => specialize(graph, types))
    expect(assumptions).toEqual([{ left: symbol('n'), right: symbol('m'), equal: true }])
    expect(() => assuming(sizes(4), () => specialize(graph, types))).toThrow(
      'add: shapes [n] and [m] do not fit',
    )
    expect(() => specialize(graph, [typeOf('float32[3]')])).toThrow(
      'graph: it has 2 inputs, but types of 1 were given.',
    )
    expect(() => specialize(graph, [typeOf('float32[3]'), typeOf('float32[2,3]')])).toThrow(
      'graph: input 1 has 1 axes, but float32[2,3] was given.\nTrace the function again for arrays of another rank.',
    )
  })
})

describe('narrow', () => {
  test('changes inputs, constants, slots, parameters and literals, and says where', () => {
    const graph = graphOf(`graph(%0: int64[n], %1: float32[2])
      const %2: int64[2] = [5, 4294967297]
      const %3: float64[2] = [0.1, 1e300]
      const %4: int32[1] = [1]
      slot %5: float64[] = "scale"
      %6: int64[2] = add(%2, 7n)
      %7: float64[2] = astype(%1, dtype="float64")
      %8: float64[2] = multiply(%7, %3)
      %9: float64[2] = multiply(%8, %5)
      %10: int64[n] = add(%0, %4)
      return [%6, %9, %10]`)
    const { graph: narrowed, changes } = narrow(
      graph,
      new Map([
        ['int64', 'int32'],
        ['float64', 'float32'],
      ]),
    )
    verifyGraph(narrowed)
    expect(print(narrowed)).toMatchInlineSnapshot(`
      "graph(%0: int32[n], %1: float32[2])
        const %2: int32[2] = [5, 1]
        const %3: float32[2] = [0.1, Infinity]
        const %4: int32[1] = [1]
        slot %5: float32[] = "scale"
        %6: int32[2] = add(%2, 7)
        %7: float32[2] = astype(%1, dtype="float32")
        %8: float32[2] = multiply(%7, %3)
        %9: float32[2] = multiply(%8, %5)
        %10: int32[n] = add(%0, %4)
        return [%6, %9, %10]"
    `)
    expect(
      changes.map(
        ({ place, of, from, to, wrapped }) => `${place} ${of}: ${from} -> ${to}, ${wrapped} wrapped`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "input 0: int64 -> int32, 0 wrapped",
        "constant 0: int64 -> int32, 1 wrapped",
        "constant 1: float64 -> float32, 0 wrapped",
        "slot scale: float64 -> float32, 0 wrapped",
        "literal add: int64 -> int32, 0 wrapped",
        "parameter astype: float64 -> float32, 0 wrapped",
      ]
    `)
  })

  test('gives the same graph back when no dtype is among those', () => {
    const graph = graphOf(layer)
    expect(narrow(graph, new Map([['int64', 'int32']])).graph).toBe(graph)
  })
})
