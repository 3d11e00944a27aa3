import { type Lowering, resolveSlice, rowMajorStrides } from '@tendril/core/adapter'
import { storageOf } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value, View } from '../values.ts'
import { lower } from './lower.ts'

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/** The axes of a view in another order. */
function permuted(view: View, axes: readonly number[]): Pick<View, 'shape' | 'steps' | 'joins' | 'offset'> {
  return {
    shape: axes.map((axis) => view.shape[axis]!),
    steps: axes.map((axis) => view.steps[axis]!),
    joins: axes.slice(1).map((axis, i) => axis === axes[i]! + 1 && view.joins[axes[i]!]!),
    offset: view.offset,
  }
}

function broadcast(view: View, shape: readonly number[]): Pick<View, 'shape' | 'steps' | 'joins' | 'offset'> {
  const added = shape.length - view.shape.length
  const from = shape.map((size, axis) => {
    const own = axis - added
    return own < 0 || view.steps[own] === null || (view.shape[own] === 1 && size !== 1) ? null : own
  })
  return {
    shape,
    steps: from.map((own) => (own === null ? null : view.steps[own]!)),
    joins: from.slice(1).map((inner, axis) => {
      const outer = from[axis]!
      if (outer === null || inner === null) return outer === inner
      return inner === outer + 1 && view.joins[outer]!
    }),
    offset: view.offset,
  }
}

interface Cut {
  readonly start: number
  readonly step: number
  readonly count: number
  /** Whether all of the axis is taken in its order, for all sizes. */
  readonly whole: boolean
  /** Whether the first element taken is the axis' first, for all sizes. */
  readonly fromFirst: boolean
}

function cutOut(view: View, cuts: readonly Cut[]): Pick<View, 'shape' | 'steps' | 'joins' | 'offset'> {
  const moves = cuts.some(({ fromFirst }) => !fromFirst)
  const by = cuts.reduce((sum, { start }, axis) => sum + start * (view.steps[axis]?.stride ?? 0), 0)
  return {
    shape: cuts.map(({ count }) => count),
    steps: view.steps.map((step, axis) => {
      const times = cuts[axis]!.step
      return step && (times === 1 ? step : { stride: step.stride * times, unit: false })
    }),
    joins: view.joins.map((joined, axis) => joined && cuts[axis]!.step === 1 && cuts[axis + 1]!.whole),
    offset: moves ? (view.offset ?? 0) + by : view.offset,
  }
}

const isScalar = (value: Value): boolean => value.kind === 'literal'

export const movement: readonly Lowering<NumjsEmitter, Value>[] = [
  lower('reshape', (js, [x], _params, node) => js.reshape(x, node.outputs[0]!.shape)),
  lower('permuteDims', (js, [x], { axes }) =>
    axes.every((axis, i) => axis === i) ? x : js.view(x, (view) => permuted(view, axes)),
  ),
  lower('broadcastTo', (js, [x], _params, node) =>
    isScalar(x)
      ? js.map(node.outputs[0]!, [x], ([a]) => a!)
      : js.view(x, (view) => broadcast(view, node.outputs[0]!.shape)),
  ),
  lower('flip', (js, [x], { axis }) =>
    js.view(x, (view) =>
      cutOut(
        view,
        view.shape.map((count, i) =>
          axis === null || axis.includes(i)
            ? { start: Math.max(0, count - 1), step: -1, count, whole: false, fromFirst: false }
            : { start: 0, step: 1, count, whole: true, fromFirst: true },
        ),
      ),
    ),
  ),
  lower('slice', (js, [x], bounds) =>
    js.view(x, (view) =>
      cutOut(
        view,
        resolveSlice(x.shape, bounds).map((cut, axis) => {
          const fromFirst = bounds.starts[axis] === null && cut.step > 0
          return { ...cut, fromFirst, whole: fromFirst && bounds.stops[axis] === null && cut.step === 1 }
        }),
      ),
    ),
  ),
  lower('concat', (js, [arrays], { axis }, node) => {
    const out = node.outputs[0]!
    const kernel = `concat_${storageOf(out.dtype)}`
    const at = axis ?? 0
    const outer = axis === null ? 1 : product(out.shape.slice(0, axis))
    const inner = product(out.shape.slice(at + 1))
    let offset = 0
    const places = arrays.map(({ shape }) => {
      const width = axis === null ? product(shape) : shape[axis]! * inner
      const place = [outer, width, out.shape[at]! * inner, offset].map((size) => js.lifts.size(size))
      offset += width
      return place.join(', ')
    })
    const [result] = js.call([out], arrays, (args, [to]) =>
      args.map((from, i) => `${kernel}(${from}, ${to}, ${places[i]})`).join('\n'),
    )
    return result!
  }),
  lower(
    'pad',
    (js, [x], { padWidth, constantValues }, node) => {
      const out = node.outputs[0]!
      return js.padded(x, out.shape, padWidth.slice(0, x.shape.length), js.literal(constantValues, x.dtype))
    },
    { supports: (_types, { mode }) => mode === 'constant' || `'${mode}' is left to the reference` },
  ),
  lower('take', (js, [x, indices], { axis }, node) => {
    const out = node.outputs[0]!
    const at = axis!
    const sizes = [
      product(x.shape.slice(0, at)),
      x.shape[at]!,
      product(x.shape.slice(at + 1)),
      product(indices.shape),
    ].map((size) => js.lifts.size(size))
    const kernel = `take_${storageOf(out.dtype)}_${storageOf(indices.dtype)}`
    const [result] = js.call(
      [out],
      [x, indices],
      ([from, places], [to]) => `${kernel}(${from}, ${places}, ${to}, ${sizes.join(', ')})`,
    )
    return result!
  }),
  lower('takeAlongAxis', (js, [x, indices], { axis }, node) => {
    const out = node.outputs[0]!
    const [from, places] = [x, indices].map((value, i) => {
      const own = rowMajorStrides(value.shape)
      return own.map((stride, k) =>
        (i === 0 && k === axis) || (value.shape[k] === 1 && out.shape[k] !== 1) ? 0 : stride,
      )
    })
    const list = [out.shape, from!, places!].map((sizes) => js.lifts.shape(sizes)).join(', ')
    const axisSizes = `${js.lifts.size(x.shape[axis]!)}, ${js.lifts.size(rowMajorStrides(x.shape)[axis]!)}`
    const kernel = `takeAlong_${storageOf(out.dtype)}_${storageOf(indices.dtype)}`
    const [result] = js.call(
      [out],
      [x, indices],
      ([data, at], [to]) => `${kernel}(${data}, ${at}, ${to}, ${list}, ${axisSizes})`,
    )
    return result!
  }),
]
