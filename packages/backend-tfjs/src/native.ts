import type { Tensor } from '@tensorflow/tfjs-core'
import { BackendError, type ConcreteType, DTypeError, type DType, type NativeBridge } from '@tendril/core/adapter'
import type { Buffer, Device } from './device.ts'
import { isHeld } from './tools.ts'

/** tfjs' tensors, of whichever copy of the package, are known by what they carry. */
const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' &&
  value !== null &&
  'dataId' in value &&
  'rankType' in value &&
  'isDisposedInternal' in value

/** Tensors at the border share their data with ours; both sides are disposed on their own. */
export function nativeBridge(devices: ReadonlyMap<string, Device>): NativeBridge<Buffer> {
  return {
    is: isTensor,
    wrap(value) {
      const tensor = value as Tensor
      if (tensor.isDisposed) {
        throw new BackendError({ backend: 'tfjs', because: 'the tensor was disposed', instead: 'Wrap it before' })
      }
      const dtype = tensor.dtype as DType
      if (!isHeld(dtype)) {
        throw new DTypeError({ op: 'asarray', dtypes: [], because: `a tensor of dtype ${tensor.dtype} has no counterpart here` })
      }
      const known = [...devices.values()][0]?.tf.engine().state.tensorInfo.get(tensor.dataId)
      if (known === undefined) {
        throw new BackendError({
          backend: 'tfjs',
          because: 'the tensor belongs to a tfjs that this adapter has not started',
          instead: "Load the engine first: await setBackend('tfjs')",
        })
      }
      known.backend.incRef(tensor.dataId)
      const { dataId, shape } = tensor
      return { buffer: { dataId, shape, dtype }, dtype, shape }
    },
    unwrap(buffer, type: ConcreteType) {
      const device = [...devices.values()].find(({ backend }) => backend.refCount(buffer.dataId) > 0)
      if (device === undefined) throw new BackendError({ backend: 'tfjs', because: 'the data of the array is gone' })
      const { tf, backend, share } = device
      return tf.engine().makeTensorFromTensorInfo({ ...share(buffer), shape: [...type.shape] }, backend)
    },
  }
}
