import { type ConcreteType, tensorType } from '@tendril/core/adapter'
import { shown, type TfjsEmitter } from '../emitter.ts'
import { channelsLast, type Info, type Order, type Value } from '../value.ts'
import { fallback, loop, lower, type TfjsLowering } from './lower.ts'

/** Lists for two spatial axes, the first of size 1 where there is one only. */
const asPlane = (list: readonly number[], first: number): readonly number[] =>
  list.length === 1 ? [first, ...list] : list

interface Windows {
  readonly strides: readonly number[]
  readonly pads: readonly number[]
}

/** Pads of two spatial axes as kernels take them. */
function planePads(e: TfjsEmitter, { strides, pads }: Windows): { text: string; spelling: string } {
  const n = strides.length
  const before = asPlane(pads.slice(0, n), 0)
  const after = asPlane(pads.slice(n), 0)
  const pairs = before.map((width, i) => [width, after[i]!] as const)
  const text = [[0, 0] as const, ...pairs, [0, 0] as const].map((pair) => e.shape(pair)).join(', ')
  return { text: `[${text}]`, spelling: shown([[0, 0], ...pairs, [0, 0]]) }
}

/** The array with channels last and two spatial axes. */
function plane(e: TfjsEmitter, x: Value): Info {
  const info = e.info(x, channelsLast(x.rank))
  if (x.rank === 4) return info
  const [batch, channels, length] = x.shape as [number, number, number]
  return e.reshaped(info, [batch, 1, length, channels], x.type.dtype)
}

/** A result with channels last and two spatial axes as it is to be. */
function unplaned(e: TfjsEmitter, info: Info, shape: readonly number[]): { info: Info; order: Order } {
  const order = channelsLast(shape.length)
  const own = shape.length === 4 ? info : e.reshaped(info, order.map((axis) => shape[axis]!), 'float32')
  return { info: own, order }
}

/** Weights as kernels take them: spatial axes first, then `[in, out]`, or `[channels, multiplier]` for one group a channel. */
function filters(e: TfjsEmitter, w: Value, groups: number, isDepthwise: boolean): Info {
  const space = w.shape.slice(2)
  const axes = space.map((_, i) => i + 2)
  const order = isDepthwise ? [...axes, 0, 1] : [...axes, 1, 0]
  const info = e.info(w, order)
  const [out, inner] = w.shape as [number, number]
  const last = isDepthwise ? [groups, out / groups] : [inner, out]
  const shape = [...asPlane(space, 1), ...last]
  return isDepthwise || space.length === 1 ? e.reshaped(info, shape, 'float32') : info
}

interface Call {
  readonly strides: string
  readonly dilations: string
  readonly pad: { text: string; spelling: string }
}

function convolved(e: TfjsEmitter, x: Info, w: Info, bias: Info | undefined, call: Call, isDepthwise: boolean): Info {
  const { strides, dilations, pad } = call
  const attrs = { strides, pad: pad.text, dataFormat: "'NHWC'", dilations }
  if (bias !== undefined) {
    const kernel = isDepthwise ? 'FusedDepthwiseConv2D' : 'FusedConv2D'
    const name = isDepthwise ? 'depthwiseConv2d' : 'conv2d'
    return e.kernel(
      kernel,
      { x, filter: w, bias },
      { ...attrs, activation: "'linear'" },
      `tf.fused.${name}({ x: ${x}, filter: ${w}, bias: ${bias}, strides: ${strides}, pad: ${pad.spelling}, dilations: ${dilations} })`,
    )
  }
  const kernel = isDepthwise ? 'DepthwiseConv2dNative' : 'Conv2D'
  const name = isDepthwise ? 'depthwiseConv2d' : 'conv2d'
  const spelling = `tf.${name}(${x}, ${w}, ${strides}, ${pad.spelling}, 'NHWC', ${dilations})`
  return e.kernel(kernel, { x, filter: w }, attrs, spelling)
}

/** Part `i` of `count` along the last axis of four. */
function part(e: TfjsEmitter, info: Info, shape: readonly number[], i: number, count: number): Info {
  const size = shape[3]! / count
  const begin = [0, 0, 0, i * size]
  const sizes = [...shape.slice(0, 3), size]
  const attrs = { begin: e.shape(begin), size: e.shape(sizes) }
  return e.kernel('Slice', { x: info }, attrs, `tf.slice(${info}, ${shown(begin)}, ${shown(sizes)})`)
}

/** The result with one number added to each channel. */
function withBias(e: TfjsEmitter, value: Value, bias: Value): Value {
  const shape = [bias.size, ...value.shape.slice(2).map(() => 1)]
  const type = tensorType('float32', shape) as ConcreteType
  const column = e.value(type, e.reshaped(e.info(bias), shape, 'float32'))
  const sum = loop(e, 'x0 + x1', [value, column], value.type, (x, b) => `tf.add(${x}, ${b})`)
  e.release([value, column])
  return sum
}

