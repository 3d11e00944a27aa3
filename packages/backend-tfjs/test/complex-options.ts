import { onComplexMatrices } from '@tendril/testing'

/** What every device lacks of complex numbers, which are pairs of real ones there. */
export const complexOptions = {
  lacksComplex: onComplexMatrices,
  skip: [
    {
      op: 'pow',
      dtype: 'complex64',
      values: 'any',
      reason: 'powers are exp(y log x) in single precision, whose error grows with y',
      since: '2026-11-25',
    },
  ],
} as const
