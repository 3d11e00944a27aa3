import type { ConstantArray } from '@tendril/core/adapter'
import { buildModel, type OnnxProgram } from '@tendril/onnx/emit'
import type { OrtTensor, SessionOptions } from './onnxruntime.ts'

/** Elements from which on a constant is given to onnxruntime beside the model. */
const manyElements = 1 << 14

/** What a session is opened with. */
interface Parts {
  readonly model: Uint8Array
  readonly options: SessionOptions
}

/**
 * A program's model, and its weights beside it: onnxruntime copies them while it opens the session, and a file would be one
 * copy more.
 */
export function modelAndWeights(program: OnnxProgram): Parts {
  const outside = new Map<
    OnnxProgram['initializers'][number],
    { location: string; offset: number; length: number }
  >()
  const externalData: { path: string; data: Uint8Array }[] = []
  for (const one of program.initializers) {
    if (one.shape.reduce((n, size) => n * size, 1) < manyElements) continue
    const data = one.bytes()
    outside.set(one, { location: one.name, offset: 0, length: data.byteLength })
    externalData.push({ path: one.name, data })
  }
  if (externalData.length === 0) return { model: buildModel(program), options: {} }
  return { model: buildModel(program, {}, outside), options: { externalData } }
}

/** The bytes of a captured array in the tensor that holds it, where they are as the model has them; they are only read. */
export function bytesOfTensor(array: ConstantArray & { readonly buffer?: unknown }): Uint8Array | undefined {
  if (array.carries !== undefined || array.type.dtype !== 'float32') return undefined
  const { type, data } = (array.buffer ?? {}) as Partial<OrtTensor>
  if (type !== 'float32' || !(data instanceof Float32Array)) return undefined
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
