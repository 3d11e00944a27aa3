import { FormatError } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { onReference, sizeFrom } from '@tendril/core/module'
import { minus } from '../sizes.ts'
import { known, type SizeLike } from '../tensor.ts'
import { sizeAsArray } from './axes.ts'
import { cubicTaps, farShare, linearTaps, nearShare } from './sampled.ts'

/** How elements between those of an image are made. */
export interface Resizing {
  readonly mode: 'nearest' | 'linear' | 'cubic'
  /** Where an element of the result lies in the image. */
  readonly coordinates: string
  /** Which element is the nearest. */
  readonly rounding: string
  /** The coefficient of the cubic kernel. */
  readonly a: number
  readonly antialias: boolean
  readonly excludesOutside: boolean
  /** What lies outside of the image when a region of it is resized. */
  readonly extrapolation: number
}

/** A number of the file, or one that data give. */
export type Amount = number | NDArray

/** An axis that gets `count` elements in place of `size`. */
export interface ResizedAxis {
  readonly axis: number
  readonly size: SizeLike
  readonly count: SizeLike
  /** Undefined where it is the quotient of the sizes. */
  readonly scale: Amount | undefined
  readonly region: readonly [start: Amount, end: Amount]
}

/** The places that an axis is made of, and their shares. */
interface Made {
  /** `[count]` or, with shares, `[count, taps]`. */
  readonly places: NDArray
  readonly shares: NDArray | undefined
  /** Which elements lie outside of the image. */
  readonly isOutside: NDArray | undefined
}

/** Places of a longer axis are computed where the graph runs: a small file may ask for any number. */
const mostPlaces = 1 << 16

/** One axis resized; what depends on sizes alone is computed once where they are known. */
export function resizeAxis(x: NDArray, plan: ResizedAxis, settings: Resizing): NDArray {
  const { axis, size, count, scale = 1, region } = plan
  const isOfFile = [size, count, scale, ...region].every((one) => typeof one === 'number')
  const isKnown = isOfFile && (count as number) <= mostPlaces
  const { places, shares, isOutside } = isKnown
    ? onReference(() => made(plan, settings, 'float64'))
    : made(plan, settings, 'float32')
  const after = Array.from({ length: x.ndim - axis - 1 }, (_, i) => i)
  /** Numbers for an axis beside those that follow it. */
  const beside = (of: NDArray): NDArray =>
    after.length === 0
      ? of
      : td.expandDims(
          of,
          after.map((i) => i + of.ndim),
        )
  const taken = td.take(x, places, { axis })
  const y =
    shares === undefined
      ? taken
      : td.sum(td.multiply(taken, beside(td.astype(shares, x.dtype))), { axis: axis + 1, dtype: x.dtype })
  return isOutside === undefined ? y : td.where(beside(isOutside), settings.extrapolation, y)
}

type Float = 'float32' | 'float64'

function made(plan: ResizedAxis, settings: Resizing, dtype: Float): Made {
  const at = coordinatesOf(plan, settings, dtype)
  const last = number(minus(plan.size, 1), dtype)
  const isOutside =
    settings.coordinates === 'tf_crop_and_resize'
      ? td.logicalOr(td.less(at, 0), td.greater(at, last))
      : undefined
  const inside = (places: NDArray): NDArray =>
    td.minimum(td.maximum(places, 0), typeof last === 'number' ? last : td.astype(last, 'int32'))
  if (settings.mode === 'nearest')
    return {
      places: inside(td.astype(rounded(at, settings.rounding), 'int32')),
      shares: undefined,
      isOutside,
    }
  const taps = tapsOf(at, plan, settings)
  const { places } = taps
  const shares = settings.excludesOutside ? sharesInside(taps.shares, places, inside(places)) : taps.shares
  return { places: inside(places), shares, isOutside }
}

/** A size as what places are computed with. */
const number = (size: SizeLike, dtype: Float): NDArray | number =>
  typeof size === 'number' ? size : td.full([], size, { dtype })

/** Where each element of the result lies in the image. */
function coordinatesOf(plan: ResizedAxis, { coordinates }: Resizing, dtype: Float): NDArray {
  const { size, count, scale, region } = plan
  const x = td.arange(0, count, 1, { dtype })
  const [whole, asked] = [number(size, dtype), number(count, dtype)]
  /** The length of the result before it was rounded. */
  const length = scale === undefined ? asked : td.multiply(td.asarray(whole, { dtype }), scale)
  const apart = scale ?? td.divide(td.asarray(asked, { dtype }), whole)
  const halfPixel = (): NDArray => td.subtract(td.divide(td.add(x, 0.5), apart), 0.5)
  const isSingle = isOne(plan, scale === undefined ? asked : length)
  const edge = number(minus(size, 1), dtype)
  const steps = (): NDArray => {
    const apartFromOne = td.subtract(length, 1)
    return td.divide(td.multiply(x, edge), td.where(td.equal(apartFromOne, 0), 1, apartFromOne))
  }
  switch (coordinates) {
    case 'half_pixel':
      return halfPixel()
    case 'asymmetric':
      return td.divide(x, apart)
    case 'align_corners':
      return either(isSingle, () => td.multiply(x, 0), steps)
    case 'pytorch_half_pixel':
      return either(
        typeof count === 'number' ? count === 1 : td.equal(asked, 1),
        () => td.multiply(x, 0),
        halfPixel,
      )
    case 'tf_half_pixel_for_nn':
      return td.divide(td.add(x, 0.5), apart)
    case 'half_pixel_symmetric': {
      const share = td.subtract(1, td.divide(td.asarray(asked, { dtype }), length))
      return td.add(halfPixel(), td.multiply(td.divide(td.asarray(whole, { dtype }), 2), share))
    }
    case 'tf_crop_and_resize': {
      const [start, end] = region
      const [first, last] = [td.asarray(start, { dtype }), td.asarray(end, { dtype })]
      const middle = (): NDArray => td.divide(td.add(first, last), 2)
      const far = td.asarray(edge, { dtype })
      return either(
        isSingle,
        () => td.add(td.multiply(x, 0), td.multiply(far, middle())),
        () => td.add(td.multiply(steps(), td.subtract(last, first)), td.multiply(far, first)),
      )
    }
  }
  return unknown('coordinate_transformation_mode', coordinates)
}

