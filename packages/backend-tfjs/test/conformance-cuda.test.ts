import { conformance } from '@tendril/testing'
import { tfjs } from '../src/index.ts'
import { nativeOptions } from './complex-options.ts'
import { onDevice } from './native-devices.ts'

// A process has one of tfjs-node and tfjs-node-gpu, so that each has a file of its own.
// TensorFlow sets the processor to flush subnormal numbers while its kernels run.
onDevice('cuda', () => conformance(tfjs(), { ...nativeOptions, device: 'cuda' }))
