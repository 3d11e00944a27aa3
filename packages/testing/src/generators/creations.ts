import { isComplex, isFloat } from '@tendril/core/testing'
import type { Generator } from '../draw.ts'

const full: Generator = (draw) => ({
  inputs: [],
  params: { shape: draw.shape(0, 3), fillValue: draw.scalar(), dtype: draw.wanted.dtype },
})

const arange: Generator = (draw) => {
  const { dtype } = draw.wanted
  const step = draw.pick(
    isFloat(dtype) ? [1, 0.5, -0.25, 2, 0.1] : dtype.startsWith('u') ? [1, 2] : [1, 2, -1],
  )
  const start = draw.int(0, 3)
  const count = draw.empty ? 0 : draw.int(1, 6)
  return { inputs: [], params: { start, stop: start + step * count, step, dtype } }
}

const linspace: Generator = (draw) => {
  const point = (re: number): unknown =>
    isComplex(draw.wanted.dtype) && draw.rarely(2) ? { re, im: draw.int(-9, 9) / 4 } : re
  const [start, stop] = [point(draw.int(-8, 8) / 4), point(draw.int(-20, 20) / 8)]
  return {
    inputs: [],
    params: draw.params(0, { start, stop, num: draw.empty ? 0 : draw.int(1, 6), dtype: draw.wanted.dtype }),
  }
}

const eye: Generator = (draw) => ({
  inputs: [],
  params: draw.params(0, {
    nRows: draw.size(),
    nCols: draw.pick([undefined, draw.size()]),
    k: draw.int(-3, 3),
    dtype: draw.wanted.dtype,
  }),
})

const randint: Generator = (draw) => {
  const low = draw.wanted.dtype.startsWith('u') ? draw.int(0, 3) : draw.int(-5, 3)
  return {
    inputs: [],
    params: draw.params(0, {
      low,
      high: low + draw.int(1, 9),
      shape: draw.shape(0, 3),
      dtype: draw.wanted.dtype,
    }),
  }
}

const fullLike: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  return { inputs: [draw.array(shape)], params: { fillValue: draw.scalar() } }
}

const bernoulli: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  return {
    inputs: [draw.fractions(draw.broadcastable(shape))],
    params: draw.params(shape.length, { shape, dtype: draw.pick(['bool', undefined]) }),
  }
}

/** Bounds and spreads that any float holds. */
const uniform: Generator = (draw) => {
  const low = draw.int(-4, 4)
  return {
    inputs: [],
    params: draw.params(0, {
      low,
      high: low + draw.int(0, 8) / 4,
      shape: draw.shape(0, 3),
      dtype: draw.wanted.dtype,
    }),
  }
}
const normal: Generator = (draw) => ({
  inputs: [],
  params: draw.params(0, {
    mean: draw.int(-4, 4),
    std: draw.int(0, 8) / 4,
    shape: draw.shape(0, 3),
    dtype: draw.wanted.dtype,
  }),
})

export const creations: Readonly<Record<string, Generator>> = {
  arange,
  eye,
  full,
  fullLike,
  linspace,
  'random.bernoulli': bernoulli,
  'random.normal': normal,
  'random.randint': randint,
  'random.uniform': uniform,
}
