import { isInteger, resolveSlice } from '@tendril/core/adapter'
import type { DType } from '@tendril/core/fn'
import type { NodeCall } from './node-call.ts'
import * as sizes from './sizes.ts'
import { type SizeLike, Tensor } from './tensor.ts'

/** What an operator gives for sizes that are open; undefined where it has to compute with arrays. */
type ShapeRule = (call: NodeCall) => Tensor | undefined

/** The elements of operands that sizes are computed with; undefined where one is no such list. */
function listOf(
  call: NodeCall,
  index: number,
): { shape: readonly number[]; of: readonly SizeLike[] } | undefined {
  const value = call.has(index) ? call.value(index) : null
  if (!(value instanceof Tensor) || !value.isKnown) return undefined
  const { shape } = value
  if (!isInteger(value.dtype) && value.dtype !== 'bool') return undefined
  if (!shape.every((size) => typeof size === 'number')) return undefined
  if (shape.length > 1 || (shape[0] ?? 1) > mostSizes) return undefined
  const of = value.sizes
  return of && { shape, of }
}

/** No shape has more sizes. */
const mostSizes = 64

const onLists =
  (
    count: number,
    rule: (
      call: NodeCall,
      ...lists: { shape: readonly number[]; of: readonly SizeLike[] }[]
    ) => Tensor | undefined,
  ): ShapeRule =>
  (call) => {
    if (!isAboutSizes(call)) return undefined
    const lists = Array.from({ length: Math.min(count, call.count) }, (_, i) => listOf(call, i))
    return lists.some((list) => list === undefined) ? undefined : rule(call, ...lists.map((list) => list!))
  }

const isAboutSizes = (call: NodeCall): boolean =>
  Array.from({ length: call.count }, (_, i) => call.has(i) && call.value(i)).some(
    (value) => value instanceof Tensor && value.isOfSizes,
  )

/** An operator on elements, of lists that are equally long or single. */
const elementwise = (
  compute: (a: SizeLike, b: SizeLike, call: NodeCall) => SizeLike | undefined,
): ShapeRule =>
  onLists(2, (call, a, b) => {
    if (a === undefined || b === undefined) return undefined
    if (a.of.length !== b.of.length && a.of.length !== 1 && b.of.length !== 1) return undefined
    const longer = a.shape.length > b.shape.length || a.of.length > b.of.length ? a : b
    const of = longer.of.map((_, i) => compute(a.of[i % a.of.length]!, b.of[i % b.of.length]!, call))
    if (of.some((size) => size === undefined)) return undefined
    return Tensor.ofSizes(call.tensor(0).dtype, longer.shape, of as readonly SizeLike[])
  })

const same = onLists(1, (call, x) => x && Tensor.ofSizes(call.tensor(0).dtype, x.shape, x.of))

/** Between the bounds of an axis. */
const clipped = (bound: number, length: number): number =>
  Math.min(Math.max(bound < 0 ? bound + length : bound, 0), length)

/** What sizes are cast to and stay sizes, by ONNX' numbers: bounds of ranges are floats where their elements are. */
const sizeTypes: Readonly<Record<number, DType>> = { 1: 'float32', 6: 'int32', 7: 'int64', 11: 'float64' }

