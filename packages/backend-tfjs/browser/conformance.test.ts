import { conformance } from '@tendril/testing'
import { tfjs } from '../src/index.ts'

// Few calls of each op, as every new combination of shapes compiles shaders for a processor that plays the GPU.
const runs = 3 * Number(import.meta.env['TENDRIL_RUNS'])

const adapter = tfjs()
// GPUs may take subnormal numbers for zero.
conformance(adapter, { device: 'webgpu', flushes: true, runs })
conformance(adapter, { device: 'webgl', flushes: true, runs })
