// The part of numjs that this package uses; numjs has no types of its own.

/** numjs' name of an element type; `array` is its default, a plain Array. */
export type NumjsDType =
  | 'array'
  | 'float32'
  | 'float64'
  | 'int16'
  | 'int32'
  | 'int8'
  | 'uint16'
  | 'uint32'
  | 'uint8'
  | 'uint8_clamped'

/** The strided view that a numjs array wraps. */
export interface NumjsSelection {
  readonly data: ArrayLike<number>
  readonly offset: number
  readonly shape: readonly number[]
  readonly stride: readonly number[]
}

/** An `nj.NdArray`. */
export interface NumjsArray {
  readonly dtype: NumjsDType
  readonly ndim: number
  readonly selection: NumjsSelection
  readonly shape: readonly number[]
  readonly size: number
  tolist(): unknown[]
}

/** The module `numjs`. */
export interface Numjs {
  readonly NdArray: new (data: ArrayLike<number>, shape: readonly number[]) => NumjsArray
  array(source: unknown, dtype?: NumjsDType): NumjsArray
}
