import { hostArray } from '@tendril/core/testing'
import type { Generator } from '../draw.ts'

const take: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(-shape.length, shape.length - 1)
  const size = shape.at(axis)!
  // From an axis without elements only nothing can be taken.
  const indices = draw.integers(size === 0 ? [0] : draw.shape(0, 2), -size, Math.max(0, size - 1))
  return {
    inputs: [draw.array(shape), indices],
    params: shape.length === 1 && draw.rarely(2) ? {} : { axis },
  }
}

const takeAlongAxis: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(-shape.length, shape.length - 1)
  const size = shape.at(axis)!
  const indices = draw.integers(
    shape.with(axis, size === 0 ? 0 : draw.int(0, 4)),
    -size,
    Math.max(0, size - 1),
  )
  return { inputs: [draw.array(shape), indices], params: axis === -1 && draw.rarely(2) ? {} : { axis } }
}

const searchsorted: Generator = (draw) => {
  const { data, dtype } = draw.array([draw.size(6)])
  const sorted = [...data].sort((a, b) => (Number.isNaN(b) || a < b ? -1 : Number.isNaN(a) || a > b ? 1 : 0))
  const x1 = hostArray(dtype, [data.length])
  sorted.forEach((item, i) => (x1.data[i] = item))
  return { inputs: [x1, draw.array(draw.shape(0, 2))], params: draw.params(1) }
}

const topK: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(-shape.length, shape.length - 1)
  return {
    inputs: [draw.array(shape)],
    params: draw.params(shape.length, { axis, k: draw.int(0, shape.at(axis)!) }),
  }
}

const where: Generator = (draw) => {
  const shape = draw.shape()
  const side = () =>
    draw.rarely(5)
      ? draw.scalar()
      : draw.array(draw.broadcastable(shape), draw.rarely(6) ? draw.otherDType() : draw.wanted.dtype)
  const condition = draw.array(draw.broadcastable(shape), 'bool', 'ordinary')
  return { inputs: [condition, draw.array(draw.broadcastable(shape)), side()], params: {} }
}

const oneHot: Generator = (draw) => {
  const shape = draw.shape(0, 2)
  const { dtype } = draw.wanted
  return {
    inputs: [draw.integers(shape, dtype.startsWith('u') ? 0 : -1, 4, dtype)],
    params: draw.params(shape.length, { depth: draw.int(draw.empty ? 0 : 1, 4) }),
  }
}

export const lookups: Readonly<Record<string, Generator>> = {
  oneHot,
  searchsorted,
  take,
  takeAlongAxis,
  topK,
  where,
}
