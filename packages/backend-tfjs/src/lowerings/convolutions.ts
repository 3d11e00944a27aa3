import type { TfjsEmitter } from '../emitter.ts'
import { isGpu } from '../gpu/device.ts'
import { shown } from '../program-text.ts'
import { channelsLast, safe, type Info, type Order, type Value } from '../value.ts'
import { fallback, lower, type TfjsLowering } from './lower.ts'
import { asPlane, plane, planePads, unplaned, windowPlan } from './windows.ts'

interface Settings {
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
  readonly groups: number
}

/** The weights `[...kernel, in / groups, out]`. */
function filters(e: TfjsEmitter, w: Value): Info {
  const axes = w.shape.slice(2).map((_, i) => i + 2)
  return e.info(w, [...axes, 1, 0])
}

/** Writes the convolution of what lies with channels last; `own` in a loop of ours. */
interface Written {
  readonly operands: readonly Info[]
  readonly write: (bias: Info | undefined) => { readonly info: Info; readonly order: Order }
}

/** In doubles, for every number of axes and groups; tfjs' kernel on the cpu does the same loops in floats. */
function own(
  e: TfjsEmitter,
  x: Value,
  w: Value,
  settings: Settings,
): Written & { exact: (bias: Info | undefined) => string } {
  const type = e.node.outputs[0]!
  const order = channelsLast(x.rank)
  const operands = [e.info(x, order), filters(e, w)]
  const shape = e.shape(order.map((axis) => type.shape[axis]!))
  const plan = windowPlan(e, x.shape, type.shape, { ...settings, kernel: w.shape.slice(2) })
  const exact = (bias: Info | undefined): string =>
    `T.convolve(${operands.join(', ')}, ${bias?.name ?? 'undefined'}, ${shape}, ${settings.groups}, ${plan})`
  const name = ['conv1d', 'conv2d', 'conv3d'][x.rank - 3]
  const write = (bias: Info | undefined): { info: Info; order: Order } => {
    const plain = `tf.${name}(${operands.join(', ')}, ${shown(settings.strides)}, ${planePads(e, settings).spelling})`
    const spelling = bias === undefined ? plain : `tf.add(${plain}, ${bias})`
    return { info: e.call(exact(bias), bias === undefined ? operands : [...operands, bias], spelling), order }
  }
  return { operands, write, exact }
}

/** By XNNPACK, which loses NaN, or by the kernel of a GPU, which makes some: such results are computed anew. */
function byKernel(e: TfjsEmitter, x: Value, w: Value, settings: Settings): Written {
  const { strides, dilations, groups } = settings
  const type = e.node.outputs[0]!
  const isDepthwise = groups > 1
  const { exact } = own(e, x, w, settings)
  const space = asPlane(w.shape.slice(2), 1)
  const last = isDepthwise ? [groups, w.shape[0]! / groups] : [w.shape[1]!, w.shape[0]!]
  const filter =
    isDepthwise || x.rank === 3 ? e.reshaped(filters(e, w), [...space, ...last], 'float32') : filters(e, w)
  const input = plane(e, x)
  const pad = planePads(e, settings)
  const steps = e.fixed(asPlane(strides, 1))
  const gaps = e.fixed(asPlane(dilations, 1))
  const attrs = { strides: steps, pad: pad.text, dataFormat: "'NHWC'", dilations: gaps }
  const kernel = isDepthwise ? 'DepthwiseConv2dNative' : 'Conv2D'
  const fusedKernel = isDepthwise ? 'FusedDepthwiseConv2D' : 'FusedConv2D'
  const name = isDepthwise ? 'depthwiseConv2d' : 'conv2d'
  const write = (bias: Info | undefined): { info: Info; order: Order } => {
    const operands = bias === undefined ? [input, filter] : [input, filter, bias]
    const text =
      bias === undefined
        ? e.kernelCall(kernel, { x: input, filter }, attrs)
        : e.kernelCall(fusedKernel, { x: input, filter, bias }, { ...attrs, activation: "'linear'" })
    const spelling =
      bias === undefined
        ? `tf.${name}(${input}, ${filter}, ${steps}, ${pad.spelling}, 'NHWC', ${gaps})`
        : `tf.fused.${name}({ x: ${input}, filter: ${filter}, bias: ${bias}, strides: ${steps}, pad: ${pad.spelling}, dilations: ${gaps} })`
    if (isGpu(e.device)) {
      const call = `${exact(bias).slice(0, -1)}, () => ${text})`
      return { info: e.call(call, operands, spelling), order: channelsLast(type.shape.length) }
    }
    // Numbers of known size cannot become NaN; others are looked at, and are known again then.
    const gain = e.computed(`T.gain(${filter})`, filter.storage.owner === 'program')
    const offset = bias === undefined ? '' : ` + ${e.bound(bias)}`
    const bound = e.computed(`${e.bound(input)} * ${gain}${offset}`)
    const guarded = `${bound} < ${safe} ? ${text} : T.orExact(${text}, () => ${exact(bias)})`
    const info = e.call(guarded, operands, spelling)
    e.text.push(`if (!(${bound} < ${safe})) ${bound} = T.magnitude(${info})`)
    info.bound = bound
    return unplaned(e, info, type.shape)
  }
  return { operands: [input, filter], write }
}

/** Whether tfjs has a fast kernel: of wasm or a GPU, over one or two axes, with one group or one for each channel. */
const isFast = (e: TfjsEmitter, x: Value, { groups }: Settings): boolean =>
  e.device !== 'cpu' && x.rank <= 4 && (groups === 1 || groups === x.shape[1])

function convolution(e: TfjsEmitter, x: Value, w: Value, bias: Value | undefined, settings: Settings): Value {
  const type = e.node.outputs[0]!
  const { operands, write } = (isFast(e, x, settings) ? byKernel : own)(e, x, w, settings)
  if (bias === undefined)
    return e.pending(type, { biasAxis: 1, operands: operands.map(({ storage }) => storage), write })
  const { info, order } = write(e.asBias(e.info(bias), type.shape[1]!))
  return e.value(type, info, order)
}

export const convolutions: readonly TfjsLowering[] = [
  lower('convolution', (e, inputs, params, node) =>
    params.strides.length > 3
      ? fallback.emit(e, inputs, params, node)
      : convolution(e, inputs[0], inputs[1], inputs[2], params),
  ),
]
