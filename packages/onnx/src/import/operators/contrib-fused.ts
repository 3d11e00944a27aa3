import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { minus } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { activation } from './activation.ts'
import { channelsFirst, channelsLast, ofChannelsLast, withFirst } from './channels-last.ts'
import { convolution } from './convolution.ts'
import { linear } from './linear.ts'
import { pooling } from './pooling.ts'

/** The matrix with its last two axes exchanged. */
export const turned = (x: NDArray, is: boolean): NDArray => (is && x.ndim > 1 ? td.matrixTranspose(x) : x)

/** The first axis of a batch beside the last one, where a flag says so. */
const batched = (x: NDArray, is: boolean): NDArray => (is && x.ndim > 2 ? td.moveaxis(x, 0, -2) : x)

const fusedMatMul = (call: NodeCall): NDArray => {
  const a = turned(batched(call.array(0), call.flag('transBatchA')), call.flag('transA'))
  const b = turned(batched(call.array(1), call.flag('transBatchB')), call.flag('transB'))
  const product = td.matmul(a, b)
  const alpha = call.float('alpha', 1)
  return alpha === 1 ? product : td.multiply(product, alpha)
}

export const biased = (x: NDArray, bias: NDArray | undefined): NDArray =>
  bias === undefined ? x : td.add(x, bias)

const activations: Readonly<Record<string, (x: NDArray, params: readonly number[]) => NDArray>> = {
  Relu: (x) => td.relu(x),
  Tanh: (x) => td.tanh(x),
  Sigmoid: (x) => td.sigmoid(x),
  LeakyRelu: (x, [alpha = 0.01]) => td.leakyRelu(x, { alpha }),
  Clip: (x, [min = -Infinity, max = Infinity]) => td.clip(x, min, max),
  HardSigmoid: (x, [alpha = 0.2, beta = 0.5]) => td.clip(td.add(td.multiply(x, alpha), beta), 0, 1),
  Elu: (x, [alpha = 1]) => td.elu(x, { alpha }),
  Softplus: (x) => td.softplus(x),
  Softsign: (x) => td.softsign(x),
  ThresholdedRelu: (x, [alpha = 1]) => td.where(td.greater(x, alpha), x, 0),
}

/** The activation that a node names, after what it does. */
function activated(call: NodeCall, x: NDArray, params: readonly number[]): NDArray {
  const name = call.string('activation', '')
  if (name === '') return x
  if (!Object.hasOwn(activations, name)) return call.refuse(`it knows no activation '${name}'`)
  return activations[name]!(x, params)
}

/** Parameters that have a name each. */
const namedParams = (call: NodeCall): readonly number[] => {
  const given = ['activation_alpha', 'activation_beta'].map((name) => call.float(name, undefined))
  return given.flatMap((value, i) => (given.slice(0, i).includes(undefined) ? [] : (value ?? [])))
}

/** A convolution, something added to it, and an activation. */
const fusedConv =
  (isLast: boolean): Operator =>
  (call) => {
    const conv = convolution['Conv']!
    const sum = (isLast ? ofChannelsLast(conv) : conv)(call) as NDArray
    return activated(call, biased(sum, call.optional(3)), call.floats('activation_params', []))
  }

const gelu = (x: NDArray): NDArray => td.gelu(x, { approximate: true })

/** Norms of groups of channels, and an activation where a node asks for it. */
function groupNorm(call: NodeCall, x: NDArray): NDArray {
  const isLast = call.flag('channels_last', true)
  const [weight, bias] = [call.array(1), call.array(2)].map((one) => td.astype(one, x.dtype))
  const eps = call.float('epsilon', 1e-5)
  const first = isLast ? channelsFirst(x) : x
  const even = td.groupNorm(first, call.int('groups'), weight!, bias!, { eps })
  const y = call.int('activation') === 1 ? td.silu(even) : even
  return isLast ? channelsLast(y) : y
}

const skipGroupNorm: Operator = (call) => {
  const [given, skip, bias] = [call.array(0), call.array(3), call.optional(4)]
  const isLast = call.flag('channels_last', true)
  const ofLast = (x: NDArray): NDArray => (isLast ? x : channelsLast(x))
  const besides = skip.ndim === 2 ? td.expandDims(skip, [1, 2]) : ofLast(skip)
  const sum = biased(td.add(ofLast(given), besides), bias)
  const own = isLast ? sum : channelsFirst(sum)
  return [groupNorm(call, own), own]
}

/** Softmax of all axes from one on, as if they were one, of scores with what is added to them. */
const biasSoftmax: Operator = (call) =>
  activation['Softmax']!(withFirst(call, td.add(call.array(0), call.array(1))).with({ opset: 11 }))

/** What is dropped while a model learns is kept otherwise. */
const biasDropout: Operator = (call) => {
  if (call.has(4) && call.number(4) !== 0)
    call.refuse('its elements are dropped, as a model that learns has it')
  const sum = td.add(call.array(0), call.array(1))
  return [biased(sum, call.optional(2)), td.ones(sizesOf(sum), { dtype: 'bool' })]
}

/** A transposed convolution whose padding is an operand. */
const convTranspose: Operator = (call) => {
  const operands = [call.tensor(0), call.tensor(1), call.maybe(3)]
  const plain = convolution['ConvTranspose']!(call.with({ operands })) as NDArray
  if (!call.has(2)) return plain
  const pads = call.sizes(2)
  const rank = plain.ndim - 2
  const sizes = sizesOf(plain)
  const stops = pads.slice(rank).map((width, i) => minus(sizes[i + 2]!, width))
  return td.slice(plain, [null, null, ...pads.slice(0, rank)], [null, null, ...stops])
}

/** Operators of several of ONNX' own in one. */
export const contribFused: Operators = {
  BiasAdd: (call) => td.add(td.add(call.array(0), call.array(1)), call.array(2)),
  BiasDropout: biasDropout,
  BiasSoftmax: biasSoftmax,
  ConvTransposeWithDynamicPads: convTranspose,
  FusedConv: fusedConv(false),
  FusedGemm: (call) => activated(call, linear['Gemm']!(call) as NDArray, namedParams(call)),
  FusedMatMul: fusedMatMul,
  FusedMatMulActivation: (call) => activated(call, fusedMatMul(call), namedParams(call)),
  GemmFastGelu: (call) => gelu(biased(td.matmul(call.array(0), call.array(1)), call.optional(2))),
  GroupNorm: (call) => groupNorm(call, call.array(0)),
  NhwcConv: ofChannelsLast(convolution['Conv']!),
  NhwcFusedConv: fusedConv(true),
  NhwcMaxPool: ofChannelsLast(pooling['MaxPool']!),
  SkipGroupNorm: skipGroupNorm,
  TransposeMatMul: fusedMatMul,
}
