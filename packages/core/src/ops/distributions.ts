import { ParamError } from '../errors.ts'
import {
  fillBeta,
  fillDirichlet,
  fillExponential,
  fillGamma,
  fillPoisson,
} from '../numerics/distributions.ts'
import type { NumberStore } from '../numerics/draws.ts'
import { defineOp } from '../op.ts'
import { isBigInt } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { checkedShape, floatDType } from './creation-rules.ts'
import { put } from './kernels.ts'
import { known } from './random.ts'
import { accept } from './type-rules.ts'

/** Refuses a parameter that is not a finite number above 0. */
function aboveZero(op: string, param: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return
  throw new ParamError({ op, param, value, because: 'it takes a finite number above 0' })
}

/**
 * Random numbers of the gamma distribution.
 *
 * `alpha` is the shape, `beta` the rate. A `key` gives the same numbers each time; without one they are the next of
 * the global stream.
 *
 * Shapes: `shape`, by default one number. Dtypes: a float, float32 by default.
 *
 * @throws ParamError unless the parameters are finite and above 0, DTypeError when the dtype is not a float
 * @source NumPy, `gamma`; ivy, `gamma`
 * @example random.gamma(2, { shape: [4] }).shape   // [4]
 */
export const randomGamma = /* @__PURE__ */ defineOp({
  name: 'random.gamma',
  doc: 'Random numbers of the gamma distribution.',
  inputs: [],
  params: {
    alpha: /* @__PURE__ */ p.number(),
    beta: /* @__PURE__ */ p.number(1),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    key: /* @__PURE__ */ p.key(null),
  },
  order: ['alpha'],
  traits: { random: true, creation: true },
  infer: (_inputs, { alpha, beta, shape, dtype }) => {
    aboveZero('random.gamma', 'alpha', alpha)
    aboveZero('random.gamma', 'beta', beta)
    return tensorType(floatDType('random.gamma', dtype), checkedShape('random.gamma', shape))
  },
  reference: (_inputs, { alpha, beta, key }, [out]) =>
    fillGamma(known('random.gamma', key), out.data as NumberStore, alpha, beta),
})

/**
 * Random numbers of the beta distribution.
 *
 * A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * Shapes: `shape`, by default one number. Dtypes: a float, float32 by default.
 *
 * @throws ParamError unless the parameters are finite and above 0, DTypeError when the dtype is not a float
 * @source NumPy, `beta`; ivy, `beta`
 * @example random.beta(2, 3, { shape: [4] }).shape   // [4]
 */
export const randomBeta = /* @__PURE__ */ defineOp({
  name: 'random.beta',
  doc: 'Random numbers of the beta distribution.',
  inputs: [],
  params: {
    alpha: /* @__PURE__ */ p.number(),
    beta: /* @__PURE__ */ p.number(),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    key: /* @__PURE__ */ p.key(null),
  },
  order: ['alpha', 'beta'],
  traits: { random: true, creation: true },
  infer: (_inputs, { alpha, beta, shape, dtype }) => {
    aboveZero('random.beta', 'alpha', alpha)
    aboveZero('random.beta', 'beta', beta)
    return tensorType(floatDType('random.beta', dtype), checkedShape('random.beta', shape))
  },
  reference: (_inputs, { alpha, beta, key }, [out]) =>
    fillBeta(known('random.beta', key), out.data as NumberStore, alpha, beta),
})

/**
 * Random numbers of the exponential distribution.
 *
 * A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * Shapes: `shape`, by default one number. Dtypes: a float, float32 by default.
 *
 * @throws ParamError unless the parameters are finite and above 0, DTypeError when the dtype is not a float
 * @source NumPy, `exponential`
 * @example random.exponential({ shape: [4] }).shape   // [4]
 */
export const randomExponential = /* @__PURE__ */ defineOp({
  name: 'random.exponential',
  doc: 'Random numbers of the exponential distribution.',
  inputs: [],
  params: {
    rate: /* @__PURE__ */ p.number(1),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    key: /* @__PURE__ */ p.key(null),
  },
  traits: { random: true, creation: true },
  infer: (_inputs, { rate, shape, dtype }) => {
    aboveZero('random.exponential', 'rate', rate)
    return tensorType(floatDType('random.exponential', dtype), checkedShape('random.exponential', shape))
  },
  reference: (_inputs, { rate, key }, [out]) =>
    fillExponential(known('random.exponential', key), out.data as NumberStore, rate),
})

/**
 * Random numbers of the Poisson distribution.
 *
 * `lam` is the mean. A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * Shapes: `shape`, by default one number. Dtypes: real, int32 by default.
 *
 * @throws ParamError unless `lam` lies in [0, 2^30], DTypeError when the dtype is bool or complex
 * @source NumPy, `poisson`; ivy, `poisson`
 * @example random.poisson(0, { shape: [2] })   // [0, 0]
 */
export const randomPoisson = /* @__PURE__ */ defineOp({
  name: 'random.poisson',
  doc: 'Random numbers of the Poisson distribution.',
  inputs: [],
  params: {
    lam: /* @__PURE__ */ p.number(),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('int32'),
    key: /* @__PURE__ */ p.key(null),
  },
  order: ['lam'],
  traits: { random: true, creation: true },
  infer: (_inputs, { lam, shape, dtype }) => {
    if (!(lam >= 0 && lam <= 2 ** 30))
      throw new ParamError({
        op: 'random.poisson',
        param: 'lam',
        value: lam,
        because: 'it lies in [0, 2^30]',
      })
    return tensorType(accept('random.poisson', 'real', dtype), checkedShape('random.poisson', shape))
  },
  reference: (_inputs, { lam, key }, [out]) => {
    const counts = new Float64Array(out.data.length)
    fillPoisson(known('random.poisson', key), counts, lam)
    const exact = isBigInt(out.dtype)
    counts.forEach((count, i) => put(out.data, i, exact ? BigInt(count) : count))
  },
})

/**
 * Random shares of the Dirichlet distribution, which add up to 1.
 *
 * A `key` gives the same numbers each time; without one they are the next of the global stream.
 *
 * Shapes: `[...shape, k]` for k numbers of `alpha`. Dtypes: a float, float32 by default.
 *
 * @throws ParamError unless all of `alpha` are finite and above 0, DTypeError when the dtype is not a float
 * @source NumPy, `dirichlet`; ivy, `dirichlet`
 * @example random.dirichlet([5])   // [1]
 */
export const randomDirichlet = /* @__PURE__ */ defineOp({
  name: 'random.dirichlet',
  doc: 'Random shares of the Dirichlet distribution, which add up to 1.',
  inputs: [],
  params: {
    alpha: /* @__PURE__ */ p.numbers(),
    shape: /* @__PURE__ */ p.shape([]),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    key: /* @__PURE__ */ p.key(null),
  },
  order: ['alpha'],
  traits: { random: true, creation: true },
  infer: (_inputs, { alpha, shape, dtype }) => {
    if (alpha.length === 0)
      throw new ParamError({
        op: 'random.dirichlet',
        param: 'alpha',
        value: alpha,
        because: 'it holds at least one number',
      })
    for (const each of alpha) aboveZero('random.dirichlet', 'alpha', each)
    return tensorType(floatDType('random.dirichlet', dtype), [
      ...checkedShape('random.dirichlet', shape),
      alpha.length,
    ])
  },
  reference: (_inputs, { alpha, key }, [out]) =>
    fillDirichlet(known('random.dirichlet', key), out.data as NumberStore, alpha),
})
