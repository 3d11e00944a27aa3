import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { encodeValues } from '../../src/dtypes.ts'
import { importOnnx } from '../../src/import/import-onnx.ts'
import { ModelBuilder } from '../../src/model-builder.ts'

const numbers = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.round(Math.sin(i * step) * 64) / 64)

/** A layer of a language model as optimizers write it: its lengths follow from the mask. */
function layer(): Uint8Array {
  const model = new ModelBuilder({ opsets: { '': 21, 'com.microsoft': 1 }, irVersion: 10 })
  const x = model.input('float32', ['batch', 'sequence', 32], 'x')
  const mask = model.input('int64', ['batch', 'total'], 'mask')
  const pasts = ['key', 'value'].map((name) => model.input('float32', ['batch', 2, 'past', 16], name))
  const stored = (dtype: 'float32' | 'uint8', shape: readonly number[], step: number): string => {
    const count = shape.reduce((a, b) => a * b, 1)
    const values = numbers(count, step).map((value) =>
      dtype === 'uint8' ? Math.round(128 + value * 100) : value,
    )
    return model.initializer(dtype, shape, encodeValues(dtype, values))
  }
  const domain = 'com.microsoft'
  const project = (from: string, rows: number, columns: number): string =>
    model.node(
      'MatMulNBits',
      [from, stored('uint8', [rows, columns / 16, 8], rows), stored('float32', [rows, columns / 16], 0.01)],
      {
        domain,
        attributes: { K: columns, N: rows, bits: 4, block_size: 16 },
      },
    )
  const counts = model.node('ReduceSum', [mask, model.ints([1])], { attributes: { keepdims: 0 } })
  const lengths = model.node('Cast', [model.node('Sub', [counts, model.scalar('int64', 1)])], {
    attributes: { to: 6 },
  })
  const size = model.node('Gather', [model.node('Shape', [mask]), model.scalar('int64', 1)], {
    attributes: { axis: 0 },
  })
  const total = model.node('Cast', [size], { attributes: { to: 6 } })
  const angles = [0.3, 0.7].map((step) => stored('float32', [32, 8], step))
  const normal = model.node('SimplifiedLayerNormalization', [x, stored('float32', [32], 0.2)], {
    attributes: { axis: -1 },
  })
  const own = [project(normal, 64, 32), project(normal, 32, 32), project(normal, 32, 32)]
  const [y, ...presents] = model.nodeOf(
    'GroupQueryAttention',
    [...own, ...pasts, lengths, total, ...angles],
    3,
    {
      domain,
      attributes: { num_heads: 4, kv_num_heads: 2, do_rotary: 1 },
    },
  )
  const [result, , , sum] = model.nodeOf(
    'SkipSimplifiedLayerNormalization',
    [project(y, 32, 64), x, stored('float32', [32], 0.4)],
    4,
    { domain },
  )
  for (const name of [result, sum, ...presents]) model.output(name!, 'float32', null)
  return model.build()
}

it('a layer of a language model is traced once for all lengths', async () => {
  const file = layer()
  const session = await ort.InferenceSession.create(file)
  const graph = importOnnx(file)
  const before = String(graph)
  // A prompt, a token, another token, a prompt of several items whose ends are padding, a token of each.
  const calls = [
    { batch: 1, sequence: 4, past: 0, lengths: [4] },
    { batch: 1, sequence: 1, past: 4, lengths: [5] },
    { batch: 2, sequence: 3, past: 0, lengths: [3, 2] },
    { batch: 2, sequence: 1, past: 3, lengths: [4, 3] },
    { batch: 1, sequence: 3, past: 2, lengths: [5] },
  ]
  for (const { batch, sequence, past, lengths } of calls) {
    const total = sequence + past
    const x = numbers(batch * sequence * 32, 1.3)
    const mask = lengths.flatMap((length) =>
      Array.from({ length: total }, (_, i) => BigInt(Number(i < length))),
    )
    const pasts = [2.1, 3.7].map((step) => numbers(batch * 2 * past * 16, step))
    const shape = [batch, 2, past, 16]
    const wanted = await session.run({
      x: new ort.Tensor('float32', Float32Array.from(x), [batch, sequence, 32]),
      mask: new ort.Tensor('int64', BigInt64Array.from(mask), [batch, total]),
      key: new ort.Tensor('float32', Float32Array.from(pasts[0]!), shape),
      value: new ort.Tensor('float32', Float32Array.from(pasts[1]!), shape),
    })
    const got = graph(
      td.reshape(td.array(x, { dtype: 'float32' }), [batch, sequence, 32]),
      td.reshape(td.array(mask, { dtype: 'int64' }), [batch, total]),
      ...pasts.map((values) => td.reshape(td.array(values, { dtype: 'float32' }), shape)),
    ) as NDArray[]
    session.outputNames.forEach((name, i) => {
      const { dims, data } = wanted[name]!
      expect(got[i]!.shape).toEqual([...dims])
      const differences = Array.from(got[i]!.dataSync() as Float32Array, (value, at) =>
        Math.abs(Number(value) - Number(data[at])),
      )
      expect(Math.max(...differences)).toBeLessThan(1e-4)
    })
  }
  expect(String(graph)).toBe(before)
  expect(before).toContain('total')
})
