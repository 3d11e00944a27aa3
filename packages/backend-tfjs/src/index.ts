import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Backend, BackendError } from '@tendril/core/adapter'
import type { DeviceInfo, Executable, Lifted, TypedArray } from '@tendril/core/adapter'
import { type Buffer, type Device, type Elements, elementsOf, openDevice, type TfDType } from './device.ts'
import { type Artifact, TfjsEmitter } from './emitter.ts'
import { cudaNote, whyNot } from './installed.ts'
import { type GpuDevice, isGpu, whyNoGpu } from './gpu/device.ts'
import { isPending } from './gpu/later.ts'
import { freeOnGpu, loadOnGpu, readOnGpu, shareOnGpu } from './gpu/run.ts'
import { type AnyEmitter, type AnyValue, fallback, lowerings } from './lowerings/by-device.ts'
import { nativeBridge } from './native.ts'
import { DeviceEmitter } from './saved-model/device-emitter.ts'
import { loadOnDevice } from './saved-model/device-run.ts'
import { printProgram, type TfProgram } from './saved-model/program.ts'
import { isNative, type NodeBackend } from './tensorflow.ts'
import { type DeviceName, deviceNames, packages, type WasmPaths } from './tf.ts'
import { Tools } from './tools.ts'

export interface TfjsOptions {
  /** Folder of the wasm files, or the path of each; needed in bundles, where they do not lie beside the script. */
  readonly wasmPaths?: WasmPaths
}

/**
 * The adapter of TensorFlow.js: devices `cpu` and `wasm`, and with tfjs-node or tfjs-node-gpu `node` and `cuda`.
 *
 * Graphs become direct calls of tfjs' kernels, or of TensorFlow's operators, with planned frees; convolutions run with
 * channels last.
 */
export function tfjs(options: TfjsOptions = {}): Backend<Artifact | TfProgram, AnyEmitter, Buffer, AnyValue> {
  const devices = new Map<string, Device>()
  const starting = new Map<string, Promise<void>>()
  const at = (name: string): Device => devices.get(name)!
  return {
    name: 'tfjs',
    dtypes: new Set(['float32', 'int32', 'bool']),
    devices: (only) =>
      Promise.all(deviceNames.filter((name) => only === undefined || name === only).map(found)),
    init(name) {
      const started =
        starting.get(name) ??
        openDevice(name as DeviceName, options.wasmPaths).then(async (device) => {
          recorder ??= await import('./record/index.ts')
          devices.set(name, device)
        })
      starting.set(name, started)
      // A failed start may be tried again.
      started.catch(() => starting.delete(name))
      return started
    },
    lowerings,
    fallback,
    emitter: (device) =>
      (isNative(device) ? new DeviceEmitter() : new TfjsEmitter(device as DeviceName)) as never,
    load: (artifact, device) =>
      'nodes' in artifact
        ? loadOnDevice(artifact, at(device).backend as NodeBackend)
        : isGpu(device)
          ? loadOnGpu(artifact, at(device) as GpuDevice)
          : load(artifact, at(device)),
    toDevice: (data, type, device) =>
      at(device).write(data as Elements, [...type.shape], type.dtype as TfDType),
    toHost(buffer, type, device) {
      if (isGpu(device))
        return readOnGpu(at(device) as GpuDevice, buffer).then((data) => copied(data, type.dtype as TfDType))
      const data = at(device).backend.readSync(buffer.dataId) as Elements
      // The cpu backend hands out its own elements, and may keep one dtype in the array of another.
      const isOwn = device !== 'cpu' && data instanceof elementsOf[type.dtype as TfDType]
      return isOwn ? data : copied(data, type.dtype as TfDType)
    },
    dispose: (buffer, device) =>
      isGpu(device) ? freeOnGpu(at(device) as GpuDevice, buffer) : at(device).free(buffer),
    share: (buffer, device) =>
      isGpu(device) ? shareOnGpu(at(device) as GpuDevice, buffer) : at(device).share(buffer),
    ready: async (buffer) => {
      if (isPending(buffer)) await buffer.settled
    },
    async compileGraph(graph, device, { compile }) {
      const there = at(device)
      const runtime = isNative(device) ? 'tensorflow' : 'tfjs'
      if (compile !== undefined && runtime === 'tfjs') {
        throw new BackendError({
          backend: `tfjs:${device}`,
          because: `compile: '${compile}' is for TensorFlow itself`,
          instead: "Leave it out, or use 'tfjs:node'",
        })
      }
      // Imported late: programs that run call by call need no protobuf.
      const { openProgram } = await import('./saved-model/open-program.ts')
      const open = openProgram(graph, runtime)
      return runtime === 'tensorflow'
        ? (await import('./saved-model/session.ts')).openSession(open, there, compile)
        : (await import('./saved-model/graph-model.ts')).openGraphModel(open, there)
    },
    native: nativeBridge(devices, () => recorder),
    source: (artifact) => ('nodes' in artifact ? printProgram(artifact) : artifact.readable),
    spelling: (artifact) =>
      'nodes' in artifact
        ? artifact.nodes.map(({ op }) => op)
        : Array.from(artifact.readable.matchAll(call), ([, name]) => name!),
  }
}

export default tfjs

function copied(data: Elements, dtype: TfDType): TypedArray {
  const copy = new elementsOf[dtype](data.length)
  copy.set(data)
  return copy
}

/** What follows tfjs' own functions; it needs tfjs itself, so it is loaded with it. */
let recorder: typeof import('./record/index.ts') | undefined

/** A call that stands at the begin of a step of readable source. */
const call = /^ +const .* = (tf\.(?!scalar)[\w.]+)\(/gm

async function found(name: DeviceName): Promise<DeviceInfo> {
  if (name === 'wasm' && typeof WebAssembly === 'undefined')
    return { name, available: false, why: 'this platform has no WebAssembly' }
  if (isNative(name)) {
    const why = whyNot(name)
    if (why !== undefined) return { name, available: false, why }
    const note = name === 'cuda' ? cudaNote() : undefined
    return { name, available: true, ...(note !== undefined && { note }) }
  }
  try {
    const why = isGpu(name) ? await whyNoGpu(name, packages[name]) : undefined
    if (why !== undefined) return { name, available: false, why }
    await packages[name]()
    return { name, available: true }
  } catch (error) {
    return { name, available: false, why: `@tensorflow/tfjs-backend-${name} does not load: ${String(error)}` }
  }
}

type Bind = (
  sizes: readonly number[],
  literals: Lifted<Buffer>['literals'],
  constants: readonly Buffer[],
  ops: Artifact['ops'],
  tools: Tools,
) => (inputs: readonly Buffer[]) => readonly Buffer[]

function load({ text, ops }: Artifact, device: Device): Executable<Buffer> {
  // Texts hold names, structure and quoted data only; see TfjsEmitter.
  const bind = new Function('S', 'L', 'C', 'O', 'T', text) as Bind
  return {
    bind({ sizes, literals, constants }) {
      const infos: TensorInfo[] = []
      const dispose = (): void => infos.splice(0).forEach((info) => device.free(info))
      try {
        return Object.assign(bind(sizes, literals, constants, ops, new Tools(device, infos)), { dispose })
      } catch (cause) {
        dispose()
        throw cause
      }
    },
  }
}
