import { full, type NDArray, ParamError, random } from '@tendril/core/fn'

type DType = NDArray['dtype']

export interface InitOptions {
  readonly dtype?: DType
  /** The same key gives the same numbers on every engine; null draws from the global stream. */
  readonly key?: random.Key | null
}

/** Makes the first array of a Variable. Weights are `[out, in, ...kernel]`. */
export type Initializer = (shape: readonly number[], options?: InitOptions) => NDArray

/** An initializer of one number. @example constant(3)([2])   // [3, 3] */
export const constant =
  (value: number): Initializer =>
  (shape, { dtype = 'float32' } = {}) =>
    full([...shape], value, { dtype })

/** An initializer of zeros. @example zeros([2])   // [0, 0] */
export const zeros: Initializer = constant(0)

/** An initializer of ones. @example ones([2])   // [1, 1] */
export const ones: Initializer = constant(1)

/** An initializer of numbers spread evenly over [low, high). @example uniform({ low: 2, high: 3 })([4]).shape   // [4] */
export const uniform =
  ({ low = -0.1, high = 0.1 }: { readonly low?: number; readonly high?: number } = {}): Initializer =>
  (shape, { dtype = 'float32', key = null } = {}) =>
    random.uniform({ low, high, shape: [...shape], dtype, key })

/** An initializer of normally distributed numbers. @example normal({ mean: 5, std: 0 })([2])   // [5, 5] */
export const normal =
  ({ mean = 0, std = 1 }: { readonly mean?: number; readonly std?: number } = {}): Initializer =>
  (shape, { dtype = 'float32', key = null } = {}) =>
    random.normal({ mean, std, shape: [...shape], dtype, key })

/** Numbers of inputs and outputs that one element of a weight `[out, in, ...kernel]` connects. */
function fans(op: string, shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  const [out, into, ...kernel] = shape
  if (out === undefined || into === undefined) {
    throw new ParamError({
      op,
      param: 'shape',
      value: shape,
      because: 'it counts inputs and outputs, so it takes weights of [out, in, ...kernel]',
      instead: 'Choose uniform, normal or constant for vectors',
    })
  }
  const field = kernel.reduce((product, size) => product * size, 1)
  // A weight without elements needs numbers that are finite all the same.
  return { fanIn: Math.max(1, into * field), fanOut: Math.max(1, out * field) }
}

/** Numbers with this standard deviation. */
const drawn = (spread: 'uniform' | 'normal', std: number): Initializer =>
  spread === 'normal' ? normal({ std }) : uniform({ low: -Math.sqrt(3) * std, high: Math.sqrt(3) * std })

export interface GlorotOptions {
  readonly gain?: number
}

const glorot =
  (op: string, spread: 'uniform' | 'normal', { gain = 1 }: GlorotOptions): Initializer =>
  (shape, options) => {
    const { fanIn, fanOut } = fans(op, shape)
    return drawn(spread, gain * Math.sqrt(2 / (fanIn + fanOut)))(shape, options)
  }

/**
 * An initializer after Glorot and Bengio (Xavier), evenly spread: within `gain * sqrt(6 / (fanIn + fanOut))`.
 *
 * @source Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010)
 * @example glorotUniform()([3, 2]).shape   // [3, 2]
 */
export const glorotUniform = (options: GlorotOptions = {}): Initializer =>
  glorot('glorotUniform', 'uniform', options)

/** An initializer after Glorot and Bengio (Xavier), normal. @example glorotNormal()([3, 2]).shape   // [3, 2] */
export const glorotNormal = (options: GlorotOptions = {}): Initializer =>
  glorot('glorotNormal', 'normal', options)

export interface KaimingOptions {
  readonly mode?: 'fanIn' | 'fanOut'
  /** Factor for what follows: `sqrt(2)` for relu (default), 1 for none. */
  readonly gain?: number
}

const kaiming =
  (
    op: string,
    spread: 'uniform' | 'normal',
    { mode = 'fanIn', gain = Math.SQRT2 }: KaimingOptions,
  ): Initializer =>
  (shape, options) =>
    drawn(spread, gain / Math.sqrt(fans(op, shape)[mode]))(shape, options)

/**
 * An initializer after He and others (Kaiming), evenly spread: within `gain * sqrt(3 / fan)`.
 *
 * @source He and others, "Delving deep into rectifiers" (2015)
 * @example kaimingUniform()([3, 2]).shape   // [3, 2]
 */
export const kaimingUniform = (options: KaimingOptions = {}): Initializer =>
  kaiming('kaimingUniform', 'uniform', options)

/** An initializer after He and others (Kaiming), normal. @example kaimingNormal()([3, 2]).shape   // [3, 2] */
export const kaimingNormal = (options: KaimingOptions = {}): Initializer =>
  kaiming('kaimingNormal', 'normal', options)
