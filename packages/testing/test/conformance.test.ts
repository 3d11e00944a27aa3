import { referenceBackend } from '@tendril/core/testing'
import { conformance } from '../src/index.ts'

conformance(referenceBackend)
