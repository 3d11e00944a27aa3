import { conformance } from '@tendril/testing'
import { tfjs } from '../src/index.ts'
import { nativeOptions } from './complex-options.ts'
import { onDevice } from './native-devices.ts'

// TensorFlow sets the processor to flush subnormal numbers while its kernels run.
onDevice('node', () => conformance(tfjs(), { ...nativeOptions, device: 'node' }))
