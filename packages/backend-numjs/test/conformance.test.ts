import { conformance } from '@tendril/testing'
import { numjs } from '../src/index.ts'

conformance(numjs())