export const convolutions: readonly TfjsLowering[] = [
  lower('convolution', (e, inputs, params, node) => {
    const [x, w, bias] = inputs
    const { strides, pads, dilations, groups } = params
    if (strides.length > 2) return fallback.emit(e, inputs, params, node)
    const type = e.node.outputs[0]!
    const call = {
      strides: e.fixed(asPlane(strides, 1)),
      dilations: e.fixed(asPlane(dilations, 1)),
      pad: planePads(e, { strides, pads }),
    }
    const channels = x.shape[1]!
    const isDepthwise = groups > 1 && groups === channels
    const input = plane(e, x)
    const kernel = filters(e, w, groups, isDepthwise)
    if (groups === 1 || isDepthwise) {
      const write = (added: Info | undefined): { info: Info; order: Order } =>
        unplaned(e, convolved(e, input, kernel, added, call, isDepthwise), type.shape)
      if (bias !== undefined && e.device === 'wasm') {
        const { info, order } = write(e.asBias(e.info(bias), type.shape[1]!))
        return e.value(type, info, order)
      }
      if (bias === undefined) {
        return e.pending(type, { biasAxis: 1, operands: [input.storage, kernel.storage], write })
      }
      const { info, order } = write(undefined)
      return withBias(e, e.value(type, info, order), bias)
    }
    const space = [x.shape[0]!, ...asPlane(x.shape.slice(2), 1), channels]
    const kernels = [...asPlane(w.shape.slice(2), 1), w.shape[1]!, w.shape[0]!]
    const parts = Array.from({ length: groups }, (_, i) => {
      const from = part(e, input, space, i, groups)
      const of = part(e, kernel, kernels, i, groups)
      const result = convolved(e, from, of, undefined, call, false)
      e.drop(from, of)
      return result
    })
    const joined = e.kernel('Concat', parts, { axis: '3' }, `tf.concat([${parts.join(', ')}], 3)`)
    e.drop(...parts)
    const { info, order } = unplaned(e, joined, type.shape)
    const value = e.value(type, info, order)
    return bias === undefined ? value : withBias(e, value, bias)
  }),
  lower('maxPooling', (e, inputs, params, node) =>
    params.strides.length > 3 ? fallback.emit(e, inputs, params, node) : pooled(e, inputs[0], 'max', params),
  ),
  lower('avgPooling', (e, inputs, params, node) =>
    params.strides.length > 3
      ? fallback.emit(e, inputs, params, node)
      : pooled(e, inputs[0], params.countIncludePad ? 'avgOfAll' : 'avg', {
          ...params,
          dilations: params.strides.map(() => 1),
        }),
  ),
]

type Pooling = 'max' | 'avg' | 'avgOfAll'
interface PoolWindows extends Windows {
  readonly kernel: readonly number[]
  readonly dilations: readonly number[]
}

/** tfjs' kernel on wasm where it is right; a loop of our own elsewhere, as tfjs' pass over NaN and know no dilations. */
function pooled(e: TfjsEmitter, x: Value, kind: Pooling, windows: PoolWindows): Value {
  const { kernel, strides, pads, dilations } = windows
  const type = e.node.outputs[0]!
  const n = strides.length
  const order = channelsLast(x.rank)
  const padded = (list: readonly number[], first: number): string =>
    e.fixed([...Array.from({ length: 3 - n }, () => first), ...list])
  const own = e.info(x, order)
  const whole = (shape: readonly number[]): readonly number[] => [
    shape[0]!,
    ...Array.from({ length: 3 - n }, () => 1),
    ...shape.slice(2),
    shape[1]!,
  ]
  const shape = e.shape(order.map((axis) => type.shape[axis]!))
  const plan = e.bound(
    `{ x: ${e.shape(whole(x.shape))}, out: ${e.shape(whole(type.shape))}, kernel: ${padded(kernel, 1)}, strides: ${padded(strides, 1)}, ` +
      `before: ${padded(pads.slice(0, n), 0)}, dilations: ${padded(dilations, 1)} }`,
    'p',
  )
  const exact = (info: Info): string => `T.pool(${info}, ${shape}, '${kind}', ${plan})`
  const pad = n > 2 ? undefined : planePads(e, windows)
  const name = kind === 'max' ? 'maxPool' : 'avgPool'
  const spelling = (info: Info): string =>
    `tf.${name}(${info}, ${shown(kernel)}, ${shown(strides)}, ${pad?.spelling ?? "'valid'"})`
  const fits =
    e.device === 'wasm' &&
    n <= 2 &&
    dilations.every((step) => step === 1) &&
    (kind !== 'avgOfAll' || pads.every((width) => width === 0))
  if (!fits) return e.value(type, e.call(exact(own), [own], spelling(own)), order)
  const info = plane(e, x)
  const attrs = `{ filterSize: ${e.fixed(asPlane(kernel, 1))}, strides: ${e.fixed(asPlane(strides, 1))}, pad: ${pad!.text} }`
  const call =
    `${e.bound(`T.kernel('${kind === 'max' ? 'MaxPool' : 'AvgPool'}')`, 'k')}` +
    `({ inputs: { x: ${info} }, attrs: ${e.bound(attrs, 'a')}, backend: T.backend })`
  const text = kind === 'max' ? `T.hasNaN(${info}) ? ${exact(info)} : ${call}` : call
  const result = unplaned(e, e.call(text, [info], spelling(info)), type.shape)
  return e.value(type, result.info, result.order)
}
