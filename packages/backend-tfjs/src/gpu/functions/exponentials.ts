/**
 * Powers and logarithms, within 2 to 3 ulp where division and square root are.
 *
 * Sources of the coefficients: FreeBSD's msun (e_logf.c, s_log1pf.c, s_erff.c), Cephes (expf.c, tanhf.c, sinhf.c).
 */
export const exponentials: readonly string[] = [
  // x * 2^k, in two steps, as neither 2^128 nor 2^-150 is a normal number.
  `
fn scaled(x: f32, k: i32) -> f32 {
  let part: i32 = k / 2;
  return x * floatOf(u32(part + 127) << 23u) * floatOf(u32(k - part + 127) << 23u);
}`,
  // exp(r) - 1 for |r| <= 0.35
  `
fn expm1Near(r: f32) -> f32 {
  let z: f32 = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
    + 1.6666665459e-1) * r + 5.0000001201e-1;
  return z * r * r + r;
}`,
  // factor * exp(x + more), where more holds what x lost, and x is below 88.8.
  `
fn timesExp(factor: f32, x: f32, more: f32) -> f32 {
  if (x < -110.0) { return signed(0.0, factor); }
  let k: f32 = floor((x + more) * 1.44269504 + 0.5);
  let r: f32 = ((x - k * 0.693145752) - k * 1.42860677e-6) + more;
  return scaled(factor * (1.0 + expm1Near(r)), i32(k));
}`,
  `
fn expOfSum(x: f32, more: f32) -> f32 {
  if (isNaN(x)) { return x; }
  if (x > 88.8) { return inf(); }
  return timesExp(1.0, x, more);
}`,
  `
fn expOf(x: f32) -> f32 { return expOfSum(x, 0.0); }`,
  `
fn exp2Of(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  if (x >= 128.0) { return inf(); }
  if (x < -150.0) { return 0.0; }
  let k: f32 = floor(x + 0.5);
  return scaled(1.0 + expm1Near((x - k) * 0.693147181), i32(k));
}`,
  `
fn expm1Of(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (x > 44.0) { return expOf(x); }
  if (x < -18.0) { return -1.0; }
  if (size(x) < 0.34) { return expm1Near(x); }
  let k: f32 = floor(x * 1.44269504 + 0.5);
  let r: f32 = (x - k * 0.693145752) - k * 1.42860677e-6;
  let two: f32 = floatOf(u32(i32(k) + 127) << 23u);
  return two * expm1Near(r) + (two - 1.0);
}`,
  // log(1 + f) for 1 + f in [0.7, 1.42], without its leading f.
  `
fn log1pTail(f: f32) -> f32 {
  let s: f32 = f / (2.0 + f);
  let z: f32 = s * s;
  let w: f32 = z * z;
  let rest: f32 = z * (0.66666662693 + w * 0.28498786688) + w * (0.40000972152 + w * 0.24279078841);
  return s * (0.5 * f * f + rest) - 0.5 * f * f;
}`,
  // The power of two of a positive number, which leaves a factor near 1.
  `
fn powerOf(x: f32) -> i32 { return i32((bitsOf(x) + 0x4afb0du) >> 23u) - 127; }`,
  `
fn factorOf(x: f32) -> f32 { return floatOf(((bitsOf(x) + 0x4afb0du) & 0x7fffffu) + 0x3f3504f3u); }`,
  `
fn isOutOfLog(x: f32) -> bool { return isNaN(x) || isZero(x) || isMinus(x) || isInf(x); }`,
  `
fn logOutside(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  if (isZero(x)) { return minus(inf()); }
  if (isMinus(x)) { return nan(); }
  return x;
}`,
  // Numbers below the normal ones are made normal first; where they are taken for zero, so they are here.
  `
fn lifted(x: f32) -> f32 { return select(x, x * 8388608.0, bitsOf(x) < 0x800000u); }`,
  `
fn liftOf(x: f32) -> f32 { return select(0.0, 23.0, bitsOf(x) < 0x800000u); }`,
  `
fn logOf(x: f32) -> f32 {
  let y: f32 = lifted(x);
  if (isOutOfLog(x) || isZero(y)) { return logOutside(signed(y, x)); }
  let k: f32 = f32(powerOf(y)) - liftOf(x);
  let f: f32 = factorOf(y) - 1.0;
  return ((k * 9.0580006145e-6 + log1pTail(f)) + f) + k * 0.69313812256;
}`,
  `
fn log2Of(x: f32) -> f32 {
  let y: f32 = lifted(x);
  if (isOutOfLog(x) || isZero(y)) { return logOutside(signed(y, x)); }
  let f: f32 = factorOf(y) - 1.0;
  return (log1pTail(f) + f) * 1.44269504 + (f32(powerOf(y)) - liftOf(x));
}`,
  `
fn log10Of(x: f32) -> f32 {
  let y: f32 = lifted(x);
  if (isOutOfLog(x) || isZero(y)) { return logOutside(signed(y, x)); }
  let k: f32 = f32(powerOf(y)) - liftOf(x);
  let f: f32 = factorOf(y) - 1.0;
  return (k * 7.9034151668e-7 + (log1pTail(f) + f) * 0.434294482) + k * 0.30102920532;
}`,
  `
fn log1pOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (x <= -1.0) { return select(nan(), minus(inf()), x == -1.0); }
  if (isInf(x)) { return x; }
  if (x > -0.2928 && x < 0.4142) { return select(log1pTail(x) + x, x, size(x) < 1e-8); }
  let u: f32 = held(1.0 + x);
  let k: f32 = f32(powerOf(u));
  let lost: f32 = select(select(x - held(u - 1.0), 1.0 - held(u - x), k >= 2.0), 0.0, k >= 25.0);
  let f: f32 = factorOf(u) - 1.0;
  return (((k * 9.0580006145e-6 + lost / u) + log1pTail(f)) + f) + k * 0.69313812256;
}`,
  `
fn sigmoidOf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  let e: f32 = expOf(minus(size(x)));
  return select(1.0, e, isMinus(x)) / (1.0 + e);
}`,
  `
fn siluOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (x < -110.0) { return select(signed(0.0, x), nan(), isInf(x)); }
  let e: f32 = expOf(minus(size(x)));
  return select(x, timesExp(x, minus(size(x)), 0.0), isMinus(x)) / (1.0 + e);
}`,
  // log(1 + exp(x))
  `
fn softplusOf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  return select(x, 0.0, isMinus(x)) + log1pOf(expOf(minus(size(x))));
}`,
  `
fn mishOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (x > 30.0) { return x; }
  if (x < -110.0) { return select(signed(0.0, x), nan(), isInf(x)); }
  if (x < -20.0) { return timesExp(x, x, 0.0); }
  let e: f32 = expOf(x);
  let n: f32 = e * (e + 2.0);
  return x * (n / (n + 2.0));
}`,
  `
fn tanhOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  let a: f32 = size(x);
  if (a < 0.625) {
    let z: f32 = x * x;
    return ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z
      - 3.33332819422e-1) * z * x + x;
  }
  if (a > 10.0) { return signed(1.0, x); }
  return signed(1.0 - 2.0 / (expOf(a + a) + 1.0), x);
}`,
  `
fn sinhOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  let a: f32 = size(x);
  if (a <= 1.0) {
    let z: f32 = x * x;
    return ((2.03721912945e-4 * z + 8.33028376239e-3) * z + 1.66667160211e-1) * z * x + x;
  }
  if (a > 40.0) {
    let root: f32 = expOf(0.5 * a);
    return signed((0.5 * root) * root, x);
  }
  let e: f32 = expOf(a);
  return signed(0.5 * e - 0.5 / e, x);
}`,
  `
fn coshOf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  let a: f32 = size(x);
  if (a > 40.0) {
    let root: f32 = expOf(0.5 * a);
    return (0.5 * root) * root;
  }
  let e: f32 = expOf(a);
  return 0.5 * e + 0.5 / e;
}`,
  `
fn asinhOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x) || isInf(x)) { return x; }
  let a: f32 = size(x);
  if (a < 2.5e-4) { return x; }
  if (a > 4096.0) { return signed(logOf(a) + 0.693147181, x); }
  if (a > 2.0) { return signed(logOf(2.0 * a + 1.0 / (sqrt(a * a + 1.0) + a)), x); }
  let z: f32 = a * a;
  return signed(log1pOf(a + z / (1.0 + sqrt(1.0 + z))), x);
}`,
  `
fn acoshOf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  if (x < 1.0) { return nan(); }
  if (isInf(x)) { return x; }
  if (x > 4096.0) { return logOf(x) + 0.693147181; }
  if (x > 2.0) { return logOf(2.0 * x - 1.0 / (x + sqrt(x * x - 1.0))); }
  let t: f32 = x - 1.0;
  return log1pOf(t + sqrt(2.0 * t + t * t));
}`,
  `
fn atanhOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  let a: f32 = size(x);
  if (a >= 1.0) { return select(nan(), signed(inf(), x), a == 1.0); }
  if (a < 2.5e-4) { return x; }
  let t: f32 = a + a;
  return signed(0.5 * select(log1pOf(t / (1.0 - a)), log1pOf(t + t * a / (1.0 - a)), a < 0.5), x);
}`,
]
