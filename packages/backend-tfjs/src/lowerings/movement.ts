import { type ConcreteType, resolveSlice } from '@tendril/core/adapter'
import type { TfjsEmitter } from '../emitter.ts'
import { shown } from '../program-text.ts'
import type { Value } from '../value.ts'
import { commonOrder, fallback, loop, lower, type TfjsLowering } from './lower.ts'
import { same } from './unary.ts'

const isSame = (a: readonly number[], b: readonly number[]): boolean => String(a) === String(b)

/** The elements of `x` along one line for each axis: from `starts`, `steps` apart. */
function strided(
  e: TfjsEmitter,
  x: Value,
  starts: readonly number[],
  steps: readonly number[],
  type: ConcreteType,
  spelling: (name: string) => string,
): Value {
  const order = e.orders(x)[0]!
  const info = e.info(x, order)
  const inMemory = (list: readonly number[]): readonly number[] => order.map((axis) => list[axis]!)
  const shape = e.shape(inMemory(type.shape))
  const lifted = (list: readonly number[]): string =>
    `[${inMemory(list)
      .map((n) => e.size(n))
      .join(', ')}]`
  const plan = e.bind(
    `T.lines(${e.shape(inMemory(x.shape))}, ${lifted(starts)}, ${lifted(steps)}, ${shape})`,
    'p',
  )
  const text = `T.loop(${e.bind("T.loopOf('x0', 1)", 'f')}, ${plan}, ${shape}, '${type.dtype}', [${info}])`
  return e.value(type, e.call(text, [info], spelling(info.name)), order)
}

interface PaddedAxis {
  readonly size: number
  readonly widths: readonly [before: number, after: number]
}

/** The wasm kernel pads no more axes, and says so on the console only. */
const maxPadded = 6

/** Neighbours that are not padded as one axis. */
function merged(axes: readonly PaddedAxis[]): readonly PaddedAxis[] {
  const isKept = ({ widths: [before, after] }: PaddedAxis): boolean => before === 0 && after === 0
  return axes.reduce<readonly PaddedAxis[]>((list, axis) => {
    const last = list.at(-1)
    return last !== undefined && isKept(last) && isKept(axis)
      ? [...list.slice(0, -1), { size: last.size * axis.size, widths: [0, 0] }]
      : [...list, axis]
  }, [])
}

export const movement: readonly TfjsLowering[] = [
  lower('reshape', (e, [x]) => {
    const type = e.node.outputs[0]!
    return isSame(type.shape, x.shape)
      ? same(e, x)
      : e.value(type, e.reshaped(e.info(x), type.shape, type.dtype))
  }),
  // Only the names of the axes change; elements move where an op needs them in another order.
  lower('permuteDims', (e, [x], { axes }) =>
    e.renamed(x, e.node.outputs[0]!, (order) => order.map((axis) => axes.indexOf(axis))),
  ),
  lower('broadcastTo', (e, [x], { shape }) => {
    const type = e.node.outputs[0]!
    if (isSame(type.shape, x.shape)) return same(e, x)
    return loop(e, 'x0', [x], type, (info) => `tf.broadcastTo(${info}, ${shown(shape)})`)
  }),
  lower('flip', (e, [x], { axis }) => {
    const axes = axis ?? x.shape.map((_, i) => i)
    const flipped = x.shape.map((_, i) => axes.includes(i))
    const starts = x.shape.map((size, i) => (flipped[i] ? size - 1 : 0))
    const steps = flipped.map((is) => (is ? -1 : 1))
    return strided(e, x, starts, steps, x.type, (info) => `tf.reverse(${info}, ${shown(axes)})`)
  }),
  lower('slice', (e, [x], bounds) => {
    const axes = resolveSlice(x.shape, bounds)
    const starts = axes.map(({ start }) => start)
    const steps = axes.map(({ step }) => step)
    const type = e.node.outputs[0]!
    return strided(e, x, starts, steps, type, (info) =>
      steps.every((step) => step === 1)
        ? `tf.slice(${info}, ${shown(starts)}, ${shown(type.shape)})`
        : `tf.stridedSlice(${info}, ${shown(starts)}, ${shown(axes.map(({ start, step, count }) => start + step * count))}, ${shown(steps)})`,
    )
  }),
  lower('concat', (e, [arrays], { axis }) => {
    const type = e.node.outputs[0]!
    if (axis === null) {
      const infos = arrays.map((x) =>
        x.rank === 1 ? e.info(x) : e.reshaped(e.info(x), [x.size], type.dtype),
      )
      return e.value(type, e.kernel('Concat', infos, { axis: '0' }, `tf.concat([${infos.join(', ')}], 0)`))
    }
    if (arrays.length === 1) return same(e, arrays[0]!)
    const order = commonOrder(e, arrays, type.shape.length)
    const infos = arrays.map((x) => e.info(x, order))
    const at = order.indexOf(axis)
    const call = e.kernel('Concat', infos, { axis: String(at) }, `tf.concat([${infos.join(', ')}], ${at})`)
    return e.value(type, call, order)
  }),
  lower('take', (e, [x, indices], { axis }) => {
    const type = e.node.outputs[0]!
    const [info, at] = [e.info(x), e.info(indices)]
    const text = `T.take(${info}, ${at}, ${axis ?? 0}, ${e.shape(type.shape)})`
    return e.value(type, e.call(text, [info, at], `tf.gather(${info}, ${at}, ${axis ?? 0})`))
  }),
  lower('pad', (e, inputs, params, node) => {
    const [x] = inputs
    const { padWidth, mode, constantValues } = params
    const type = e.node.outputs[0]!
    const widths = padWidth as readonly number[]
    // The wasm kernel fills with 0 instead of NaN.
    const isNaN = Number.isNaN(constantValues)
    if (mode !== 'constant' || isNaN || widths.some((width) => width < 0))
      return fallback.emit(e, inputs, params, node)
    if (isSame(type.shape, x.shape)) return same(e, x)
    const order = e.orders(x)[0]!
    const axes = order.map((axis): PaddedAxis => {
      return { size: x.shape[axis]!, widths: [widths[axis]!, widths[axis + x.rank]!] }
    })
    const fewer = x.rank > maxPadded ? merged(axes) : axes
    if (fewer.length > maxPadded) return fallback.emit(e, inputs, params, node)
    const isMerged = fewer.length < axes.length
    const sizes = fewer.map(({ size }) => size)
    const info = isMerged ? e.reshaped(e.info(x, order), sizes, type.dtype) : e.info(x, order)
    const pairs = fewer.map((axis) => axis.widths)
    const text = `[${pairs.map((pair) => e.shape(pair)).join(', ')}]`
    const attrs = { paddings: text, constantValue: `T.element(${e.lifted(constantValues)}, '${type.dtype}')` }
    const spelling = `tf.pad(${info}, ${shown(pairs)}, ${shown(constantValues)})`
    const padded = e.kernel('PadV2', { x: info }, attrs, spelling)
    const shape = order.map((axis) => type.shape[axis]!)
    return e.value(type, isMerged ? e.reshaped(padded, shape, type.dtype) : padded, order)
  }),
  lower('full', (e, _inputs, { fillValue }) => {
    const type = e.node.outputs[0]!
    const text = `T.filled(${e.lifted(fillValue)}, ${e.shape(type.shape)}, '${type.dtype}')`
    const spelling = `tf.fill(${shown(type.shape)}, ${shown(fillValue)}, '${type.dtype}')`
    return e.value(type, e.call(text, [], spelling))
  }),
]
