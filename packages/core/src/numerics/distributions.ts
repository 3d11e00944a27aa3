/** Random numbers of distributions that need more than one uniform number each. */
import { lgamma } from './special.ts'
import { foldIn, type Key } from './threefry.ts'
import { type NumberStore, fillUniform } from './draws.ts'

/** Uniform numbers of (0, 1), as many as are asked for. */
class Uniforms {
  readonly #key: Key
  readonly #block = new Float64Array(8)
  #at = 8
  #blocks = 0

  constructor(key: Key) {
    this.#key = key
  }
  next(): number {
    if (this.#at === this.#block.length) {
      fillUniform(foldIn(this.#key, this.#blocks++), this.#block, 0, 1)
      this.#at = 0
    }
    return this.#block[this.#at++]! + 2 ** -54
  }
  /** By Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next())
  }
}

/** Logarithm of a number of the gamma distribution; Source: Marsaglia and Tsang, "A simple method" (2000). */
function logGamma(uniforms: Uniforms, alpha: number): number {
  if (alpha < 1) return logGamma(uniforms, alpha + 1) + Math.log(uniforms.next()) / alpha
  const d = alpha - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = uniforms.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(uniforms.next()) < 0.5 * x * x + d - d * v + d * Math.log(v))
      return Math.log(d) + Math.log(v)
  }
}

/** A number of the Poisson distribution: the waiting times for a small mean, else by rejection. */
function poisson(uniforms: Uniforms, mean: number): number {
  if (mean < 10) {
    let [count, total] = [0, -Math.log(uniforms.next())]
    while (total <= mean) {
      total -= Math.log(uniforms.next())
      count++
    }
    return count
  }
  // Source: W. Hörmann, "The transformed rejection method for generating Poisson random variables" (1993), PTRS.
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverse = 1.1239 + 1.1328 / (b - 3.4)
  const most = 0.9277 - 3.6224 / (b - 2)
  for (;;) {
    const u = uniforms.next() - 0.5
    const v = uniforms.next()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= most) return k
    if (k < 0 || (us < 0.013 && v > us)) continue
    const accepted = Math.log(v) + Math.log(inverse) - Math.log(a / (us * us) + b)
    if (accepted <= k * Math.log(mean) - mean - lgamma(k + 1)) return k
  }
}

const fillEach = (key: Key, out: NumberStore, draw: (uniforms: Uniforms) => number): void => {
  for (let i = 0; i < out.length; i++) out[i] = draw(new Uniforms(foldIn(key, i)))
}

/** Fills `out` with numbers of the gamma distribution of a shape and a rate. */
export const fillGamma = (key: Key, out: NumberStore, alpha: number, rate: number): void =>
  fillEach(key, out, (uniforms) => Math.exp(logGamma(uniforms, alpha)) / rate)

/** Fills `out` with numbers of the beta distribution; by logarithms, as both gamma numbers may be too small. */
export const fillBeta = (key: Key, out: NumberStore, alpha: number, beta: number): void =>
  fillEach(key, out, (uniforms) => {
    const [x, y] = [logGamma(uniforms, alpha), logGamma(uniforms, beta)]
    return 1 / (1 + Math.exp(y - x))
  })

/** Fills `out` with waiting times of a rate. */
export const fillExponential = (key: Key, out: NumberStore, rate: number): void =>
  fillEach(key, out, (uniforms) => -Math.log(uniforms.next()) / rate)

/** Fills `out` with counts of a mean, as numbers. */
export const fillPoisson = (key: Key, out: NumberStore, mean: number): void =>
  fillEach(key, out, (uniforms) => poisson(uniforms, mean))

/** Fills each line of `out` with shares that add up to 1. */
export function fillDirichlet(key: Key, out: NumberStore, alpha: readonly number[]): void {
  for (let line = 0; line * alpha.length < out.length; line++) {
    const uniforms = new Uniforms(foldIn(key, line))
    const logs = alpha.map((each) => logGamma(uniforms, each))
    const top = Math.max(...logs)
    const total = logs.reduce((sum, log) => sum + Math.exp(log - top), 0)
    logs.forEach((log, i) => (out[line * alpha.length + i] = Math.exp(log - top) / total))
  }
}
