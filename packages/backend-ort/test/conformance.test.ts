import { conformance, onComplexMatrices } from '@tendril/testing'
import { ort } from '../src/index.ts'

conformance(ort(), {
  lacksComplex: onComplexMatrices,
  skip: [
    {
      op: 'tanh',
      dtype: 'float32',
      values: 'extreme',
      reason: 'Tanh loses the digits of subnormal numbers',
      since: '2026-11-25',
    },
    {
      op: 'tanhshrink',
      dtype: 'float32',
      values: 'extreme',
      reason: 'it is made of Tanh, which loses the digits of subnormal numbers',
      since: '2026-11-25',
    },
    {
      op: 'scaledTanh',
      dtype: 'float32',
      values: 'extreme',
      reason: 'it is made of Tanh, which loses the digits of subnormal numbers',
      since: '2026-11-25',
    },
    {
      op: 'pow',
      dtype: 'complex64',
      values: 'any',
      reason: 'powers are exp(y log x) in single precision, whose error grows with y',
      since: '2026-11-25',
    },
    {
      op: 'pow',
      dtype: 'complex128',
      values: 'any',
      reason: 'powers are exp(y log x), whose error grows with y',
      since: '2026-11-25',
    },
    {
      op: 'lgamma',
      dtype: 'float64',
      values: 'any',
      reason: 'below 0 its error is absolute near the zeros of the function, as that of the kernel is',
      since: '2026-11-26',
    },
  ],
})
