import type { WindowPlan } from '../own-windows.ts'

/** Sizes of the array and the result, channels last, then the windows. */
export const windowNumbers = ({
  x,
  out,
  kernel,
  strides,
  before,
  dilations,
}: WindowPlan): readonly number[] => [...x, ...out, ...kernel, ...strides, ...before, ...dilations]

/** Statements for each place of a window that lies in the array: `from` is where its channels begin, `tap` its number. */
const forEachTap = (body: string): string => `
  let channel: i32 = o % p[9];
  let column: i32 = (o / p[9]) % p[8];
  let row: i32 = (o / (p[9] * p[8])) % p[7];
  let layer: i32 = (o / (p[9] * p[8] * p[7])) % p[6];
  let image: i32 = o / (p[9] * p[8] * p[7] * p[6]);
  for (var kz: i32 = 0; kz < p[10]; kz++) {
    let z: i32 = layer * p[13] - p[16] + kz * p[19];
    if (z >= 0 && z < p[1]) {
      for (var ky: i32 = 0; ky < p[11]; ky++) {
        let y: i32 = row * p[14] - p[17] + ky * p[20];
        if (y >= 0 && y < p[2]) {
          for (var kx: i32 = 0; kx < p[12]; kx++) {
            let x: i32 = column * p[15] - p[18] + kx * p[21];
            if (x >= 0 && x < p[3]) {
              let first: i32 = (((image * p[1] + z) * p[2] + y) * p[3] + x) * p[4];
              ${body}
            }
          }
        }
      }
    }
  }`

export const poolText = (kind: string): string => `
fn element(o: i32) -> f32 {
  var total: f32 = ${kind === 'max' ? 'minus(inf())' : '0.0'};
  var count: i32 = 0;
  ${forEachTap(
    kind === 'max'
      ? 'total = larger(total, at0(first + channel));'
      : 'total = total + at0(first + channel); count = count + 1;',
  )}
  return ${{ max: 'total', avg: 'total / f32(count)' }[kind] ?? 'total / f32(p[10] * p[11] * p[12])'};
}`

/**
 * As `poolText`, with the count of groups behind the windows; filters are `[...kernel, in / groups, out]`.
 *
 * With the result of a kernel as the last operand, only what is NaN there is computed.
 */
export const convolutionText = (hasBias: boolean, hasResult: boolean): string => `
fn element(o: i32) -> f32 {
  ${hasResult ? givenBy(hasBias ? 3 : 2) : ''}
  var total: f32 = ${hasBias ? 'at2(o % p[9])' : '0.0'};
  let inner: i32 = p[4] / p[22];
  let group: i32 = (o % p[9]) / (p[9] / p[22]);
  ${forEachTap(`let tap: i32 = (kz * p[11] + ky) * p[12] + kx;
              for (var c: i32 = 0; c < inner; c++) {
                total = total + at0(first + group * inner + c) * at1((tap * inner + c) * p[9] + channel);
              }`)}
  return total;
}`

/** What a kernel computed, where it is a number. */
export const givenBy = (operand: number): string =>
  `let given: f32 = at${operand}(o); if (!isNaN(given)) { return given; }`
