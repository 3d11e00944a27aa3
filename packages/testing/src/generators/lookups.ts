import { type HostArray, hostArray, isComplex } from '@tendril/core/testing'
import type { Draw, Generator } from '../draw.ts'

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

const product = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1)

/** Indices of an axis, some of which lie outside. */
const around = (draw: Draw, shape: readonly number[], size: number) =>
  draw.integers(shape, -size - 2, size + 1)

const scatterRows: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const indices = around(draw, draw.shape(0, 2), shape[0]!)
  return {
    inputs: [draw.array(shape), indices, draw.array([...indices.shape, ...shape.slice(1)])],
    params: {},
  }
}

/** Indices whose last axis names leading axes of an array, and updates that broadcast to what they name. */
function placed(draw: Draw, shape: readonly number[]) {
  const depth = draw.int(1, shape.length)
  const outer = draw.shape(0, 2)
  const indices = around(draw, [...outer, depth], Math.max(0, ...shape.slice(0, depth)))
  return { indices, updates: draw.array(draw.broadcastable([...outer, ...shape.slice(depth)])) }
}

const reductions = ['replace', 'sum', 'prod', 'min', 'max']
/** Truth values are replaced only, complex numbers are added as well. */
function reductionOf(draw: Draw): { readonly reduction: string } {
  const { dtype } = draw.wanted
  const taken = dtype === 'bool' ? 1 : isComplex(dtype) ? 2 : reductions.length
  return { reduction: draw.pick(reductions.slice(0, taken)) }
}

const scatterInto: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const { indices, updates } = placed(draw, shape)
  return { inputs: [draw.array(shape), indices, updates], params: reductionOf(draw) }
}

const scatterNd: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const { indices, updates } = placed(draw, shape)
  return { inputs: [indices, updates], params: { shape, ...reductionOf(draw) } }
}

const scatterFlat: Generator = (draw) => {
  const size = draw.size()
  const indices = around(draw, draw.shape(0, 2), size)
  return {
    inputs: [indices, draw.array(draw.broadcastable(indices.shape))],
    params: { size, ...reductionOf(draw) },
  }
}

const putAlongAxis: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(-shape.length, shape.length - 1)
  const lines = shape.with(axis, draw.size())
  const own = lines.map((size, i) =>
    i === (axis + shape.length) % shape.length || draw.int(0, 3) > 0 ? size : 1,
  )
  return {
    inputs: [draw.array(shape), around(draw, own, shape.at(axis)!), draw.array(draw.broadcastable(lines))],
    params: { ...(axis !== -1 && { axis }), ...reductionOf(draw) },
  }
}

const takeAt: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axes = shape.map((_, axis) => axis).filter(() => draw.int(0, 3) > 0)
  if (axes.length === 0) axes.push(draw.int(-shape.length, -1))
  const common = axes.some((axis) => shape.at(axis) === 0) ? [0] : draw.shape(0, 2)
  const indices = axes.map((axis) => around(draw, draw.broadcastable(common), shape.at(axis)!))
  return { inputs: [draw.array(shape), indices], params: { axes } }
}

const maskPlaces: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(0, shape.length - 1)
  const covered = shape.slice(axis, draw.int(axis + 1, shape.length))
  const mask = draw.array(covered, draw.rarely(4) ? draw.wanted.dtype : 'bool', 'ordinary')
  return { inputs: [draw.array(shape), mask], params: { axis, size: draw.size() } }
}

const putFlat: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const places = around(draw, draw.shape(0, 2), product(shape))
  const values = draw.array(draw.broadcastable(places.shape))
  return { inputs: [draw.array(shape), places, values], params: reductionOf(draw) }
}

const putMask: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const mask = draw.array(shape.slice(0, draw.int(1, shape.length)), 'bool', 'ordinary')
  const value = draw.rarely(3) ? draw.scalar() : draw.array([])
  return { inputs: [draw.array(shape), mask, value], params: reductionOf(draw) }
}

const repeatBy: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.rarely(3) ? null : draw.int(-shape.length, shape.length - 1)
  const count = axis === null ? product(shape) : shape.at(axis)!
  const repeats = draw.integers(draw.rarely(4) ? draw.pick([[], [1]]) : [count], 0, 3)
  // Without a size there is nothing to compute; an axis without elements has none to fill up with.
  const size = count === 0 ? 0 : draw.size()
  return { inputs: [draw.array(shape), repeats], params: axis === null ? { size } : { axis, size } }
}

const searchsortedBy: Generator = (draw) => {
  const call = searchsorted(draw)
  const [sorted, wanted] = call.inputs as readonly [HostArray, HostArray]
  const count = sorted.shape[0]!
  const x1 = hostArray(sorted.dtype, [count])
  sorted.data.forEach((item, i) => (x1.data[count - 1 - i] = item))
  const sorter = hostArray('int32', [count])
  for (let i = 0; i < count; i++) sorter.data[i] = count - 1 - i
  return { inputs: [x1, wanted, sorter], params: call.params }
}

const unsortedSegmentSum: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const numSegments = draw.size()
  const segmentIds = draw.integers(shape.slice(0, draw.int(0, shape.length)), -1, numSegments)
  return { inputs: [draw.array(shape), segmentIds], params: { numSegments } }
}

export const lookups: Readonly<Record<string, Generator>> = {
  maskPlaces,
  oneHot,
  putAlongAxis,
  putFlat,
  putMask,
  repeatBy,
  scatterFlat,
  scatterInto,
  scatterMax: scatterRows,
  scatterMin: scatterRows,
  scatterNd,
  scatterProd: scatterRows,
  scatterReplace: scatterRows,
  scatterSum: scatterRows,
  searchsorted,
  searchsortedBy,
  take,
  takeAlongAxis,
  takeAt,
  topK,
  unsortedSegmentSum,
  where,
}
