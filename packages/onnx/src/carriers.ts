import type { OnnxDType } from './dtypes.ts'
import { kernelTypes, type OnnxOp } from './kernel-types.gen.ts'

/** Dtypes that hold every value of one, nearest first. */
const wider: Readonly<Record<OnnxDType, readonly OnnxDType[]>> = {
  bool: ['uint8', 'int8', 'int32', 'int64', 'float32'],
  int8: ['int16', 'int32', 'int64', 'float32'],
  int16: ['int32', 'int64', 'float32'],
  int32: ['int64', 'float64'],
  int64: [],
  uint8: ['int16', 'uint16', 'int32', 'uint32', 'int64', 'float32'],
  uint16: ['int32', 'uint32', 'int64', 'float32'],
  uint32: ['uint64', 'int64', 'float64'],
  uint64: [],
  float16: ['float32', 'float64'],
  float32: ['float64'],
  float64: [],
}

/** Dtypes of the same width, whose sums, differences and products are the same bits. */
const modular: Partial<Readonly<Record<OnnxDType, OnnxDType>>> = {
  uint64: 'int64',
  int64: 'uint64',
  uint32: 'int32',
}

/**
 * The dtype in which onnxruntime computes an operator without loss: the dtype itself, or a wider one.
 *
 * With `modular` a signed one serves where only the bits of the result count.
 */
export function carrierOf(kernel: OnnxOp, dtype: OnnxDType, bitsOnly = false): OnnxDType | undefined {
  const types: ReadonlySet<OnnxDType> = kernelTypes[kernel]
  if (types.has(dtype)) return dtype
  const exact = wider[dtype].find((one) => types.has(one))
  if (exact !== undefined || !bitsOnly) return exact
  const twin = modular[dtype]
  return twin !== undefined && types.has(twin) ? twin : undefined
}

/** True, or why onnxruntime cannot run an operator on a dtype; what `supports` answers. */
export function runs(kernel: OnnxOp, dtype: string): true | string {
  return (
    carrierOf(kernel, dtype as OnnxDType) !== undefined || `onnxruntime has no ${kernel} that holds ${dtype}`
  )
}
