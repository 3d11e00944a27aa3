import {
  BackendError,
  type ConcreteType,
  countOf,
  type DType,
  DTypeError,
  type NativeBridge,
  type NativeFunction,
  type NativeRecording,
  printShape,
  ShapeError,
  type TraceHost,
} from '@tendril/core/adapter'
import type { Elements } from './dtypes.ts'
import type { Numjs, NumjsArray, NumjsDType } from './numjs-api.ts'

let loaded: Numjs | undefined
/** The class of the arrays that came in last, which may be of another copy of numjs: results are of it as well. */
let latest: Numjs['NdArray'] | undefined
/** Copies of numjs that the user named, beside those that Node has loaded. */
let named: readonly object[] = []
/** What follows numjs' own functions; it needs the ops, so it is loaded with numjs. */
let recorder: typeof import('./record/index.ts') | undefined

/** Loads numjs itself, or the bundled copy where it is not installed. */
export async function loadNumjs(): Promise<void> {
  recorder ??= await import('./record/index.ts')
  loaded ??= (await import('numjs').catch(() => import('./nj.ts'))).default
}

export const nameCopies = (copies: readonly object[]): void => void (named = copies)

function record(host: TraceHost): NativeRecording | undefined {
  if (recorder === undefined || loaded === undefined) return undefined
  const { copyOf, Recording } = recorder
  return new Recording(host, [copyOf(loaded), ...named.map(copyOf)])
}

/** Names of dtypes that differ in numjs; its default, a plain Array of numbers, counts as float64. */
const own: Readonly<Partial<Record<NumjsDType, DType>>> = { array: 'float64', uint8_clamped: 'uint8' }

/** Whether numjs has arrays of a dtype. */
export const isHeldByNumjs = (dtype: DType): boolean => heldByNumjs.has(dtype)

const heldByNumjs: ReadonlySet<string> = new Set([
  'int8',
  'int16',
  'int32',
  'uint8',
  'uint16',
  'uint32',
  'float32',
  'float64',
])

/** By its structure, so that arrays of every loaded copy of numjs are known. */
export function isNumjsArray(value: unknown): value is NumjsArray {
  if (typeof value !== 'object' || value === null || !('selection' in value) || !('tolist' in value))
    return false
  const { selection } = value
  return (
    typeof selection === 'object' &&
    selection !== null &&
    ['data', 'offset', 'shape', 'stride'].every((key) => key in selection)
  )
}

export const constructors: Readonly<Record<string, new (count: number) => Elements>> = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
}

/** A row-major copy: numjs' arrays can be written to later, and ours cannot. */
function wrap(value: unknown): { buffer: Elements; dtype: DType; shape: readonly number[] } {
  const { selection, dtype: name, constructor } = value as NumjsArray
  latest = constructor as unknown as Numjs['NdArray']
  const dtype = own[name] ?? (name as DType)
  const Constructor = constructors[dtype]
  if (Constructor === undefined) {
    throw new DTypeError({
      op: 'wrap',
      dtypes: [],
      because: `no dtype here stands for numjs' ${JSON.stringify(name)}`,
      instead: 'Convert the array: x.astype("float32")',
    })
  }
  const { data, offset, shape, stride } = selection
  const count = countOf(shape)
  const buffer = new Constructor(count) as Float64Array
  const index = shape.map(() => 0)
  let at = offset
  for (let i = 0; i < count; i++) {
    buffer[i] = data[at]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += stride[axis]!
      if (++index[axis]! < shape[axis]!) break
      index[axis] = 0
      at -= stride[axis]! * shape[axis]!
    }
  }
  return { buffer, dtype, shape: [...shape] }
}

/** An `nj.NdArray` of a copy of the elements. */
function unwrap(buffer: Elements, { dtype, shape }: ConcreteType): NumjsArray {
  if (!heldByNumjs.has(dtype)) {
    throw new DTypeError({
      op: 'native',
      dtypes: [dtype],
      because: 'numjs has no such arrays',
      instead: "Read the elements by x.data(), or convert them first: astype(x, 'float32')",
    })
  }
  if (loaded === undefined) throw new BackendError({ backend: 'numjs', because: 'numjs is not loaded' })
  return new (latest ?? loaded.NdArray)(buffer.slice() as ArrayLike<number>, [...shape])
}

export const native = { is: isNumjsArray, wrap, unwrap, record } satisfies NativeBridge<Elements>

/** Where code from text is forbidden numjs cannot run, so there are no arrays of its own. */
export const noNative: NativeBridge<unknown> = {
  is: () => false,
  wrap: () => forbidden(),
  unwrap: () => forbidden(),
}

function forbidden(): never {
  throw new BackendError({
    backend: 'numjs',
    because:
      'code made from text is forbidden here, and numjs needs it: programs run interpreted, without numjs',
    instead: "Read the elements by x.data(), or allow 'unsafe-eval' in the page's Content Security Policy",
  })
}

/** A compiled program as a function of numjs' own arrays or of typed arrays. */
export function nativeFunction(
  run: (...arrays: Elements[]) => readonly Elements[],
  inputs: readonly ConcreteType[],
  outputs: readonly ConcreteType[],
): NativeFunction {
  const elementsOf = (value: unknown, i: number): Elements => {
    const { dtype, shape } = inputs[i]!
    if (!isNumjsArray(value)) return value as Elements
    const wrapped = wrap(value)
    if (wrapped.dtype !== dtype)
      throw new DTypeError({
        op: 'run',
        dtypes: [wrapped.dtype],
        because: `argument ${i} was compiled as ${dtype}`,
      })
    if (String(wrapped.shape) === String(shape)) return wrapped.buffer
    throw new ShapeError({
      op: 'run',
      shapes: [wrapped.shape],
      because: `argument ${i} was compiled for ${printShape(shape)}`,
    })
  }
  return {
    native: run,
    run: (...arrays) => {
      const results = run(...arrays.map(elementsOf)).map((result, i) => unwrap(result, outputs[i]!))
      return results.length === 1 ? results[0] : results
    },
    inputs: inputs.map((_, i) => `x${i}`),
    outputs: outputs.map((_, i) => `y${i}`),
  }
}
