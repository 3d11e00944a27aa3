import { DTypeError, ShapeError } from '../errors.ts'
import { type DType, isComplex, isFloat, isInteger } from '../types/dtype.ts'
import { promote, promoteWeak } from '../types/promotion.ts'
import { broadcastShapes } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'

/** Classes of dtypes that ops take. */
export type Accepts =
  | 'any'
  | 'numeric'
  | 'real'
  | 'real or bool'
  | 'integer'
  | 'integer or bool'
  | 'bool'
  | 'floating'
  | 'floating or complex'

const accepted: Readonly<Record<Accepts, (dtype: DType) => boolean>> = {
  any: () => true,
  numeric: (dtype) => dtype !== 'bool',
  real: (dtype) => dtype !== 'bool' && !isComplex(dtype),
  'real or bool': (dtype) => !isComplex(dtype),
  integer: isInteger,
  'integer or bool': (dtype) => isInteger(dtype) || dtype === 'bool',
  bool: (dtype) => dtype === 'bool',
  // Integers become float32, which the standard leaves open.
  floating: (dtype) => dtype !== 'bool' && !isComplex(dtype),
  'floating or complex': (dtype) => dtype !== 'bool',
}

/** The dtype that arrays and scalars meet in: the arrays' promotion, to which scalars give way. */
export function commonDType(op: string, types: readonly TensorType[]): DType {
  const strong = types.filter((type) => type.weak === null).map((type) => type.dtype)
  const weak = types.flatMap((type) => type.weak ?? [])
  if (strong.length === 0) {
    if (weak.every((kind) => kind === 'bool')) return 'bool'
    if (weak.includes('complex')) return 'complex64'
    return weak.every((kind) => kind === 'bool' || kind === 'bigint') ? 'int64' : 'float32'
  }
  const joined = strong.reduce((a, b) => {
    const both = promote(a, b)
    if (both !== undefined) return both
    throw new DTypeError({
      op,
      dtypes: [a, b],
      because: 'the standard names no dtype that holds both',
      instead: 'Convert one of them: astype(x, dtype)',
    })
  })
  return weak.reduce(promoteWeak, joined)
}

/** Refuses dtypes that an op does not take. */
export function accept(op: string, accepts: Accepts, dtype: DType): DType {
  const floats = accepts === 'floating' || accepts === 'floating or complex'
  if (accepted[accepts](dtype)) return floats && isInteger(dtype) ? 'float32' : dtype
  const takes = floats ? 'numeric' : accepts
  if (isComplex(dtype))
    throw new DTypeError({ op, dtypes: [dtype], because: 'it does not compute with complex numbers' })
  throw new DTypeError({
    op,
    dtypes: [dtype],
    because: `it takes ${takes} arrays`,
    instead: 'Convert the array first: astype(x, dtype)',
  })
}

/** The `cast` of ops whose inputs meet in one dtype of a class. */
export const meets =
  (op: string, accepts: Accepts) =>
  (types: readonly (TensorType | undefined)[]): DType =>
    accept(
      op,
      accepts,
      commonDType(
        op,
        types.filter((type) => type !== undefined),
      ),
    )

/** The type of the broadcast of types that share a dtype. */
export function broadcastTypes(
  op: string,
  types: readonly (TensorType | undefined)[],
  dtype?: DType,
): TensorType {
  const given = types.filter((type) => type !== undefined)
  const shape = broadcastShapes(...given.map((type) => type.shape))
  if (shape !== undefined) return tensorType(dtype ?? given[0]!.dtype, shape)
  throw new ShapeError({
    op,
    shapes: given.map((type) => type.shape),
    because: 'axes are matched from the last one backwards, and two that meet must be equal or one of them 1',
    instead: 'Reshape one of them, or check the order of the arguments',
  })
}

/** The dtype that sums and products are gathered in: small integers widen to the default one. */
export function accumulated(dtype: DType): DType {
  if (isFloat(dtype) || isComplex(dtype)) return dtype
  if (dtype === 'uint64' || dtype === 'int64') return dtype
  return dtype === 'uint8' || dtype === 'uint16' || dtype === 'uint32' ? 'uint32' : 'int32'
}
