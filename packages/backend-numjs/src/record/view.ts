import { flip, type NDArray, permuteDims, reshape, slice, take, array } from '@tendril/core/fn'
import type { NumjsSelection } from '../numjs-api.ts'

/** Which elements of a buffer an array shows, and in what order. */
export interface View {
  readonly offset: number
  readonly shape: readonly number[]
  readonly stride: readonly number[]
}

/** A view whose elements are known, as a value of the graph. */
export interface Known {
  readonly view: View
  readonly value: NDArray
}

export const countOf = ({ shape }: View): number => shape.reduce((n, size) => n * size, 1)

export const viewOf = ({ offset, shape, stride }: NumjsSelection): View => ({
  offset,
  shape: [...shape],
  stride: [...stride],
})

/** The view of a whole buffer in one axis. */
export const flatView = (length: number): View => ({ offset: 0, shape: [length], stride: [1] })

/** Where the elements of a view lie in the buffer, in order. */
export function positions({ offset, shape, stride }: View): Int32Array {
  let found = new Int32Array([offset])
  shape.forEach((size, axis) => {
    const wider = new Int32Array(found.length * size)
    found.forEach((at, i) => {
      for (let j = 0; j < size; j++) wider[i * size + j] = at + j * stride[axis]!
    })
    found = wider
  })
  return found
}

export const toShape = (x: NDArray, shape: readonly number[]): NDArray =>
  x.ndim === shape.length && shape.every((size, i) => size === x.shape[i]) ? x : reshape(x, shape)

interface Axis {
  readonly axis: number
  readonly size: number
  readonly stride: number
}

/** Axes with more than one element, which alone say where elements lie. */
const axesOf = ({ shape, stride }: View): readonly Axis[] =>
  shape.flatMap((size, axis) => (size === 1 ? [] : { axis, size, stride: stride[axis]! }))

const byStride = (axes: readonly Axis[]): readonly Axis[] =>
  axes.toSorted((a, b) => Math.abs(b.stride) - Math.abs(a.stride))

/** Whether elements lie side by side, the last axis fastest. */
function isDense(axes: readonly Axis[]): boolean {
  let step = 1
  for (const { size, stride } of axes.toReversed()) {
    if (stride !== step) return false
    step *= size
  }
  return true
}

export const isRowMajor = (view: View): boolean => isDense(axesOf(view))

export const sameView = (a: View, b: View): boolean =>
  a.offset === b.offset &&
  a.shape.length === b.shape.length &&
  a.shape.every((size, i) => size === b.shape[i] && (size === 1 || a.stride[i] === b.stride[i]))

/** The elements of a view as a value made of those of another view; undefined where that does not hold them all. */
export function express(known: Known, view: View): NDArray | undefined {
  if (sameView(known.view, view)) return known.value
  for (const candidate of spellings(known, view)) {
    const value = alongAxes(candidate, view)
    if (value !== undefined) return value
  }
  return byIndex(known, view)
}

/** The same elements with other axes, in which the view may be a part of them. */
function* spellings(known: Known, view: View): Generator<Known> {
  const forward = upwards(known)
  yield forward
  const sorted = byStride(axesOf(forward.view))
  if (!isDense(sorted)) return
  const count = countOf(forward.view)
  const { offset } = forward.view
  const flat = (): NDArray => {
    const value = permuted(forward.value, sorted, forward.view.shape.length)
    return reshape(value, [count])
  }
  const wanted = byStride(axesOf(view))
  if (wanted.reduce((n, { size }) => n * size, 1) === count && isDense(wanted.map(positive))) {
    const shape = wanted.map(({ size }) => size)
    yield {
      view: { offset, shape, stride: wanted.map(({ stride }) => Math.abs(stride)) },
      value: toShape(permuted(forward.value, sorted, forward.view.shape.length), shape),
    }
  }
  if (forward.view.shape.length !== 1) yield { view: { offset, shape: [count], stride: [1] }, value: flat() }
}

const positive = ({ axis, size, stride }: Axis): Axis => ({ axis, size, stride: Math.abs(stride) })

/** The axes in this order, those of one element last. */
function permuted(x: NDArray, order: readonly Axis[], rank: number): NDArray {
  const axes = order.map(({ axis }) => axis)
  for (let axis = 0; axis < rank; axis++) if (!axes.includes(axis)) axes.push(axis)
  const isSame = order.every(({ axis }, i) => i === 0 || order[i - 1]!.axis < axis)
  return isSame ? x : permuteDims(x, axes)
}

/** The same elements with each axis walking forward. */
function upwards({ view, value }: Known): Known {
  const back = axesOf(view).filter(({ stride }) => stride < 0)
  if (back.length === 0) return { view, value }
  const offset = back.reduce((at, { size, stride }) => at + (size - 1) * stride, view.offset)
  const stride = view.stride.map((one) => Math.abs(one))
  return {
    view: { offset, shape: view.shape, stride },
    value: flip(value, { axis: back.map(({ axis }) => axis) }),
  }
}

/** A view that is a slice along the axes of another, perhaps in another order. */
function alongAxes({ view: of, value }: Known, view: View): NDArray | undefined {
  const axes = byStride(axesOf(of))
  const start = of.shape.map(() => 0)
  let rest = view.offset - of.offset
  for (const { axis, size, stride } of axes) {
    start[axis] = Math.floor(rest / stride)
    if (start[axis] < 0 || start[axis] >= size) return undefined
    rest -= start[axis] * stride
  }
  if (rest !== 0) return undefined
  const last = start.map((at) => at)
  const step = of.shape.map(() => 1)
  const order: Axis[] = []
  for (const { size, stride } of axesOf(view)) {
    const found = axes.find((one) => stride % one.stride === 0 && !order.includes(one))
    if (found === undefined) return undefined
    step[found.axis] = stride / found.stride
    last[found.axis] = start[found.axis]! + (size - 1) * step[found.axis]!
    if (last[found.axis]! < 0 || last[found.axis]! >= found.size) return undefined
    order.push(found)
  }
  const isWhole = axes.every(
    ({ axis, size }) => start[axis] === 0 && last[axis] === size - 1 && step[axis] === 1,
  )
  // A walk backwards to the first element ends before it, which only an open bound says.
  const stops = last.map((at, axis) => (step[axis]! > 0 ? at + 1 : at === 0 ? null : at - 1))
  const part = isWhole ? value : slice(value, start, stops, step)
  return toShape(permuted(part, order, of.shape.length), view.shape)
}

/** Any other view: its elements one by one. */
function byIndex({ view: of, value }: Known, view: View): NDArray | undefined {
  const places = new Map<number, number>()
  positions(of).forEach((at, i) => places.set(at, i))
  const indices: number[] = []
  for (const at of positions(view)) {
    const place = places.get(at)
    if (place === undefined) return undefined
    indices.push(place)
  }
  const picked = take(reshape(value, [countOf(of)]), array(indices, { dtype: 'int32' }), { axis: 0 })
  return toShape(picked, view.shape)
}
