import { readdirSync, readFileSync } from 'node:fs'
import { fromBinary } from '@bufbuild/protobuf'
import { exportOnnx, importOnnx } from '@tendril/onnx'
import { float16Array } from '@tendril/core/adapter'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { TensorProtoSchema } from '../../packages/onnx/src/gen/onnx_pb.ts'
import { hostTensor } from '../../packages/onnx/src/import/stored-tensor.ts'
import { differenceOf, type TestTensor } from './node-tests.ts'
const root = '/tmp/neural/suite/'
const load = (set: string, role: string) => Array.from({ length: readdirSync(set).filter((n) => n.startsWith(role)).length }, (_, i) => hostTensor(fromBinary(TensorProtoSchema, readFileSync(`${set}/${role}_${i}.pb`))) as TestTensor)
const only = new RegExp(process.env.ONLY ?? '.')
it.each(readdirSync(root).filter((n) => only.test(n)))('%s', async (name) => {
  const set = `${root}${name}/test_data_set_0`
  const session = await ort.InferenceSession.create(exportOnnx(importOnnx(readFileSync(`${root}${name}/model.onnx`))), { logSeverityLevel: 4 })
  const inputs = load(set, 'input')
  const feeds = session.inputNames.map((n, i) => { const { dtype, shape, data } = inputs[i]!; return [n, new ort.Tensor(dtype as 'float32', (dtype === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data) as Float32Array, shape)] })
  const r = await session.run(Object.fromEntries(feeds))
  load(set, 'output').forEach((e, i) => {
    const { type, dims, data } = r[session.outputNames[i]!]!
    const h = data as unknown as Uint16Array
    const got = { dtype: type, shape: dims, data: type === 'float16' ? float16Array(h.buffer, h.byteOffset, h.length) : data } as unknown as TestTensor
    const half = e.dtype === 'float16'
    expect(differenceOf(got, e, { rtol: half ? 2e-3 : 1e-4, atol: half ? 1e-3 : 1e-5 }), `output ${i}`).toBeUndefined()
  })
  await session.release()
})
