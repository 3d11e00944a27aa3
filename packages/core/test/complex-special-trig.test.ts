import { check } from './complex-cases.ts'

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
    ['inf 2', '1 0'],
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
  ['0.25 5e-324', '1.318116071652818 -5e-324'],
  ['1.5 5e-324', '5e-324 -0.9624236501192069'],
  ['-1.5 5e-324', 'pi -0.9624236501192069'],
  ['1 4e-320', '1.999988867151698e-160 -1.999988867151698e-160'],
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
  ['0.25 5e-324', '5e-324 1.318116071652818'],
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
  ['2 inf', '0 1'],
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
