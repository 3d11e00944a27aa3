import { referenceBackend } from '@tendril/core/testing'
import { conformance, type Skip } from '../../src/index.ts'

// Run by ../skips-fail.test.ts: each of these rows has to fail.
const row: Skip = {
  op: 'exp',
  dtype: 'float32',
  values: 'special',
  reason: 'it is right',
  since: '2026-01-01',
}

conformance(referenceBackend, {
  skip: [row, { ...row, dtype: 'any', values: 'any' }, { ...row, op: 'nothing' }],
})
