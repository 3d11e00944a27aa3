import * as td from '@tendril/core/fn'
import type { DType, NDArray } from '@tendril/core/fn'
import type { ElementType, Narrow } from '../element-types.ts'
import { times } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'

/** The integers of up to 16 bits that elements are quantized to, with their bounds. */
const bounds: Readonly<Partial<Record<DType, readonly [least: number, most: number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
}

/** Whether floats are quantized to elements of a type: floats of up to 8 bits are such as well. */
export const isQuantized = ({ dtype, narrow }: ElementType): boolean =>
  narrow === undefined ? bounds[dtype] !== undefined : narrow.kind !== 'power' && narrow.bits <= 8

/** Where the scales of an array lie: one for all, one for each place of an axis, or one for each block along it. */
export interface Placement {
  readonly axis: number
  /** 0 where there are no blocks. */
  readonly block: number
}

/** A scale or a zero point in axes that broadcast against the array that it belongs to. */
export function placed(scale: NDArray, x: NDArray, { axis, block }: Placement): NDArray {
  const sizes = sizesOf(scale)
  if (sizes.length === 0) return scale
  if (sizes.length === 1 && sizes[0] === 1) return td.reshape(scale, [])
  const at = axis < 0 ? axis + x.ndim : axis
  if (block > 0) {
    // A block that is longer than the axis is as long.
    const size = sizesOf(x)[at]!
    const each = typeof size === 'number' ? Math.min(block, size) : block
    const repeated = td.broadcastTo(td.expandDims(scale, at + 1), sizes.toSpliced(at + 1, 0, each))
    const long = td.reshape(repeated, sizes.with(at, times(sizes[at]!, each)))
    const [starts, stops] = [sizes.map(() => null), sizes.map((_, i) => (i === at ? size : null))]
    return td.slice(long, starts, stops)
  }
  if (sizes.length > 1) return scale
  return td.reshape(
    scale,
    sizesOf(x).map((_, i) => (i === at ? sizes[0]! : 1)),
  )
}

/** An array with its scale and its zero point in axes that broadcast. */
export interface Aligned {
  readonly x: NDArray
  readonly scale: NDArray
  readonly zero: NDArray | undefined
  /** A result in the axes that the array had. */
  readonly whole: (y: NDArray) => NDArray
}

/** Whole blocks get an axis of their own, so that no scale is repeated. */
export function aligned(
  x: NDArray,
  scale: NDArray,
  zero: NDArray | undefined,
  placement: Placement,
): Aligned {
  const { axis, block } = placement
  const sizes = sizesOf(x)
  const at = axis < 0 ? axis + x.ndim : axis
  const size = sizes[at]
  if (block > 0 && scale.ndim === x.ndim && typeof size === 'number' && size > 0 && size % block === 0)
    return {
      x: td.reshape(x, sizes.toSpliced(at, 1, size / block, block)),
      scale: td.expandDims(scale, at + 1),
      zero: zero && td.expandDims(zero, at + 1),
      whole: (y) => td.reshape(y, sizes),
    }
  return {
    x,
    scale: placed(scale, x, placement),
    zero: zero && placed(zero, x, placement),
    whole: (y) => y,
  }
}

/** Floats rounded to integers, halves to the even one, moved by a zero point and cut to the bounds of their type. */
export function saturated(x: NDArray, zero: NDArray | undefined, dtype: DType, narrow?: Narrow): NDArray {
  const [least, most] = narrow?.kind === 'integer' ? [narrow.least, narrow.most] : bounds[dtype]!
  const rounded = td.round(td.astype(x, x.dtype === 'float64' ? 'float64' : 'float32'))
  const moved = zero === undefined ? rounded : td.add(rounded, td.astype(zero, rounded.dtype))
  return td.astype(td.clip(moved, least, most), dtype)
}

/** The differences of integers and their zero point, in int32. */
export function centred(x: NDArray, zero: NDArray | undefined): NDArray {
  const wide = td.astype(x, 'int32')
  return zero === undefined ? wide : td.subtract(wide, td.astype(zero, 'int32'))
}

/** The floats that integers, or floats of few bits, stand for: in the dtype of the scale unless said otherwise. */
export function dequantized(
  x: NDArray,
  scale: NDArray,
  zero: NDArray | undefined,
  dtype: DType = scale.dtype,
): NDArray {
  const wide = scale.dtype === 'float64' ? 'float64' : 'float32'
  const plain =
    zero === undefined
      ? td.astype(x, wide)
      : // Floats hold the differences of all integers that have a zero point.
        td.subtract(td.astype(x, wide), td.astype(zero, wide))
  return td.astype(td.multiply(plain, td.astype(scale, wide)), dtype)
}

/** Zero points and scales of rows stand beside the matrices that they belong to, as columns. */
export const asColumn = (x: NDArray | undefined): NDArray | undefined =>
  x?.ndim === 1 && sizesOf(x)[0] !== 1 ? td.expandDims(x, 1) : x

/** The scale and the zero point of uint8 that the elements of an array ask for, 0 among them. */
export function dynamicRange(x: NDArray): readonly [scale: NDArray, zero: NDArray] {
  const isEmpty = sizesOf(x).includes(0)
  const nothing = td.full([], 0, { dtype: 'float32' })
  const least = isEmpty ? nothing : td.minimum(td.min(x), 0)
  const most = isEmpty ? nothing : td.maximum(td.max(x), 0)
  const range = td.subtract(most, least)
  const scale = td.where(td.equal(range, 0), 1, td.divide(range, 255))
  const zero = saturated(td.negative(td.divide(least, scale)), undefined, 'uint8')
  return [scale, zero]
}

/** The matrix product of integers without their zero points, in int32. */
export const integerProduct = (
  a: NDArray,
  aZero: NDArray | undefined,
  b: NDArray,
  bZero: NDArray | undefined,
): NDArray => td.matmul(centred(a, asColumn(aZero)), centred(b, bZero))

/** Sums up to 2^24 are exact in float32. */
const mostProducts = { whole: 257, half: 4112 } as const

interface Sliding {
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
  readonly groups: number
}

/**
 * The convolution of integers of 8 bits without their zero points, in int32.
 *
 * Engines convolve floats: where a sum of products is too large for those, the integers are taken apart in halves of 4
 * bits, whose sums are not.
 */
export function integerConvolution(
  x: NDArray,
  w: NDArray,
  { strides, pads, dilations, groups }: Sliding,
): NDArray {
  const products = sizesOf(w)
    .slice(1)
    .reduce<number>((n, size) => n * (typeof size === 'number' ? size : Infinity), 1)
  const ones = (values: NDArray): readonly Half[] => [[1, values]]
  const left = products <= mostProducts.whole ? ones(x) : halvesOf(x)
  const right = products <= mostProducts.half ? ones(w) : halvesOf(w)
  const sums = left.flatMap(([a, one]) =>
    right.map(([b, other]) => {
      const [p, q] = [td.astype(one, 'float32'), td.astype(other, 'float32')]
      const sum = td.astype(td.convolution(p, q, strides, pads, dilations, { groups }), 'int32')
      return a * b === 1 ? sum : td.multiply(sum, a * b)
    }),
  )
  return sums.reduce((a, b) => td.add(a, b))
}

type Half = readonly [weight: number, values: NDArray]

function halvesOf(x: NDArray): readonly Half[] {
  const high = td.floorDivide(x, 16)
  return [
    [16, high],
    [1, td.subtract(x, td.multiply(high, 16))],
  ]
}
