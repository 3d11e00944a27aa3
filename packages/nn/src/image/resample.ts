import { type Filter, filters, type Resample } from './filters.ts'
import type { Pixels } from './pixels.ts'

/** The part of a resized image that is wanted. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Bits of the fraction of a weight: 32 for the sum, less 8 of the pixel and 2 for weights beyond 1. */
const fractionBits = 32 - 8 - 2

/** For each place of the result: the first pixel that counts, and the weights from there on. */
interface Weights {
  readonly firsts: Int32Array
  readonly counts: Int32Array
  readonly fixed: Int32Array
  /** Room for the weights of one place. */
  readonly room: number
}

/** Weights of the pixels of one axis in fixed point, for `count` places of the result from `from` on. */
function weightsOf(size: number, target: number, filter: Filter, from: number, count: number): Weights {
  const scale = size / target
  // Making smaller, a filter covers as many pixels as fall on one.
  const spread = Math.max(1, scale)
  const support = filter.support * spread
  const room = Math.ceil(support) * 2 + 1
  const [firsts, counts] = [new Int32Array(count), new Int32Array(count)]
  const fixed = new Int32Array(count * room)
  const exact = new Float64Array(room)
  for (let place = 0; place < count; place++) {
    const middle = (from + place + 0.5) * scale
    const first = Math.max(0, Math.trunc(middle - support + 0.5))
    const length = Math.min(size, Math.trunc(middle + support + 0.5)) - first
    let sum = 0
    for (let i = 0; i < length; i++) {
      exact[i] = filter.weight((i + first - middle + 0.5) * (1 / spread))
      sum += exact[i]!
    }
    for (let i = 0; i < length; i++) {
      const weight = sum === 0 ? exact[i]! : exact[i]! / sum
      fixed[place * room + i] = Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * 2 ** fractionBits)
    }
    firsts[place] = first
    counts[place] = length
  }
  return { firsts, counts, fixed, room }
}

/** The sum as a pixel. */
const toByte = (sum: number): number => {
  const value = sum >> fractionBits
  return value < 0 ? 0 : value > 255 ? 255 : value
}

const half = 2 ** (fractionBits - 1)

/** Columns of the result from rows `top` to `bottom` of an image whose first column is column `left` of the whole. */
function alongRows(
  image: Pixels,
  { firsts, counts, fixed, room }: Weights,
  left: number,
  top: number,
  bottom: number,
): Pixels {
  const { width, channels, data } = image
  const columns = firsts.length
  const out = new Uint8Array((bottom - top) * columns * channels)
  let to = 0
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < columns; x++) {
      const start = (y * width + firsts[x]! - left) * channels
      for (let channel = 0; channel < channels; channel++) {
        let sum = half
        for (let i = 0, from = start + channel; i < counts[x]!; i++, from += channels)
          sum += data[from]! * fixed[x * room + i]!
        out[to++] = toByte(sum)
      }
    }
  }
  return { width: columns, height: bottom - top, channels, data: out }
}

/** Rows of the result, from an image whose first row is row `top` of the whole. */
function alongColumns(image: Pixels, { firsts, counts, fixed, room }: Weights, top: number): Pixels {
  const { width, channels, data } = image
  const row = width * channels
  const out = new Uint8Array(firsts.length * row)
  for (let y = 0; y < firsts.length; y++) {
    const start = (firsts[y]! - top) * row
    for (let x = 0; x < row; x++) {
      let sum = half
      for (let i = 0, from = start + x; i < counts[y]!; i++, from += row)
        sum += data[from]! * fixed[y * room + i]!
      out[y * row + x] = toByte(sum)
    }
  }
  return { width, height: firsts.length, channels, data: out }
}

/** A part of the image. */
function cropped(image: Pixels, { left, top, width, height }: Region): Pixels {
  const { channels, data } = image
  const out = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels
    out.set(data.subarray(from, from + width * channels), y * width * channels)
  }
  return { width, height, channels, data: out }
}

/** The pixel that is nearest to each place of one axis, found by steps as Pillow does. */
function nearest(size: number, target: number, from: number, count: number): Int32Array {
  const step = size / target
  const places = new Int32Array(count)
  let at = step * 0.5
  for (let place = 0; place < from + count; place++, at += step)
    if (place >= from) places[place - from] = Math.min(size - 1, Math.trunc(at))
  return places
}

function nearestPixels(image: Pixels, width: number, height: number, region: Region): Pixels {
  const { channels, data } = image
  const columns = nearest(image.width, width, region.left, region.width)
  const rows = nearest(image.height, height, region.top, region.height)
  const out = new Uint8Array(rows.length * columns.length * channels)
  let to = 0
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * channels
      for (let channel = 0; channel < channels; channel++) out[to++] = data[from + channel]!
    }
  }
  return { width: region.width, height: region.height, channels, data: out }
}

/** The pixels of one axis that the weights, or a region of an axis that stays, take in. */
function span(stays: boolean, from: number, count: number, { firsts, counts }: Weights): [number, number] {
  return stays ? [from, from + count] : [firsts[0]!, firsts[count - 1]! + counts[count - 1]!]
}

/**
 * The image at another size, bit for bit as Pillow's `Image.resize` makes it: weights in fixed point, each of two passes
 * rounded to eight bits. Only the wanted region is computed.
 *
 * @source Pillow 13, `src/libImaging/Resample.c`; before it, the first pass was always that along rows
 */
export function resized(
  image: Pixels,
  width: number,
  height: number,
  resample: Resample,
  region: Region = { left: 0, top: 0, width, height },
): Pixels {
  if (resample === 'nearest') return nearestPixels(image, width, height, region)
  const filter = filters[resample]
  const inRows = weightsOf(image.width, width, filter, region.left, region.width)
  const inColumns = weightsOf(image.height, height, filter, region.top, region.height)
  const [staysWide, staysHigh] = [width === image.width, height === image.height]
  const [left, right] = span(staysWide, region.left, region.width, inRows)
  const [top, bottom] = span(staysHigh, region.top, region.height, inColumns)
  const lost = image.height - height
  if (lost > 0 && lost > 2 * (image.width - width)) {
    const columns = cropped(image, { left, top, width: right - left, height: bottom - top })
    const part = alongColumns(columns, inColumns, top)
    return staysWide ? part : alongRows(part, inRows, left, 0, part.height)
  }
  const part = staysWide
    ? cropped(image, { left, top, width: right - left, height: bottom - top })
    : alongRows(image, inRows, 0, top, bottom)
  return staysHigh ? part : alongColumns(part, inColumns, top)
}
