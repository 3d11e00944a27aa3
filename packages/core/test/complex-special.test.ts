import { describe, expect, test } from 'vitest'
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

function check(
  name: string,
  rows: readonly Row[],
  symmetry: { readonly odd?: true; readonly even?: true } = {},
): void {
  const op = (td as unknown as Record<string, (x: td.NDArray) => td.NDArray>)[name]!
  const apply = (re: number, im: number): td.Complex =>
    op(td.reshape(td.array(new Float64Array([re, im]), { dtype: 'complex128' }), [])).item() as td.Complex
  describe(name, () => {
    test.each(rows)('of %s is %s', (argument, result) => {
      const [a, b] = parse(argument).map(({ value }) => value) as [number, number]
      const [re, im] = parse(result)
      const plain = apply(a, b)
      expect(`${near(plain.re, re, 1)} ${near(plain.im, im, 1)}`).toBe(`${shown(re)} ${shown(im)}`)
      // The function of the conjugate is the conjugate of the function.
      const mirror = apply(a, -b)
      expect(`conj: ${near(mirror.re, re, 1)} ${near(mirror.im, im, -1)}`).toBe(
        `conj: ${shown(re)} ${shown(im, -1)}`,
      )
      if (symmetry.odd || symmetry.even) {
        const sign = symmetry.odd ? -1 : 1
        const turned = apply(-a, -b)
        expect(`turned: ${near(turned.re, re, sign)} ${near(turned.im, im, sign)}`).toBe(
          `turned: ${shown(re, sign)} ${shown(im, sign)}`,
        )
      }
    })
  })
}

check('exp', [
  ['0 0', '1 0'],
  ['-0 0', '1 0'],
  ['1 inf', 'nan nan'],
  ['1 nan', 'nan nan'],
  ['inf 0', 'inf 0'],
  ['-inf 1', '0 0'],
  ['-inf 2', '-0 0'],
  ['inf 1', 'inf inf'],
  ['inf 2', '-inf inf'],
  ['-inf inf', '0? 0?'],
  ['inf inf', 'inf? nan'],
  ['-inf nan', '0? 0?'],
  ['inf nan', 'inf? nan'],
  ['nan 0', 'nan 0'],
  ['nan 1', 'nan nan'],
  ['nan nan', 'nan nan'],
  ['710 1', '1.2070325234545281e308 inf'],
])

check('expm1', [
  ['0 0', '0 0'],
  ['-0 0', '-0 0'],
  ['1 inf', 'nan nan'],
  ['1 nan', 'nan nan'],
  ['inf 0', 'inf 0'],
  ['-inf 1', '-1 0'],
  ['inf 1', 'inf inf'],
  ['-inf inf', '-1 0?'],
  ['inf inf', 'inf? nan'],
  ['-inf nan', '-1 0?'],
  ['inf nan', 'inf? nan'],
  ['nan 0', 'nan 0'],
  ['nan 1', 'nan nan'],
  ['nan nan', 'nan nan'],
  ['1e-20 1e-10', '5e-21 1e-10'],
])

check('log', [
  ['-0 0', '-inf pi'],
  ['0 0', '-inf 0'],
  ['1 inf', 'inf pi/2'],
  ['1 nan', 'nan nan'],
  ['-inf 1', 'inf pi'],
  ['inf 1', 'inf 0'],
  ['-inf inf', 'inf 3pi/4'],
  ['inf inf', 'inf pi/4'],
  ['inf nan', 'inf nan'],
  ['-inf nan', 'inf nan'],
  ['nan 1', 'nan nan'],
  ['nan inf', 'inf nan'],
  ['nan nan', 'nan nan'],
  ['1 1e-10', '5e-21 1e-10'],
  ['1.7e308 1.7e308', '710.0734104835082 pi/4'],
  ['3e-320 4e-320', '-735.2178029785398 0.9272952180016122'],
])

