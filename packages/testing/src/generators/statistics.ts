import { isComplex, isFloat, isInteger } from '@tendril/core/testing'
import type { Given } from '../call.ts'
import type { Draw, Generator } from '../draw.ts'

const perhaps = (draw: Draw, make: () => Given): Given => (draw.rarely(2) ? make() : null)

const axes = (draw: Draw, rank: number): Record<string, unknown> => ({
  ...(rank > 0 && draw.rarely(2) ? { axis: draw.int(-rank, rank - 1) } : {}),
  ...(draw.rarely(2) ? { keepdims: true } : {}),
})

/** Sums and products in the dtype of their own. */
const total: Generator = (draw) => {
  const shape = draw.shape()
  return { inputs: [draw.array(shape)], params: axes(draw, shape.length) }
}

/** A dtype to convert to first: complex numbers become no real ones. */
const wide = (draw: Draw): Record<string, unknown> => {
  const { dtype, held } = draw.wanted
  if (!draw.rarely(3)) return {}
  const fit = [...held].filter((one) => one !== 'bool' && (isComplex(one) || !isComplex(dtype)))
  return fit.length === 0 ? {} : { dtype: draw.pick(fit) }
}

/** Sums and products in any dtype. */
const wideTotal: Generator = (draw) => {
  const { inputs, params } = total(draw)
  return { inputs, params: { ...params, ...wide(draw) } }
}

/** Sums and products so far. */
const running: Generator = (draw) => {
  const shape = draw.shape(1)
  const isLine = shape.length === 1 && draw.rarely(2)
  const axis = isLine ? {} : { axis: draw.int(-shape.length, shape.length - 1) }
  return {
    inputs: [draw.array(shape)],
    params: { ...axis, ...(draw.rarely(2) ? { includeInitial: true } : {}), ...wide(draw) },
  }
}

const quantile: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const q = draw.fractions(draw.rarely(2) ? [] : [draw.int(1, 3)], 'float32')
  return {
    inputs: [draw.array(shape), q],
    params: {
      ...axes(draw, shape.length),
      interpolation: draw.pick(['linear', 'lower', 'higher', 'midpoint', 'nearest']),
    },
  }
}

/** Variables in rows, now and then more of them. */
const variables =
  (weighted: boolean): Generator =>
  (draw) => {
    const [count, observations] = [draw.int(1, 3), draw.size()]
    const rows = (): Given => draw.array([draw.int(1, 2), observations])
    // Of the dtype of the others: no dtype holds both uint64 and int32.
    const dtype = isInteger(draw.wanted.dtype) ? draw.wanted.dtype : 'int32'
    const weights = (): Given => draw.integers([observations], 1, 3, dtype)
    const inputs = [draw.array([count, observations]), perhaps(draw, rows)]
    if (!weighted) return { inputs, params: {} }
    const ddof = draw.rarely(2) ? { ddof: draw.int(0, 1) } : { bias: draw.rarely(2) }
    return { inputs: [...inputs, perhaps(draw, weights), null], params: ddof }
  }

const trapz: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(-shape.length, shape.length - 1)
  const x = perhaps(draw, () => draw.array(draw.rarely(2) ? [shape.at(axis)!] : shape))
  return { inputs: [draw.array(shape), x], params: { axis, ...(draw.rarely(2) ? { dx: 0.5 } : {}) } }
}

const bincount: Generator = (draw) => {
  const shape = draw.shape(0, 2)
  const weights = perhaps(draw, () => draw.integers(shape, -3, 3, 'int32'))
  return {
    inputs: [draw.integers(shape, 0, 4, draw.wanted.dtype), weights],
    params: { ...(draw.rarely(2) ? { minlength: 3 } : {}), size: draw.int(0, 6) },
  }
}

const histogram: Generator = (draw) => {
  const shape = draw.shape(0, 2)
  // Elements that lie away from the bounds of the intervals.
  const x = isFloat(draw.wanted.dtype) ? draw.fractions(shape) : draw.integers(shape, 0, 9, draw.wanted.dtype)
  return { inputs: [x], params: { bins: draw.pick([1, 2, 3]), low: -0.0625, high: 9.0625 } }
}

export const statistics: Readonly<Record<string, Generator>> = {
  bincount,
  corrcoef: variables(false),
  cov: variables(true),
  cumulativeProd: running,
  cumulativeSum: running,
  histogram,
  nanprod: total,
  nansum: total,
  prod: wideTotal,
  quantile,
  sum: wideTotal,
  trapz,
}
