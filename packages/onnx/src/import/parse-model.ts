import { fromBinary } from '@bufbuild/protobuf'
import { FormatError } from '@tendril/core/adapter'
import { type ModelProto, ModelProtoSchema } from '../gen/onnx_pb.ts'

/** Versions of the operator set that operators are written for. */
const opsets = { least: 1, most: 28 } as const

const refuse = (because: string, cause?: unknown): never => {
  throw new FormatError({ format: 'onnx', because, ...(cause !== undefined && { cause }) })
}

/**
 * The model that bytes spell.
 *
 * @throws FormatError
 */
export function parseModel(bytes: Uint8Array): ModelProto {
  const model = decoded(bytes)
  if (model.graph === undefined) return refuse('it holds no graph')
  const { opsetImport } = model
  if (opsetImport.length === 0 && model.irVersion >= 3n) return refuse('it names no operator set')
  const own = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')
  if (own !== undefined && (own.version < opsets.least || own.version > opsets.most))
    return refuse(
      `it is of the operator set ${own.version}; versions ${opsets.least} to ${opsets.most} are known`,
    )
  return model
}

function decoded(bytes: Uint8Array): ModelProto {
  if (bytes.length === 0) return refuse('the file is empty')
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false })
  } catch (cause) {
    return refuse(`it is no protobuf message of a model: ${(cause as Error).message}`, cause)
  }
}