check('log1p', [
  ['-1 0', '-inf 0'],
  ['1 inf', 'inf pi/2'],
  ['1 nan', 'nan nan'],
  ['-inf 1', 'inf pi'],
  ['inf 1', 'inf 0'],
  ['-inf inf', 'inf 3pi/4'],
  ['inf inf', 'inf pi/4'],
  ['inf nan', 'inf nan'],
  ['nan 1', 'nan nan'],
  ['nan inf', 'inf nan'],
  ['nan nan', 'nan nan'],
  ['1e-20 1e-10', '1.5e-20 1e-10'],
  ['-0 0', '-0 0'],
])

check('sqrt', [
  ['0 0', '0 0'],
  ['-0 0', '0 0'],
  ['1 inf', 'inf inf'],
  ['nan inf', 'inf inf'],
  ['inf inf', 'inf inf'],
  ['1 nan', 'nan nan'],
  ['-inf 1', '0 inf'],
  ['inf 1', 'inf 0'],
  ['-inf nan', 'nan inf?'],
  ['inf nan', 'inf nan'],
  ['nan 1', 'nan nan'],
  ['nan nan', 'nan nan'],
  ['-4 0', '0 2'],
  ['3e-320 4e-320', '1.999988867151698e-160 9.99994433575849e-161'],
])

check(
  'sinh',
  [
    ['0 0', '0 0'],
    ['0 inf', '0? nan'],
    ['0 nan', '0? nan'],
    ['1 inf', 'nan nan'],
    ['1 nan', 'nan nan'],
    ['inf 0', 'inf 0'],
    ['inf 1', 'inf inf'],
    ['inf 2', '-inf inf'],
    ['inf inf', 'inf? nan'],
    ['inf nan', 'inf? nan'],
    ['nan 0', 'nan 0'],
    ['nan 1', 'nan nan'],
    ['nan nan', 'nan nan'],
    ['710 1', '6.035162617272641e307 9.399208879688905e307'],
  ],
  { odd: true },
)

check(
  'cosh',
  [
    ['0 0', '1 0'],
    ['0 inf', 'nan 0?'],
    ['0 nan', 'nan 0?'],
    ['1 inf', 'nan nan'],
    ['1 nan', 'nan nan'],
    ['inf 0', 'inf 0'],
    ['inf 1', 'inf inf'],
    ['inf 2', '-inf inf'],
    ['inf inf', 'inf? nan'],
    ['inf nan', 'inf? nan'],
    ['nan 0', 'nan 0?'],
    ['nan 1', 'nan nan'],
    ['nan nan', 'nan nan'],
  ],
  { even: true },
)

check(
  'tanh',
  [
    ['0 0', '0 0'],
    ['0 inf', '0 nan'],
    ['0 nan', '0 nan'],
    ['1 inf', 'nan nan'],
    ['1 nan', 'nan nan'],
    ['inf 1', '1 0'],
    ['inf 2', '1 -0'],
    ['inf inf', '1 0?'],
    ['inf nan', '1 0?'],
    ['nan 0', 'nan 0'],
    ['nan 1', 'nan nan'],
    ['nan nan', 'nan nan'],
    ['400 1', '1 0'],
  ],
  { odd: true },
)

check('acos', [
  ['0 0', 'pi/2 -0'],
  ['-0 0', 'pi/2 -0'],
  ['0 nan', 'pi/2 nan'],
  ['1 inf', 'pi/2 -inf'],
  ['1 nan', 'nan nan'],
  ['-inf 1', 'pi -inf'],
  ['inf 1', '0 -inf'],
  ['-inf inf', '3pi/4 -inf'],
  ['inf inf', 'pi/4 -inf'],
  ['inf nan', 'nan inf?'],
  ['-inf nan', 'nan inf?'],
  ['nan 1', 'nan nan'],
  ['nan inf', 'nan -inf'],
  ['nan nan', 'nan nan'],
  ['2 0', '0 -1.3169578969248166'],
  ['-2 0', 'pi -1.3169578969248166'],
  ['0.5 0', '1.0471975511965979 -0'],
])

