import { readdirSync, readFileSync } from 'node:fs'
import { fromBinary } from '@bufbuild/protobuf'
import * as td from '@tendril/core'
import { importOnnx } from '@tendril/onnx'
import { expect, it } from 'vitest'
import { TensorProtoSchema } from '../../packages/onnx/src/gen/onnx_pb.ts'
import { hostTensor } from '../../packages/onnx/src/import/stored-tensor.ts'
import { differenceOf, type TestTensor } from './node-tests.ts'
const root = '/tmp/neural/suite/'
const load = (set: string, role: string) => Array.from({ length: readdirSync(set).filter((n) => n.startsWith(role)).length }, (_, i) => hostTensor(fromBinary(TensorProtoSchema, readFileSync(`${set}/${role}_${i}.pb`))) as TestTensor)
const only = new RegExp(process.env.ONLY ?? '.')
const engine = process.env.ENGINE ?? 'reference'
it.each(readdirSync(root).filter((n) => only.test(n)))('%s', async (name) => {
  await td.loadBackend(engine)
  await td.withBackend('reference', async () => {
  const set = `${root}${name}/test_data_set_0`
  const graph = await importOnnx(readFileSync(`${root}${name}/model.onnx`)).to(engine, { dtypePolicy: 'nearest' })
  const r = graph(...load(set, 'input').map(({ data, dtype, shape }) => td.reshape(td.array(data, { dtype }), shape)))
  const all = (Array.isArray(r) ? r : [r]) as td.NDArray[]
  await Promise.all(all.map((a) => a.ready()))
  load(set, 'output').forEach((e, i) => {
    const a = all[i]!
    const half = e.dtype === 'float16'
    expect(differenceOf({ dtype: a.dtype, shape: [...a.shape], data: a.dataSync() }, e, { rtol: half ? 2e-3 : 1e-4, atol: half ? 1e-3 : 1e-5 }), `output ${i}`).toBeUndefined()
  })
})
})
