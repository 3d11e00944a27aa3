/**
 * Functions of two numbers, and those whose argument is rounded where it matters: in two floats, the second of which
 * holds what the first one lost.
 */
export const powers: readonly string[] = [
  // What the product p of a and b lost.
  `
fn lostOf(a: f32, b: f32, p: f32) -> f32 {
  let a1: f32 = upper(a);
  let a2: f32 = a - a1;
  let b1: f32 = upper(b);
  let b2: f32 = b - b1;
  return ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2;
}`,
  `
fn isWhole(x: f32) -> bool { return size(x) >= 8388608.0 || floor(x) == x; }`,
  `
fn isOdd(x: f32) -> bool {
  if (size(x) >= 16777216.0) { return false; }
  return (i32(size(x)) & 1) == 1;
}`,
  // x^y for a finite x above 0 and a finite y: the logarithm of base 2 as a sum of its upper half and the rest.
  `
fn powOfPositive(x: f32, y: f32) -> f32 {
  let lift: f32 = liftOf(x);
  let z: f32 = lifted(x);
  let k: f32 = f32(powerOf(z)) - lift;
  let f: f32 = factorOf(z);
  let d: f32 = held(f + 1.0);
  let s: f32 = (f - 1.0) / d;
  let p: f32 = held(s * d);
  let lost: f32 = ((f - 1.0) - p) - lostOf(s, d, p) - s * (f - held(d - 1.0));
  let q: f32 = s * s;
  let tail: f32 = s * q * (0.333333333 + q * (0.2 + q * (0.142857143 + q * (0.111111111 + q * 0.0909090909))));
  let s1: f32 = upper(s);
  let a: f32 = s1 * 2.884765625;
  let b: f32 = (s - s1) * 2.884765625 + s * 6.24456778e-4 + (tail + lost / d) * 2.885390082;
  let t1: f32 = upper(k + a + b);
  let t2: f32 = ((k - t1) + a) + b;
  let y1: f32 = upper(y);
  let p1: f32 = y1 * t1;
  if (p1 > 300.0) { return inf(); }
  if (p1 < -300.0) { return 0.0; }
  let p2: f32 = (y - y1) * t1 + y * t2;
  let n: f32 = floor(p1 + p2 + 0.5);
  if (n > 128.0) { return inf(); }
  if (n < -150.0) { return 0.0; }
  return scaled(1.0 + expm1Near(((p1 - n) + p2) * 0.693147181), i32(n));
}`,
  `
fn powOf(x: f32, y: f32) -> f32 {
  if (isZero(y) || x == 1.0) { return 1.0; }
  if (isNaN(x)) { return x; }
  if (isNaN(y)) { return y; }
  let a: f32 = size(x);
  if (isInf(y)) {
    if (a == 1.0) { return 1.0; }
    return select(0.0, inf(), (a > 1.0) != isMinus(y));
  }
  let isNegative: bool = isMinus(x) && isWhole(y) && isOdd(y);
  if (isZero(x) || isInf(x)) {
    let result: f32 = select(0.0, inf(), isInf(x) != isMinus(y));
    return select(result, minus(result), isNegative);
  }
  if (isMinus(x) && !isWhole(y)) { return nan(); }
  let power: f32 = powOfPositive(a, y);
  return select(power, minus(power), isNegative);
}`,
  // The normal distribution times x; what cancels below 0 is taken from the error function's complement.
  `
fn geluOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (x > 0.0) { return 0.5 * x * (1.0 + erfOf(x * 0.707106781)); }
  if (x < -14.5) { return select(signed(0.0, x), nan(), isInf(x)); }
  let a: f32 = x * -0.707106781;
  if (a >= 1.25) {
    let b: f32 = minus(x);
    let head: f32 = headOf(b);
    let more: f32 = 0.5 * ((head - b) * (head + b)) + erfcRatio(a);
    return timesExp(-0.707106781, -0.5 * (head * head) - 0.5625, more);
  }
  if (a < 0.84375) { return 0.5 * x - 0.5 * x * erfOf(a); }
  return 0.5 * x * (0.15493709 - erfMiddle(a - 1.0));
}`,
  `
fn geluTanhOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (x > 20.0) { return x; }
  if (x < -20.0) { return select(signed(0.0, x), nan(), isInf(x)); }
  let q: f32 = held(x * x);
  let t: f32 = held(0.0713548163 * q);
  let t2: f32 = lostOf(0.0713548163, q, t) + 0.0713548163 * lostOf(x, x, q) + q * 2.39883240e-09;
  let m: f32 = held(1.59576912 + t);
  let back: f32 = held(m - 1.59576912);
  let m2: f32 = (1.59576912 - held(m - back)) + (t - back) + t2 - 4.53406803e-08;
  let v: f32 = held(x * m);
  let v2: f32 = lostOf(x, m, v) + x * m2;
  let lost: f32 = select(minus(v2), v2, isMinus(v));
  let e: f32 = expOfSum(minus(size(v)), lost);
  if (!isMinus(x)) { return x / (1.0 + e); }
  let h: f32 = timesExp(x, minus(size(v)), lost);
  return h - h * (e / (1.0 + e));
}`,
  // Exact: long division of the digits, bit by bit.
  `
fn restOf(x: f32, y: f32) -> f32 {
  if (isNaN(x) || isNaN(y) || isInf(x) || isTiny(y)) { return nan(); }
  if (isInf(y) || size(x) < size(y)) { return x; }
  let digits: u32 = (bitsOf(y) & 0x7fffffu) | 0x800000u;
  let last: i32 = i32((bitsOf(y) >> 23u) & 255u);
  var rest: u32 = (bitsOf(x) & 0x7fffffu) | 0x800000u;
  var power: i32 = i32((bitsOf(x) >> 23u) & 255u);
  for (var n: i32 = 0; n < 256; n++) {
    if (rest >= digits) { rest = rest - digits; }
    if (power <= last) { break; }
    rest = rest << 1u;
    power = power - 1;
  }
  return signed(scaled(f32(rest), last - 150), x);
}`,
  `
fn remainderOf(x: f32, y: f32) -> f32 {
  let rest: f32 = restOf(x, y);
  if (isNaN(rest)) { return rest; }
  if (isZero(rest)) { return signed(0.0, y); }
  return select(rest + y, rest, isMinus(rest) == isMinus(y));
}`,
  // A quotient of floats may round up to a whole number that it does not reach.
  `
fn floorQuotientOf(x: f32, y: f32) -> f32 {
  let quotient: f32 = x / y;
  if (isNaN(quotient) || isInf(quotient) || isZero(x)) { return quotient; }
  let isBelow: bool = isMinus(x) != isMinus(y);
  if (isInf(y)) { return select(0.0, minus(0.0), isBelow); }
  if (size(x) < size(y)) { return select(0.0, -1.0, isBelow); }
  let down: f32 = floor(quotient);
  if (size(down) > 8388608.0) { return down; }
  let isSmall: bool = size(x) < 1e-18;
  let x1: f32 = select(x, x * 1.8446744073709552e19, isSmall);
  let y1: f32 = select(y, y * 1.8446744073709552e19, isSmall);
  let p: f32 = held(down * y1);
  let rest: f32 = (x1 - p) - lostOf(down, y1, p);
  if (!isZero(rest) && isMinus(rest) != isMinus(y)) { return down - 1.0; }
  return select(down, down + 1.0, size(rest) >= size(y1));
}`,
]
