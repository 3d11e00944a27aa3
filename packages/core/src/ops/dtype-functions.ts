import { DTypeError, locate, ParamError } from '../errors.ts'
import type { Caller } from '../source.ts'
import { isValue, type Value } from '../interpreter.ts'
import {
  bitsOf,
  type DType,
  integerRange,
  isComplex,
  isDType,
  isFloat,
  isInteger,
  kindOf,
  partDType,
} from '../types/dtype.ts'
import { defaultDType, type Element, promote, weakOf } from '../types/promotion.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { commonDType } from './type-rules.ts'

/** Names of several dtypes at once. */
export type DTypeKind =
  | 'bool'
  | 'signed integer'
  | 'unsigned integer'
  | 'integral'
  | 'real floating'
  | 'complex floating'
  | 'numeric'

const kinds: Readonly<Record<DTypeKind, (dtype: DType) => boolean>> = {
  bool: (dtype) => dtype === 'bool',
  'signed integer': (dtype) => kindOf(dtype) === 'int',
  'unsigned integer': (dtype) => kindOf(dtype) === 'uint',
  integral: isInteger,
  'real floating': isFloat,
  'complex floating': isComplex,
  numeric: (dtype) => dtype !== 'bool',
}

/** Errors name the line that called `below`. */
function answer<T>(below: Caller, ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    throw locate(error, below)
  }
}

function dtypeOf(op: string, param: string, from: DType | Value): DType {
  if (isValue(from)) return from.type.dtype
  if (isDType(from)) return from
  throw new ParamError({ op, param, value: from, because: 'it takes an array or the name of a dtype' })
}

/**
 * The dtype that an op on these arrays, dtypes and numbers computes in.
 *
 * Numbers give way to arrays and dtypes; where the standard leaves a mix open (int + float), it is the float.
 *
 * @throws DTypeError when no dtype holds both, as for uint64 and int8; ParamError without an array or a dtype
 * @source array API standard, `result_type`
 * @example resultType('int32', 'float16')   // 'float16'
 */
export function resultType(...arraysAndDtypes: readonly (Value | DType | Element)[]): DType {
  return answer(resultType, () => {
    const types = arraysAndDtypes.map((one): TensorType => {
      if (typeof one !== 'string' && !isValue(one))
        return tensorType(defaultDType(weakOf(one)), [], weakOf(one))
      return tensorType(dtypeOf('resultType', 'arraysAndDtypes', one), [])
    })
    if (types.some((type) => type.weak === null)) return commonDType('resultType', types)
    throw new ParamError({
      op: 'resultType',
      param: 'arraysAndDtypes',
      value: arraysAndDtypes,
      because: 'it takes at least one array or dtype',
    })
  })
}

/**
 * Whether a dtype is of a kind: another dtype, a name such as 'integral', or one of several of these.
 *
 * float16 counts as 'real floating'.
 *
 * @throws ParamError when there is no such dtype or kind
 * @source array API standard, `isdtype`
 * @example isdtype('uint8', ['integral', 'bool'])   // true
 */
export function isdtype(dtype: DType, kind: DType | DTypeKind | readonly (DType | DTypeKind)[]): boolean {
  return answer(isdtype, () => {
    if (!isDType(dtype))
      throw new ParamError({ op: 'isdtype', param: 'dtype', value: dtype, because: 'there is no such dtype' })
    const wanted: readonly (DType | DTypeKind)[] = typeof kind === 'string' ? [kind] : kind
    // All are looked at, so that a wrong name is found whatever the dtype is.
    return wanted.map((one) => isOfKind(dtype, one)).includes(true)
  })
}

function isOfKind(dtype: DType, kind: DType | DTypeKind): boolean {
  if (Object.hasOwn(kinds, kind)) return kinds[kind as DTypeKind](dtype)
  if (isDType(kind)) return dtype === kind
  throw new ParamError({
    op: 'isdtype',
    param: 'kind',
    value: kind,
    because: `it takes a dtype or one of ${Object.keys(kinds).join(', ')}`,
  })
}

/**
 * Whether promotion ever turns a dtype, or that of an array, into another.
 *
 * By this library's promotion: an integer becomes a float where it meets one, so that cast can be done, too.
 *
 * @throws ParamError when there is no such dtype
 * @source array API standard, `can_cast`
 * @example canCast('int8', 'int32')   // true
 */
export function canCast(from: Value | DType, to: DType): boolean {
  return answer(canCast, () => {
    return promote(dtypeOf('canCast', 'from', from), dtypeOf('canCast', 'to', to)) === to
  })
}

/** Limits of a float dtype. */
export interface FloatInfo {
  readonly dtype: DType
  readonly bits: number
  /** Distance from 1 to the next larger number. */
  readonly eps: number
  readonly max: number
  readonly min: number
  /** Smallest positive number with all its digits. */
  readonly smallestNormal: number
}

/** Bits of the fraction, and the largest exponent. */
const layouts: Readonly<Record<number, readonly [fraction: number, exponent: number]>> = {
  16: [10, 15],
  32: [23, 127],
  64: [52, 1023],
}

/**
 * Limits of a float dtype, or of the components of a complex one.
 *
 * @throws DTypeError when it is neither
 * @source array API standard, `finfo`
 * @example finfo('float32').eps   // 1.1920928955078125e-7
 */
export function finfo(type: Value | DType): FloatInfo {
  return answer(finfo, () => {
    const given = dtypeOf('finfo', 'type', type)
    const dtype = partDType(given)
    if (!isFloat(dtype))
      throw new DTypeError({ op: 'finfo', dtypes: [given], because: 'it takes floats', instead: 'Use iinfo' })
    const [fraction, exponent] = layouts[bitsOf(dtype)]!
    const max = (2 - 2 ** -fraction) * 2 ** exponent
    return {
      dtype,
      bits: bitsOf(dtype),
      eps: 2 ** -fraction,
      max,
      min: -max,
      smallestNormal: 2 ** (1 - exponent),
    }
  })
}

/** Limits of an integer dtype. */
export interface IntegerInfo {
  readonly dtype: DType
  readonly bits: number
  readonly max: number | bigint
  readonly min: number | bigint
}

/**
 * Limits of an integer dtype; those of 64 bits are bigints.
 *
 * @throws DTypeError when it is none
 * @source array API standard, `iinfo`
 * @example iinfo('int8').max   // 127
 */
export function iinfo(type: Value | DType): IntegerInfo {
  return answer(iinfo, () => {
    const dtype = dtypeOf('iinfo', 'type', type)
    if (!isInteger(dtype))
      throw new DTypeError({
        op: 'iinfo',
        dtypes: [dtype],
        because: 'it takes integers',
        instead: 'Use finfo',
      })
    const [least, most] = integerRange(dtype)
    const bits = bitsOf(dtype)
    return { dtype, bits, max: bits === 64 ? most : Number(most), min: bits === 64 ? least : Number(least) }
  })
}
