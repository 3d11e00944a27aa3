import {
  BackendError,
  type ConcreteType,
  type DType,
  DTypeError,
  float16Array,
  type MaybePromise,
  type TypedArray,
} from '@tendril/core/adapter'
import { isOnnxDType } from '@tendril/onnx/emit'
import type { OrtData, OrtTensor } from './onnxruntime.ts'

/** A tensor that the asynchronous fallback is still computing. */
export class PendingTensor {
  tensor: OrtTensor | undefined
  readonly done: Promise<OrtTensor>

  constructor(done: Promise<OrtTensor>) {
    this.done = done.then((tensor) => (this.tensor = tensor))
    // Whoever reads the tensor sees the failure.
    this.done.catch(() => {})
  }
}

export type OrtBuffer = OrtTensor | PendingTensor

/** The tensor, or its promise while it is computed. */
export const settled = (buffer: OrtBuffer): MaybePromise<OrtTensor> =>
  buffer instanceof PendingTensor ? (buffer.tensor ?? buffer.done) : buffer

/** The tensor of host data, which it keeps. */
export function toTensor(data: TypedArray, { dtype, shape }: ConcreteType): OrtTensor {
  return { type: dtype as OrtTensor['type'], data: ortData(dtype, data), dims: shape, location: 'cpu' }
}

/** Float16 as its bits; shared memory, which onnxruntime refuses, as a copy. */
function ortData(dtype: DType, data: TypedArray): OrtData {
  const own = (data.buffer instanceof ArrayBuffer ? data : data.slice()) as OrtData
  if (dtype !== 'float16' || own instanceof Uint16Array) return own
  const { buffer, byteOffset, length } = own as OrtData
  return new Uint16Array(buffer, byteOffset, length)
}

/** A copy of the elements. */
export function toHostData({ type, data }: OrtTensor): TypedArray {
  const copy = data.slice() as OrtData
  return (type === 'float16' ? float16Array(copy.buffer, copy.byteOffset, copy.length) : copy) as TypedArray
}

/** What onnxruntime-common's Tensor has, whichever copy of the package made it. */
interface NativeTensor {
  readonly type: string
  readonly dims: readonly number[]
  readonly location: string
  readonly data: ArrayBufferView
}

export function isNativeTensor(value: unknown): value is NativeTensor {
  if (typeof value !== 'object' || value === null) return false
  return 'dims' in value && 'location' in value && 'getData' in value && 'type' in value
}

/** The elements of an onnxruntime tensor, shared. */
export function fromNative(tensor: NativeTensor): OrtTensor {
  const { type, dims, location } = tensor
  if (!isOnnxDType(type)) {
    throw new DTypeError({ op: 'array', dtypes: [], because: `a tensor of ${type} has no dtype here` })
  }
  if (location !== 'cpu' && location !== 'cpu-pinned') {
    throw new BackendError({
      backend: 'ort',
      because: `a tensor that lies on ${location} cannot be read at once`,
      instead: 'Download it first: await tensor.getData(true)',
    })
  }
  return { type, data: ortData(type, tensor.data as unknown as TypedArray), dims, location: 'cpu' }
}
