import { DTypeError, locate, ParamError, ShapeError } from '../errors.ts'
import { scalarOf } from '../infer.ts'
import { recording } from '../interpreter.ts'
import { float16Array } from '../numerics/float16.ts'
import { allocate } from '../numerics/host.ts'
import { type HostArray, invoke, type Op } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { put } from '../ops/kernels.ts'
import { type DType, isComplex, isDType, partDType, type TypedArray } from '../types/dtype.ts'
import { commonWeak, type Element, isComplexNumber, type Scalar } from '../types/promotion.ts'
import { type ConcreteType, printShape, tensorType } from '../types/tensor-type.ts'
import type { Engine } from './engine.ts'
import { NDArray } from './nd-array.ts'
import { wrapNative } from './native.ts'
import type { Nested } from './nested.ts'
import { engineOn } from './engines.ts'
import { checkOptionNames } from './named-options.ts'
import { currentBackendEntry } from './set-backend.ts'

export interface ArrayOptions {
  readonly dtype?: DType | null
  /** Another loaded device of the current backend, or a loaded backend with its device: `'wasm'`, `'tfjs:wasm'`. */
  readonly device?: string | null
  /** `false` refuses to copy; an array that is no copy will do for one, as arrays never change. */
  readonly copy?: boolean | null
}

/** An array of an engine's own: tf.Tensor, nj.NdArray, ort.Tensor. */
type NativeArray = { readonly shape: readonly number[] } | { readonly dims: readonly number[] }

export type ArrayData = NDArray | TypedArray | Nested<Element | TypedArray> | NativeArray

/**
 * An array of the current backend from host data.
 *
 * Numbers become float32, booleans bool, bigints int64, `{ re, im }` complex64; a typed array keeps its dtype and is one
 * axis; nested arrays give one axis per level, and rows may be typed arrays. With a complex dtype a typed array holds
 * pairs: real part, imaginary part. An array of an engine's own (tf.Tensor, nj.NdArray, ort.Tensor) keeps its dtype and
 * shape; `x.native()` is the way back.
 *
 * @throws ShapeError when rows differ in length, DTypeError when the engine does not hold the dtype
 * @source array API standard, `asarray`
 * @example array([[1, 2], [3, 4]]).shape   // [2, 2]
 */
export function array(data: ArrayData, options: ArrayOptions = {}): NDArray {
  try {
    return make(data, options)
  } catch (error) {
    throw locate(error, array)
  }
}

function make(data: ArrayData, options: ArrayOptions): NDArray {
  checkOptionNames('array', options, ['dtype', 'device', 'copy'])
  // The standard's None.
  const dtype = options.dtype ?? undefined
  const { device, copy } = options
  if (dtype !== undefined && !isDType(dtype))
    throw new ParamError({ op: 'array', param: 'dtype', value: dtype, because: 'there is no such dtype' })
  const current = currentBackendEntry().engine
  const engine = device === undefined || device === null ? current : engineOn(device, current, 'array')
  if (copy === false && !isThere(data, engine, dtype)) {
    throw new ParamError({
      op: 'array',
      param: 'copy',
      value: copy,
      because: 'what is no array of this device and dtype has to be copied',
      instead: 'Leave it out, or ask for a copy where one is needed: copy: null',
    })
  }
  if (data instanceof NDArray) return given(data, engine, dtype)
  if (isTyped(data)) return fromTyped(engine, data, dtype)
  if (typeof data === 'object' && !Array.isArray(data) && !isComplexNumber(data)) {
    const wrapped = fromNative(data)
    if (wrapped !== undefined) return given(wrapped, engine, dtype)
  }
  return fromNested(engine, data as Nested<Element | TypedArray>, dtype)
}

/** Whether data are an array of the engine and the dtype already. */
const isThere = (data: unknown, engine: Engine, dtype: DType | undefined): boolean =>
  data instanceof NDArray && data.engine === engine && (dtype === undefined || dtype === data.dtype)

/** An array of ours on the engine, and in the dtype. */
function given(data: NDArray, engine: Engine, dtype: DType | undefined): NDArray {
  if (dtype !== undefined && dtype !== data.dtype)
    return given(invoke(astype as Op, [data, dtype], array) as NDArray, engine, undefined)
  // The values of a trace belong to the graph's engine.
  return data.recorder === null ? engine.adopt(data) : data
}

/** An engine's own array as one of ours; undefined for any other object. */
function fromNative(data: object): NDArray | undefined {
  const recorded = recording()?.adopt?.(data)
  if (recorded !== undefined) return recorded as NDArray
  const wrapped = wrapNative(data)
  if (wrapped === undefined || wrapped.engine.backend.native!.sharesMemory !== true) return wrapped
  // Arrays are immutable, the caller's is not: it is copied.
  return wrapped.engine.upload(wrapped.dataSync(), wrapped.type)
}

function fromNested(engine: Engine, data: Nested<Element | TypedArray>, dtype?: DType): NDArray {
  const shape = shapeOf(data)
  const rows = new Set<DType>()
  const flat: Element[] = []
  fill(data, shape, 0, flat, rows)
  const [own] = rows
  // Typed rows of one kind keep it, as one of them alone does.
  const to = dtype ?? (rows.size === 1 ? own! : rows.size > 1 ? mixed(rows) : commonWeak(flat))
  return engine.upload(elements(flat, to), tensorType(to, shape) as ConcreteType)
}

