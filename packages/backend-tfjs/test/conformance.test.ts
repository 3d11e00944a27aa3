import { conformance } from '@tendril/testing'
import { tfjs } from '../src/index.ts'
import { complexOptions } from './complex-options.ts'

const adapter = tfjs()
conformance(adapter, { ...complexOptions, device: 'cpu' })
conformance(adapter, { ...complexOptions, device: 'wasm' })
