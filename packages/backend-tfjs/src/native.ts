import type { KernelBackend, Tensor } from '@tensorflow/tfjs-core'
import {
  BackendError,
  type ConcreteType,
  DTypeError,
  type DType,
  type NativeBridge,
} from '@tendril/core/adapter'
import type { Buffer, Device } from './device.ts'
import { isHeld } from './tools.ts'

/** tfjs' tensors, of whichever copy of the package, are known by what they carry. */
export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' &&
  value !== null &&
  'dataId' in value &&
  'rankType' in value &&
  'isDisposedInternal' in value

/** Tensors at the border share their data with ours; both sides are disposed on their own. */
export function nativeBridge(
  devices: ReadonlyMap<string, Device>,
  recorder: () => typeof import('./record/index.ts') | undefined,
): NativeBridge<Buffer> {
  const all = (): Device[] => [...devices.values()]
  const ownerOf = ({ dataId }: Tensor): KernelBackend | undefined =>
    all()[0]?.tf.engine().state.tensorInfo.get(dataId)?.backend
  return {
    is(value, name) {
      if (!isTensor(value)) return false
      const owner = ownerOf(value)
      const home = all().find(({ backend }) => backend === owner)
      // tfjs moves the data of its other backends here at the first use.
      return (home ?? all()[0])?.name === name
    },
    wrap(value) {
      const tensor = value as Tensor
      if (tensor.isDisposed) {
        throw new BackendError({ backend: 'tfjs', because: 'the tensor was disposed', instead: 'Keep it' })
      }
      const dtype = tensor.dtype as DType
      if (!isHeld(dtype)) {
        const because = `a tensor of dtype ${tensor.dtype} has no counterpart here`
        throw new DTypeError({ op: 'asarray', dtypes: [], because })
      }
      const owner = ownerOf(tensor)
      if (owner === undefined) {
        const because = 'the tensor belongs to another copy of tfjs'
        throw new BackendError({
          backend: 'tfjs',
          because,
          instead: 'Install one version of @tensorflow/tfjs-core',
        })
      }
      owner.incRef(tensor.dataId)
      const { dataId, shape } = tensor
      return { buffer: { dataId, shape, dtype }, dtype, shape }
    },
    unwrap(buffer, type: ConcreteType) {
      const device = all().find(({ backend }) => backend.refCount(buffer.dataId) > 0)
      if (device === undefined)
        throw new BackendError({ backend: 'tfjs', because: 'the data of the array is gone' })
      const { tf, backend, share } = device
      return tf.engine().makeTensorFromTensorInfo({ ...share(buffer), shape: [...type.shape] }, backend)
    },
    record(host) {
      const [device] = all()
      const Recording = recorder()?.Recording
      return device && Recording && new Recording(device.tf, host)
    },
    functionOf(object) {
      const [device] = all()
      return device && recorder()?.functionOf(device.tf, object)
    },
  }
}
