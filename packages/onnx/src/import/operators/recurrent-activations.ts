import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'

export type Activation = (x: NDArray) => NDArray

interface Known {
  /** Defaults of the numbers that it takes; none where it takes none. */
  readonly alpha?: number
  readonly beta?: number
  readonly of: (x: NDArray, alpha: number, beta: number) => NDArray
}

/** By names in small letters, as files differ in them. */
const known: Readonly<Record<string, Known>> = {
  relu: { of: (x) => td.relu(x) },
  tanh: { of: (x) => td.tanh(x) },
  sigmoid: { of: (x) => td.sigmoid(x) },
  softsign: { of: (x) => td.softsign(x) },
  softplus: { of: (x) => td.softplus(x) },
  affine: { alpha: 1, beta: 0, of: (x, alpha, beta) => td.add(td.multiply(x, alpha), beta) },
  leakyrelu: { alpha: 0.01, of: (x, alpha) => td.leakyRelu(x, { alpha }) },
  thresholdedrelu: { alpha: 1, of: (x, alpha) => td.where(td.greater(x, alpha), x, 0) },
  scaledtanh: {
    alpha: 1,
    beta: 1,
    of: (x, alpha, beta) => td.multiply(td.tanh(td.multiply(x, beta)), alpha),
  },
  hardsigmoid: {
    alpha: 0.2,
    beta: 0.5,
    of: (x, alpha, beta) => td.clip(td.add(td.multiply(x, alpha), beta), 0, 1),
  },
  elu: { alpha: 1, of: (x, alpha) => td.elu(x, { alpha }) },
}

/** The activations of each direction, which take their numbers one after the other from two lists. */
export function activationsOf(
  call: NodeCall,
  defaults: readonly string[],
  directions: number,
): readonly (readonly Activation[])[] {
  const all = Array.from({ length: directions }, () => defaults).flat()
  // One version named the activations of both directions as the default of one.
  const given = call.strings('activations', all)
  const names =
    given.length === defaults.length ? Array.from({ length: directions }, () => given).flat() : given
  if (names.length < all.length)
    return call.refuse(`it needs ${all.length} activations, and ${names.length} are given`)
  const alphas = [...call.floats('activation_alpha', [])]
  const betas = [...call.floats('activation_beta', [])]
  const clip = call.float('clip', undefined)
  const functions = names.slice(0, all.length).map((name, i): Activation => {
    const activation = known[name.toLowerCase()]
    if (activation === undefined) return call.refuse(`it knows no activation '${name}'`)
    const alpha = activation.alpha === undefined ? 0 : (alphas.shift() ?? activation.alpha)
    const beta = activation.beta === undefined ? 0 : (betas.shift() ?? activation.beta)
    // What is made of the cell, by the third one, is not clipped.
    const bound = i % defaults.length < 2 ? clip : undefined
    return (x) => activation.of(bound === undefined ? x : td.clip(x, -bound, bound), alpha, beta)
  })
  return Array.from({ length: directions }, (_, i) =>
    functions.slice(i * defaults.length, (i + 1) * defaults.length),
  )
}
