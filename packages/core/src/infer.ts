import { DTypeError } from './errors.ts'
import { roundToFloat16 } from './numerics/float16.ts'
import type { OpDef, Params } from './op.ts'
import { group, isMany } from './operands.ts'
import { type DType, integerRange, isComplex, isInteger, kindOf } from './types/dtype.ts'
import { type Complex, defaultDType, type Element, type Scalar, weakOf } from './types/promotion.ts'
import { type TensorType, tensorType } from './types/tensor-type.ts'

/** What an op does with the types of its operands. */
export interface Inferred {
  /** Dtype of each flat operand after conversion; null for an omitted one. */
  readonly dtypes: readonly (DType | null)[]
  readonly outs: readonly TensorType[]
}

/** The types that an op gives for flat operand types; the verifier and every recorder ask here. */
export function infer(def: OpDef, types: readonly (TensorType | null)[], params: Params): Inferred {
  const dtypes = castOf(def, types, params)
  types.forEach((type, i) => type !== null && refuseLoss(def.name, type.dtype, dtypes[i]!))
  const converted = types.map((type, i) =>
    type === null
      ? null
      : type.dtype === dtypes[i] && type.weak === null
        ? type
        : tensorType(dtypes[i]!, type.shape),
  )
  const outs = def.infer(group(def, converted), params)
  return { dtypes, outs: Array.isArray(outs) ? (outs as readonly TensorType[]) : [outs as TensorType] }
}

/** Refuses to make a real number of a complex one, which has two parts; a bool tells whether it is 0. */
export function refuseLoss(op: string, from: DType, to: DType): void {
  if (!isComplex(from) || isComplex(to) || to === 'bool') return
  throw new DTypeError({
    op,
    dtypes: [from, to],
    because: 'a complex number has two parts, and a real one holds one',
    instead: 'Take a part or the size: real(x), imag(x), abs(x)',
  })
}

/** Dtype of each flat operand after conversion; null for an omitted one. */
export function castOf(
  def: OpDef,
  types: readonly (TensorType | null)[],
  params: Params,
): readonly (DType | null)[] {
  const cast = def.cast?.(group(def, types), params) ?? null
  const own = (type: TensorType): DType => (type.weak === null ? type.dtype : defaultDType(type.weak))
  if (typeof cast !== 'object' || cast === null) return types.map((type) => type && (cast ?? own(type)))
  const perInput = def.inputs.map((name, i) => ({
    dtype: (cast as readonly (DType | null)[])[i] ?? null,
    many: isMany(name),
  }))
  const many = types.length - perInput.filter((one) => !one.many).length
  const flat = perInput.flatMap(({ dtype, many: isList }) =>
    isList ? Array.from({ length: many }, () => dtype) : [dtype],
  )
  return types.map((type, i) => type && (flat[i] ?? own(type)))
}

/** A scalar as an element of `dtype`; one that the dtype cannot hold is refused. */
export function scalarOf(op: string, value: Element, dtype: DType): Element {
  return isComplex(dtype) ? complexOf(value, dtype) : realOf(op, value, dtype)
}

const complexOf = (value: Element, dtype: DType): Complex => {
  const { re, im } = typeof value === 'object' ? value : { re: Number(value), im: 0 }
  return Object.freeze({ re: nearest(dtype, re), im: nearest(dtype, im) })
}

/** As `scalarOf`, of a dtype that is not complex. */
export function realOf(op: string, value: Element, dtype: DType): Scalar {
  if (typeof value === 'object') {
    throw new DTypeError({
      op,
      dtypes: [dtype],
      because: 'it cannot hold a complex number',
      instead: "Use a complex dtype: 'complex64'",
    })
  }
  const kind = kindOf(dtype)
  if (kind === 'bool') return value === true || (value !== false && Number(value) !== 0)
  if (!isInteger(dtype)) return nearest(dtype, Number(value))
  if (weakOf(value) === 'float') {
    throw new DTypeError({ op, dtypes: [dtype], because: `an integer cannot hold ${String(value)}` })
  }
  const whole = BigInt(value)
  const [min, max] = integerRange(dtype)
  if (whole < min || whole > max) {
    throw new DTypeError({
      op,
      dtypes: [dtype],
      because: `it holds ${min} to ${max}, not ${String(value)}`,
      instead: 'Convert the array to a wider dtype first, or make the scalar an array of its own dtype',
    })
  }
  return dtype === 'int64' || dtype === 'uint64' ? whole : Number(whole)
}

/** What a float dtype stores, so that comparisons with a literal and with an array agree on every engine. */
function nearest(dtype: DType, value: number): number {
  if (dtype === 'float16') return roundToFloat16(value)
  return dtype === 'float32' || dtype === 'complex64' ? Math.fround(value) : value
}
