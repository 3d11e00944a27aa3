/** Special functions in float64; the errors named are the largest seen against mpmath (see test/special.test.ts). */

/**
 * Error function, within 2 ulp.
 *
 * Source: W. J. Cody, "Rational Chebyshev approximations for the error function" (1969), coefficients of CALERF.
 */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size <= 0.46875) return x * ratio(codyRatios.erf, x * x)
  if (size < 6) return Math.sign(x) * (0.5 - erfcOfPositive(size) + 0.5)
  return Number.isNaN(x) ? x : Math.sign(x)
}

/** `1 - erf(x)` without cancellation, within 4 ulp; below 2^-1022 it loses digits, beyond 27.23 it is 0. Source as `erf`. */
export function erfc(x: number): number {
  if (Math.abs(x) <= 0.46875) return 1 - erf(x)
  if (Number.isNaN(x)) return x
  return x < 0 ? 2 - erfcOfPositive(-x) : erfcOfPositive(x)
}

/**
 * The number whose `erf` is `x`, within 3 ulp; NaN outside [-1, 1].
 *
 * Source: M. J. Wichura, algorithm AS 241, PPND16 (1988), then one step of Halley's method.
 */
export function erfinv(x: number): number {
  const size = Math.abs(x)
  if (!(size < 1)) return size === 1 ? x * Infinity : NaN
  // erf is linear here, and the step would divide the rounding of tiny numbers.
  if (size < 1e-8) return x * (Math.sqrt(Math.PI) / 2)
  const y = erfinvEstimate(size)
  // Near 1 the residual is taken of erfc, where 1 - size is exact.
  const residual = size < 0.5 ? erf(y) - size : 1 - size - erfc(y)
  const step = residual / ((2 / Math.sqrt(Math.PI)) * Math.exp(-y * y))
  return Math.sign(x) * (y - step / (1 + y * step))
}

/**
 * Logarithm of |gamma(x)|, within 4 ulp for x > 0; for x < 0 the error is absolute near the zeros of the function.
 *
 * Infinity at 0, the negative integers and both infinities. Own coefficients: the Taylor series at 2
 * (zeta values) and Stirling's series.
 */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x
  if (x <= 0) return lgammaOfNegative(x)
  if (x < 0.5) return taylorAt2(x) - Math.log1p(x) - Math.log(x)
  if (x < 1.5) return taylorAt2(x - 1) - Math.log(x)
  if (x <= 2.5) return taylorAt2(x - 2)
  if (x < 10) {
    let product = 1
    let base = x
    while (base > 2.5) product *= --base
    return taylorAt2(base - 2) + Math.log(product)
  }
  if (x > 1e17) return x * (Math.log(x) - 1)
  return (x - 0.5) * (Math.log(x) - 1) + (stirlingRest + polynomial(stirling, 1 / (x * x)) / x)
}

/**
 * Derivative of `lgamma` by x, within 4 ulp for x > 0; for x < 0 the error is absolute near the zeros.
 *
 * NaN at the negative integers and -Infinity; -Infinity at 0, Infinity at -0. Own coefficients: a Chebyshev fit of
 * digamma(x) / (x - root) on [1, 2] and the asymptotic series.
 */
export function digamma(x: number): number {
  if (x === 0) return -1 / x
  if (x < 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN
    // pi * cot(pi * x), the whole turns of x taken off exactly.
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)))
  }
  if (x < 1) return digammaNearRoot(x + 1) - 1 / x
  if (x >= 10) {
    const square = 1 / (x * x)
    return Math.log(x) - 0.5 / x - square * polynomial(digammaTail, square)
  }
  let sum = 0
  let base = x
  while (base > 2) sum += 1 / --base
  return digammaNearRoot(base) + sum
}

function erfcOfPositive(x: number): number {
  if (x > 27.3) return 0
  if (x <= 4) return expOfMinusSquare(x) * ratio(codyRatios.erfc, x)
  const square = 1 / (x * x)
  return (expOfMinusSquare(x) * (1 / Math.sqrt(Math.PI) - square * ratio(codyRatios.tail, square))) / x
}

/** exp(-x^2) with the square split: its rounding error would be multiplied by the square itself. */
function expOfMinusSquare(x: number): number {
  const head = Math.trunc(x * 16) / 16
  return Math.exp(-head * head) * Math.exp((head - x) * (head + x))
}