/** How sizes of inputs, which a graph leaves open, go through the operators that shapes are computed with. */
export const shapeRules: Readonly<Record<string, ShapeRule>> = {
  Shape: (call) => {
    const { shape } = call.tensor(0)
    const from = clipped(call.int('start', 0), shape.length)
    const of = shape.slice(from, clipped(call.int('end', shape.length), shape.length))
    return Tensor.ofSizes('int64', [of.length], of)
  },
  Size: (call) => Tensor.ofSizes('int64', [], [sizes.product(call.tensor(0).shape)]),
  Identity: same,
  Cast: onLists(1, (call, x) => {
    const dtype = sizeTypes[call.int('to')]
    if (x === undefined || dtype === undefined) return undefined
    const isExact = x.of.every((size) => typeof size !== 'number' || Math.fround(size) === size)
    return dtype === 'float32' && !isExact ? undefined : Tensor.ofSizes(dtype, x.shape, x.of)
  }),
  Gather: onLists(2, (call, x, indices) => {
    if (x === undefined || indices === undefined || x.shape.length !== 1) return undefined
    const at = sizes.numbers(indices.of).map((index) => x.of.at(index))
    if (at.some((size) => size === undefined)) return undefined
    return Tensor.ofSizes(call.tensor(0).dtype, indices.shape, at as readonly SizeLike[])
  }),
  Concat: (call) => {
    if (!isAboutSizes(call)) return undefined
    const lists = Array.from({ length: call.count }, (_, i) => listOf(call, i))
    if (lists.some((list) => list?.shape.length !== 1)) return undefined
    const of = lists.flatMap((list) => list!.of)
    return Tensor.ofSizes(call.tensor(0).dtype, [of.length], of)
  },
  Unsqueeze: onLists(1, (call, x) =>
    x?.shape.length === 0 ? Tensor.ofSizes(call.tensor(0).dtype, [1], x.of) : undefined,
  ),
  Squeeze: onLists(1, (call, x) =>
    x?.shape.length === 1 && x.of.length === 1 ? Tensor.ofSizes(call.tensor(0).dtype, [], x.of) : undefined,
  ),
  Reshape: onLists(2, (call, x, shape) => {
    if (x === undefined || shape === undefined || shape.of.length > 1) return undefined
    if (shape.of.length === 0 && x.of.length !== 1) return undefined
    return Tensor.ofSizes(call.tensor(0).dtype, shape.of.length === 0 ? [] : [x.of.length], x.of)
  }),
  Slice: onLists(5, (call, x, starts, ends, axes, steps) => {
    if (x === undefined || x.shape.length !== 1) return undefined
    const [start] = starts?.of ?? call.ints('starts', [])
    const [end] = ends?.of ?? call.ints('ends', [])
    const [step] = steps?.of ?? [1]
    void axes
    if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number' || step === 0)
      return undefined
    const bounds = { starts: [start], stops: [end], steps: [step] }
    const { start: from, count } = resolveSlice([x.of.length], bounds)[0]!
    const of = Array.from({ length: count }, (_, i) => x.of[from + i * step]!)
    return Tensor.ofSizes(call.tensor(0).dtype, [count], of)
  }),
  Neg: onLists(1, (call, x) => {
    if (x === undefined || call.tensor(0).dtype === 'bool') return undefined
    const of = x.of.map((size) => sizes.times(size, -1))
    return Tensor.ofSizes(call.tensor(0).dtype, x.shape, of)
  }),
  Add: elementwise(sizes.plus),
  Sub: elementwise(sizes.minus),
  Mul: elementwise(sizes.times),
  // Sizes are not below 0, where the quotient of ONNX is rounded down as well.
  Div: elementwise((a, b) =>
    typeof a === 'number' && typeof b === 'number'
      ? b === 0
        ? undefined
        : Math.trunc(a / b)
      : sizes.floorDiv(a, b),
  ),
  ReduceProd: onLists(1, (call, x) => {
    if (x === undefined || x.shape.length !== 1) return undefined
    return Tensor.ofSizes(call.tensor(0).dtype, call.flag('keepdims', true) ? [1] : [], [sizes.product(x.of)])
  }),
  Equal: (call) => {
    const equal = elementwise((a, b) => {
      const answer = sizes.areEqual(a, b)
      return answer === undefined ? undefined : Number(answer)
    })(call)
    return equal && Tensor.ofSizes('bool', equal.shape as readonly number[], equal.sizes!)
  },
  // As PyTorch writes `expand`: the size of the shape where another one is -1.
  Where: onLists(3, (call, condition, a, b) => {
    if (condition === undefined || a === undefined || b === undefined) return undefined
    if (condition.of.length !== a.of.length || a.of.length !== b.of.length) return undefined
    const of = condition.of.map((truth, i) => (truth === 0 ? b.of[i]! : a.of[i]!))
    return Tensor.ofSizes(call.tensor(1).dtype, condition.shape, of)
  }),
}