/** Whether the result has one element before it is rounded; an array where data decide. */
function isOne({ scale, size, count }: ResizedAxis, length: Amount): boolean | NDArray {
  if (scale === undefined) return typeof count === 'number' ? count === 1 : td.equal(length, 1)
  if (typeof scale !== 'number') return td.equal(length, 1)
  return typeof size === 'number' && size * scale === 1
}

const either = (condition: boolean | NDArray, onTrue: () => NDArray, onFalse: () => NDArray): NDArray =>
  typeof condition === 'boolean'
    ? condition
      ? onTrue()
      : onFalse()
    : td.where(condition, onTrue(), onFalse())

function unknown(attribute: string, value: string): never {
  throw new FormatError({ format: 'onnx', because: `Resize knows no ${attribute} '${value}'` })
}

/** The nearest whole place. */
function rounded(at: NDArray, rounding: string): NDArray {
  switch (rounding) {
    case 'round_prefer_floor':
      return td.ceil(td.subtract(at, 0.5))
    case 'round_prefer_ceil':
      return td.floor(td.add(at, 0.5))
    case 'floor':
      return td.floor(at)
    case 'ceil':
      return td.ceil(at)
  }
  return unknown('nearest_mode', rounding)
}

function tapsOf(
  at: NDArray,
  plan: ResizedAxis,
  { mode, a, antialias }: Resizing,
): { readonly places: NDArray; readonly shares: NDArray } {
  const scale = antialias ? scaleOf(plan, at.dtype) : 1
  if (typeof scale !== 'number' || scale < 1) return smoothed(at, scale, mode, a)
  const taps = mode === 'linear' ? linearTaps(at) : cubicTaps(at, a)
  return { places: taps.places, shares: taps.shares! }
}

/** The scale of an axis; an array where it is open. */
function scaleOf({ scale, size, count }: ResizedAxis, dtype: td.DType): Amount {
  if (scale !== undefined) return scale
  if (typeof size === 'number' && typeof count === 'number') return count / size
  return td.divide(sizeAsArray(count, dtype), sizeAsArray(size, dtype))
}

/** Taps of a kernel that is as much wider as the image becomes smaller. */
function smoothed(at: NDArray, given: Amount, mode: string, a: number): { places: NDArray; shares: NDArray } {
  const low = td.floor(at)
  // An image that becomes larger has the taps of one that stays.
  const scale = typeof given === 'number' ? given : td.minimum(given, 1)
  const steps = tapSteps(scale, mode === 'linear' ? -1 : -2, at.dtype)
  const places = td.add(td.expandDims(low, 1), steps)
  const distance = td.multiply(td.abs(td.subtract(places, td.expandDims(at, 1))), scale)
  const shares =
    mode === 'linear'
      ? td.maximum(td.subtract(1, distance), 0)
      : td.where(
          td.lessEqual(distance, 1),
          nearShare(distance, a),
          td.where(td.less(distance, 2), farShare(distance, a), 0),
        )
  return {
    places: td.astype(places, 'int32'),
    shares: td.divide(shares, td.sum(shares, { axis: 1, keepdims: true, dtype: at.dtype })),
  }
}

/** From the first tap to the last one. */
function tapSteps(scale: Amount, reach: number, dtype: td.DType): NDArray {
  if (typeof scale === 'number') {
    const first = Math.floor(reach / scale) + 1
    return td.arange(first, 2 - first, 1, { dtype })
  }
  const first = td.add(td.floor(td.divide(reach, scale)), 1)
  const count = known(sizeFrom(td.astype(td.subtract(2, td.multiply(first, 2)), 'int32'), 'Resize'))
  return td.add(td.arange(0, count, 1, { dtype }), first)
}

/** Shares of the elements that are there; together they are the whole. */
function sharesInside(shares: NDArray, places: NDArray, inside: NDArray): NDArray {
  const own = td.where(td.equal(places, inside), shares, 0)
  const total = td.sum(own, { axis: 1, keepdims: true, dtype: own.dtype })
  return td.divide(own, td.where(td.equal(total, 0), 1, total))
}
