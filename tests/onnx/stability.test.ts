import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fromBinary } from '@bufbuild/protobuf'
import { exportOnnx, importOnnx } from '@tendril/onnx'
import { sharedFolder } from '@tendril/testing'
import { describe, expect, test } from 'vitest'
import {
  type ModelProto,
  ModelProtoSchema,
  type ValueInfoProto,
} from '../../packages/onnx/src/gen/onnx_pb.ts'
import { nodeTestFolder, nodeTests } from './node-tests.ts'

// A model that is imported and exported is the same model: a second time it is the same file.

/** Tests whose file may be another one the second time, and why. */
const unstable: readonly (readonly [because: string, tests: RegExp])[] = [
  [
    'sizes that data decide are counted anew, and read by other nodes',
    /_(center_crop_pad_\w+_expanded|constantofshape_\w+|range_\w+_expanded)$/,
  ],
  [
    'arrays without elements are made by their sizes, then stored',
    /_(reduce_\w+_empty_set_expanded|triu_zero)$/,
  ],
  ['onnxruntime has no kernel of the newest operator', /_maxunpool_export_without_output_shape$/],
  ['rows of a batch of Scan are parts of arrays', /_scan(9)?_(sum|multi_state)$/],
]

const reasonOf = (name: string): string | undefined => unstable.find(([, of]) => of.test(name))?.[0]

/** Names, dtypes and sizes as the file has them. */
const interfaceOf = (values: readonly ValueInfoProto[], named: boolean): readonly string[] =>
  values.map(({ name, type }) => {
    if (type?.value.case !== 'tensorType') return name
    const { elemType, shape } = type.value.value
    const sizes = shape?.dim.map(({ value }) =>
      value.case === 'dimParam' && !named ? '?' : (value.value ?? '?'),
    )
    return `${name}: ${elemType} [${sizes ?? '...'}]`
  })

const inputsOf = ({ graph }: ModelProto): readonly ValueInfoProto[] => {
  const stored = new Set(graph!.initializer.map(({ name }) => name))
  return graph!.input.filter(({ name }) => !stored.has(name))
}

const parsed = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes)
const versionOf = ({ opsetImport }: ModelProto): bigint | undefined =>
  opsetImport.find(({ domain }) => domain === '')?.version

describe.skipIf(nodeTestFolder === undefined)(
  'skipped where ../shared/conformance/onnx-node is absent',
  () => {
    test.each(nodeTests().map((one) => [one.name, one] as const))('%s', (name, one) => {
      const once = exportOnnx(importOnnx(one.model()))
      const [before, after] = [parsed(one.model()), parsed(once)]
      expect(interfaceOf(after.graph!.input, false)).toEqual(interfaceOf(inputsOf(before), false))
      expect(after.graph!.output.map((value) => value.name)).toEqual(
        before.graph!.output.map((value) => value.name),
      )
      const isSame = Buffer.compare(once, exportOnnx(importOnnx(once))) === 0
      expect(isSame || reasonOf(name) !== undefined).toBe(true)
    })
  },
)

const models = sharedFolder('models', new URL('../..', import.meta.url))
const light = sharedFolder('conformance/onnx-node/light', new URL('../..', import.meta.url))
const files = [models, light].flatMap((folder) =>
  folder === undefined
    ? []
    : readdirSync(folder)
        .map((name) => fileURLToPath(new URL(`${name}/model.onnx`, folder)))
        .filter((path) => existsSync(path)),
)

/** What is computed of stored arrays while a model is imported has no name. */
const computed: Readonly<Record<string, readonly string[]>> = {
  mnist: ['Parameter193'],
}

describe.skipIf(files.length === 0)('published models (skipped where ../shared/models is absent)', () => {
  test.each(files.map((path) => [path.split('/').at(-2)!, path] as const))('%s', (name, path) => {
    const once = exportOnnx(importOnnx(path))
    const [before, after] = [parsed(readFileSync(path)), parsed(once)]
    expect(interfaceOf(after.graph!.input, true)).toEqual(interfaceOf(inputsOf(before), true))
    expect(after.graph!.output.map((value) => value.name)).toEqual(
      before.graph!.output.map((value) => value.name),
    )
    expect(versionOf(after)).toBe(26n)
    const stored = new Set(after.graph!.initializer.map((one) => one.name))
    const weights = before.graph!.initializer.map((one) => one.name).filter((one) => !one.endsWith('__SHAPE'))
    const lost = weights.filter((one) => !stored.has(one))
    expect(lost.filter((one) => !isUnused(before, one))).toEqual(computed[name] ?? [])
    expect(after.graph!.node.length).toBeLessThanOrEqual(before.graph!.node.length)
    expect(Buffer.compare(once, exportOnnx(importOnnx(once)))).toBe(0)
  })
})

/** Some files store what no node reads, or reads for a shape alone. */
const isUnused = ({ graph }: ModelProto, name: string): boolean =>
  graph!.node.every(
    ({ opType, input }) => !input.includes(name) || (opType === 'Reshape' && input[1] === name),
  )
