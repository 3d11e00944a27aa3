import { describe, expect, test } from 'vitest'
import { FormatError } from '../src/errors.ts'
import { opTable } from '../src/graph/op-table.ts'
import { type Graph, makeGraph, makeNode } from '../src/ir/graph.ts'
import { fromJson, toJson } from '../src/ir/json.ts'
import { parseGraph } from '../src/ir/parse.ts'
import type { Part } from '../src/ir/part.ts'
import { printGraph } from '../src/ir/print.ts'

const text = 'graph(%0: float32[2])\n  %1: float32[2] = exp(%0)\n  %2: float32[2] = sin(%1)\n  return %2'
const outer: Part = { name: 'layer[0]', kind: 'Layer', within: undefined }
const inner: Part = { name: 'a\nb', kind: 'LayerNorm', within: outer }

/** The first node is of the inner part, the second one of the outer one. */
function graphOfParts(): Graph {
  const plain = parseGraph(text, opTable)
  const nodes = plain.nodes.map((node, i) =>
    makeNode({ ...node, loc: { line: { file: 'a.ts', line: 3, column: 1 }, part: [inner, outer][i] } }),
  )
  return makeGraph({ ...plain, nodes })
}

type Json = Record<string, unknown> & { readonly nodes: { part: number }[] }
const jsonOf = (graph: Graph): Json => JSON.parse(JSON.stringify(toJson(graph))) as Json
const nothing = (): never => {
  throw new Error('not asked for')
}
const read = (json: unknown): Graph => fromJson(json, opTable, { constant: nothing, slot: nothing })

describe('parts of a model in the JSON of a graph', () => {
  test('are there once each, and come back', () => {
    const json = jsonOf(graphOfParts())
    expect(json['parts']).toEqual([
      { name: 'layer[0]', kind: 'Layer' },
      { name: 'a\nb', kind: 'LayerNorm', within: 0 },
    ])
    expect(json.nodes.map(({ part }) => part)).toEqual([1, 0])
    const [first, second] = read(json).nodes.map(({ loc }) => loc?.part)
    expect([first, second]).toEqual([inner, outer])
    expect(first!.within).toBe(second)
  })

  test("are printed, on the node's line, only where origins are asked for", () => {
    const graph = read(jsonOf(graphOfParts()))
    expect(printGraph(graph)).toBe(text)
    expect(printGraph(graph, { loc: true })).toContain('exp(%0)  // a.ts:3 layer[0].a\ufffdb\n')
    expect(printGraph(parseGraph(printGraph(graph, { loc: true }), opTable))).toBe(text)
  })

  test('need no line', () => {
    const json = jsonOf(graphOfParts())
    const nodes = json.nodes.map(({ ...node }) => ({ ...node, line: undefined }))
    const graph = read(JSON.parse(JSON.stringify({ ...json, nodes })))
    expect(printGraph(graph, { loc: true })).toContain('sin(%1)  // layer[0]\n')
  })

  test('are missing in files of version 1, which are read', () => {
    const { parts: _, ...json } = jsonOf(parseGraph(text, opTable))
    expect(printGraph(read({ ...json, tendril: 1 }))).toBe(text)
  })

  test('are refused where they are malformed', () => {
    const json = jsonOf(graphOfParts())
    const part = { name: 'a', kind: 'A' }
    const wrong: readonly Record<string, unknown>[] = [
      { parts: [] },
      { parts: [{ ...part, within: 0 }, part] },
      { parts: [{ name: 'a' }, part] },
      { parts: [part, { ...part, name: 7 }] },
      { parts: Array.from({ length: 65 }, (_, i) => ({ ...part, ...(i > 0 && { within: i - 1 }) })) },
    ]
    const messages = wrong.map((change) => {
      try {
        read({ ...json, ...change })
      } catch (error) {
        if (error instanceof FormatError) return error.message
        throw error
      }
      return 'accepted'
    })
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "graph JSON at $.nodes[0].part: expected an integer of [0, -1], not 1.
      graph JSON at $.parts[0].within: expected an integer of [0, -1], not 0.
      graph JSON at $.parts[0]: the field 'kind' is missing.
      graph JSON at $.parts[1].name: expected a text, not 7.
      graph JSON at $.parts[64]: more than 64 parts inside of each other."
    `)
  })
})
