/**
 * Fast scalar functions for generated loops over float32 arrays; float64 arrays keep using `Math`.
 *
 * Arguments are float32 numbers. The result is a float64 whose rounding to float32 is within 1 ulp of the truth (see
 * scripts/measure-fast-math.mjs); it is right for NaN, infinities and -0. Round it (a Float32Array does) before it is
 * used again: the rest of its digits are noise. Coefficients: own minimax fits, scripts/fit-fast-math.py.
 */

// Adding and subtracting 1.5 * 2^52 rounds to an integer, without the branches of Math.round.
const rounder = 6755399441055744

const powersOfTwo = Float64Array.from({ length: 2048 }, (_, i) => 2 ** (i - 1024))

const bits = new Float64Array(1)
const words = new Int32Array(bits.buffer)
const high = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** e^x; also right as float64 up to e^700, within 5e-9. */
export function exp(x: number): number {
  if (!(x > -700 && x < 700)) return Math.exp(x)
  const t = x * Math.LOG2E
  const n = t + rounder - rounder
  const f = t - n
  const g = f * f
  const p =
    f *
      (0.6931471879266387 + f * 0.24022649794621592 + g * (0.05550357433809294 + f * 0.009618237549106054)) +
    g * g * f * (0.0013390735407984315 + f * 0.0001540349501235131)
  return (1 + p) * powersOfTwo[(n + 1024) | 0]!
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x))
}

export function tanh(x: number): number {
  if (x > 9.02) return 1
  if (x < -9.02) return -1
  const u = x * x
  const u2 = u * u
  const u4 = u2 * u2
  const top =
    0.9999999999636271 +
    u * 0.1409919916176558 +
    u2 * (0.004425934918762607 + u * 4.227335864671906e-5) +
    u4 * (1.1117374157548113e-7 + u * 3.6742798749214064e-11)
  const bottom =
    1 +
    u * 0.4743253245524835 +
    u2 * (0.02920104382986533 + u * 0.0005008314126204897) +
    u4 * (2.6038182617797112e-6 + u * 2.951087001144168e-9)
  return (x * top) / bottom
}

export function erf(x: number): number {
  if (x > 3.95) return 1
  if (x < -3.95) return -1
  const u = x * x
  const u2 = u * u
  const u4 = u2 * u2
  const top =
    1.128379169227775 +
    u * 0.1851728276301541 +
    u2 * (0.054274576996148585 + u * 0.0038434339421339406) +
    u4 * (0.0003779095831348196 + u * 4.639622621889927e-6 - u2 * 1.2963147036754479e-8)
  const bottom =
    1 +
    u * 0.4974385546086906 +
    u2 * (0.11391194730286928 + u * 0.015443751643266597) +
    u4 * (0.0013040386593864838 + u * 6.268480641023108e-5)
  return (x * top) / bottom
}

/** Natural logarithm. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return Math.log(x)
  // x = m * 2^k with m within a factor sqrt(2) of 1: float32 numbers are all normal as float64.
  bits[0] = x
  const k = ((words[high]! + 0x95f62) >> 20) - 1023
  // Not by writing the word back: reading a number whose half was just written stalls.
  const m = x * powersOfTwo[1024 - k]!
  const s = (m - 1) / (m + 1)
  const u = s * s
  const p =
    2.000000000008437 +
    u * 0.6666666523872318 +
    u * u * (0.4000038622502531 + u * 0.2853496320217649 + u * u * 0.23617909179469995)
  return k * Math.LN2 + s * p
}

export function sin(x: number): number {
  if (!(x > -1e5 && x < 1e5)) return Math.sin(x)
  const n = x * 0.3183098861837907 + rounder - rounder
  return sinNearMultiple(x, n) * (1 - 2 * (n & 1))
}

export function cos(x: number): number {
  if (!(x > -1e5 && x < 1e5)) return Math.cos(x)
  const n = x * 0.3183098861837907 - 0.5 + rounder - rounder
  return sinNearMultiple(x, n + 0.5) * (2 * (n & 1) - 1)
}

/** sin(x - n * pi) for |x - n * pi| <= pi / 2; pi in three parts, so that the first products are exact. */
function sinNearMultiple(x: number, n: number): number {
  const r = x - n * 3.1415926534682512 - n * 1.2154201012607932e-10 - n * 4.044532497591901e-21
  const u = r * r
  const u2 = u * u
  return (
    r *
    (0.9999999999788148 -
      u * 0.16666666608748895 +
      u2 * (0.00833333071778681 - u * 0.0001984083247775095) +
      u2 * u2 * (2.752395361627687e-6 - u * 2.38680397451059e-8))
  )
}
