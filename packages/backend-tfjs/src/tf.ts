import type { KernelBackend } from '@tensorflow/tfjs-core'
import { BackendError } from '@tendril/core/adapter'
import { builtin, loadTensorFlow } from './tensorflow.ts'

export type Tf = typeof import('@tensorflow/tfjs-core')

export const deviceNames = ['cpu', 'wasm', 'webgl', 'webgpu', 'node', 'cuda'] as const
export type DeviceName = (typeof deviceNames)[number]

/** Where the wasm files lie, where they are not found beside the package's script (bundlers). */
export type WasmPaths = string | Readonly<Record<string, string>>

/** What the engine has beside its published types. */
interface EngineInternals {
  readonly registry: Readonly<Record<string, KernelBackend | undefined>>
  readonly backendName: string | null
  initializeBackend(name: string): { readonly success: boolean | Promise<boolean> }
}

/** A package that may be absent: bundlers go on only where the import itself catches that. */
const absent = (error: unknown): never => {
  throw error
}

/** What brings the backends that are no part of TensorFlow itself. */
export const packages = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl').catch(absent),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu').catch(absent),
} as const

const registrations: Readonly<Record<DeviceName, (paths: WasmPaths | undefined) => Promise<unknown>>> = {
  cpu: packages.cpu,
  wasm: async (paths) => {
    const { setWasmPaths } = await packages.wasm()
    if (paths !== undefined) setWasmPaths(paths)
  },
  webgl: packages.webgl,
  webgpu: packages.webgpu,
  node: () => loadTensorFlow('node'),
  cuda: () => loadTensorFlow('cuda'),
}

/** Names that tfjs' engine knows the backends by. */
export const backendNames: Readonly<Record<DeviceName, string>> = {
  cpu: 'cpu',
  wasm: 'wasm',
  webgl: 'webgl',
  webgpu: 'webgpu',
  node: 'tensorflow',
  cuda: 'tensorflow',
}

/** Started engines stay as they are: a second wasm module would not know the arrays of the first. */
const maxAttempts = 4

/** In a page the file of the wasm backend lies beside the script only by chance. */
function notStarted(name: string, paths: WasmPaths | undefined): Error {
  if (name !== 'wasm' || paths !== undefined || builtin('node:fs') !== undefined)
    return new Error(`tfjs could not start its ${name} backend`)
  return new BackendError({
    backend: 'tfjs:wasm',
    because: 'its wasm files do not lie beside the script of this page',
    instead: "Say where they lie: registerBackend(tfjs({ wasmPaths: '/wasm/' }))",
  })
}

/**
 * The started tfjs backend of a name. tfjs' own current backend changes only where none is set.
 *
 * @throws Error when it does not start
 */
export async function startBackend(
  device: DeviceName,
  paths?: WasmPaths,
): Promise<{ tf: Tf; backend: KernelBackend }> {
  const tf = await import('@tensorflow/tfjs-core')
  const name = backendNames[device]
  const engine = tf.engine() as unknown as EngineInternals
  const before = engine.backendName
  await registrations[device](paths)
  // The packages of libtensorflow make themselves the current backend.
  if (before && engine.backendName !== before) await tf.setBackend(before)
  for (let attempt = 0; engine.registry[name] === undefined; attempt++) {
    if (attempt === maxAttempts) throw notStarted(name, paths)
    // False also when another start overtook this one, so it is tried again.
    await engine.initializeBackend(name).success
  }
  const backend = engine.registry[name]
  if (name === 'cpu') Object.assign(backend, { firstUse: false })
  // Unset, tfjs would start its best backend anew at the user's first call, and lose the arrays of this one.
  if (engine.backendName === null || engine.backendName === undefined) await tf.setBackend(name)
  else for (const { setupFunc } of tf.getKernelsForBackend(name)) setupFunc?.(backend)
  return { tf, backend }
}
