import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { encodeValues } from '../../src/dtypes.ts'
import { importOnnx } from '../../src/import/import-onnx.ts'
import { ModelBuilder } from '../../src/model-builder.ts'

// What onnxruntime's optimizer makes of layers, with the sizes of their batches and sequences open.

const domain = 'com.microsoft'
const wave = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.round(Math.sin(i * step + 1) * 64) / 64)

class Layers extends ModelBuilder {
  constructor() {
    super({ opsets: { '': 21, [domain]: 1 }, irVersion: 10 })
  }

  weights(step: number, ...shape: readonly number[]): string {
    const count = shape.reduce((a, b) => a * b, 1)
    return this.initializer('float32', shape, encodeValues('float32', wave(count, step)))
  }

  bytes(...shape: readonly number[]): string {
    const count = shape.reduce((a, b) => a * b, 1)
    return this.initializer(
      'int8',
      shape,
      Uint8Array.from({ length: count }, (_, i) => (i * 97 + 31) % 256),
    )
  }

  fused(op: string, inputs: readonly string[], attributes = {}): string {
    return this.node(op, inputs, { domain, attributes })
  }

  /** What follows attention in each layer. */
  rest(attended: string, before: string): string {
    const epsilon = attr.float(1e-5)
    const sum = this.fused(
      'SkipLayerNormalization',
      [attended, before, this.weights(0.2, 16), this.weights(0.3, 16), this.weights(0.4, 16)],
      { epsilon },
    )
    const wide = this.fused('BiasGelu', [
      this.node('MatMul', [sum, this.weights(0.5, 16, 32)]),
      this.weights(0.6, 32),
    ])
    const narrow = this.node('MatMul', [wide, this.weights(0.7, 32, 16)])
    return this.fused('SkipLayerNormalization', [narrow, sum, this.weights(0.8, 16), this.weights(0.9, 16)], {
      epsilon,
    })
  }
}

interface Named {
  readonly words: string
  readonly segments: string
  readonly mask: string
}

/** The layer of an encoder as it is optimized, and as it is optimized and quantized. */
const layers: Readonly<Record<string, (model: Layers, inputs: Named) => string>> = {
  'fused attention, lengths of items': (model, inputs) => {
    const { embedded, lengths } = embeddedBy(model, inputs)
    const attended = model.fused(
      'Attention',
      [embedded, model.weights(0.35, 16, 48), model.weights(0.45, 48), lengths],
      {
        num_heads: 2,
      },
    )
    return model.rest(attended, embedded)
  },
  'attention of several heads, a mask': (model, inputs) => {
    const { embedded } = embeddedBy(model, inputs)
    const projections = [0.15, 0.25, 0.35].map((step) =>
      model.node('MatMul', [embedded, model.weights(step, 16, 16)]),
    )
    const bias = model.weights(0.45, 48)
    const attended = model.fused('MultiHeadAttention', [...projections, bias, inputs.mask], { num_heads: 2 })
    return model.rest(attended, embedded)
  },
  'quantized attention': (model, inputs) => {
    const { embedded, lengths } = embeddedBy(model, inputs)
    const [integers, scale, zero] = model.nodeOf('DynamicQuantizeLinear', [embedded], 3)
    const weightScale = model.initializer('float32', [], encodeValues('float32', [0.01]))
    const attended = model.fused(
      'QAttention',
      [integers, model.bytes(16, 48), model.weights(0.45, 48), scale, weightScale, lengths, zero],
      { num_heads: 2 },
    )
    const product = model.fused('DynamicQuantizeMatMul', [attended, model.bytes(16, 16), weightScale])
    return model.rest(product, embedded)
  },
}

function embeddedBy(model: Layers, { words, segments, mask }: Named) {
  const tables = [model.weights(0.11, 9, 16), model.weights(0.12, 12, 16), model.weights(0.13, 2, 16)]
  const [embedded, lengths] = model.nodeOf(
    'EmbedLayerNormalization',
    [words, segments, ...tables, model.weights(0.14, 16), model.weights(0.16, 16), mask],
    2,
    { domain, attributes: { epsilon: attr.float(1e-5) } },
  )
  return { embedded, lengths }
}

it.each(Object.entries(layers))('%s', async (_, build) => {
  const model = new Layers()
  const [words, segments, mask] = ['words', 'segments', 'mask'].map((name) =>
    model.input('int32', ['batch', 'sequence'], name),
  ) as [string, string, string]
  model.output(build(model, { words, segments, mask }), 'float32', null)
  const file = model.build()
  const session = await ort.InferenceSession.create(file)
  const graph = importOnnx(file)
  const before = String(graph)
  for (const lengths of [[4], [5, 3], [1, 2, 2]]) {
    const shape = [lengths.length, Math.max(...lengths)] as const
    const count = shape[0] * shape[1]
    const inputs = [
      Array.from({ length: count }, (_one, i) => (i * 5 + 2) % 9),
      Array.from({ length: count }, (_one, i) => i % 2),
      lengths.flatMap((length) => Array.from({ length: shape[1] }, (_one, i) => Number(i < length))),
    ]
    const feeds = ['words', 'segments', 'mask'].map((name, i) => [
      name,
      new ort.Tensor('int32', Int32Array.from(inputs[i]!), [...shape]),
    ])
    const { dims, data } = (await session.run(Object.fromEntries(feeds)))[session.outputNames[0]!]!
    const got = graph(
      ...inputs.map((values) => td.reshape(td.array(values, { dtype: 'int32' }), [...shape])),
    ) as NDArray
    expect(got.shape).toEqual([...dims])
    const differences = Array.from(got.dataSync() as Float32Array, (value, i) =>
      Math.abs(Number(value) - Number(data[i])),
    )
    expect(Math.max(...differences)).toBeLessThan(1e-4)
  }
  await session.release()
  expect(String(graph)).toBe(before)
  expect(before).toContain('sequence')
})
