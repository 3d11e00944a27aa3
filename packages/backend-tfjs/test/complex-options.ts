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

/** What the kernels of TensorFlow lack besides. */
export const nativeOptions = {
  ...complexOptions,
  flushes: true,
  skip: [
    ...complexOptions.skip,
    {
      op: 'kronecker',
      dtype: 'complex64',
      values: 'extreme',
      reason: 'a product of parts is taken for zero where their sum is a normal number still',
      since: '2026-11-25',
    },
  ],
} as const
