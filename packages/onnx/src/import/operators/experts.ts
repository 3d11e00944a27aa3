import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { numbers } from '../sizes.ts'
import { sizesOf, Tensor } from '../tensor.ts'
import { bitsOf, matrixOf, unpacked } from './block-weights.ts'
import { as, single } from './heads.ts'

/** Matrices of all experts and what is added to their products. */
interface Layer {
  /** `[experts, outputs, inputs]` */
  readonly weights: NDArray
  /** `[experts, outputs]` */
  readonly bias: NDArray | undefined
}

/** Products of all experts, `[experts, tokens, outputs]`. */
function multiplied(x: NDArray, { weights, bias }: Layer): NDArray {
  const sums = td.matmul(x, td.matrixTranspose(weights))
  return bias === undefined ? sums : td.add(sums, td.expandDims(single(bias), 1))
}

/** A part of the last axis, of every second place or of one half. */
function half(x: NDArray, place: 0 | 1, isInterleaved: boolean): NDArray {
  const [size] = numbers([sizesOf(x)[2]!])
  if (isInterleaved) return td.slice(x, [null, null, place], [], [1, 1, 2])
  return td.slice(x, [null, null, (place * size!) / 2], [null, null, ((place + 1) * size!) / 2])
}

/** A gate that opens by itself, and what goes through it. */
function swiglu(call: NodeCall, gate: NDArray, given: NDArray): NDArray {
  const limit = call.float('swiglu_limit', Infinity)
  const bound = Number.isFinite(limit)
  const [g, l] = bound ? [td.minimum(gate, limit), td.clip(given, -limit, limit)] : [gate, given]
  const open = td.multiply(g, td.sigmoid(td.multiply(g, call.float('activation_alpha', 1))))
  return td.multiply(open, td.add(l, call.float('activation_beta', 0)))
}

const activations: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  relu: (x) => td.relu(x),
  gelu: (x) => td.gelu(x, { approximate: true }),
  silu: (x) => td.silu(x),
  identity: (x) => x,
}

/** What is between the two layers of an expert. */
function inside(call: NodeCall, first: NDArray, third: NDArray | undefined): NDArray {
  const name = call.string('activation_type', 'relu')
  if (name === 'swiglu') {
    const fusion = call.int('swiglu_fusion', 0)
    if (fusion === 0) return swiglu(call, first, third ?? call.refuse('its gates let nothing through'))
    return swiglu(call, half(first, 0, fusion === 1), half(first, 1, fusion === 1))
  }
  const activation = Object.hasOwn(activations, name) ? activations[name]! : undefined
  if (activation === undefined) return call.refuse(`it knows no activation '${name}'`)
  const y = activation(first)
  return third === undefined ? y : td.multiply(y, third)
}

interface Routing {
  /** Shares of all experts, where those are not made of the scores. */
  readonly given: NDArray | undefined
  /** Whether the shares of the best ones add up to 1. */
  readonly isNormalized: boolean
}

/** How much each expert counts for each token, `[tokens, experts]`; all but the best ones do not. */
function shares(call: NodeCall, scores: NDArray, { given, isNormalized }: Routing): NDArray {
  if (call.flag('use_sparse_mixer')) call.refuse('its experts are mixed sparsely')
  const k = call.int('k', 1)
  const { values, indices } = td.topK(single(scores), k, { axis: 1 })
  const weights = weightsOfBest()
  return td.putAlongAxis(td.zerosLike(single(scores)), indices, weights, { axis: 1 })

  function weightsOfBest(): NDArray {
    if (given !== undefined) {
      const own = td.takeAlongAxis(single(given), indices, { axis: 1 })
      return isNormalized ? td.divide(own, td.sum(own, { axis: 1, keepdims: true })) : own
    }
    if (isNormalized) return td.softmax(values, { axis: 1 })
    return td.takeAlongAxis(td.softmax(single(scores), { axis: 1 }), indices, { axis: 1 })
  }
}

/** All experts work on all tokens, and the best ones' results are added up. */
function mixed(
  call: NodeCall,
  [first, second, third]: readonly [Layer, Layer, Layer | undefined],
  routing: Routing,
): NDArray {
  const given = call.array(0)
  const features = sizesOf(given).at(-1)!
  const x = given.ndim === 2 ? single(given) : td.reshape(single(given), [-1, features])
  const hidden = inside(call, multiplied(x, first), third && multiplied(x, third))
  const results = multiplied(hidden, second)
  const share = td.expandDims(td.matrixTranspose(shares(call, call.array(1), routing)), 2)
  const sum = td.sum(td.multiply(results, share), { axis: 0, dtype: 'float32' })
  return as(given.ndim === 2 ? sum : td.reshape(sum, sizesOf(given)), given.dtype)
}

const mixture: Operator = (call) => {
  const layer = (weights: number, bias: number): Layer => ({
    weights: single(call.array(weights)),
    bias: call.optional(bias),
  })
  return mixed(call, [layer(2, 3), layer(4, 5), call.has(6) ? layer(6, 7) : undefined], {
    given: undefined,
    isNormalized: call.flag('normalize_routing_weights'),
  })
}

/** The same of integers of a few bits. */
const quantized: Operator = (call) => {
  if (call.string('quant_type', 'int') !== 'int') call.refuse('its weights are floats of a few bits')
  const bits = bitsOf(call, 'expert_weight_bits')
  const layer = (at: number, zerosAt: number): Layer => {
    const [experts, outputs, bytes] = numbers(call.tensor(at).shape) as [number, number, number]
    const columns = (bytes * 8) / bits
    const block = call.int('block_size', 0)
    const given = call.maybe(zerosAt)
    // Without blocks, one byte has zero points of several rows.
    const zeros =
      given !== undefined && block === 0
        ? Tensor.of(td.slice(single(unpacked(given.array, bits)), [], [null, outputs]))
        : given
    const rows = experts * outputs
    const weights = { packed: call.tensor(at), scales: call.tensor(at + 1), zeros, bits, rows, columns }
    const matrix = matrixOf(call, { ...weights, block: block === 0 ? columns : block })
    return { weights: td.reshape(matrix, [experts, outputs, columns]), bias: call.optional(at + 2) }
  }
  const given = call.optional(14)
  // Softmax is of the best ones alone here, whatever is asked for.
  const isNormalized = given === undefined || call.flag('normalize_routing_weights')
  const third = call.has(8) ? layer(8, 13) : undefined
  return mixed(call, [layer(2, 11), layer(5, 12), third], { given, isNormalized })
}

/** Mixtures of experts. */
export const experts: Operators = { MoE: mixture, QMoE: quantized }