/** `erfinv` for 0 <= x < 1 without the last step: a relative error of about 1e-15 in half the time. */
export function erfinvEstimate(x: number): number {
  const q = x / 2
  if (q <= 0.425) return q * ratio(wichuraRatios.centre, 0.180625 - q * q) * Math.SQRT1_2
  const r = Math.sqrt(-Math.log(0.5 - q))
  const value = r <= 5 ? ratio(wichuraRatios.side, r - 1.6) : ratio(wichuraRatios.far, r - 5)
  return value * Math.SQRT1_2
}

function lgammaOfNegative(x: number): number {
  if (Number.isInteger(x) || x === -Infinity) return Infinity
  const sine = Math.abs(Math.sin(Math.PI * (x - Math.round(x))))
  // Tiny x: sine * x would be subnormal.
  if (x > -1e-17) return -Math.log(-x)
  return Math.log(Math.PI / (sine * -x)) - lgamma(-x)
}

/** lgamma(2 + z) for |z| <= 1/2. */
const taylorAt2 = (z: number): number => z * polynomial(zetaSeries, z)

/** The root is subtracted in two parts, so that the result keeps its digits near it. */
const digammaNearRoot = (x: number): number =>
  (x - digammaRoot.high - digammaRoot.low) * polynomial(digammaOverRoot, 2 * x - 3)

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!
  return sum
}

/** Coefficients of two polynomials, those of the lowest power first. */
export interface Ratio {
  readonly top: readonly number[]
  readonly bottom: readonly number[]
}

const ratio = ({ top, bottom }: Ratio, x: number): number => polynomial(top, x) / polynomial(bottom, x)

// Coefficients, those of the lowest power first.

/**
 * Cody's ratios: `erf(x) / x` in x^2 up to 0.46875, `erfc(x) exp(x^2)` in x up to 4, and the rest of its tail in 1 / x^2.
 *
 * Source: CALERF, as `erf`.
 */
export const codyRatios = {
  erf: {
    top: [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315],
    bottom: [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1],
  },
  erfc: {
    top: [
      1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001,
      66.11919063714163, 8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
    ],
    bottom: [
      1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903,
      537.1811018620099, 117.6939508913125, 15.744926110709835, 1,
    ],
  },
  tail: {
    top: [
      0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445,
      0.30532663496123236, 0.016315387137302097,
    ],
    bottom: [
      0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822,
      1,
    ],
  },
}

/** Wichura's ratios of `erfinv`: in the middle, at the sides and far out. Source: AS 241, as `erfinv`. */
export const wichuraRatios = {
  centre: {
    top: [
      3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
      67265.7709270087, 33430.57558358813, 2509.0809287301227,
    ],
    bottom: [
      1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
      28729.085735721943, 5226.495278852854,
    ],
  },
  side: {
    top: [
      1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
      0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
    ],
    bottom: [
      1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
      0.0005475938084995345, 1.0507500716444169e-9,
    ],
  },
  far: {
    top: [
      6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
      0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
    ],
    bottom: [
      1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
      1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
    ],
  },
}

/** 1 - gamma, then (-1)^k (zeta(k) - 1) / k. */
export const zetaSeries = [
  0.42278433509846713, 0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
  9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6,
  4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7, -4.492469198764566e-7,
  2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8, -2.2711094608943164e-8,
  1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
  5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10,
]

/** (log(2 pi) - 1) / 2. */
export const stirlingRest = 0.4189385332046727

/** Of Stirling's series, in 1 / x^2. */
export const stirling = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953,
  0.0008417508417508417, -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242,
]

/** Where digamma is 0, as the sum of two numbers. */
export const digammaRoot = { high: 1.4616321449683622, low: 9.549995429965697e-17 }

/** Of the asymptotic series of digamma, in 1 / x^2. */
export const digammaTail = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667,
  0.007575757575757576, -0.021092796092796094, 0.08333333333333333, -0.4432598039215686,
]

/** Of digamma(x) / (x - root), in 2 x - 3. */
export const digammaOverRoot = [
  0.9510558760318328, -0.21181371064073024, 0.06013562106019684, -0.01855061538173984, 0.005936795278301761,
  -0.001935066664735652, 0.0006368880303865817, -0.00021074841288961643, 6.995018825112794e-5,
  -2.3258232466707952e-5, 7.741234508636364e-6, -2.578134894751126e-6, 8.589060721930695e-7,
  -2.8620904099739414e-7, 9.543298288278275e-8, -3.181266980138485e-8, 1.0527692435026686e-8,
  -3.5032218996509724e-9, 1.2469984616707403e-9, -4.197772636734229e-10, 8.734528429142953e-11,
  -2.7468150389464952e-11, 2.918622732168261e-11, -1.0015117602062808e-11,
]
