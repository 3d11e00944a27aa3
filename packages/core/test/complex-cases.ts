import { expect, test } from 'vitest'
import * as td from '../src/index.ts'

/** Special cases as the array API standard states them, written `re im` for the argument and the result; `?` leaves the sign open. */
type Row = readonly [argument: string, result: string]

const { PI } = Math
const names: Readonly<Record<string, number>> = {
  inf: Infinity,
  '-inf': -Infinity,
  nan: NaN,
  pi: PI,
  '-pi': -PI,
  'pi/2': PI / 2,
  '-pi/2': -PI / 2,
  'pi/4': PI / 4,
  '3pi/4': (3 * PI) / 4,
  '-0': -0,
}

interface Part {
  readonly value: number
  readonly eitherSign: boolean
}

function parse(text: string): readonly [Part, Part] {
  const parts = text.split(' ').map((word): Part => {
    const bare = word.replace('?', '')
    return { value: names[bare] ?? Number(bare), eitherSign: word.endsWith('?') }
  })
  return [parts[0]!, parts[1]!]
}

const show = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))
const shown = ({ value, eitherSign }: Part, sign = 1): string =>
  eitherSign ? `±${show(Math.abs(value))}` : show(Number.isNaN(value) ? NaN : sign * value)

const near = (got: number, { value, eitherSign }: Part, sign: number): string => {
  const want = eitherSign ? Math.abs(value) : sign * value
  const have = eitherSign ? Math.abs(got) : got
  const isNear = Number.isFinite(want) && want !== 0 && Math.abs(have - want) <= 4e-16 * Math.abs(want)
  return isNear ? shown({ value, eitherSign }, sign) : eitherSign ? `±${show(have)}` : show(have)
}

/** Tests a function at its special cases, at their conjugates, and at their negatives where it is odd or even. */
export function check(
  name: string,
  rows: readonly Row[],
  symmetry: { readonly odd?: true; readonly even?: true } = {},
): void {
  const op = (td as unknown as Record<string, (x: td.NDArray) => td.NDArray>)[name]!
  const apply = (re: number, im: number): td.Complex =>
    op(td.reshape(td.array(new Float64Array([re, im]), { dtype: 'complex128' }), [])).item() as td.Complex
  const signs = symmetry.odd ? [-1] : symmetry.even ? [1] : []
  test.each(rows)(`${name} of %s is %s`, (argument, result) => {
    const [a, b] = parse(argument).map(({ value }) => value) as [number, number]
    const [re, im] = parse(result)
    // The function of the conjugate is the conjugate of the function; odd and even ones turn by half a circle.
    const cases = [
      { at: apply(a, b), signs: [1, 1] },
      { at: apply(a, -b), signs: [1, -1] },
      ...signs.map((sign) => ({ at: apply(-a, -b), signs: [sign, sign] })),
    ]
    expect(cases.map(({ at, signs: [x, y] }) => `${near(at.re, re, x!)} ${near(at.im, im, y!)}`)).toEqual(
      cases.map(({ signs: [x, y] }) => `${shown(re, x)} ${shown(im, y)}`),
    )
  })
}
