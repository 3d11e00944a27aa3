import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../src/errors.ts'
import { fromJson, toJson } from '../src/ir/json.ts'
import { parseGraph } from '../src/ir/parse.ts'
import { printGraph } from '../src/ir/print.ts'
import { decodeSafetensors, encodeSafetensors } from '../src/ir/safetensors.ts'
import { loadForm, type LoadOptions, saveForm } from '../src/ir/save-form.ts'
import { add, multiply, sum } from '../src/ops/index.ts'
import { constant, record } from './support/graphs.ts'
import { opTable } from '../src/graph/op-table.ts'

const text = `graph({x: %0: float32[n,3], k: -0, __proto__: undefined, "1": NaN}, Container{w: [%1: int32[]]}, <function f>, 5n)
  const %2: float32[3] = [1, 2.5, -0]
  slot %3: float32[3] = "w"
  draws 3
  %4: float32[n,3] = add(%0, %2)
  %5: float32[n,3] = multiply(%4, -0)
  %6: float32[n,3] = clip(%5, _, %3)
  %7: float32[3] = sum(%6, axis=[0], dtype=null, keepdims=false)
  %8: float32[2] = random.uniform(low=0, high=1, shape=[2], dtype="float32", key={draw: 1})
  %9: float32[2] = random.uniform(low=0, high=1, shape=[2], dtype="float32", key={hi: 0, lo: 7})
  state "arg 0" = {x: %7, n: 2: float32[]}
  return {out: %8, rest: [%9, "a"]}`

const example = () => parseGraph(text, opTable)
const load: LoadOptions = {
  makeConstant: (type, data) => ({ type, host: () => data }),
  makeSlot: (label, _type, saved) => ({ label, read: () => saved }),
}
const reload = (json: unknown) =>
  fromJson(json, opTable, {
    constant: (_, type) => ({ type, host: () => new Float32Array([1, 2.5, -0]) }),
    slot: (label) => ({ label, read: () => undefined }),
  })
const refused = (json: unknown): string => {
  try {
    reload(json)
  } catch (error) {
    if (error instanceof FormatError) return error.message
    throw error
  }
  return 'accepted'
}

type Path = readonly (string | number)[]

/** The data with one value replaced, or removed where `value` is undefined. */
function edited(json: unknown, path: Path, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(json))
  const holder = path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], copy)
  if (value === undefined) delete (holder as Record<string, unknown>)[path.at(-1)!]
  else (holder as Record<string, unknown>)[path.at(-1)!] = value
  return copy
}

