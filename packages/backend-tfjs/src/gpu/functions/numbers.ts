/** Parts of numbers, and exact functions. */
export const numbers: readonly string[] = [
  `
fn isNaN(x: f32) -> bool { return (bitsOf(x) & 0x7fffffffu) > 0x7f800000u; }`,
  `
fn isInf(x: f32) -> bool { return (bitsOf(x) & 0x7fffffffu) == 0x7f800000u; }`,
  `
fn isZero(x: f32) -> bool { return (bitsOf(x) & 0x7fffffffu) == 0u; }`,
  // Whether a number may be taken for zero.
  `
fn isTiny(x: f32) -> bool { return (bitsOf(x) & 0x7f800000u) == 0u; }`,
  `
fn isMinus(x: f32) -> bool { return (bitsOf(x) >> 31u) == 1u; }`,
  `
fn size(x: f32) -> f32 { return floatOf(bitsOf(x) & 0x7fffffffu); }`,
  `
fn minus(x: f32) -> f32 { return floatOf(bitsOf(x) ^ 0x80000000u); }`,
  `
fn signed(x: f32, like: f32) -> f32 {
  return floatOf((bitsOf(x) & 0x7fffffffu) | (bitsOf(like) & 0x80000000u));
}`,
  // The lower half of the digits cut off, so that products of two such are exact.
  `
fn upper(x: f32) -> f32 { return floatOf(bitsOf(x) & 0xfffff000u); }`,
  // So few digits that a square and what is added to it are exact.
  `
fn headOf(x: f32) -> f32 { return floatOf(bitsOf(x) & 0xffffe000u); }`,
  `
fn floorOf(x: f32) -> f32 { if (isNaN(x)) { return x; } return signed(floor(x), x); }`,
  `
fn ceilOf(x: f32) -> f32 { if (isNaN(x)) { return x; } return signed(ceil(x), x); }`,
  `
fn truncOf(x: f32) -> f32 { if (isNaN(x)) { return x; } return signed(trunc(x), x); }`,
  `
fn roundOf(x: f32) -> f32 { if (isNaN(x)) { return x; } return signed(roundHalf(x), x); }`,
  `
fn signOf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  return select(select(1.0, 0.0, isZero(x)), -1.0, isMinus(x) && !isZero(x));
}`,
  `
fn larger(a: f32, b: f32) -> f32 {
  if (isNaN(a)) { return a; }
  if (isNaN(b)) { return b; }
  return select(b, a, a > b);
}`,
  `
fn smaller(a: f32, b: f32) -> f32 {
  if (isNaN(a)) { return a; }
  if (isNaN(b)) { return b; }
  return select(b, a, a < b);
}`,
  `
fn less(a: f32, b: f32) -> i32 { return select(0, 1, a < b && !isNaN(a) && !isNaN(b)); }`,
  `
fn lessEqual(a: f32, b: f32) -> i32 { return select(0, 1, a <= b && !isNaN(a) && !isNaN(b)); }`,
  `
fn same(a: f32, b: f32) -> i32 { return select(0, 1, a == b && !isNaN(a) && !isNaN(b)); }`,
  `
fn squareRoot(x: f32) -> f32 {
  if (isNaN(x) || isZero(x)) { return x; }
  if (isMinus(x)) { return nan(); }
  if (isInf(x)) { return x; }
  return sqrt(x);
}`,
  // A float as a whole number: cut, and modulo 2^32.
  `
fn wrapped(x: f32) -> i32 {
  let bits: u32 = bitsOf(x);
  let power: i32 = i32((bits >> 23u) & 255u) - 150;
  if (power >= 32 || power < -23) { return 0; }
  let digits: u32 = (bits & 0x7fffffu) | 0x800000u;
  var whole: u32 = digits;
  if (power >= 0) { whole = digits << u32(power); } else { whole = digits >> u32(0 - power); }
  return select(i32(whole), 0 - i32(whole), isMinus(x));
}`,
  `
fn floorQuotient(x: i32, y: i32) -> i32 {
  if (y == 0) { return 0; }
  if (y == -1) { return 0 - x; }
  let quotient: i32 = x / y;
  return select(quotient, quotient - 1, quotient * y != x && (x < 0) != (y < 0));
}`,
  `
fn floorModulo(x: i32, y: i32) -> i32 {
  if (y == 0 || y == -1) { return 0; }
  let rest: i32 = x - (x / y) * y;
  return select(rest, rest + y, rest != 0 && (rest < 0) != (y < 0));
}`,
  `
fn wrappedPower(x: i32, y: i32) -> i32 {
  if (y < 0) {
    if (x == 1) { return 1; }
    if (x == -1) { return select(-1, 1, (y & 1) == 0); }
    return 0;
  }
  var result: i32 = 1;
  var base: i32 = x;
  var rest: i32 = y;
  for (var step: i32 = 0; step < 31; step++) {
    if ((rest & 1) == 1) { result = result * base; }
    base = base * base;
    rest = rest >> 1u;
  }
  return result;
}`,
  `
fn shiftLeft(x: i32, by: i32) -> i32 {
  if (by < 0 || by > 31) { return 0; }
  return x << u32(by);
}`,
  `
fn shiftRight(x: i32, by: i32) -> i32 {
  if (by < 0 || by > 31) { return select(0, -1, x < 0); }
  return x >> u32(by);
}`,
]
