import { convert, type HostArray, hostArray, isFloat } from '@tendril/core/testing'
import type { Draw, Generator } from '../draw.ts'
import { typed } from '../values.ts'

const square = (draw: Draw): number[] => {
  const n = draw.size()
  return [...(draw.empty ? [] : draw.shape(0, 1)), n, n]
}

/** Ordinary matrices get larger diagonals, so that most of them are far from singular ones. */
function regular(draw: Draw, shape: readonly number[], more = 6): HostArray {
  const x = draw.array(shape)
  if (draw.wanted.values !== 'ordinary' || draw.rarely(6)) return x
  const n = shape.at(-1)!
  const items = Array.from(x.data as ArrayLike<number | bigint>, (item, at) => {
    const [row, column] = [Math.floor(at / n) % n, at % n]
    return typeof item === 'bigint' ? item : row === column ? more + row + Math.abs(item) / 8 : item / 4
  })
  return isFloat(x.dtype) ? convert(hostArray(x.dtype, [...shape], typed(x.dtype, items)), x.dtype) : x
}

const ofSquare: Generator = (draw) => ({ inputs: [regular(draw, square(draw))], params: draw.params(2) })

const ofAny: Generator = (draw) => {
  const shape = [...(draw.empty ? [] : draw.shape(0, 1)), draw.size(), draw.size()]
  return { inputs: [draw.array(shape)], params: draw.params(shape.length) }
}

/** A matrix, now and then with a tolerance. */
const withTolerance: Generator = (draw) => {
  const { inputs } = ofAny(draw)
  return { inputs: [...inputs, draw.rarely(3) ? draw.pick([0.01, 0.1]) : null], params: {} }
}

const solve: Generator = (draw) => {
  const shape = square(draw)
  const n = shape.at(-1)!
  const right = draw.rarely(3) ? [n] : [...draw.broadcastable(shape.slice(0, -2)), n, draw.size(3)]
  return { inputs: [regular(draw, shape), draw.array(right)], params: {} }
}

const matrixPower: Generator = (draw) => ({
  inputs: [regular(draw, square(draw), 1)],
  params: { n: draw.pick([2, 3, 1, 0, -1, -2]) },
})

const matrixNorm: Generator = (draw) => {
  const { inputs } = ofAny(draw)
  const ord = draw.pick(['fro', 1, 2, Infinity, 'nuc', -1, -2, -Infinity])
  return { inputs, params: { ord, keepdims: draw.rarely(2) } }
}

export const matrices: Readonly<Record<string, Generator>> = {
  cholesky: ofSquare,
  det: ofSquare,
  eig: ofSquare,
  eigh: ofSquare,
  eigvals: ofSquare,
  eigvalsh: ofSquare,
  inv: ofSquare,
  matrixNorm,
  matrixPower,
  matrixRank: withTolerance,
  pinv: withTolerance,
  qr: ofAny,
  slogdet: ofSquare,
  solve,
  svd: ofAny,
  svdvals: ofAny,
}
