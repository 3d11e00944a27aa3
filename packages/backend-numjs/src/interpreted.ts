import { type AnyBackend, referenceBackend } from '@tendril/core/adapter'
import { held } from './dtypes.ts'
import { noNative } from './native.ts'

/** The same programs op by op on core's own kernels, for where no code can be made from text; slow, and without numjs. */
export const interpreted: AnyBackend = {
  ...referenceBackend,
  name: 'numjs',
  dtypes: held,
  native: noNative,
}
