import { carrierOf } from '../carriers.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { padded, taps, type Windows } from './taps.ts'

/** Spatial axes that onnxruntime's kernels have. */
const maxSpatial = 3

const attributesOf = ({ kernel, strides, pads, dilations }: Windows): Record<string, readonly number[]> => ({
  kernel_shape: kernel,
  strides,
  pads,
  dilations,
})

/**
 * MaxPool passes NaN over, and has the least number for a window of -Infinity alone. What is finite has neither, which
 * a sum tells in a tenth of the time.
 */
function maxPool(e: OnnxEmitter, a: OnnxRef, windows: Windows): OnnxRef {
  const best = e.node('MaxPool', [a], a, attributesOf(windows))
  if (!e.exact) return best
  // Dilation makes windows over padding alone possible.
  const { pads, dilations } = windows
  if (dilations.some((step) => step > 1) && pads.some((width) => width > 0))
    return marked(e, a, best, windows)
  return e.either(
    isFinite(e, a),
    () => e.node('Identity', [best], best),
    () => marked(e, a, best, windows),
  )
}

/** Whether all elements are finite, by their sum; false as well where it overflows. */
function isFinite(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  // The kernel for this one reads the layout that convolutions write.
  const means = a.dtype === 'float32' ? e.node('GlobalAveragePool', [a], a) : a
  const sum = e.node('ReduceSum', [means], { dtype: a.dtype, rank: 0 }, { keepdims: 0 })
  return x.equal(e, x.mul(e, sum, x.number(e, a, 0)), x.number(e, a, 0))
}

/** The largest elements as they should be: a pool of marks tells where NaN is, and where nothing but -Infinity. */
function marked(e: OnnxEmitter, a: OnnxRef, best: OnnxRef, windows: Windows): OnnxRef {
  const isMore = x.not(e, x.lessEqual(e, a, x.number(e, a, -Infinity)))
  const marks = x.add(e, e.cast(isMore, 'uint8'), e.cast(x.isNaN(e, a), 'uint8'))
  const mark = e.node('MaxPool', [marks], marks, attributesOf(windows))
  const isNaN = x.equal(e, mark, e.scalar('uint8', 2))
  const isLeast = x.equal(e, mark, e.scalar('uint8', 0))
  const finite = x.where(e, isLeast, x.number(e, a, -Infinity), best)
  return x.where(e, isNaN, x.number(e, a, NaN), finite)
}

function meanByTaps(
  e: OnnxEmitter,
  a: OnnxRef,
  windows: Windows,
  countPads: boolean,
  space: readonly number[],
): OnnxRef {
  const total = (of: OnnxRef): OnnxRef =>
    taps(e, padded(e, of, windows.pads, 0), windows, space).reduce((sum, part) => x.add(e, sum, part))
  if (countPads || windows.pads.every((width) => width === 0)) {
    const count = windows.kernel.reduce((n, size) => n * size, 1)
    return x.div(e, total(a), x.number(e, a, count))
  }
  const one = e.ints([1, 1])
  const spatial = e.node('Shape', [a], { dtype: 'int64', rank: 1 }, { start: 2 })
  const sizes = e.node('Concat', [one, spatial], spatial, { axis: 0 })
  const ones = e.node('Expand', [x.number(e, a, 1), sizes], a)
  return x.div(e, total(a), total(ones))
}

export const pooling: readonly OnnxLowering[] = [
  lower('maxPooling', (e, [a], windows, { outputs }) => {
    if (windows.kernel.length <= maxSpatial) return maxPool(e, a, windows)
    const parts = taps(
      e,
      padded(e, a, windows.pads, -Infinity),
      windows,
      outputs[0]!.shape.slice(2).map((size) => e.fixed(size)),
    )
    return parts.reduce((best, part) => x.max(e, best, part))
  }),
  lower('avgPooling', (e, [a], { kernel, strides, pads, countIncludePad }, { outputs }) => {
    if (kernel.length <= maxSpatial && carrierOf('AveragePool', a.dtype) === a.dtype) {
      const attributes = { kernel_shape: kernel, strides, pads, count_include_pad: countIncludePad ? 1 : 0 }
      return e.node('AveragePool', [a], a, attributes)
    }
    const windows = { kernel, strides, pads, dilations: kernel.map(() => 1) }
    const space = outputs[0]!.shape.slice(2).map((size) => e.fixed(size))
    return meanByTaps(e, a, windows, countIncludePad, space)
  }),
]
