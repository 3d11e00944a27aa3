import { conformance } from '@tendril/testing'
import { tfjs } from '../src/index.ts'

const adapter = tfjs()
conformance(adapter, { device: 'cpu' })
conformance(adapter, { device: 'wasm' })
