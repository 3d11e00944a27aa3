import type { Draw, Generator } from '../draw.ts'
import type { HostArray } from '@tendril/core/testing'

const second = (draw: Draw, shape: readonly number[]): HostArray =>
  draw.array(shape, draw.rarely(6) ? draw.otherDType() : draw.wanted.dtype)

const matmul: Generator = (draw) => {
  const [n, k, m] = [draw.size(), draw.size(), draw.size()]
  const shape = draw.empty ? [] : draw.shape(0, 2)
  const left = draw.rarely(4) ? [k] : [...draw.broadcastable(shape), n, k]
  const right = draw.rarely(4) ? [k] : [...draw.broadcastable(shape), k, m]
  return { inputs: [draw.array(left), second(draw, right)], params: {} }
}

const tensordot: Generator = (draw) => {
  const shared = draw.shape(draw.empty ? 1 : 0, 2)
  const [left, right] = [draw.shape(0, 1), draw.shape(0, 1)]
  if (draw.rarely(2) || shared.length === 0)
    return {
      inputs: [draw.array([...left, ...shared]), second(draw, [...shared, ...right])],
      params: shared.length === 2 && draw.rarely(2) ? {} : { axes: shared.length },
    }
  const axes = [shared.map((_, i) => i - shared.length), shared.map((_, i) => i)]
  return { inputs: [draw.array([...left, ...shared]), second(draw, [...shared, ...right])], params: { axes } }
}

const vecdot: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const last = shape.at(-1)!
  const other = [...draw.broadcastable(shape.slice(0, -1)), last]
  return { inputs: [draw.array(shape), second(draw, other)], params: {} }
}

const outer: Generator = (draw) => ({
  inputs: [draw.array([draw.size()]), second(draw, [draw.size()])],
  params: {},
})

const cross: Generator = (draw) => {
  const shape = draw.shape(0, 2)
  const axis = draw.int(0, shape.length)
  const three = shape.toSpliced(axis, 0, 3)
  return {
    inputs: [draw.array(three), second(draw, three)],
    params: axis === shape.length && draw.rarely(2) ? {} : { axis },
  }
}

/** An equation whose letters have sizes, now and then with axes that it does not name. */
const einsum: Generator = (draw) => {
  const sizes = new Map([...'ijkl'].map((letter) => [letter, draw.size(3)]))
  const letters = [...sizes.keys()]
  const count = draw.int(1, 3)
  const terms = Array.from({ length: count }, () => {
    const size = draw.int(0, 3)
    // A letter twice in a term takes the diagonal.
    return Array.from({ length: size }, () => draw.pick(letters)).join('')
  })
  const used = [...new Set(terms.join(''))]
  const result = used.filter(() => draw.rarely(2)).join('')
  const open = draw.rarely(4)
  const dots = open ? '...' : ''
  const more = open ? draw.shape(0, 2) : []
  const arrow = draw.rarely(3) ? '' : `->${dots}${result}`
  const operands = terms.map((term) =>
    draw.array([...more, ...[...term].map((letter) => sizes.get(letter)!)]),
  )
  return {
    inputs: [operands],
    params: { equation: `${terms.map((term) => `${dots}${term}`).join(',')}${arrow}` },
  }
}

export const products: Readonly<Record<string, Generator>> = {
  cross,
  einsum,
  matmul,
  outer,
  tensordot,
  vecdot,
}
