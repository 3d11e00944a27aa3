import type { NDArray } from '@tendril/core'
import * as td from '@tendril/core'
import { exportOnnx, importOnnx, ModelBuilder, type OnnxDType } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { differenceOf, type TestTensor } from './node-tests.ts'

/** An input of a model: its dtype, its sizes, its elements. */
export type Given = readonly [dtype: OnnxDType, shape: readonly number[], data: readonly number[]]

/** A node, or several, on inputs that are given. */
export interface Case {
  readonly name: string
  readonly inputs: readonly Given[]
  /** Adds the nodes and gives the names of the results and their dtypes. */
  readonly build: (
    model: ModelBuilder,
    inputs: readonly string[],
  ) => readonly (readonly [string, OnnxDType])[]
  readonly opset?: number
  readonly domains?: Readonly<Record<string, number>>
  readonly rtol?: number
  readonly atol?: number
  /** Sizes that the model leaves open, by input. */
  readonly open?: readonly (readonly (number | string)[])[]
}

const hostOf = (array: NDArray): TestTensor => ({
  dtype: array.dtype,
  shape: [...array.shape],
  data: array.dataSync(),
})

const arrayOf = ([dtype, shape, data]: Given): NDArray =>
  td.reshape(td.array(dtype === 'int64' ? data.map(BigInt) : [...data], { dtype }), shape)

export function modelOf({ inputs, build, opset = 21, domains = {}, open }: Case): Uint8Array {
  const model = new ModelBuilder({ opsets: { '': opset, ...domains }, irVersion: 10 })
  const names = inputs.map(([dtype, shape], i) => model.input(dtype, open?.[i] ?? shape, `x${i}`))
  for (const [name, dtype] of build(model, names)) model.output(name, dtype, null)
  return model.build()
}

/** What onnxruntime computes with a model. */
export async function ranByOrt(bytes: Uint8Array, inputs: readonly Given[]): Promise<readonly TestTensor[]> {
  const session = await ort.InferenceSession.create(bytes)
  const feeds = session.inputNames.map((name, i) => {
    const { dtype, shape, data } = hostOf(arrayOf(inputs[i]!))
    return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, [...shape])] as const
  })
  const results = await session.run(Object.fromEntries(feeds))
  const outputs = session.outputNames.map((name) => {
    const { type, dims, data } = results[name]!
    return { dtype: type, shape: dims, data } as unknown as TestTensor
  })
  await session.release()
  return outputs
}

/** Runs a case here and by onnxruntime; the first difference, undefined where there is none. */
export async function judged(test: Case, engine = 'reference'): Promise<string | undefined> {
  const bytes = modelOf(test)
  const expected = await ranByOrt(bytes, test.inputs)
  const { dtypes } = await td.loadBackend(engine)
  const graph = await importOnnx(bytes).to(engine, { dtypePolicy: 'nearest' })
  const result = graph(...test.inputs.map(arrayOf))
  const results = (Array.isArray(result) ? result : [result]) as NDArray[]
  await Promise.all(results.map((array) => array.ready()))
  for (const [i, want] of expected.entries()) {
    const { rtol = 1e-5, atol = 1e-6 } = test
    const got = hostOf(results[i]!)
    // An engine without a dtype gives the nearest that it has.
    const likened = dtypes.includes(want.dtype) ? want : { ...want, dtype: got.dtype }
    const difference = differenceOf(got, likened, { rtol, atol })
    if (difference !== undefined) return `output ${i}: ${difference}`
  }
  return undefined
}

/** Runs a case, and what it is imported and exported as, by onnxruntime; the first difference, undefined where there is none. */
export async function exported(test: Case): Promise<string | undefined> {
  const bytes = modelOf(test)
  const wanted = await ranByOrt(bytes, test.inputs)
  const got = await ranByOrt(exportOnnx(importOnnx(bytes)), test.inputs)
  const { rtol = 1e-5, atol = 1e-6 } = test
  const differences = wanted.map((want, i) => differenceOf(got[i]!, want, { rtol, atol }))
  return differences.find((difference) => difference !== undefined)
}
