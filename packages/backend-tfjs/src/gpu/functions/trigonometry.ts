/**
 * Angles, within 2 to 3 ulp, and the error function.
 *
 * Sources of the coefficients: Cephes (sinf.c, tanf.c, asinf.c, atanf.c), FreeBSD's msun (s_erff.c).
 */
export const trigonometry: readonly string[] = [
  // The high half of a product of whole numbers.
  `
fn upperProduct(a: u32, b: u32) -> u32 {
  let a0: u32 = a & 0xffffu;
  let a1: u32 = a >> 16u;
  let b0: u32 = b & 0xffffu;
  let b1: u32 = b >> 16u;
  let middle: u32 = a1 * b0 + ((a0 * b0) >> 16u);
  return a1 * b1 + (middle >> 16u) + ((a0 * b1 + (middle & 0xffffu)) >> 16u);
}`,
  // The k-th 32 binary digits of 2 / pi, those before the point first.
  `
fn digitsOfTurns(k: i32) -> u32 {
  if (k == 1) { return 0xa2f9836eu; }
  if (k == 2) { return 0x4e441529u; }
  if (k == 3) { return 0xfc2757d1u; }
  if (k == 4) { return 0xf534ddc0u; }
  if (k == 5) { return 0xdb629599u; }
  if (k == 6) { return 0x3c439041u; }
  if (k == 7) { return 0xfe5163abu; }
  return 0u;
}`,
  `
fn turnsAt(bit: i32) -> u32 {
  let word: i32 = bit >> 5u;
  let by: u32 = u32(bit & 31);
  let upperDigits: u32 = digitsOfTurns(word) << by;
  if (by == 0u) { return upperDigits; }
  return upperDigits | (digitsOfTurns(word + 1) >> (32u - by));
}`,
  // The binary digits of 2 / pi that begin with the one that makes half turns of a number's last digit.
  `
fn turnsFor(a: f32, word: i32) -> u32 { return turnsAt(i32(bitsOf(a) >> 23u) - 120 + 32 * word); }`,
  `
fn digitsOf(a: f32) -> u32 { return (bitsOf(a) & 0x7fffffu) | 0x800000u; }`,
  // For a large number: 32 digits of its quarter turns modulo 4, two of them before the point.
  `
fn quartersOf(a: f32) -> u32 {
  let low: u32 = digitsOf(a) * turnsFor(a, 1);
  let carry: u32 = select(0u, 1u, quartersBelow(a) < low);
  return digitsOf(a) * turnsFor(a, 0) + upperProduct(digitsOf(a), turnsFor(a, 1)) + carry;
}`,
  // The 32 digits below those.
  `
fn quartersBelow(a: f32) -> u32 {
  return digitsOf(a) * turnsFor(a, 1) + upperProduct(digitsOf(a), turnsFor(a, 2));
}`,
  `
fn isFar(a: f32) -> bool { return a > 200.0; }`,
  `
fn nearestQuarter(a: f32) -> i32 {
  if (isFar(a)) { return i32(((quartersOf(a) >> 29u) + 1u) >> 1u); }
  return i32(floor(a * 0.636619772 + 0.5));
}`,
  // What is left of an angle beside the nearest quarter turns.
  `
fn restOfQuarter(a: f32, quarter: i32) -> f32 {
  if (isFar(a)) {
    let second: u32 = quartersBelow(a);
    var digits: u32 = (quartersOf(a) << 2u) | (second >> 30u);
    var below: u32 = second << 2u;
    let isBelow: bool = digits >= 0x80000000u;
    if (isBelow) {
      digits = ~digits;
      below = ~below;
    }
    let share: f32 = f32(digits >> 8u) * 5.9604644775390625e-8
      + f32(((digits & 255u) << 16u) | (below >> 16u)) * 3.552713678800501e-15;
    return select(share, minus(share), isBelow) * 1.57079633;
  }
  let k: f32 = f32(quarter);
  return ((a - k * 1.5703125) - k * 4.837512969970703125e-4) - k * 7.54978995489188216e-8;
}`,
  `
fn sinNear(r: f32) -> f32 {
  let z: f32 = r * r;
  return ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
}`,
  `
fn cosNear(r: f32) -> f32 {
  let z: f32 = r * r;
  return ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
}`,
  `
fn quarterWave(r: f32, quarter: i32) -> f32 {
  let wave: f32 = select(sinNear(r), cosNear(r), (quarter & 1) == 1);
  return select(wave, minus(wave), (quarter & 2) == 2);
}`,
  `
fn sinOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (isInf(x)) { return nan(); }
  let a: f32 = size(x);
  let quarter: i32 = nearestQuarter(a);
  let wave: f32 = quarterWave(restOfQuarter(a, quarter), quarter);
  return select(wave, minus(wave), isMinus(x));
}`,
  `
fn cosOf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  if (isInf(x)) { return nan(); }
  let quarter: i32 = nearestQuarter(size(x));
  return quarterWave(restOfQuarter(size(x), quarter), quarter + 1);
}`,
  `
fn tanOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (isInf(x)) { return nan(); }
  let a: f32 = size(x);
  let quarter: i32 = nearestQuarter(a);
  let r: f32 = restOfQuarter(a, quarter);
  let z: f32 = r * r;
  let t: f32 = (((((9.38540185543e-3 * z + 3.11992232697e-3) * z + 2.44301354525e-2) * z + 5.34112807005e-2) * z
    + 1.33387994085e-1) * z + 3.33331568548e-1) * z * r + r;
  let slope: f32 = select(t, minus(1.0 / t), (quarter & 1) == 1);
  return select(slope, minus(slope), isMinus(x));
}`,
  // asin(s) - s for s <= 0.5
  `
fn asinTail(s: f32) -> f32 {
  let z: f32 = s * s;
  return ((((4.2163199048e-2 * z + 2.4181311049e-2) * z + 4.5470025998e-2) * z + 7.4953002686e-2) * z
    + 1.6666752422e-1) * z * s;
}`,
  `
fn asinOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  let a: f32 = size(x);
  if (a > 1.0) { return nan(); }
  if (a <= 0.5) { return asinTail(x) + x; }
  let s: f32 = sqrt(0.5 * (1.0 - a));
  return signed(1.57079637 - held(2.0 * (asinTail(s) + s) + 4.37113883e-8), x);
}`,
  `
fn acosOf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  let a: f32 = size(x);
  if (a > 1.0) { return nan(); }
  if (a <= 0.5) { return 1.57079637 - (x + held(asinTail(x) + 4.37113883e-8)); }
  let s: f32 = sqrt(0.5 * (1.0 - a));
  let angle: f32 = 2.0 * (asinTail(s) + s);
  return select(angle, 3.14159274 - held(angle + 8.74227766e-8), isMinus(x));
}`,
  `
fn atanOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  let a: f32 = size(x);
  var base: f32 = 0.0;
  var lost: f32 = 0.0;
  var t: f32 = a;
  if (a > 2.414213562) {
    base = 1.57079637;
    lost = -4.37113883e-8;
    t = minus(1.0 / a);
  } else if (a > 0.414213562) {
    base = 0.785398185;
    lost = -2.18556941e-8;
    t = (a - 1.0) / (a + 1.0);
  }
  let z: f32 = t * t;
  let tail: f32 = (((8.05374449538e-2 * z - 1.38776856032e-1) * z + 1.99777106478e-1) * z - 3.33329491539e-1) * z * t;
  return signed(base + ((tail + lost) + t), x);
}`,
  `
fn atan2Of(y: f32, x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  if (isNaN(y)) { return y; }
  var angle: f32 = 0.0;
  if (isInf(x) && isInf(y)) { angle = 0.785398185; }
  else if (isTiny(y) || isInf(x)) { angle = 0.0; }
  else if (isTiny(x) || isInf(y)) { angle = 1.57079637; }
  else { angle = atanOf(size(y) / size(x)); }
  if (isMinus(x)) { angle = 3.14159274 - held(angle + 8.74227766e-8); }
  return signed(angle, y);
}`,
  // exp(-a * a - 0.5625) * exp(more), with the square split: its rounding error would be multiplied by itself.
  `
fn expOfMinusSquare(a: f32, more: f32) -> f32 {
  let head: f32 = headOf(a);
  return expOfSum(minus(head * head) - 0.5625, (head - a) * (head + a) + more);
}`,
  `
fn erfcRatio(a: f32) -> f32 {
  let s: f32 = 1.0 / (a * a);
  if (a < 2.857143) {
    let top: f32 = -9.8649440333e-3 + s * (-6.9385856390e-1 + s * (-1.0558626175e1 + s * (-6.2375331879e1
      + s * (-1.6239666748e2 + s * (-1.8460508728e2 + s * (-8.1287437439e1 + s * -9.8143291473))))));
    let bottom: f32 = 1.0 + s * (1.9651271820e1 + s * (1.3765776062e2 + s * (4.3456588745e2 + s * (6.4538726807e2
      + s * (4.2900814819e2 + s * (1.0863500214e2 + s * (6.5702495575 + s * -6.0424413532e-2)))))));
    return top / bottom;
  }
  let top: f32 = -9.8649431020e-3 + s * (-7.9928326607e-1 + s * (-1.7757955551e1 + s * (-1.6063638306e2
    + s * (-6.3756646729e2 + s * (-1.0250950928e3 + s * -4.8351919556e2)))));
  let bottom: f32 = 1.0 + s * (3.0338060379e1 + s * (3.2579251099e2 + s * (1.5367296143e3 + s * (3.1998581543e3
    + s * (2.5530502930e3 + s * (4.7452853394e2 + s * -2.2440952301e1))))));
  return top / bottom;
}`,
  `
fn erfOf(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  let a: f32 = size(x);
  if (a < 1e-5) { return x * 1.12837917; }
  if (a < 0.84375) {
    let z: f32 = x * x;
    let top: f32 = 1.2837916613e-1 + z * (-3.2504209876e-1 + z * (-2.8481749818e-2 + z * (-5.7702702470e-3
      + z * -2.3763017452e-5)));
    let bottom: f32 = 1.0 + z * (3.9791721106e-1 + z * (6.5022252500e-2 + z * (5.0813062117e-3
      + z * (1.3249473704e-4 + z * -3.9602282413e-6))));
    return x + x * (top / bottom);
  }
  if (a < 1.25) { return signed(8.4506291151e-1 + erfMiddle(a - 1.0), x); }
  if (a > 6.0) { return signed(1.0, x); }
  return signed(1.0 - expOfMinusSquare(a, erfcRatio(a)) / a, x);
}`,
  // What the error function has beside 0.845 near 1.
  `
fn erfMiddle(s: f32) -> f32 {
    let top: f32 = -2.3621185683e-3 + s * (4.1485610604e-1 + s * (-3.7220788002e-1 + s * (3.1834661961e-1
      + s * (-1.1089469492e-1 + s * (3.5478305072e-2 + s * -2.1663755178e-3)))));
    let bottom: f32 = 1.0 + s * (1.0642088205e-1 + s * (5.4039794207e-1 + s * (7.1828655899e-2
      + s * (1.2617121637e-1 + s * (1.3637083583e-2 + s * 1.1984500103e-2)))));
    return top / bottom;
}`,
]
