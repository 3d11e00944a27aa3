import type { KernelBackend, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { BackendError, countOf } from '@tendril/core/adapter'
import { gpuDevice, isGpu } from './gpu/device.ts'
import { keyOf, type NodeBackend, typeCode } from './tensorflow.ts'
import { backendNames, type DeviceName, startBackend, type Tf, type WasmPaths } from './tf.ts'

export type Elements = Float32Array | Int32Array | Uint8Array
export type TfDType = 'float32' | 'int32' | 'bool'

/** An array of this engine: a reference to its data that `free` gives back. */
export type Buffer = TensorInfo

/** One tfjs backend at work, called directly and never as tfjs' current one. */
export interface Device {
  readonly name: DeviceName
  readonly tf: Tf
  readonly backend: KernelBackend
  kernel(name: string): KernelFunc
  /** The elements where they lie; valid until the next array is made. */
  view(info: TensorInfo): Elements
  /** An array whose elements are still to be written. */
  make(shape: number[], dtype: TfDType): TensorInfo
  write(data: Elements, shape: number[], dtype: TfDType): TensorInfo
  /** A second reference to the same data. */
  share(info: TensorInfo): TensorInfo
  free(info: TensorInfo): void
}

export const elementsOf: Readonly<
  Record<TfDType, { new (n: number | Elements): Elements; readonly BYTES_PER_ELEMENT: number }>
> = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
}

/** What the two backends have beside the published contract. */
type CpuBackend = KernelBackend & {
  readonly data: { get(id: object): { values: Elements } }
  makeTensorInfo(shape: number[], dtype: string, values: Elements): TensorInfo
}
type WasmBackend = KernelBackend & {
  typedArrayFromHeap(info: TensorInfo): Elements
  makeOutput(shape: number[], dtype: string): TensorInfo
}

/** @throws BackendError when the backend does not start */
export async function openDevice(name: DeviceName, paths: WasmPaths | undefined): Promise<Device> {
  const { tf, backend } = await startBackend(name, paths)
  const shared = {
    name,
    tf,
    backend,
    kernel(kernel: string): KernelFunc {
      const found = tf.getKernel(kernel, backendNames[name])
      if (found !== undefined && found !== null) return found.kernelFunc
      throw new BackendError({
        backend: `tfjs:${name}`,
        because: `this version of tfjs has no kernel ${kernel}`,
      })
    },
    write: (data: Elements, shape: number[], dtype: TfDType): TensorInfo => ({
      dataId: backend.write(data, shape, dtype),
      shape,
      dtype,
    }),
    share(info: TensorInfo): TensorInfo {
      backend.incRef(info.dataId)
      return { dataId: info.dataId, shape: info.shape, dtype: info.dtype }
    },
    free(info: TensorInfo): void {
      const known = tf.engine().state.tensorInfo
      if (!known.has(info.dataId)) backend.disposeData(info.dataId)
      else {
        // tfjs knows the data as well, and may have moved it to another of its backends.
        const owner = known.get(info.dataId)!.backend
        if (owner.disposeData(info.dataId)) tf.engine().removeDataId(info.dataId, owner)
      }
    },
  }
  if (isGpu(name)) return gpuDevice({ ...shared, name })
  if (name === 'cpu') {
    const cpu = backend as CpuBackend
    return {
      ...shared,
      view: ({ dataId }) => cpu.data.get(dataId).values,
      make: (shape, dtype) => cpu.makeTensorInfo(shape, dtype, new elementsOf[dtype](countOf(shape))),
    }
  }
  if (name !== 'wasm') {
    const { binding, tensorMap } = backend as NodeBackend
    // Handed over at once: the backend would keep the user's own elements until they are used.
    const write = (data: Elements, shape: number[], dtype: TfDType): TensorInfo => {
      const dataId = keyOf(data.byteLength)
      const id = binding.createTensor(shape, typeCode[dtype], data)
      tensorMap.set(dataId, { shape, dtype: typeCode[dtype], id, values: null, refCount: 1 })
      return { dataId, shape, dtype }
    }
    return {
      ...shared,
      write,
      view: ({ dataId }) => backend.readSync(dataId) as Elements,
      make: (shape, dtype) => write(new elementsOf[dtype](countOf(shape)), shape, dtype),
    }
  }
  const wasm = backend as WasmBackend
  return {
    ...shared,
    view: (info) => wasm.typedArrayFromHeap(info),
    make: (shape, dtype) => wasm.makeOutput(shape, dtype),
  }
}
