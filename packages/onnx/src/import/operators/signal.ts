import * as td from '@tendril/core/fn'
import type { DType, NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { floorDiv, plus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { countsOf, toldOf } from '../told.ts'
import { axisOf, sliceAxis } from './axes.ts'
import { alongBy } from './told-axes.ts'

const wide = (dtype: DType): DType => (dtype === 'float64' ? 'float64' : 'float32')

/** The numbers whose parts stand in the last axis, real or complex. */
function numbersOfParts(call: NodeCall, x: NDArray): NDArray {
  const parts = x.shape.at(-1)
  const values = td.astype(x, wide(x.dtype))
  const part = (index: number): NDArray => td.squeeze(sliceAxis(values, x.ndim - 1, index, index + 1), -1)
  if (parts === 1) return part(0)
  return parts === 2 ? td.complex(part(0), part(1)) : call.refuse(`its last axis has ${parts} parts`)
}

const isComplex = (x: NDArray): boolean => x.dtype === 'complex64' || x.dtype === 'complex128'

/** The parts of complex numbers as a last axis. */
const partsOf = (x: NDArray, dtype: DType): NDArray =>
  td.astype(td.stack([td.real(x), td.imag(x)], { axis: -1 }), dtype)

/** A transform of one half, where the other mirrors it. */
function transformed(values: NDArray, n: SizeLike, axis: number, oneSided: boolean): NDArray {
  if (!oneSided) return td.fft.fft(values, { n, axis })
  if (!isComplex(values)) return td.fft.rfft(values, { n, axis })
  return sliceAxis(td.fft.fft(values, { n, axis }), axis, 0, plus(floorDiv(n, 2)!, 1))
}

const dft: Operator = (call) => {
  const x = call.array(0)
  const told = call.opset >= 20 && call.has(2) ? toldOf(call, 2) : undefined
  if (told !== undefined) {
    const isHalf = call.flag('inverse') && call.flag('onesided') && !call.has(1)
    return alongBy(call, x, told, (lines) => transformedAlong(call, lines, 1), {
      trailing: 1,
      least: isHalf ? 2 : 1,
    })
  }
  const given = call.opset < 20 ? call.int('axis', 1) : call.has(2) ? call.number(2) : -2
  // The last axis holds the parts.
  const axis = axisOf(call, given, x.ndim)
  if (axis === x.ndim - 1) call.refuse('its axis is that of the parts')
  return transformedAlong(call, x, axis)
}

function transformedAlong(call: NodeCall, x: NDArray, axis: number): NDArray {
  const values = numbersOfParts(call, x)
  const [inverse, oneSided] = [call.flag('inverse'), call.flag('onesided')]
  const length = call.has(1) ? countsOf(call, 1)[0]! : undefined
  const size = sizesOf(values)[axis]!
  if (inverse && oneSided) {
    const n = length ?? plus(size, plus(size, -2))
    return td.astype(td.expandDims(td.fft.irfft(values, { n, axis }), x.ndim - 1), x.dtype)
  }
  const n = length ?? size
  const result = inverse ? td.fft.ifft(values, { n, axis }) : transformed(values, n, axis, oneSided)
  return partsOf(result, x.dtype)
}

const stft: Operator = (call) => {
  const x = call.array(0)
  // Signals may come without an axis of parts.
  const values = x.ndim === 2 ? td.astype(x, wide(x.dtype)) : numbersOfParts(call, x)
  const window = call.optional(2)
  const frameLength = call.has(3) ? call.number(3) : (window ?? values).shape.at(-1)!
  const frames = (line: NDArray): NDArray => {
    const slid = td.slidingWindow(line, frameLength, { stride: call.number(1) })
    return window === undefined ? slid : td.multiply(slid, td.astype(window, slid.dtype))
  }
  const framed = isComplex(values)
    ? td.complex(frames(td.real(values)), frames(td.imag(values)))
    : frames(values)
  return partsOf(transformed(framed, frameLength, framed.ndim - 1, call.flag('onesided', true)), x.dtype)
}

const windowed =
  (
    make: (size: SizeLike, options: { readonly periodic: boolean; readonly dtype: DType }) => NDArray,
  ): Operator =>
  (call) => {
    const dtype = call.elementType('output_datatype')?.dtype ?? 'float32'
    const size = countsOf(call, 0)[0] ?? call.refuse('it is given no size')
    return td.astype(make(size, { periodic: call.flag('periodic', true), dtype: wide(dtype) }), dtype)
  }

/** Weights of triangles that stand side by side on the mel scale, one column for each. */
const melWeightMatrix: Operator = (call) => {
  const dtype = call.elementType('output_datatype')?.dtype ?? 'float32'
  const [bands, length, rate] = [call.number(0), call.number(1), call.number(2)]
  if (bands < 0 || bands > mostBands) call.refuse(`it makes ${bands} bands`)
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700)
  const [low, high] = [mel(call.number(3)), mel(call.number(4))]
  const edges = Array.from({ length: bands + 2 }, (_, i) => {
    const hertz = 700 * (10 ** ((i * ((high - low) / (bands + 2)) + low) / 2595) - 1)
    return Math.floor(((length + 1) * hertz) / rate)
  })
  const row = (from: number): NDArray =>
    td.reshape(td.array(edges.slice(from, from + bands), { dtype: 'float32' }), [1, bands])
  const [lower, center, upper] = [row(0), row(1), row(2)]
  const count = Math.floor(length / 2) + 1
  const at = td.reshape(td.arange(0, count), [count, 1])
  const between = (a: NDArray, b: NDArray): NDArray => td.maximum(td.subtract(b, a), 1)
  // Where an edge has no width the band is 1 at its centre.
  const rising = td.where(
    td.equal(lower, center),
    td.astype(td.equal(at, center), 'float32'),
    td.where(
      td.logicalAnd(td.greaterEqual(at, lower), td.lessEqual(at, center)),
      td.divide(td.subtract(at, lower), between(lower, center)),
      0,
    ),
  )
  const isFalling = td.logicalAnd(td.greaterEqual(at, center), td.less(at, upper))
  const falling = td.divide(td.subtract(upper, at), between(center, upper))
  return td.astype(td.where(isFalling, falling, rising), dtype)
}

const mostBands = 1 << 16

export const signal: Operators = {
  DFT: dft,
  STFT: stft,
  HannWindow: windowed((size, options) => td.hannWindow(size, options)),
  // The fractions of Hamming's article, which are 0.54 and 0.46 elsewhere.
  HammingWindow: windowed((size, options) =>
    td.hammingWindow(size, { ...options, alpha: 25 / 46, beta: 21 / 46 }),
  ),
  BlackmanWindow: windowed((size, options) => td.blackmanWindow(size, options)),
  MelWeightMatrix: melWeightMatrix,
}