check(
  'asinh',
  [
    ['0 0', '0 0'],
    ['1 inf', 'inf pi/2'],
    ['1 nan', 'nan nan'],
    ['inf 1', 'inf 0'],
    ['inf inf', 'inf pi/4'],
    ['inf nan', 'inf nan'],
    ['nan 0', 'nan 0'],
    ['nan 1', 'nan nan'],
    ['nan inf', 'inf? nan'],
    ['nan nan', 'nan nan'],
    ['0 2', '1.3169578969248166 pi/2'],
    ['1e-20 0', '1e-20 0'],
  ],
  { odd: true },
)

check('acosh', [
  ['0 0', '0 pi/2'],
  ['-0 0', '0 pi/2'],
  ['0 nan', 'nan pi/2?'],
  ['1 inf', 'inf pi/2'],
  ['1 nan', 'nan nan'],
  ['-inf 1', 'inf pi'],
  ['inf 1', 'inf 0'],
  ['-inf inf', 'inf 3pi/4'],
  ['inf inf', 'inf pi/4'],
  ['inf nan', 'inf nan'],
  ['-inf nan', 'inf nan'],
  ['nan 1', 'nan nan'],
  ['nan inf', 'inf nan'],
  ['nan nan', 'nan nan'],
  ['-2 0', '1.3169578969248166 pi'],
  ['0.5 0', '0 1.0471975511965979'],
])

check(
  'atanh',
  [
    ['0 0', '0 0'],
    ['0 nan', '0 nan'],
    ['1 0', 'inf 0'],
    ['1 inf', '0 pi/2'],
    ['2 inf', '0 pi/2'],
    ['1 nan', 'nan nan'],
    ['inf 1', '0 pi/2'],
    ['inf inf', '0 pi/2'],
    ['inf nan', '0 nan'],
    ['nan 1', 'nan nan'],
    ['nan inf', '0? pi/2'],
    ['nan nan', 'nan nan'],
    ['2 0', '0.5493061443340549 pi/2'],
    ['0.5 0', '0.5493061443340549 0'],
    ['1e200 1e200', '5e-201 pi/2'],
  ],
  { odd: true },
)

// Those of circles are those of hyperbolas turned by a quarter: sin(z) is -i sinh(iz), cos(z) is cosh(iz).
check('sin', [
  ['0 0', '0 0'],
  ['inf 0', 'nan 0?'],
  ['1 inf', 'inf inf'],
  ['0 inf', '0 inf'],
  ['inf inf', 'nan inf?'],
  ['nan 1', 'nan nan'],
  ['1 nan', 'nan nan'],
])
check('cos', [
  ['0 0', '1 -0'],
  ['0 inf', 'inf -0'],
  ['1 inf', 'inf -inf'],
  ['inf 0', 'nan 0?'],
  ['inf 1', 'nan nan'],
  ['nan 0', 'nan 0?'],
])
check('tan', [
  ['0 0', '0 0'],
  ['1 inf', '0 1'],
  ['2 inf', '-0 1'],
  ['inf inf', '0? 1'],
  ['inf 1', 'nan nan'],
  ['1 0', '1.5574077246549023 0'],
])
check('asin', [
  ['0 0', '0 0'],
  ['2 0', 'pi/2 1.3169578969248166'],
  ['inf 1', 'pi/2 inf'],
  ['inf inf', 'pi/4 inf'],
  ['1 inf', '0 inf'],
])
check('atan', [
  ['0 0', '0 0'],
  ['0 1', '0 inf'],
  ['0 2', 'pi/2 0.5493061443340549'],
  ['inf 1', 'pi/2 0'],
  ['1 inf', 'pi/2 0'],
])
