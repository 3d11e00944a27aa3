import type { HostArray } from '@tendril/core/testing'
import type { Draw, Generator } from '../draw.ts'

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

const windowFunction: Generator = (draw) => ({
  inputs: [],
  params: draw.params(0, { size: draw.empty ? 0 : draw.int(1, 6), dtype: draw.wanted.dtype }),
})

const kaiserWindow: Generator = (draw) => ({
  inputs: [],
  params: draw.params(0, {
    size: draw.empty ? 0 : draw.int(1, 6),
    beta: draw.pick([0, 0.5, 5, 12]),
    dtype: draw.wanted.dtype,
  }),
})

/** Its size is even. */
const kaiserBesselDerivedWindow: Generator = (draw) => ({
  inputs: [],
  params: {
    size: draw.empty ? 0 : 2 * draw.int(1, 4),
    beta: draw.pick([0, 0.5, 5, 12]),
    dtype: draw.wanted.dtype,
  },
})

const polyval: Generator = (draw) => ({
  inputs: [draw.array([draw.int(0, 3)]), draw.array(draw.shape(0, 2))],
  params: {},
})

/** Small angles: large ones turn by their rounding alone. */
const fourierEncode: Generator = (draw) => ({
  inputs: [draw.fractions(draw.shape(0, 2))],
  params: { maxFreq: draw.pick([4, 8]), numBands: draw.int(1, 3), linear: draw.rarely(2) },
})

const differences: Generator = (draw) => {
  const shape = [...draw.shape(0, 2), draw.int(2, 4)]
  return { inputs: [draw.array(shape)], params: draw.rarely(2) ? { spacing: 0.5 } : {} }
}

const slidingWindow: Generator = (draw) => {
  const size = draw.int(1, 3)
  const shape = [...draw.shape(0, 2), size + draw.int(0, 3)]
  return { inputs: [draw.array(shape)], params: { size, stride: draw.int(1, 2) } }
}

const stft: Generator = (draw) => {
  const frameLength = draw.int(1, 4)
  const shape = [...draw.shape(0, 1), frameLength + draw.int(0, 3)]
  const window = draw.rarely(2) ? draw.array([frameLength]) : null
  return { inputs: [draw.array(shape), window], params: { frameLength, frameStep: draw.int(1, 2) } }
}

const padSequence: Generator = (draw) => {
  const rest = draw.shape(0, 1)
  const sequences = Array.from({ length: draw.int(1, 3) }, () => draw.array([draw.size(), ...rest]))
  return { inputs: [sequences], params: { batchFirst: draw.rarely(2) } }
}

/** Square matrices with a heavy diagonal, so that no rounding decides. */
const heavy = (draw: Draw, count: number, dtype = draw.wanted.dtype): HostArray => {
  const matrix = draw.integers([count, count], 0, 2, dtype)
  for (let i = 0; i < count; i++) matrix.data[i * count + i] = typeof matrix.data[0] === 'bigint' ? 8n : 8
  return matrix
}

const solveTriangular: Generator = (draw) => {
  const count = draw.int(1, 3)
  const params = { upper: draw.rarely(2), adjoint: draw.rarely(2), unitDiagonal: draw.rarely(3) }
  return {
    inputs: [heavy(draw, count), draw.integers([count, draw.size(2)], 0, 5, draw.wanted.dtype)],
    params,
  }
}

const tensorsolve: Generator = (draw) => {
  const count = draw.int(1, 3)
  return { inputs: [heavy(draw, count), draw.integers([count], 0, 5, draw.wanted.dtype)], params: {} }
}

const matrixOf: Generator = (draw) => ({ inputs: [heavy(draw, draw.int(1, 3))], params: {} })

const matrixExp: Generator = (draw) => {
  const count = draw.int(1, 3)
  return { inputs: [draw.integers([count, count], 0, 2, draw.wanted.dtype)], params: {} }
}

/** With the number that is found: one that follows from the data is read by the op's function, not by its graph. */
const found =
  (minRank: number): Generator =>
  (draw) => ({
    inputs: [draw.array(draw.shape(minRank, 3)), null],
    // Of an array without elements none can be taken.
    params: { size: draw.empty ? 0 : draw.int(0, 5) },
  })

const line: Generator = (draw) => ({ inputs: [draw.array(draw.shape(1, 1))], params: {} })

const maxUnpool1d: Generator = (draw) => {
  const shape = [draw.empty ? 0 : draw.int(1, 2), draw.int(1, 2), draw.int(1, 3)]
  return {
    inputs: [draw.array(shape), draw.integers(shape, 0, 5)],
    params: { kernel: 2, ...(draw.rarely(2) ? { outputSize: 7 } : {}) },
  }
}

const eighTridiagonal: Generator = (draw) => {
  const count = draw.int(1, 3)
  return {
    inputs: [
      draw.integers([count], 0, 5, draw.wanted.dtype),
      draw.integers([count - 1], 1, 2, draw.wanted.dtype),
    ],
    params: {},
  }
}

const generalInnerProduct: Generator = (draw) => {
  const shared = draw.shape(1, 2)
  return {
    inputs: [draw.array([...draw.shape(0, 1), ...shared]), draw.array([...shared, ...draw.shape(0, 1)])],
    params: { nModes: shared.length },
  }
}

const matricize: Generator = (draw) => {
  const shape = draw.shape(1, 4)
  return {
    inputs: [draw.array(shape)],
    params: { rowModes: draw.pick([[0], [-1], [0, shape.length - 1]].slice(0, shape.length > 1 ? 3 : 2)) },
  }
}

export const tensors: Readonly<Record<string, Generator>> = {
  asStrided,
  blackmanWindow: windowFunction,
  conditionNumber: matrixOf,
  dct: cosines,
  eighTridiagonal,
  fold,
  fourierEncode,
  generalInnerProduct,
  gradient: differences,
  hammingWindow: windowFunction,
  hannWindow: windowFunction,
  kaiserBesselDerivedWindow,
  kaiserWindow,
  higherOrderMoment,
  idct: cosines,
  matricize,
  matrixExp,
  maxUnpool1d,
  modeDot,
  multiModeDot,
  nonzero: found(1),
  padSequence,
  polyval,
  runStarts: line,
  slidingWindow,
  solveTriangular,
  stft,
  tensorsolve,
  unfold,
  uniqueAll: found(0),
  uniqueConsecutive: found(0),
  uniqueCounts: found(0),
  uniqueInverse: found(0),
  uniqueValues: found(0),
  unsortedSegmentMax: segments,
  unsortedSegmentMean: segments,
  unsortedSegmentMin: segments,
  vorbisWindow: windowFunction,
}