function mixed(rows: ReadonlySet<DType>): never {
  const because = 'the rows are typed arrays of several kinds'
  throw new DTypeError({ op: 'array', dtypes: [...rows], because, instead: 'Say which: { dtype }' })
}

const names: Readonly<Record<string, DType>> = {
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Uint16Array: 'uint16',
  Uint32Array: 'uint32',
  BigUint64Array: 'uint64',
  Float16Array: 'float16',
  Float32Array: 'float32',
  Float64Array: 'float64',
}

const tagOf = (data: object): string | undefined =>
  Reflect.get(data, Symbol.toStringTag) as string | undefined

/** Typed arrays; that of the ponyfill of Float16Array is a Proxy, which is no view. */
const isTyped = (data: unknown): data is TypedArray =>
  ArrayBuffer.isView(data) || (typeof data === 'object' && data !== null && tagOf(data) === 'Float16Array')

const dtypeOf = (data: TypedArray): DType | undefined =>
  names[tagOf(data) as string] ?? names[data.constructor.name]

const isRow = (data: unknown): data is readonly Nested<Element | TypedArray>[] | TypedArray =>
  Array.isArray(data) || (isTyped(data) && dtypeOf(data) !== undefined)

/** A copy of a typed array on an engine. */
export function fromTyped(engine: Engine, data: TypedArray, dtype?: DType): NDArray {
  const own = dtypeOf(data)
  if (own === undefined)
    throw new ParamError({
      op: 'array',
      param: 'data',
      value: data,
      because: 'views of this kind hold no elements',
      instead: 'Take a typed array',
    })
  const to = dtype ?? own
  if (isComplex(to) && data.length % 2 === 1)
    throw new ParamError({
      op: 'array',
      param: 'data',
      value: data,
      because: `complex numbers are pairs, and ${data.length} numbers make none of the last one`,
    })
  const type = tensorType(to, [isComplex(to) ? data.length / 2 : data.length]) as ConcreteType
  // Arrays are immutable, the caller's is not: it is copied.
  return engine.upload(
    to === own || own === partDType(to)
      ? ((own === 'float16' ? float16Array(data as Float16Array) : data.slice()) as TypedArray)
      : elements(Array.from<Scalar>(data as Iterable<Scalar>), partDType(to)),
    type,
  )
}

function elements(flat: readonly Element[], dtype: DType): TypedArray {
  const out = allocate(dtype, flat.length)
  for (let i = 0; i < flat.length; i++) {
    const value = scalarOf('array', flat[i]!, dtype)
    put(out, i, typeof value === 'boolean' ? Number(value) : value)
  }
  return out
}

/** What to do with an element that is none. */
const insteadOf = (data: unknown): { instead?: string } =>
  data instanceof NDArray
    ? { instead: `Arrays of arrays are joined by stack, not by array; ${printShape(data.shape)} was given` }
    : typeof data === 'object' && data !== null && ('shape' in data || 'dims' in data)
      ? { instead: 'Arrays of an engine are known once it is loaded: await loadBackend(name)' }
      : {}

/** Levels of nested arrays, and axes of arrays that are told to outside suites. */
export const mostAxes = 64

function shapeOf(data: Nested<Element | TypedArray>): number[] {
  const shape: number[] = []
  for (let level: unknown = data; isRow(level); level = level[0]) {
    if (shape.push(level.length) <= mostAxes) continue
    const because = `it is nested in more than ${mostAxes} levels, or contains itself`
    throw new ParamError({ op: 'array', param: 'data', value: 'a nested array', because })
  }
  return shape
}

function fill(
  data: Nested<Element | TypedArray>,
  shape: readonly number[],
  axis: number,
  into: Element[],
  rows: Set<DType>,
): void {
  if (isRow(data)) {
    if (isTyped(data)) rows.add(dtypeOf(data)!)
    if (data.length !== shape[axis]) {
      throw new ShapeError({
        op: 'array',
        shapes: [shape],
        because: `a row of axis ${axis} has ${data.length} elements instead of ${shape[axis] ?? 'being one'}`,
      })
    }
    for (const item of data) fill(item, shape, axis + 1, into, rows)
    return
  }
  if (axis < shape.length)
    throw new ShapeError({
      op: 'array',
      shapes: [shape],
      because: `an element of axis ${axis} is not a row of ${shape[axis]}`,
    })
  const isReal = typeof data === 'number' || typeof data === 'boolean' || typeof data === 'bigint'
  if (!isReal && !isComplexNumber(data)) {
    throw new ParamError({
      op: 'array',
      param: 'data',
      value: data,
      because: 'elements are numbers, booleans, bigints or { re, im }',
      ...insteadOf(data),
    })
  }
  into.push(data)
}

/** An array of host data on the engine that holds another array; the engine may keep the typed array itself. */
export const arrayBeside = (neighbour: NDArray, { dtype, shape, data }: HostArray): NDArray =>
  neighbour.engine.upload(data, tensorType(dtype, shape) as ConcreteType)

/**
 * The array itself, or a new one of host data; see `array`.
 *
 * @example asarray([1, 2]).shape   // [2]
 */
export const asarray = array
