import numjs from 'numjs'

type Method =
  | 'add'
  | 'assign'
  | 'clone'
  | 'convolve'
  | 'diag'
  | 'divide'
  | 'dot'
  | 'exp'
  | 'fftconvolve'
  | 'flatten'
  | 'hi'
  | 'lo'
  | 'mod'
  | 'multiply'
  | 'pick'
  | 'pow'
  | 'reshape'
  | 'slice'
  | 'step'
  | 'subtract'
type Function =
  | 'abs'
  | 'add'
  | 'arange'
  | 'arccos'
  | 'arcsin'
  | 'arctan'
  | 'array'
  | 'clip'
  | 'concatenate'
  | 'convolve'
  | 'cos'
  | 'diag'
  | 'divide'
  | 'dot'
  | 'exp'
  | 'fft'
  | 'flip'
  | 'identity'
  | 'leakyRelu'
  | 'log'
  | 'mod'
  | 'multiply'
  | 'negative'
  | 'ones'
  | 'power'
  | 'random'
  | 'remainder'
  | 'reshape'
  | 'rot90'
  | 'round'
  | 'sigmoid'
  | 'sin'
  | 'softmax'
  | 'sqrt'
  | 'stack'
  | 'subtract'
  | 'tan'
  | 'tanh'
  | 'transpose'
  | 'zeros'

/** An `nj.NdArray` with the methods that tests call. */
export interface Array extends Readonly<Record<Method, (...args: unknown[]) => Array>> {
  dtype: string
  readonly ndim: number
  readonly shape: readonly number[]
  readonly T: Array
  readonly selection: { readonly data: number[] }
  tolist(): unknown[]
  get(...at: number[]): number
  set(...at: number[]): void
  iteraxis(axis: number, callback: (part: Array, i: number) => void): void
  sum(): number
  max(): number
  min(): number
  mean(): number
}

/** The module numjs. */
export interface Nj extends Readonly<Record<Function, (...args: unknown[]) => Array>> {
  readonly NdArray: {
    new (data: ArrayLike<number>, shape: readonly number[]): Array
    readonly prototype: object
  }
  readonly images: Readonly<Record<'rgb2gray', (...args: unknown[]) => Array>>
  sum(x: Array): number
  std(x: Array): number
  equal(x: Array, y: Array): boolean
}

const nj = numjs as unknown as Nj

const flat = (list: unknown): number[] => [list].flat(9) as number[]

export const values = (array: { tolist(): unknown[] }): number[] => flat(array.tolist())

let state = 1
/** Numbers of [0, 1), the same in each run. */
const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647

const lowest: Record<string, number> = { int8: -128, uint8: 0, int16: -3000, uint16: 0, uint32: 0 }

/** Random numbers that the dtype holds: about a small multiple of one for floats. */
export function random(shape: readonly number[], dtype: string): Array {
  const low = lowest[dtype] ?? -4
  const high = dtype === 'int8' ? 127 : dtype === 'uint8' ? 255 : -low || 9
  const count = shape.reduce((n, size) => n * size, 1)
  const list = Array.from({ length: count }, () => low + next() * (high - low))
  return nj.array(list, dtype === 'array' ? undefined : dtype).reshape(shape)
}

const odd = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  -1.5,
  2.5,
  -2.5,
  NaN,
  Infinity,
  -Infinity,
  1e30,
  -1e30,
  1e-30,
  30.5,
  -30.5,
]
const all = [...odd, 0.49999999999999994, 1e300, 354.9, 2, 3]

/** Zeros, halves, infinities and numbers that overflow, and NaN. */
export function special(shape: readonly number[]): Array {
  const count = shape.reduce((n, size) => n * size, 1)
  const from = count > all.length ? 0 : Math.floor(next() * all.length)
  const width = shape.at(-1)!
  const at = (i: number): number => (count > all.length ? i % width : from + i)
  return nj.array(Array.from({ length: count }, (_, i) => all[at(i) % all.length]!)).reshape(shape)
}

/** How an array differs from another: dtype (numjs' default is float64), shape, and elements, floats up to `rounding`. */
export function differences(actual: Array, expected: Array, rounding = 2 ** -50): readonly string[] {
  if (!(actual instanceof (expected as object).constructor)) return ['no array of this copy of numjs']
  const type = (array: Array): string =>
    `${array.dtype === 'array' ? 'float64' : array.dtype}[${array.shape.join()}]`
  if (type(actual) !== type(expected)) return [`${type(actual)} for ${type(expected)}`]
  const [a, b] = [values(actual), values(expected)]
  const scale = Math.min(64, Math.max(0, ...b.filter(Number.isFinite).map(Math.abs)))
  const slack = actual.dtype === 'float32' ? 2 ** -22 : actual.dtype === 'float64' ? rounding : 0
  return b.flatMap((value, i) => {
    const isClose = Math.abs(a[i]! - value) <= slack * Math.max(Math.abs(value), scale)
    const isZero = a[i] === 0 && value === 0
    return Object.is(a[i], value) || (isClose && !isZero) ? [] : `${a[i]} for ${value}`
  })
}
