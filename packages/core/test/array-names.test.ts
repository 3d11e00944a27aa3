import { expect, test } from 'vitest'
import { FormatError } from '../src/errors.ts'
import { opTable } from '../src/graph/op-table.ts'
import { nameArray, nameOfArray } from '../src/ir/array-names.ts'
import { makeGraph } from '../src/ir/graph.ts'
import { fromJson, toJson } from '../src/ir/json.ts'
import { parseGraph } from '../src/ir/parse.ts'
import { type Part, partPath } from '../src/ir/part.ts'
import { printGraph } from '../src/ir/print.ts'

const text =
  'graph(%0: float32[1])\n  const %1: float32[1] = [3]\n  %2: float32[1] = add(%0, %1)\n  return %2'

const part = (name: string, kind: string, within?: Part): Part => ({ name, kind, within })

test('a name is that of one array, and no print shows it', () => {
  const graph = parseGraph(text, opTable)
  const { array } = graph.constants[0]!
  nameArray(array, 'first')
  nameArray(array, 'second')
  expect(nameOfArray(array)).toBe('first')
  expect(nameOfArray({ ...array })).toBeUndefined()
  expect(printGraph(graph)).toBe(text)
})

test('names of constants and of what slots read are in the JSON of a graph', () => {
  const plain = parseGraph(text.replace('const %1: float32[1] = [3]', 'slot %1: float32[1] = "w"'), opTable)
  const slots = plain.slots.map(({ out, source }) => ({ out, source: { ...source, path: 'layer.0.w' } }))
  const { constants } = parseGraph(text, opTable)
  nameArray(constants[0]!.array, 'scale')
  const json = JSON.parse(JSON.stringify(toJson(makeGraph({ ...plain, slots, constants })))) as object
  const read = (given: object) =>
    fromJson(given, opTable, {
      constant: () => ({ ...constants[0]!.array }),
      slot: (label) => ({ label, read: () => undefined }),
    })
  const graph = read(json)
  expect(graph.slots.map(({ source: { label, path } }) => [label, path])).toEqual([['w', 'layer.0.w']])
  expect(graph.constants.map(({ array }) => nameOfArray(array))).toEqual(['scale'])
  expect(() => read({ ...json, names: { 1: 'more' } })).toThrow(FormatError)
  expect(() => read({ ...json, names: { 0: 1 } })).toThrow(FormatError)
})

test('parts are called as keys of weights are', () => {
  const net = part('Net', 'Net')
  const inner = part('["a b"]', 'Linear', part('layer[0] (2)', 'Block', net))
  const encoder = part('encoder', 'Encoder')
  expect([undefined, net, inner, encoder].map(partPath)).toEqual(['', '', 'layer.0.a b', 'encoder'])
})
