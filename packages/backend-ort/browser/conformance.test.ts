import { conformance, onComplexMatrices, type Skip } from '@tendril/testing'
import { ort } from '../src/page.ts'

// Few calls of each op: Node draws many, of the same programs.
const runs = 3 * Number(import.meta.env['TENDRIL_RUNS'])

const row = (op: string, dtype: Skip['dtype'], values: Skip['values'], reason: string): Skip => ({
  op,
  dtype,
  values,
  reason,
  since: '2026-11-26',
})

const tanh = 'Tanh loses the digits of subnormal numbers'
const softmax = 'its kernel gives 0 for exponentials below the normal numbers'
const powers = 'powers are exp(y log x), whose error grows with y'

conformance(ort(), {
  lacksComplex: onComplexMatrices,
  runs,
  skip: [
    row('tanh', 'float32', 'extreme', tanh),
    row('tanhshrink', 'float32', 'extreme', tanh),
    row('scaledTanh', 'float32', 'extreme', tanh),
    row('softmax', 'float32', 'ordinary', softmax),
    row('softmax', 'uint8', 'extreme', softmax),
    row('pow', 'complex64', 'extreme', powers),
    row('pow', 'complex128', 'extreme', powers),
  ],
})
