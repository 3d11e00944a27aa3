import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { ModelProtoSchema } from '../src/gen/onnx_pb.ts'
import { modelBytes } from '../src/model-bytes.ts'
import { ModelBuilder } from '../src/model-builder.ts'

/** Weights of several lengths, as lengths are spelled in one byte up to five. */
const model = (counts: readonly number[]) => {
  const builder = new ModelBuilder({ name: 'weighted', doc: 'of the model' })
  const x = builder.input('float32', ['n'], 'x')
  const sum = counts.reduce((before, count, i) => {
    const bytes = Uint8Array.from({ length: 4 * count }, (_, at) => (at * 7 + i) % 251)
    return builder.node('Add', [before, builder.initializer('float32', [count], bytes, `w${i}`)], {
      doc: 'here',
    })
  }, x)
  builder.externalInitializer('float32', [2], { location: 'beside', offset: 0, length: 8 }, 'outside')
  builder.output(sum, 'float32', ['n'])
  return builder.model
}

test.each([[[]], [[1, 0, 3]], [[1, 0, 40, 5000, 20_000]], [[600_000, 1]]])(
  'a model with weights of %j elements is in its bytes what it is as a message',
  (counts) => {
    const made = model(counts)
    const whole = toBinary(ModelProtoSchema, made)
    const bytes = modelBytes(made)
    expect(bytes.length).toBe(whole.length)
    expect(Buffer.compare(toBinary(ModelProtoSchema, fromBinary(ModelProtoSchema, bytes)), whole)).toBe(0)
  },
)
