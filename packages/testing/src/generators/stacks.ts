import type { Draw, Generator } from '../draw.ts'

/** One array of at least so many axes, with any parameters. */
const atLeast =
  (rank: number): Generator =>
  (draw) => {
    const shape = draw.shape(rank, 4)
    return { inputs: [draw.array(shape)], params: draw.params(shape.length) }
  }

const exactly =
  (rank: number): Generator =>
  (draw) => {
    const shape = draw.shape(rank, rank)
    return { inputs: [draw.array(shape)], params: draw.params(rank) }
  }

const diag: Generator = (draw) => {
  const shape = draw.shape(1, 2)
  return { inputs: [draw.array(shape)], params: { k: draw.int(-2, 2) } }
}

const vander: Generator = (draw) => {
  const shape = draw.shape(1, 1)
  return {
    inputs: [draw.array(shape)],
    params: draw.params(1, { n: draw.pick([undefined, 0, 1, 3]) }),
  }
}

const fillDiagonal: Generator = (draw) => {
  const shape = draw.shape(2, 3)
  return { inputs: [draw.array(shape)], params: { value: draw.scalar() } }
}

/** Parts along an axis, at places or equal ones. */
const parted =
  (rank: number, axisOf: (rank: number) => number): Generator =>
  (draw) => {
    const shape = draw.shape(rank, 4)
    const size = shape[axisOf(shape.length)]!
    const indicesOrSections = draw.rarely(2) ? [1, 2] : draw.pick([1, Math.max(1, size)])
    return { inputs: [draw.array(shape)], params: { indicesOrSections } }
  }

const rot90: Generator = (draw) => {
  const shape = draw.shape(2, 4)
  const axes = draw.pick([
    [0, 1],
    [1, 0],
    [-1, 0],
  ])
  return { inputs: [draw.array(shape)], params: { k: draw.int(-5, 5), ...(draw.rarely(2) ? { axes } : {}) } }
}

const skew: Generator = (draw) => ({ inputs: [draw.array([...draw.shape(0, 2), 3])], params: {} })

const argwhere: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  return { inputs: [draw.array(shape)], params: { size: draw.int(0, 5) } }
}

const khatriRao: Generator = (draw) => {
  const columns = draw.size()
  const matrix = () => draw.array([draw.size(), columns])
  return { inputs: [Array.from({ length: draw.int(1, 3) }, matrix)], params: {} }
}

const multiDot: Generator = (draw) => {
  const sizes = Array.from({ length: draw.int(2, 4) }, () => draw.size())
  const matrices = sizes.slice(1).map((size, i) => draw.array([sizes[i]!, size]))
  return { inputs: [matrices], params: {} }
}

const batchedOuter: Generator = (draw) => {
  const items = draw.size()
  const part = () => draw.array([items, ...draw.shape(1, 1)])
  return { inputs: [Array.from({ length: draw.int(1, 3) }, part)], params: {} }
}

const channels: Generator = (draw) => {
  const shape = draw.shape(2, 4)
  const params = {
    size: draw.int(1, 3),
    bias: draw.pick([1, 2]),
    alpha: draw.pick([1, 0.5]),
    beta: draw.pick([0.5, 1]),
  }
  return { inputs: [draw.array(shape)], params: { ...params, average: draw.rarely(2) } }
}

const images = (draw: Draw): number[] => [draw.size(), draw.int(1, 2), draw.int(1, 4), draw.int(1, 4)]
const ssimLoss: Generator = (draw) => {
  const shape = images(draw)
  return { inputs: [draw.array(shape), draw.array(shape)], params: {} }
}

export const stacks: Readonly<Record<string, Generator>> = {
  adjoint: atLeast(2),
  argwhere,
  batchedOuter,
  clipMatrixNorm: (draw) => {
    const shape = draw.shape(2, 3)
    return { inputs: [draw.array(shape)], params: { maxNorm: draw.pick([1, 2, 0.5]) } }
  },
  diag,
  dsplit: parted(3, () => 2),
  eyeLike: exactly(2),
  fillDiagonal,
  fliplr: atLeast(2),
  flipud: atLeast(1),
  hsplit: parted(1, (rank) => (rank === 1 ? 0 : 1)),
  khatriRao,
  localResponseNorm: channels,
  multiDot,
  rot90,
  ssimLoss,
  trilu: atLeast(2),
  vander,
  vectorToSkewSymmetricMatrix: skew,
  vsplit: parted(2, () => 0),
}
