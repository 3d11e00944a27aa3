import { toBinary } from '@bufbuild/protobuf'
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './gen/onnx_pb.ts'

/** Bytes of weights from which on they are put into the file by themselves. */
const manyBytes = 1 << 16

/** Fields that have a length, as they begin in the file. */
const tags = { graph: (7 << 3) | 2, initializer: (5 << 3) | 2, rawData: (9 << 3) | 2 } as const

/**
 * The bytes of a model. Protobuf's own writer copies weights again for each message that they stand in, and each time that
 * its buffer grows; here they are copied once, into a file whose length is known before.
 */
export function modelBytes(model: ModelProto): Uint8Array<ArrayBuffer> {
  const { graph } = model
  const weights = graph?.initializer.reduce((total, { rawData }) => total + rawData.length, 0) ?? 0
  if (graph === undefined || weights < manyBytes) return toBinary(ModelProtoSchema, model)
  const { graph: _, ...around } = model
  const inside: Uint8Array[] = [toBinary(GraphProtoSchema, { ...graph, initializer: [] })]
  for (const tensor of graph.initializer) {
    const pieces = piecesOf(tensor)
    inside.push(fieldOf(tags.initializer, lengthOf(pieces)), ...pieces)
  }
  return joined([toBinary(ModelProtoSchema, around), fieldOf(tags.graph, lengthOf(inside)), ...inside])
}

/** A tensor of a file, its elements as they lie in memory. */
function piecesOf(tensor: TensorProto): readonly Uint8Array[] {
  const { rawData, ...head } = tensor
  // The elements of others lie in fields of numbers, or in another file.
  if (rawData.length === 0) return [toBinary(TensorProtoSchema, tensor)]
  // Fields that a message does not have are left out.
  return [toBinary(TensorProtoSchema, head as TensorProto), fieldOf(tags.rawData, rawData.length), rawData]
}

const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((total, { length }) => total + length, 0)

/** The beginning of a field: its tag, and how many bytes follow. */
function fieldOf(tag: number, length: number): Uint8Array {
  const bytes = [tag]
  let left = length
  for (; left > 0x7f; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80)
  return Uint8Array.of(...bytes, left)
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(lengthOf(pieces))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
