import type { KernelBackend, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { BackendError, countOf } from '@tendril/core/adapter'
import type { Device, Elements, TfDType } from '../device.ts'
import type { Tf } from '../tf.ts'

export type GpuName = 'webgl' | 'webgpu'

export const isGpu = (device: string | undefined): device is GpuName =>
  device === 'webgl' || device === 'webgpu'

/** A GPU: its elements are read asynchronously. */
export interface GpuDevice extends Device {
  readonly name: GpuName
  read(info: TensorInfo): Promise<Elements>
}

interface Base {
  readonly name: GpuName
  readonly tf: Tf
  readonly backend: KernelBackend
  kernel(name: string): KernelFunc
  share(info: TensorInfo): TensorInfo
  free(info: TensorInfo): void
}

/** The device of a started GPU backend. */
export function gpuDevice(base: Base): GpuDevice {
  const { name, backend } = base
  /**
   * WebGL keeps all numbers as floats, which do not hold all integers: those that come from the host stay beside their
   * texture, and others are made by programs only where a float holds them.
   */
  const integers = new WeakMap<object, Elements>()
  const write = (data: Elements, shape: number[], dtype: TfDType): TensorInfo => {
    const dataId = backend.write(data, shape, dtype)
    if (name === 'webgl' && dtype === 'int32') integers.set(dataId, data)
    return { dataId, shape, dtype }
  }
  return {
    ...base,
    write,
    make: (shape, dtype) => write(allocate(dtype, countOf(shape)), shape, dtype),
    view() {
      throw new BackendError({
        backend: `tfjs:${name}`,
        because: 'a GPU answers only asynchronously',
        instead: 'Read by await x.data()',
      })
    },
    async read(info) {
      const kept = integers.get(info.dataId)
      if (kept !== undefined) return kept
      return (await backend.read(info.dataId)) as Elements
    },
  }
}

const allocate = (dtype: TfDType, count: number): Elements =>
  new { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype](count)

/** What a page has beside the standard library. */
interface Page {
  readonly document?: unknown
  readonly OffscreenCanvas?: new (width: number, height: number) => { getContext(name: string): unknown }
  readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<unknown> } }
}

/** Why a GPU cannot be used here; undefined when it can. Its package is loaded only in a page. */
export async function whyNoGpu(name: GpuName, load: () => Promise<unknown>): Promise<string | undefined> {
  const { document, OffscreenCanvas, navigator } = globalThis as Page
  if (name === 'webgpu') {
    if (navigator?.gpu === undefined) return 'it needs a page with WebGPU, at a secure address'
    const adapter = await navigator.gpu.requestAdapter().catch(() => null)
    return adapter === null ? 'the browser finds no GPU for WebGPU' : undefined
  }
  if (document === undefined && OffscreenCanvas === undefined)
    return 'it needs a page or a worker with WebGL 2'
  await load()
  const env = (await import('@tensorflow/tfjs-core')).env()
  if (env.getNumber('WEBGL_VERSION') < 2) return 'the browser has no WebGL 2'
  const exact = env.getBool('WEBGL_RENDER_FLOAT32_ENABLED') && env.getBool('WEBGL_DOWNLOAD_FLOAT_ENABLED')
  return exact ? undefined : 'this GPU has no textures of 32-bit floats'
}
