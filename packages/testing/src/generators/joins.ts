import type { Draw, Generator } from '../draw.ts'

const axisOf = (draw: Draw, rank: number): number => draw.int(-rank, rank - 1)

const concat: Generator = (draw) => {
  const count = draw.int(1, 3)
  const flat = draw.rarely(4)
  const shape = draw.shape(flat ? 0 : 1, 3)
  const axis = flat ? null : axisOf(draw, shape.length)
  const one = (): number[] => (axis === null ? draw.shape(0, 2) : shape.with(axis, draw.size()))
  const others = Array.from({ length: count - 1 }, () =>
    draw.array(one(), draw.rarely(5) ? draw.otherDType() : draw.wanted.dtype),
  )
  return { inputs: [[draw.array(shape), ...others]], params: axis === 0 && draw.rarely(2) ? {} : { axis } }
}

const stack: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const arrays = Array.from({ length: draw.int(1, 3) }, () => draw.array(shape))
  return { inputs: [arrays], params: draw.params(shape.length) }
}

const split: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = axisOf(draw, shape.length)
  const size = shape.at(axis)!
  const sections = draw.pick([1, 2, 3, 4].filter((n) => size % n === 0))
  const cuts = [draw.int(0, size), draw.int(0, size)].sort((a, b) => a - b)
  return {
    inputs: [draw.array(shape)],
    params: { indicesOrSections: draw.rarely(2) ? sections : cuts, axis },
  }
}

const unstack: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  return { inputs: [draw.array(shape)], params: draw.params(shape.length) }
}

const meshgrid: Generator = (draw) => {
  const arrays = Array.from({ length: draw.int(1, 3) }, () =>
    draw.array(draw.shape(draw.empty ? 1 : draw.int(0, 1), 1)),
  )
  return { inputs: [arrays], params: draw.params(1) }
}

const broadcastArrays: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  return {
    inputs: [Array.from({ length: draw.int(1, 3) }, () => draw.array(draw.broadcastable(shape)))],
    params: {},
  }
}

export const joins: Readonly<Record<string, Generator>> = {
  broadcastArrays,
  concat,
  meshgrid,
  split,
  stack,
  unstack,
}
