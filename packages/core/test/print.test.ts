import { describe, expect, test } from 'vitest'
import { leaf, list } from '../src/ir/tree-spec.ts'
import { printGraph } from '../src/ir/print.ts'
import { concretize } from '../src/ir/specialize.ts'
import { sha256 } from '../src/ir/sha256.ts'
import { add, astype, multiply, negative, sum } from '../src/ops/index.ts'
import { constant, record } from './support/graphs.ts'

const example = () =>
  record(['float32[2,3]'], ([x], constants) => [sum(add(x!, constants(constant('float32[3]', [1, 2, 3]))))])

describe('printGraph', () => {
  test('prints inputs, constants and nodes in order, parameters complete', () => {
    expect(printGraph(example())).toMatchInlineSnapshot(`
      "graph(%0: float32[2,3])
        const %1: float32[3] = [1, 2, 3]
        %2: float32[2,3] = add(%0, %1)
        %3: float32[] = sum(%2, axis=null, dtype=null, keepdims=false)
        return %3"
    `)
  })

  test('prints the sizes of a call, or their names', () => {
    const graph = record(['float32[n,3]', 'float32[3]'], ([x, y]) => [multiply(add(x!, y!), x!)])
    const sizes = new Map([['n', 5]])
    expect(printGraph(graph, { sizes })).toMatchInlineSnapshot(`
      "graph(%0: float32[5,3], %1: float32[3])
        %2: float32[5,3] = add(%0, %1)
        %3: float32[5,3] = multiply(%2, %0)
        return %3"
    `)
    expect(printGraph(graph, { dims: 'symbolic', sizes })).toMatchInlineSnapshot(`
      "graph(%0: float32[n,3], %1: float32[3])
        %2: float32[n,3] = add(%0, %1)
        %3: float32[n,3] = multiply(%2, %0)
        return %3"
    `)
    expect(printGraph(concretize(graph, sizes))).toBe(printGraph(graph, { sizes }))
  })

  test('prints argument and result trees, static values, slots and state', () => {
    const graph = record(['float32[3]', 'int32[]'], ([x, y], _, [w]) => [add(x!, w!), y, 2.5], {
      args: list([
        {
          kind: 'record',
          keys: ['x', 'a key', '__proto__'],
          items: [leaf, { kind: 'static', value: 3 }, { kind: 'static', value: undefined }],
        },
        { kind: 'container', keys: ['y'], items: [list([leaf])] },
        { kind: 'opaque', value: printGraph },
        { kind: 'static', value: 'text "quoted"' },
      ]),
      result: { kind: 'record', keys: ['out'], items: [leaf] },
      writes: [{ target: 'arg 0', spec: { kind: 'record', keys: ['y', 'z'], items: [leaf, leaf] }, from: 1 }],
      slots: ['float32[3]'],
      draws: 2,
    })
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "graph({x: %0: float32[3], "a key": 3, __proto__: undefined}, Container{y: [%1: int32[]]}, <function printGraph>, "text \\"quoted\\"")
        slot %2: float32[3] = "slot0"
        draws 2
        %3: float32[3] = add(%0, %2)
        state "arg 0" = {y: %1, z: 2.5: float32[]}
        return {out: %3}"
    `)
  })

  test('prints numbers in the shortest form that reads back to the same bits', () => {
    const values = [0.1, -0, NaN, -Infinity, 1e30, 1 / 3]
    const graph = record([], (_, constants) => [
      constants(constant('float32[2,3]', values)),
      constants(constant('float16[2,3]', values)),
      constants(constant('float64[6]', values)),
      constants(constant('int64[2]', [-5n, 2n ** 62n])),
      constants(constant('bool[2]', [0, 1])),
      constants(constant('complex64[1]', [0.1, -0])),
      constants(constant('int8[]', [-7])),
      constants(constant('float32[0,3]', [])),
    ])
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "graph()
        const %0: float32[2,3] = [[0.1, -0, NaN], [-Infinity, 1e+30, 0.33333334]]
        const %1: float16[2,3] = [[0.1, -0, NaN], [-Infinity, Infinity, 0.3333]]
        const %2: float64[6] = [0.1, -0, NaN, -Infinity, 1e+30, 0.3333333333333333]
        const %3: int64[2] = [-5, 4611686018427387904]
        const %4: bool[2] = [false, true]
        const %5: complex64[1] = [0.1-0i]
        const %6: int8[] = -7
        const %7: float32[0,3] = []
        return [%0, %1, %2, %3, %4, %5, %6, %7]"
    `)
  })

  test('prints literals as they were written', () => {
    const graph = record(['float32[2]'], ([x]) => [
      add(add(add(x!, -0), 2n), NaN),
      astype(negative(x!), 'int32'),
    ])
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "graph(%0: float32[2])
        %1: float32[2] = add(%0, -0)
        %2: float32[2] = add(%1, 2n)
        %3: float32[2] = add(%2, NaN)
        %4: float32[2] = negative(%0)
        %5: int32[2] = astype(%4, dtype="int32")
        return [%3, %5]"
    `)
  })

  test('names constants above 16 elements by their hash, which tells types apart', () => {
    const graph = record([], (_, constants) => [
      constants(constant('float32[17]', [1])),
      constants(constant('float32[17,1]', [1])),
      constants(constant('int32[17]', [1])),
    ])
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "graph()
        const %0: float32[17] = #59a7dc380fdb9457622befe6a40a05d8456662b05cd6c970aeec22a2f64971e4
        const %1: float32[17,1] = #4fc679e7b3df3e977c47f5513a18fc800b92f0ee7c62539d6066d3a65eb74442
        const %2: int32[17] = #60e976d32b270b025eb4ab85b9833e274b253211124e17f9a25c91c5c1fc80b3
        return [%0, %1, %2]"
    `)
  })
})

test('sha256 gives the hashes of the standard', () => {
  const hash = (text: string) => sha256(new TextEncoder().encode(text))
  expect(hash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(hash('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  )
  expect(hash('a'.repeat(1000))).toBe('41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3')
})
