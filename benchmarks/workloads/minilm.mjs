import * as td from '@tendril/core'
import { SentenceEncoder } from '@tendril/nn'
import { exportOnnx } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { minilm } from '../../scripts/minilm.mjs'

const [batch, tokens] = [8, 32]

/** Token ids and masks of sentences of many lengths. */
export function sentences() {
  const ids = BigInt64Array.from({ length: batch * tokens }, (_, i) => BigInt(1000 + 37 * i))
  const mask = BigInt64Array.from(ids, (_, i) => BigInt(i % tokens < 4 + 4 * Math.floor(i / tokens) ? 1 : 0))
  return {
    title: `MiniLM, ${batch} sentences of ${tokens} tokens`,
    shape: [batch, tokens],
    arrays: [ids, mask],
  }
}

/** A sentence encoder as a Module on onnxruntime, against a session of its exported file; none where its weights are absent. */
export async function minilmCases() {
  const found = await minilm()
  if ('absent' in found) return []
  await td.setBackend('ort')
  const encoder = await SentenceEncoder.fromFolder(found.folder)
  const embed = (inputIds, attentionMask) => encoder({ inputIds, attentionMask })
  const spec = td.spec('int64', ['batch', 'sequence'])
  const graph = td.traceGraph(embed, { args: [spec, spec] })
  const session = await ort.InferenceSession.create(exportOnnx(graph))
  const { title, shape, arrays } = sentences()
  const args = arrays.map((data) => td.reshape(td.array(data), shape))
  const feeds = Object.fromEntries(
    arrays.map((data, i) => [session.inputNames[i], new ort.Tensor('int64', data, shape)]),
  )
  const theirs = () => session.run(feeds)
  return [
    {
      workload: title,
      engine: 'ort',
      peer: 'InferenceSession.run of the exported model',
      ours: () => graph(...args).data(),
      theirs,
      read: async () => [await graph(...args).data(), (await theirs())[session.outputNames[0]].data],
      tolerance: 1e-5,
      sampleMs: 200,
      pauseMs: 100,
    },
  ]
}
