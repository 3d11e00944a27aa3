import { conformance } from '@tendril/testing'
import { tfjs } from '../src/index.ts'
import { complexOptions } from '../test/complex-options.ts'

// Few calls of each op, as every new combination of shapes compiles shaders for a processor that plays the GPU.
const runs = 3 * Number(import.meta.env['TENDRIL_RUNS'])

const adapter = tfjs()
// GPUs may take subnormal numbers for zero.
conformance(adapter, { ...complexOptions, device: 'webgpu', flushes: true, runs })
conformance(adapter, { ...complexOptions, device: 'webgl', flushes: true, runs })
