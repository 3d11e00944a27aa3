import { BackendError } from '@tendril/core/adapter'
import type { KernelBackend } from '@tensorflow/tfjs-core'
import type { Elements, TfDType } from './device.ts'
import type { TfType } from './saved-model/program.ts'

/** A value of TensorFlow: a number of the binding, and what the binding tells of it. */
export interface Handle {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: number | boolean | string | readonly number[]
}

/** The functions of tfjs-node's native binding that programs call. */
export interface Binding {
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_TYPE: number
  createTensor(shape: readonly number[], dtype: number, data: Elements): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Elements
  /** Names of inputs and results are lists with commas. */
  runSavedModel(session: number, inputs: readonly number[], names: string, results: string): readonly Handle[]
  executeOp(
    op: string,
    attrs: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly Handle[]
}

interface Entry {
  shape: number[]
  dtype: number
  id: number
  values: Elements | null
  refCount: number
}

/** What tfjs-node's backend has beside the published contract. */
export interface NodeBackend extends KernelBackend {
  readonly binding: Binding
  readonly isGPUPackage: boolean
  readonly isUsingGpuDevice: boolean
  readonly tensorMap: {
    get(dataId: object): Entry
    has(dataId: object): boolean
    set(dataId: object, entry: Entry): void
  }
}

/** Numbers of dtypes in TensorFlow's C API. */
export const typeCode: Readonly<Record<TfType, number>> = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int64: 9,
  bool: 10,
}

export const dtypeOf = (code: number): TfDType => (code === 1 ? 'float32' : code === 10 ? 'bool' : 'int32')

export type NativeDevice = 'node' | 'cuda'

export const isNative = (device: string | undefined): device is NativeDevice =>
  device === 'node' || device === 'cuda'

export const packageOf: Readonly<Record<NativeDevice, string>> = {
  node: '@tensorflow/tfjs-node',
  cuda: '@tensorflow/tfjs-node-gpu',
}

interface Builtins {
  getBuiltinModule?(name: string): unknown
}

/** A module of Node, where there is one. */
export const builtin = <T>(name: string): T | undefined =>
  (globalThis as { process?: Builtins }).process?.getBuiltinModule?.(name) as T | undefined

/** Two functions that tfjs-node calls and Node 23 no longer has. */
function heal(): void {
  const util = builtin<Record<string, unknown>>('node:util')
  if (util === undefined) return
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
}

/** The package of a device. Its name is no literal: bundles for pages must not follow it. */
export const importPackage = (device: NativeDevice): Promise<unknown> =>
  import(/* @vite-ignore */ packageOf[device])

/** TensorFlow's handle of an array; data that was not handed over yet is now. */
export function handleOf(
  { binding, tensorMap }: NodeBackend,
  { dataId }: { readonly dataId: object },
): Handle {
  const entry = tensorMap.get(dataId)
  if (entry.values !== null) {
    entry.id = binding.createTensor(entry.shape, entry.dtype, entry.values)
    entry.values = null
  }
  return entry as Handle
}

/** Bytes of TensorFlow's memory that the garbage collector was not told of yet. */
let untold = 0
const bytesAtOnce = 2 ** 20

/** Reserves memory that nobody touches; TypeScript knows the second argument in newer libraries only. */
function reserve(bytes: number): ArrayBuffer | undefined {
  const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer
  try {
    return new Resizable(bytes, { maxByteLength: bytes })
  } catch {
    // An array that large is freed by its user, or not in time.
    return undefined
  }
}

/** The key of an array whose elements TensorFlow holds; the garbage collector learns of their weight, as it frees dropped ones. */
export function keyOf(bytes: number): object {
  untold += bytes
  if (untold < bytesAtOnce) return {}
  const key = { weight: reserve(untold) }
  untold = 0
  return key
}

let loaded: NativeDevice | undefined

/** The device whose package this process has loaded. */
export const loadedDevice = (): NativeDevice | undefined => loaded

/**
 * Loads tfjs-node or tfjs-node-gpu, which register one backend under one name: a process has one of them.
 *
 * @throws BackendError when the other one is loaded, or the package does not load
 */
export async function loadTensorFlow(device: NativeDevice): Promise<void> {
  if (loaded !== undefined && loaded !== device) {
    throw new BackendError({
      backend: `tfjs:${device}`,
      because: `this process runs tfjs:${loaded}, and both are one backend for tfjs`,
      instead: 'Use one of them in a process',
    })
  }
  heal()
  // What TensorFlow says when it starts goes to stderr; the user may ask for it.
  const env = (globalThis as { process?: { env: Record<string, string | undefined> } }).process!.env
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  // By default TensorFlow lets NVIDIA's libraries round products of float32 to 10 bits.
  if (device === 'cuda') env['NVIDIA_TF32_OVERRIDE'] ??= '0'
  await importPackage(device)
  loaded = device
}
