import { readFileSync } from 'node:fs'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { encodeSafetensors } from '@tendril/core/fn'
import {
  ModelProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../../packages/onnx/src/gen/onnx_pb.ts'

interface Weight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/**
 * The `model.safetensors` of the seeded ResNet-50, by the names of Hugging Face. The ONNX file holds a few weights and the shapes of the
 * others, which follow from their place in it by the rule of `tools/seeded.py`.
 */
export function seededSafetensors(file: URL): Uint8Array {
  const weights = weightsOf(file)
  const tensors: Record<string, Parameters<typeof encodeSafetensors>[0][string]> = {}
  const put = (key: string, name: string): void => {
    const { shape, values } = weights.get(`gpu_0/${name}`)!
    tensors[key] = { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) }
  }
  const convolution = (key: string, name: string, ofNormalization: string): void => {
    put(`${key}.convolution.weight`, `${name}_w_0`)
    put(`${key}.normalization.weight`, `${ofNormalization}_s_0`)
    put(`${key}.normalization.bias`, `${ofNormalization}_b_0`)
    put(`${key}.normalization.running_mean`, `${ofNormalization}_rm_0`)
    put(`${key}.normalization.running_var`, `${ofNormalization}_riv_0`)
    tensors[`${key}.normalization.num_batches_tracked`] = {
      dtype: 'I64',
      shape: [],
      bytes: new Uint8Array(8),
    }
  }
  convolution('resnet.embedder.embedder', 'conv1', 'res_conv1_bn')
  for (const [stage, depth] of [3, 4, 6, 3].entries()) {
    for (let layer = 0; layer < depth; layer++) {
      const key = `resnet.encoder.stages.${stage}.layers.${layer}`
      const name = `res${stage + 2}_${layer}_branch`
      if (layer === 0) convolution(`${key}.shortcut`, `${name}1`, `${name}1_bn`)
      for (const [place, letter] of ['a', 'b', 'c'].entries())
        convolution(`${key}.layer.${place}`, `${name}2${letter}`, `${name}2${letter}_bn`)
    }
  }
  put('classifier.1.weight', 'pred_w_0')
  put('classifier.1.bias', 'pred_b_0')
  return encodeSafetensors(tensors)
}

/** The model of a file with its weights, as `tools/seeded.py` writes it. */
export function seededModel(file: URL): Uint8Array {
  const model = fromBinary(ModelProtoSchema, readFileSync(file))
  const { initializer, node } = model.graph!
  const stored = new Set(initializer.map(({ name }) => name))
  for (const [name, { shape, values }] of weightsOf(file)) {
    if (stored.has(name)) continue
    const [dims, rawData] = [shape.map(BigInt), new Uint8Array(values.buffer)]
    initializer.push(create(TensorProtoSchema, { name, dims, dataType: TensorProto_DataType.FLOAT, rawData }))
  }
  const isMade = ({ opType, input }: (typeof node)[number]): boolean =>
    opType !== 'ConstantOfShape' || !stored.has(input[0]!)
  model.graph!.node = node.filter(isMade)
  return toBinary(ModelProtoSchema, model)
}

/** The weights by the names of the file. */
function weightsOf(file: URL): ReadonlyMap<string, Weight> {
  const { graph } = fromBinary(ModelProtoSchema, readFileSync(file))
  const { initializer, node } = graph!
  const shapes = new Map<string, readonly number[]>()
  const weights = new Map<string, Weight>()
  for (const { name, dims, dataType, rawData } of initializer) {
    const raw = new Uint8Array(rawData).buffer
    if (dataType === TensorProto_DataType.INT64) shapes.set(name, Array.from(new BigInt64Array(raw), Number))
    else weights.set(name, { shape: dims.map(Number), values: new Float32Array(raw) })
  }
  const generous = new Set(
    node.flatMap(({ opType, input }) => (opType === 'BatchNormalization' ? [input[1]!, input[4]!] : [])),
  )
  let place = 0
  for (const { opType, input, output } of node) {
    const shape = opType === 'ConstantOfShape' ? shapes.get(input[0]!) : undefined
    if (shape === undefined) continue
    const name = output[0]!
    weights.set(name, { shape, values: seeded(shape, place++, generous.has(name)) })
  }
  return weights
}

/** Pseudo-random numbers by the place of the weight; scales and variances are near 1. */
function seeded(shape: readonly number[], place: number, nearOne: boolean): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1)
  const seed = Math.imul(1013904223, 1 + place)
  const fanIn = count / shape[0]!
  const bound = Math.sqrt(6 / fanIn)
  return Float32Array.from({ length: count }, (_, i) => {
    const u = ((Math.imul(i, 2654435761) + seed) >>> 0) / 2 ** 32
    if (shape.length >= 2) return (2 * u - 1) * bound
    return 0.1 * u + (nearOne ? 0.95 : 0)
  })
}
