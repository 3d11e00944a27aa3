import { type ConcreteType, type ConstantArray, tensorType } from '@tendril/core/adapter'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attr, type Attributes } from '../src/attributes.ts'
import { buildModel, onnxText, RuntimeEmitter } from '../src/index.ts'

const matrix = (rows: number, columns: number): ConcreteType =>
  tensorType('float32', [rows, columns]) as ConcreteType

/** The key of a program of one node. */
function keyOf(attributes: Attributes): string {
  const emitter = new RuntimeEmitter()
  const x = emitter.input(matrix(2, 3))
  return emitter.finish([emitter.node('LeakyRelu', [x], x, attributes)], [matrix(2, 3)]).key
}

describe('the key of a program', () => {
  test('differs where attributes do, and only there', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.array(fc.integer()),
      fc.float().map((x) => attr.float(x)),
      fc.array(fc.float()).map((list) => attr.floats(list)),
      fc.string().map((text) => attr.string(text)),
    )
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [left, right] = [a, b].map((alpha) => buildModel(program({ alpha })))
        expect(keyOf({ alpha: a }) === keyOf({ alpha: b })).toBe(String(left) === String(right))
      }),
    )
  })

  test('does not hold sizes and numbers, which are inputs of the model', () => {
    const spelled = (rows: number, number: number): { key: string; sizes: readonly number[] } => {
      const emitter = new RuntimeEmitter()
      const x = emitter.input(matrix(rows, 2))
      const moved = emitter.node('Add', [x, emitter.literal(number, 'float32')], x)
      const flat = emitter.node('Reshape', [moved, emitter.sizes([2 * rows])], { dtype: 'float32', rank: 1 })
      return emitter.finish([flat], [tensorType('float32', [2 * rows]) as ConcreteType])
    }
    expect(spelled(7, 2).key).toBe(spelled(0, -0).key)
    expect(spelled(7, 2).sizes).toEqual([14])
  })

  test('holds small arrays by their elements and large ones by their identity', () => {
    const captured = (data: Float32Array): ConstantArray => ({
      type: tensorType('float32', [data.length]),
      host: () => data,
    })
    const key = (array: ConstantArray): string => {
      const emitter = new RuntimeEmitter()
      return emitter.finish([emitter.constant(array)], [array.type as ConcreteType]).key
    }
    expect(key(captured(Float32Array.of(1, -0)))).toBe(key(captured(Float32Array.of(1, -0))))
    expect(key(captured(Float32Array.of(1, -0)))).not.toBe(key(captured(Float32Array.of(1, 0))))
    const large = captured(new Float32Array(100))
    expect(key(large)).toBe(key(large))
    expect(key(large)).not.toBe(key(captured(new Float32Array(100))))
  })
})

/** A program of one node. */
function program(attributes: Attributes): ReturnType<ReturnType<RuntimeEmitter['finish']>['artifact']> {
  const emitter = new RuntimeEmitter()
  const x = emitter.input(matrix(2, 3))
  return emitter.finish([emitter.node('LeakyRelu', [x], x, attributes)], [matrix(2, 3)]).artifact()
}

test('several numbers and sizes come in one input each, and the same node twice is one', () => {
  const emitter = new RuntimeEmitter()
  const x = emitter.input(matrix(2, 3))
  const [a, b] = [emitter.literal(1, 'float32'), emitter.literal(2, 'float32')]
  const sum = emitter.node('Add', [emitter.node('Add', [x, a], x), b], x)
  const again = emitter.node('Add', [emitter.node('Add', [x, a], x), b], x)
  const flat = emitter.node('Reshape', [sum, emitter.sizes([3, 2])], x)
  const wide = emitter.node('Expand', [flat, emitter.sizes([4, 3, 2])], { dtype: 'float32', rank: 3 })
  const { artifact } = emitter.finish(
    [again, wide],
    [matrix(2, 3), tensorType('float32', [4, 3, 2]) as ConcreteType],
  )
  expect(onnxText(buildModel(artifact()))).toMatchInlineSnapshot(`
    "<ir_version: 13, opset_import: ["" : 26]>
    graph (float[i0d0,i0d1] i0, int64[5] sizes, float[2] literals_float32) => (float[?,?] v1, float[?,?,?] v3)
    <
      int64[2] sizes_lengths = {2, 3},
      int64[2] literals_float32_lengths = {1, 1}
    >
    {
      s0, s1 = Split <axis: int = 0> (sizes, sizes_lengths)
      l0x, l1x = Split <axis: int = 0> (literals_float32, literals_float32_lengths)
      v0 = Add (i0, l0x)
      v1 = Add (v0, l1x)
      v2 = Reshape (v1, s0)
      v3 = Expand (v2, s1)
    }
    "
  `)
})
