import type { ModelProto } from '../gen/onnx_pb.ts'

/** The models that functions were made of. */
const models = new WeakMap<object, ModelProto>()

export const noteModel = (fn: object, model: ModelProto): void => void models.set(fn, model)

/** The model that a function runs; undefined for any other function. */
export const modelOf = (fn: object | undefined): ModelProto | undefined => fn && models.get(fn)