describe('graphs as JSON', () => {
  test('come back as they were', () => {
    const json: unknown = JSON.parse(JSON.stringify(toJson(example())))
    expect(printGraph(reload(json), { dims: 'symbolic' })).toBe(text)
  })

  test('have a schema with a version', () => {
    const graph = record(['float32[n]'], ([x], constants) => [
      sum(add(multiply(x!, -0), constants(constant('int64[1]', [5n])))),
    ])
    expect(JSON.stringify(toJson(graph), null, 1)).toMatchInlineSnapshot(`
      "{
       "tendril": 2,
       "args": [
        "array"
       ],
       "inputs": [
        "float32[n]"
       ],
       "constants": [
        "int64[1]"
       ],
       "slots": [],
       "nodes": [
        {
         "op": "multiply",
         "inputs": [
          0,
          {
           "value": {
            "number": "-0"
           }
          }
         ],
         "params": {},
         "outs": [
          "float32[n]"
         ]
        },
        {
         "op": "add",
         "inputs": [
          2,
          1
         ],
         "params": {},
         "outs": [
          "float32[n]"
         ]
        },
        {
         "op": "sum",
         "inputs": [
          3
         ],
         "params": {
          "axis": null,
          "dtype": null,
          "keepdims": false
         },
         "outs": [
          "float32[]"
         ]
        }
       ],
       "outputs": [
        4
       ],
       "result": "array",
       "writes": [],
       "draws": 0,
       "parts": []
      }"
    `)
  })

  test('come back with their arrays through a safetensors file', () => {
    const arrays = [
      constant('float32[2,3]', [0.1, -0, NaN, Infinity, 1e-40, 7]),
      constant('float16[3]', [0.1, -0, NaN]),
      constant('int64[2]', [-(2n ** 63n), 5n]),
      constant('uint64[1]', [2n ** 64n - 1n]),
      constant('bool[2]', [1, 0]),
      constant('complex64[2]', [1, -0, NaN, 2]),
      constant('float64[]', [1 / 3]),
      constant('float32[0,3]', []),
    ]
    const graph = record(['float32[3]'], ([x], constants, [w]) => [...arrays.map(constants), add(x!, w!)], {
      slots: ['float32[3]'],
    })
    const form = saveForm(graph, { slotValue: () => constant('float32[3]', [1, 2, 3]) })
    const { tensors } = decodeSafetensors(encodeSafetensors(form.constants))
    const loaded = loadForm(form.json, tensors, opTable, load)
    expect(printGraph(loaded)).toBe(printGraph(graph))
    loaded.constants.forEach(({ array }, i) => {
      expect(new Uint8Array(array.host().buffer as ArrayBuffer)).toEqual(
        new Uint8Array(arrays[i]!.host().buffer as ArrayBuffer),
      )
    })
    expect((loaded.slots[0]!.source.read() as { host(): unknown }).host()).toEqual(
      new Float32Array([1, 2, 3]),
    )
  })

  test('are refused with the path to what is wrong', () => {
    const deep = Array.from({ length: 300 }).reduce<unknown[]>((inner) => [inner], [])
    const edits: readonly [Path, unknown][] = [
      [['tendril'], 3],
      [['nodes'], undefined],
      [['extra'], 1],
      [['inputs', 0], 'float33[2]'],
      [['inputs', 0], 'float32[2] and more'],
      [['inputs', 0], 7],
      [['nodes', 0, 'op'], 'constructor'],
      [['nodes', 0, 'inputs', 1], 99],
      [['nodes', 0, 'inputs', 1], 1.5],
      [['nodes', 0, 'inputs'], [0]],
      [['nodes', 0, 'outs', 0], 'float32[n,4]'],
      [
        ['nodes', 0, 'outs'],
        ['float32[n,3]', 'float32[n,3]'],
      ],
      [['nodes', 1, 'inputs', 1, 'value'], { number: '0x1' }],
      [['nodes', 3, 'params', 'axis'], [2]],
      [['nodes', 3, 'params', 'axis'], 'all'],
      [['nodes', 3, 'params', 'axis'], undefined],
      [['nodes', 3, 'params', 'constructor'], 1],
      [['nodes', 4, 'params', 'key'], { draw: 1, more: 2 }],
      [['nodes', 0, 'line'], '/home/me/model.ts:1'],
      [['args'], 'array'],
      [['args', 0, 'record', 1, 0], 'x'],
      [['args', 0, 'record', 1, 2], 1],
      [['result'], { list: [] }],
      [['outputs'], [0, 0, 0]],
      [['writes', 0, 'from'], -1],
      [['draws'], 1e300],
      [['result'], deep],
    ]
    const messages = edits.map(([path, value]) => refused(edited(toJson(example()), path, value)))
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "graph JSON at $.tendril: this library reads versions 1 and 2, not 3.
      graph JSON at $: the field 'nodes' is missing.
      graph JSON at $.extra: there is no such field.
      graph JSON at $.inputs[0]: there is no dtype "float33".
      graph JSON at $.inputs[0]: it goes on after its sizes.
      graph JSON at $.inputs[0]: expected a text, not 7.
      graph JSON at $.nodes[0].op: there is no such op.
      graph JSON at $.nodes[0].inputs[1]: expected an integer of [0, 3], not 99.
      graph JSON at $.nodes[0].inputs[1]: expected an integer of [0, 3], not 1.5.
      graph JSON at $.nodes[0].inputs: it has 1 operands, not 2.
      graph JSON at $.nodes[0]: its result is float32[n,3], not float32[n,4].
      graph JSON at $.nodes[0]: it gives 1 results, not 2.
      graph JSON at $.nodes[1].inputs[1].value.number: expected -0, NaN, Infinity or -Infinity.
      graph JSON at $.nodes[3].params.axis: it has to lie in [-2, 1].
      graph JSON at $.nodes[3].params.axis: it takes an integer or an array of integers or null.
      graph JSON at $.nodes[3].params: the parameter 'axis' is missing.
      graph JSON at $.nodes[3].params.constructor: sum has no such parameter.
      graph JSON at $.nodes[4].params.key.more: there is no such field.
      graph JSON at $.nodes[0].line: expected file:line.
      graph JSON at $: its arguments hold 1 arrays, but it has 2 inputs.
      graph JSON at $.args[0].record[1][0]: the key is there twice.
      graph JSON at $.args[0].record[1]: expected a key and a tree.
      graph JSON at $.result.list: there is no such field.
      graph JSON at $: its results hold 4 arrays, but it has 3 outputs.
      graph JSON at $.writes[0].from: expected an integer of [0, 4], not -1.
      graph JSON at $.draws: expected an integer of [0, 9007199254740991], not 1e+300.
      graph JSON at $.result[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: more than 256 levels."
    `)
    expect([null, 5, 'text', [], {}].map(refused).join('\n')).toMatchInlineSnapshot(`
      "graph JSON at $: expected a record, not null.
      graph JSON at $: expected a record, not 5.
      graph JSON at $: expected a record, not "text".
      graph JSON at $: expected a record, not [].
      graph JSON at $: the field 'tendril' is missing."
    `)
  })

  test('are refused when their tensors do not fit', () => {
    const { json, constants } = saveForm(record([], (_, make) => [make(constant('float32[2]', [1, 2]))]))
    const loadWith = (tensors: object): string => {
      try {
        loadForm(json, new Map(Object.entries(tensors)), opTable, load)
      } catch (error) {
        if (error instanceof FormatError) return error.message
        throw error
      }
      return 'accepted'
    }
    expect(loadWith(constants)).toBe('accepted')
    const c0 = constants['c0']!
    const wrong = [
      {},
      { c0: { ...c0, dtype: 'I32' } },
      { c0: { ...c0, shape: [2, 1] } },
      { c0: { ...c0, bytes: new Uint8Array(4) } },
    ]
    expect(wrong.map(loadWith).join('\n')).toMatchInlineSnapshot(`
      "saved graph at tensor 'c0': it is missing, the graph has a constant float32[2].
      saved graph at tensor 'c0': it is I32 [2], the graph needs F32 [2].
      saved graph at tensor 'c0': it is F32 [2,1], the graph needs F32 [2].
      saved graph at tensor 'c0': it has 4 bytes, float32[2] has 8."
    `)
    expect(() => loadForm('{', new Map(), opTable, load)).toThrow(/^graph JSON: /)
  })

  test('are read or refused whatever one value is replaced by', () => {
    const original: unknown = JSON.parse(JSON.stringify(toJson(example())))
    const paths: Path[] = []
    const visit = (value: unknown, path: Path): void => {
      if (path.length > 0) paths.push(path)
      if (typeof value !== 'object' || value === null) return
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
    }
    visit(original, [])
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        expect(refused(edited(original, path, value))).toMatch(/^(accepted$|graph JSON at \$)/)
      }),
      { numRuns: 2000 },
    )
  })
})

test('sizes that a graph took for granted are given with it', () => {
  const taken = parseGraph(
    `graph(%0: float32[n], %1: float32[m], %2: float32[3,1])
      %3: float32[n] = add(%0, %1)
      return %3`,
    opTable,
  )
  const changed = saveForm(taken).json.replace('"float32[n]"]', '"float32[m]"]')
  const sizes = (n: number, m: number) =>
    new Map([
      ['n', n],
      ['m', m],
    ])
  expect(
    printGraph(loadForm(changed, new Map(), opTable, { ...load, sizes: sizes(1, 3) }), { dims: 'symbolic' }),
  ).toContain('%3: float32[m]')
  expect(() => loadForm(changed, new Map(), opTable, { ...load, sizes: sizes(2, 3) })).toThrow(
    'graph JSON at $.nodes[0]: shapes [n] and [m] do not fit',
  )
})
