import { givenBy } from './windows.ts'

/**
 * A product of matrices. Given are rows, inner size and columns, and for each operand the steps of stack, rows (or
 * columns) and inner axis.
 *
 * With the result of a kernel as the last operand, only what is NaN there is computed.
 */
export const matmulText = (type: 'f32' | 'i32', hasBias: boolean, hasResult: boolean): string => `
fn element(o: i32) -> ${type} {
  ${hasResult ? givenBy(hasBias ? 3 : 2) : ''}
  let column: i32 = o % p[2];
  let row: i32 = (o / p[2]) % p[0];
  let stack: i32 = o / (p[2] * p[0]);
  var left: i32 = stack * p[3] + row * p[4];
  var right: i32 = stack * p[6] + column * p[7];
  var total: ${type} = ${hasBias ? 'at2(column)' : type === 'f32' ? '0.0' : '0'};
  for (var n: i32 = 0; n < p[1]; n++) {
    total = total + at0(left) * at1(right);
    left = left + p[5];
    right = right + p[8];
  }
  return total;
}`
