import type { TfDType } from '../device.ts'
import type { LoopPlan } from '../loops.ts'
import { findPlaces, planNumbers, type ReductionPlan } from './plans.ts'

type Type = 'f32' | 'i32'

/** How shaders hold elements of a dtype. */
export const typeOf = (dtype: string): Type => (dtype === 'float32' ? 'f32' : 'i32')

const zero = (type: Type): string => (type === 'f32' ? '0.0' : '0')
const one = (type: Type): string => (type === 'f32' ? '1.0' : '1')

/** A conversion of elements that lie alike. */
export function castText(from: TfDType, to: TfDType): string {
  const text =
    from === 'float32'
      ? { float32: 'x', int32: 'wrapped(x)', bool: 'select(1, 0, isZero(x))' }[to]
      : { float32: 'f32(x)', int32: 'x', bool: 'select(0, 1, x != 0)' }[to]
  const [own, type] = [from, to].map(typeOf)
  return `fn element(o: i32) -> ${type} { let x: ${own} = at0(o); return ${text}; }`
}

/** Where a reduction begins, and how an element joins it. */
const joins: Readonly<Record<string, Readonly<Record<Type, readonly [string, string]>>>> = {
  sum: { f32: ['0.0', 'total + x'], i32: ['0', 'total + x'] },
  prod: { f32: ['1.0', 'total * x'], i32: ['1', 'total * x'] },
  max: { f32: ['minus(inf())', 'larger(total, x)'], i32: ['-2147483647 - 1', 'max(total, x)'] },
  min: { f32: ['inf()', 'smaller(total, x)'], i32: ['2147483647', 'min(total, x)'] },
  any: { f32: ['0.0', 'total'], i32: ['0', 'total | x'] },
  all: { f32: ['1.0', 'total'], i32: ['1', 'total & x'] },
}

/** Given are the count of elements, of chunks and of elements in a chunk, and the two plans. */
export function reductionText(kind: string, type: Type, { kept, reduced }: ReductionPlan): string {
  const [begin, join] = joins[kind]![type]
  return `
fn element(place: i32) -> ${type} {
  let chunk: i32 = place % p[1];
  let o: i32 = place / p[1];
  ${findPlaces(kept, 'o', ['first'], 3)}
  var total: ${type} = ${begin};
  let last: i32 = min(p[0], (chunk + 1) * p[2]);
  for (var n: i32 = chunk * p[2]; n < last; n++) {
    ${findPlaces(reduced, 'n', ['next'], 3 + planNumbers(kept).length)}
    let x: ${type} = at0(first + next);
    total = ${join};
  }
  return total;
}`
}

/** Given are the size of the axis and its step. */
export const placeText = (type: Type, isMax: boolean): string => `
fn element(o: i32) -> i32 {
  let first: i32 = (o / p[1]) * p[0] * p[1] + o % p[1];
  var best: i32 = 0;
  var top: ${type} = at0(first);
  ${type === 'f32' ? 'if (isNaN(top)) { return 0; }' : ''}
  for (var n: i32 = 1; n < p[0]; n++) {
    let x: ${type} = at0(first + n * p[1]);
    ${type === 'f32' ? 'if (isNaN(x)) { return n; }' : ''}
    if (x ${isMax ? '>' : '<'} top) {
      top = x;
      best = n;
    }
  }
  return best;
}`

/** Given are the size of the axis, its step, and the count of indices. */
export const takeText = (type: Type): string => `
fn element(o: i32) -> ${type} {
  let line: i32 = o / p[1];
  let index: i32 = at1(line % p[2]);
  let at: i32 = clamp(select(index, index + p[0], index < 0), 0, p[0] - 1);
  return at0(((line / p[2]) * p[0] + at) * p[1] + o % p[1]);
}`

/** The element of each line that an index names; given are the plan of a loop over both, the size of the axis and its step. */
export const takeAlongText = (type: Type, plan: LoopPlan): string => `
fn element(o: i32) -> ${type} {
  ${findPlaces(plan, 'o', ['first', 'place'], 2)}
  let index: i32 = at1(place);
  return at0(first + clamp(select(index, index + p[0], index < 0), 0, p[0] - 1) * p[1]);
}`

/**
 * Given are the size of the axis of the result, its step, the reach, and the size before.
 *
 * A reach of -1 moves all elements by one place, behind the neutral element.
 */
export const scanText = (type: Type, isSum: boolean): string => `
fn element(o: i32) -> ${type} {
  let place: i32 = (o / p[1]) % p[0];
  let line: i32 = o / (p[0] * p[1]);
  let first: i32 = line * p[3] * p[1] + o % p[1];
  if (p[2] < 0) {
    if (place == 0) { return ${isSum ? zero(type) : one(type)}; }
    return at0(first + (place - 1) * p[1]);
  }
  let x: ${type} = at0(first + place * p[1]);
  if (p[2] == 0 || place < p[2]) { return x; }
  return at0(first + (place - p[2]) * p[1]) ${isSum ? '+' : '*'} x;
}`

/** Given are the size of the axis of the result, its step, and the size of each operand. */
export const concatText = (type: Type, count: number): string => `
fn element(o: i32) -> ${type} {
  let line: i32 = o / (p[0] * p[1]);
  var place: i32 = (o / p[1]) % p[0];
  let rest: i32 = o % p[1];
${Array.from(
  { length: count - 1 },
  (_, k) => `  if (place < p[${k + 2}]) { return at${k}((line * p[${k + 2}] + place) * p[1] + rest); }
  place = place - p[${k + 2}];`,
).join('\n')}
  return at${count - 1}((line * p[${count + 1}] + place) * p[1] + rest);
}`

/** Given are for each axis the size of the result, the width before and the size, and behind them what fills the rest. */
export const padText = (type: Type, rank: number): string => `
fn element(o: i32) -> ${type} {
  let filling: ${type} = ${type === 'f32' ? 'q[0]' : `p[${3 * rank}]`};
  var rest: i32 = o;
  var at: i32 = 0;
  var step: i32 = 1;
  var place: i32 = 0;
${Array.from({ length: rank }, (_, i) => {
  const axis = 3 * (rank - 1 - i)
  return `  place = rest % p[${axis}] - p[${axis + 1}];
  if (place < 0 || place >= p[${axis + 2}]) { return filling; }
  at = at + place * step;
  step = step * p[${axis + 2}];
  rest = rest / p[${axis}];`
}).join('\n')}
  return at0(at);
}`
