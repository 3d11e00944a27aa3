import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fromBinary } from '@bufbuild/protobuf'
import type { DType } from '@tendril/core'
import type { TypedArray } from '@tendril/core/adapter'
import { sharedFolder } from '@tendril/testing'
import { TensorProtoSchema } from '../../packages/onnx/src/gen/onnx_pb.ts'
import { hostTensor } from '../../packages/onnx/src/import/stored-tensor.ts'

/** A tensor of a test, by its file. */
export interface TestTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: TypedArray
}

/** A test of ONNX' own: a model, and what it gives for some inputs. */
export interface NodeTest {
  readonly name: string
  readonly ops: readonly string[]
  readonly rtol: number
  readonly atol: number
  /** Dtypes of inputs and outputs. */
  readonly dtypes: readonly DType[]
  model(): Uint8Array
  sets(): readonly { readonly inputs: readonly TestTensor[]; readonly outputs: readonly TestTensor[] }[]
}

interface Listed {
  readonly name: string
  readonly kind: string
  readonly ops: readonly string[]
  readonly inputs: readonly { readonly dtype: string }[]
  readonly outputs: readonly { readonly dtype: string }[]
  readonly rtol: number
  readonly atol: number
}

/** The folder of the tests; undefined where the shared data is absent. */
export const nodeTestFolder = sharedFolder('conformance/onnx-node', new URL('../..', import.meta.url))

const dtypeOfName: Readonly<Record<string, DType>> = { float: 'float32', double: 'float64' }

/** The tests that are one folder with its data each; whole networks are tested apart. */
export function nodeTests(): readonly NodeTest[] {
  const listed = JSON.parse(
    readFileSync(new URL('manifest.json', nodeTestFolder), 'utf8'),
  ) as readonly Listed[]
  return listed
    .filter(({ kind }) => kind !== 'light')
    .map(({ name, kind, ops, inputs, outputs, rtol, atol }): NodeTest => {
      const folder = fileURLToPath(new URL(`${kind}/${name}/`, nodeTestFolder))
      const dtypes = [...inputs, ...outputs].map(({ dtype }) => dtypeOfName[dtype] ?? (dtype as DType))
      return {
        name,
        ops,
        rtol,
        atol,
        dtypes: [...new Set(dtypes)],
        model: () => readFileSync(`${folder}model.onnx`),
        sets: () =>
          dataSets(folder).map((set) => ({ inputs: tensors(set, 'input'), outputs: tensors(set, 'output') })),
      }
    })
}

const dataSets = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith('test_data_set_'))
    .toSorted()
    .map((name) => `${folder}${name}/`)

function tensors(set: string, role: string): readonly TestTensor[] {
  const count = readdirSync(set).filter((name) => name.startsWith(`${role}_`)).length
  return Array.from({ length: count }, (_, i) => {
    const proto = fromBinary(TensorProtoSchema, readFileSync(`${set}${role}_${i}.pb`))
    return hostTensor(proto) as TestTensor
  })
}

/** Where two arrays differ by more than a test allows; undefined where they do not. */
export function differenceOf(
  got: TestTensor,
  expected: TestTensor,
  { rtol, atol }: Pick<NodeTest, 'rtol' | 'atol'>,
): string | undefined {
  if (got.dtype !== expected.dtype) return `dtype ${got.dtype} instead of ${expected.dtype}`
  if (got.shape.join() !== expected.shape.join()) return `shape [${got.shape}] instead of [${expected.shape}]`
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [got.data[i]!, expected.data[i]!]
    if (a === b || Object.is(a, b)) continue
    const distance = Math.abs(Number(a) - Number(b))
    if (!(distance <= atol + rtol * Math.abs(Number(b)))) return `element ${i} is ${a} instead of ${b}`
  }
  return undefined
}
