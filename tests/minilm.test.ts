import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import { SentenceEncoder } from '@tendril/nn'
import { exportOnnx } from '@tendril/onnx'
import { sharedFolder } from '@tendril/testing'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { minilm } from '../scripts/minilm.mjs'

// A sentence encoder with trained weights, written with layers of nn: as it is, and as a file that onnxruntime runs alone.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

interface Expected {
  readonly input_ids: readonly (readonly number[])[]
  readonly attention_mask: readonly (readonly number[])[]
  readonly last_hidden_state_row0: readonly (readonly number[])[]
  readonly embeddings: readonly (readonly number[])[]
}

type Numbers = readonly (readonly number[])[]

const shared = sharedFolder('models/minilm-l6-v2', new URL('..', import.meta.url))
const found: { readonly folder: string } | { readonly absent: string } =
  shared === undefined ? { absent: '../shared/models is absent' } : await minilm()
const title = `MiniLM gives the stored embeddings${'absent' in found ? ` (skipped, as ${found.absent})` : ''}`

const ints = (rows: Numbers): td.NDArray => td.array(rows as number[][], { dtype: 'int64' })

interface Result {
  readonly data: Tensor['data']
  readonly shape: readonly number[]
}

const ofArray = (got: td.NDArray): Result => ({ data: got.dataSync() as Float32Array, shape: got.shape })

function expectNear({ data, shape }: Result, want: Numbers): void {
  expect(shape).toEqual([want.length, want[0]!.length])
  const values = data as Float32Array
  const worst = want.flat().reduce((most, x, i) => Math.max(most, Math.abs(x - values[i]!)), 0)
  expect(worst).toBeLessThan(1e-5)
}

/** The same tokens in rows of another length. */
const resized = (rows: Numbers, length: number): Numbers =>
  rows.map((row) => Array.from({ length }, (_, i) => row[i] ?? 0))

describe.skipIf('absent' in found)(`${title}`, () => {
  let expected: Expected
  let encoder: SentenceEncoder
  let graph: td.Graph
  let session: InferenceSession

  beforeAll(async () => {
    expected = JSON.parse(readFileSync(new URL('expected.json', shared), 'utf8')) as Expected
    encoder = await SentenceEncoder.fromFolder((found as { readonly folder: string }).folder)
    const spec = td.spec('int64', ['batch', 'sequence'])
    // Named as other exporters of such models name them.
    const embed = ({
      input_ids,
      attention_mask,
    }: Record<'input_ids' | 'attention_mask', td.NDArray>): unknown => ({
      sentence_embedding: encoder({ inputIds: input_ids, attentionMask: attention_mask }),
    })
    graph = td.traceGraph(embed, { args: [{ input_ids: spec, attention_mask: spec } as never] }) as never
    session = await InferenceSession.create(exportOnnx(graph as never))
  })
  afterAll(() => session?.release())

  test('in the exported file, whose batch and sequence are free', async () => {
    expect(session.inputMetadata).toMatchObject(
      ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64', shape: ['batch', 'sequence'] })),
    )
    expect(session.outputMetadata).toMatchObject([
      { name: 'sentence_embedding', type: 'float32', shape: ['batch', 384] },
    ])
    const { input_ids: ids, attention_mask: mask, embeddings } = expected
    for (const [rows, length] of [
      [[0, 1, 2], 10],
      [[1], 10],
      [[2, 0], 9],
      [[0], 9],
      [[0, 1, 2, 1, 0, 2, 2], 64],
      [[1, 2], 512],
    ] as const) {
      const of = (all: Numbers): Tensor => {
        const numbers = resized(
          rows.map((row) => all[row]!),
          length,
        ).flat()
        return new Tensor('int64', BigInt64Array.from(numbers, BigInt), [rows.length, length])
      }
      const results = await session.run({ input_ids: of(ids), attention_mask: of(mask) })
      const { data, dims } = results['sentence_embedding']!
      expectNear(
        { data, shape: dims },
        rows.map((row) => embeddings[row]!),
      )
    }
  })

  test('as a graph on ort, and layer by layer', async () => {
    await td.withBackend('ort', async () => {
      const { input_ids: ids, attention_mask: mask, embeddings } = expected
      const args = { input_ids: ints(ids), attention_mask: ints(mask) }
      const moved = (await graph.to('ort')) as unknown as (inputs: typeof args) => {
        sentence_embedding: td.NDArray
      }
      expectNear(ofArray(moved(args).sentence_embedding), embeddings)
      expectNear(
        ofArray(encoder({ inputIds: args.input_ids, attentionMask: args.attention_mask })),
        embeddings,
      )
      const { lastHiddenState } = encoder.bert({
        inputIds: args.input_ids,
        attentionMask: args.attention_mask,
      })
      expectNear(ofArray(td.slice(lastHiddenState.at(0), [0], [9])), expected.last_hidden_state_row0)
    })
  })

  test('of one sentence on numjs, called as it is', async () => {
    await td.withBackend('numjs', async () => {
      const encode = await SentenceEncoder.fromFolder((found as { readonly folder: string }).folder)
      const embedding = encode({ inputIds: ints(expected.input_ids.slice(1, 2)) })
      expectNear(ofArray(embedding), expected.embeddings.slice(1, 2))
    })
  })
})
