import { countOf, isFloat } from '@tendril/core/testing'
import type { Draw, Generator } from '../draw.ts'

/** Another shape with as many elements. */
function regrouped(draw: Draw, shape: readonly number[]): number[] {
  const count = countOf(shape)
  if (count === 0) return shape.toReversed()
  const target: number[] = []
  let left = count
  for (let i = draw.int(0, 3); i > 0 && left > 1; i--) {
    const divisors = [1, 2, 3, 4].filter((n) => left % n === 0)
    const size = draw.pick(divisors)
    target.push(size)
    left /= size
  }
  if (left > 1 || draw.rarely(2)) target.splice(draw.int(0, target.length), 0, left)
  return target
}

const reshape: Generator = (draw) => {
  const shape = draw.shape()
  const target = regrouped(draw, shape)
  const open = countOf(shape) > 0 && target.length > 0 && draw.rarely(3)
  if (open) target[draw.int(0, target.length - 1)] = -1
  return { inputs: [draw.array(shape)], params: { shape: target } }
}

const ofSizes: Generator = (draw) => {
  const shape = draw.shape()
  return { inputs: [draw.array(shape)], params: { shape } }
}

/** The size is known here, as if it were told. */
const told: Generator = (draw) => ({ inputs: [draw.array([])], params: { size: draw.size() } })

const broadcastTo: Generator = (draw) => {
  const shape = draw.shape()
  return { inputs: [draw.array(draw.broadcastable(shape))], params: { shape } }
}

const expandDims: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  return { inputs: [draw.array(shape)], params: draw.params(shape.length) }
}

const squeeze: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const axis = draw.int(0, shape.length)
  return {
    inputs: [draw.array(shape.toSpliced(axis, 0, 1))],
    params: { axis: draw.rarely(2) ? axis - shape.length - 1 : axis },
  }
}

const perAxis =
  (least: number, most: number, name: string): Generator =>
  (draw) => {
    const shape = draw.shape(0, 3)
    return { inputs: [draw.array(shape)], params: { [name]: shape.map(() => draw.int(least, most)) } }
  }

const bound = (draw: Draw, size: number): number | null =>
  draw.rarely(4) ? null : draw.int(-size - 1, size + 1)

const slice: Generator = (draw) => {
  const shape = draw.shape(0, 4)
  const named = shape.slice(0, draw.int(0, shape.length))
  return {
    inputs: [draw.array(shape)],
    params: {
      starts: named.map((size) => bound(draw, size)),
      stops: named.map((size) => bound(draw, size)),
      ...(draw.rarely(4) ? {} : { steps: named.map(() => draw.pick([1, 2, -1, -2, 3])) }),
    },
  }
}

const pad: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const mode = draw.pick(['constant', 'edge', 'reflect'])
  const reach = (size: number): number =>
    mode === 'reflect' ? Math.max(0, Math.min(2, size - 1)) : mode === 'edge' && size === 0 ? 0 : 2
  const padWidth = shape.map((size) => [draw.int(0, reach(size)), draw.int(0, reach(size))])
  const { dtype } = draw.wanted
  const constantValues =
    dtype === 'bool'
      ? draw.pick([false, true])
      : draw.pick(isFloat(dtype) ? [0, 1, -0.5, NaN, Infinity] : [0, 1, 7])
  return {
    inputs: [draw.array(shape)],
    params: { padWidth, mode, ...(draw.rarely(2) ? {} : { constantValues }) },
  }
}

const moveaxis: Generator = (draw) => {
  const shape = draw.shape(1, 4)
  const last = shape.length - 1
  const many = last > 0 && draw.rarely(3)
  const axes = (): number | number[] =>
    many
      ? draw.pick([
          [0, last],
          [last, 0],
          [-1, 0],
        ])
      : draw.int(-last - 1, last)
  return { inputs: [draw.array(shape)], params: { source: axes(), destination: axes() } }
}

const swapaxes: Generator = (draw) => {
  const shape = draw.shape(1, 4)
  const axis = (): number => draw.int(-shape.length, shape.length - 1)
  const names = Object.keys(draw.wanted.def.params)
  return { inputs: [draw.array(shape)], params: Object.fromEntries(names.map((name) => [name, axis()])) }
}

const roll: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const last = shape.length - 1
  if (last < 0 || draw.rarely(3)) return { inputs: [draw.array(shape)], params: { shift: draw.int(-5, 5) } }
  if (last > 0 && draw.rarely(2))
    return {
      inputs: [draw.array(shape)],
      params: { shift: [draw.int(-3, 3), draw.int(-3, 3)], axis: [0, last] },
    }
  return { inputs: [draw.array(shape)], params: { shift: draw.int(-5, 5), axis: draw.int(-last - 1, last) } }
}

const repeat: Generator = (draw) => {
  const shape = draw.shape(0, 3)
  const last = shape.length - 1
  const axis = last < 0 || draw.rarely(3) ? undefined : draw.int(-last - 1, last)
  return {
    inputs: [draw.array(shape)],
    params: { repeats: draw.int(0, 3), ...(axis !== undefined && { axis }) },
  }
}

const diff: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(-shape.length, shape.length - 1)
  const border = () => (draw.rarely(4) ? draw.array(shape.with(axis, draw.size(2))) : null)
  return {
    inputs: [draw.array(shape), border(), border()],
    params: { axis, ...(draw.rarely(2) ? { n: draw.int(0, 2) } : {}) },
  }
}

/** At least a matrix. */
const matrices: Generator = (draw) => {
  const shape = draw.shape(2, 4)
  return { inputs: [draw.array(shape)], params: draw.params(shape.length) }
}

export const shapes: Readonly<Record<string, Generator>> = {
  broadcastTo,
  diagonal: matrices,
  diff,
  expandDims,
  matrixTranspose: matrices,
  moveaxis,
  ofSizes,
  pad,
  repeat,
  reshape,
  roll,
  slice,
  squeeze,
  swapaxes,
  trace: matrices,
  told,
  tile: perAxis(0, 3, 'repetitions'),
  tril: matrices,
  triu: matrices,
}
