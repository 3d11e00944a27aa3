import type { Generator } from '../draw.ts'

const segments: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const numSegments = draw.int(1, 3)
  const ids = draw.integers(shape.slice(0, draw.int(1, shape.length)), -1, numSegments)
  return { inputs: [draw.array(shape), ids], params: { numSegments } }
}

const unfold: Generator = (draw) => {
  const shape = draw.shape(1, 4)
  return { inputs: [draw.array(shape)], params: { mode: draw.int(-shape.length, shape.length - 1) } }
}

const fold: Generator = (draw) => {
  const shape = draw.shape(1, 4)
  const mode = draw.int(0, shape.length - 1)
  const rest = shape.toSpliced(mode, 1).reduce((n, size) => n * size, 1)
  return { inputs: [draw.array([shape[mode]!, rest])], params: { mode, shape } }
}

const modeDot: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const mode = draw.int(-shape.length, shape.length - 1)
  const rows = draw.rarely(3) ? [] : [draw.int(1, 3)]
  return { inputs: [draw.array(shape), draw.array([...rows, shape.at(mode)!])], params: { mode } }
}

const multiModeDot: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const matrices = shape.slice(0, draw.int(1, shape.length)).map((size) => draw.array([draw.int(1, 2), size]))
  return { inputs: [draw.array(shape), matrices], params: {} }
}

const higherOrderMoment: Generator = (draw) => ({
  inputs: [draw.array([draw.size(3), ...draw.shape(1, 1)])],
  params: { order: draw.int(1, 2) },
})

const asStrided: Generator = (draw) => ({
  inputs: [draw.array(draw.empty ? [0] : [3, 4])],
  params: draw.empty
    ? { shape: [0, 2], strides: [1, 1] }
    : {
        shape: [draw.int(0, 3), draw.int(1, 2)],
        strides: [draw.int(0, 3), draw.int(0, 3)],
        offset: draw.int(0, 2),
      },
})

const cosines: Generator = (draw) => {
  const shape = draw.shape(1, 3).map((size) => (draw.empty ? size : Math.max(2, size)))
  const axis = draw.empty ? shape.findIndex((size) => size > 0) : draw.int(-shape.length, shape.length - 1)
  const type = draw.pick(['2', '1', '3', '4'])
  const norm = type === '1' ? 'backward' : draw.pick(['backward', 'ortho'])
  return { inputs: [draw.array(shape)], params: { axis, type, norm } }
}

export const tensors: Readonly<Record<string, Generator>> = {
  asStrided,
  dct: cosines,
  fold,
  higherOrderMoment,
  idct: cosines,
  modeDot,
  multiModeDot,
  unfold,
  unsortedSegmentMax: segments,
  unsortedSegmentMean: segments,
  unsortedSegmentMin: segments,
}
