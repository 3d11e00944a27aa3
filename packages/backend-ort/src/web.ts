import { BackendError } from '@tendril/core/adapter'
import type * as Web from 'onnxruntime-web'
import { type AsyncBinding, type AsyncSession, type Feeds, openPublic } from './onnxruntime.ts'
import type { OrtOptions } from './options.ts'
import type { Platform, Started } from './platform.ts'
import { probingModel } from './probing-model.ts'

type Api = Pick<typeof Web, 'InferenceSession' | 'Tensor' | 'env'>

/** A package that may be absent: bundlers go on only where the import itself catches that. */
const absent = (error: unknown): never => {
  throw error
}

/** onnxruntime-web has a library for the processor, and a larger one that knows GPUs as well. */
const packages: Readonly<Record<string, () => Promise<Api>>> = {
  wasm: () => import('onnxruntime-web/wasm').catch(absent),
  webgpu: () => import('onnxruntime-web/webgpu').catch(absent),
  webnn: () => import('onnxruntime-web/webgpu').catch(absent),
}

/** What a page has beside the standard library. */
interface Page {
  readonly navigator?: {
    readonly gpu?: { requestAdapter(): Promise<unknown> }
    readonly ml?: { createContext(): Promise<unknown> }
  }
}

async function whyNot(device: string): Promise<string | undefined> {
  const load = packages[device]
  if (load === undefined) return 'it runs on Node, by onnxruntime-node'
  try {
    await load()
  } catch (error) {
    return `onnxruntime-web does not load: run npm install onnxruntime-web (${String(error)})`
  }
  if (typeof WebAssembly === 'undefined') return 'this platform has no WebAssembly'
  const { gpu, ml } = (globalThis as Page).navigator ?? {}
  if (device === 'webgpu') {
    if (gpu === undefined) return 'it needs a page with WebGPU, at a secure address'
    const adapter = await gpu.requestAdapter().catch(() => null)
    return adapter === null ? 'the browser finds no GPU for WebGPU' : undefined
  }
  if (device === 'webnn') {
    if (ml === undefined) return 'the browser has no WebNN, or it is off'
    return ml.createContext().then(
      () => undefined,
      (error: unknown) => `the browser gives no context for WebNN: ${String(error)}`,
    )
  }
  return undefined
}

async function start(device: string, { wasmPaths, workers, load }: OrtOptions): Promise<Started> {
  const api = await packages[device]!()
  if (load !== undefined) return { ort: await load(), api }
  if (workers !== undefined && device !== 'wasm') {
    throw new BackendError({
      backend: `ort:${device}`,
      because: 'onnxruntime-web runs no GPU in a worker',
      instead: "Leave 'workers' out, or use ort:wasm",
    })
  }
  if (wasmPaths !== undefined) api.env.wasm.wasmPaths = wasmPaths
  if (workers !== undefined) api.env.wasm.proxy = true
  const ort = oneAfterTheOther(api)
  try {
    const session = await ort.open(probingModel().model, { executionProviders: [device] })
    await session.dispose()
  } catch (cause) {
    throw notStarted(device, cause)
  }
  return { ort, api }
}

const isFileError = (text: string): boolean => /fetch|network|wasm|import|404|magic word/i.test(text)

function notStarted(device: string, cause: unknown): BackendError {
  const text = cause instanceof Error ? cause.message : String(cause)
  return new BackendError({
    backend: `ort:${device}`,
    because: `onnxruntime-web does not start: ${text}`,
    ...(isFileError(text) && {
      instead:
        "If its wasm files do not lie beside the script, say where: registerBackend(ort({ wasmPaths: '/ort/' }))",
    }),
    cause,
  })
}

/** What each library does now. */
const busy = new WeakMap<Api, Promise<unknown>>()

/**
 * Its functions wait in the middle of what they do, with their data on the stack of WebAssembly, which a second one would
 * write over: they run one after the other.
 */
function oneAfterTheOther(api: Api): AsyncBinding {
  const after = <T>(action: () => Promise<T>): Promise<T> => {
    const next = (busy.get(api) ?? Promise.resolve()).then(action)
    busy.set(
      api,
      next.catch(() => {}),
    )
    return next
  }
  // What a worker is given is gone here.
  const { proxy = false } = api.env.wasm
  return {
    sync: false,
    version: api.env.versions.web ?? '',
    async open(model, options): Promise<AsyncSession> {
      const session = await after(() => openPublic(api, model, options))
      return {
        sync: false,
        run: (feeds, fetches) => after(() => session.run(proxy ? copies(feeds) : feeds, fetches)),
        endProfiling: () => after(() => session.endProfiling()),
        dispose: () => after(() => session.dispose()),
      }
    },
  }
}

const copies = (feeds: Feeds): Feeds =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
  )

/** onnxruntime-web. */
export const web: Platform = {
  devices: ['wasm', 'webgpu', 'webnn', 'cpu', 'cuda', 'tensorrt', 'coreml', 'dml'],
  whyNot,
  start,
}
