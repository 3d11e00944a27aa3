import { conformance } from '@tendril/testing'
import { ort } from '../src/index.ts'

conformance(ort())
