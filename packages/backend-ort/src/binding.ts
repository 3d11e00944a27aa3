/**
 * The one place that knows onnxruntime-node's native binding.
 *
 * The package's own API is asynchronous only in name: it calls the same blocking function from `setImmediate`. Calls of
 * a graph are synchronous, so that function is called here. It is not documented: `loadBinding` runs a model before it
 * trusts it, and `loadOrt` falls back to the public API.
 */
import { probingModel } from './probing-model.ts'
import {
  asBits,
  type AsyncBinding,
  type Feeds,
  type Fetches,
  openPublic,
  type Ort,
  type OrtTensor,
  type Outputs,
  quiet,
  type SessionOptions,
  type SyncBinding,
  type SyncSession,
} from './onnxruntime.ts'

interface ValueMetadata {
  readonly type: number
}

interface NativeSession {
  readonly outputMetadata: readonly ValueMetadata[]
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: SessionOptions): void
  run(feeds: Feeds, fetches: Fetches, options: object): Outputs
  endProfiling(): void
  dispose(): void
}

type NativeSessionClass = new () => NativeSession

const noOptions = {}
const float16 = 10

/**
 * Asks onnxruntime, before its library is loaded, to send no usage data and to keep no files of it in the home folder.
 * Whoever wants that sets the variable themselves.
 */
export function refuseTelemetry(): void {
  const { process } = globalThis as { process?: { readonly env: Record<string, string | undefined> } }
  if (process !== undefined) process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
}

/** onnxruntime with synchronous calls where its native binding is as we know it, else with its public API. */
export async function loadOrt(): Promise<Ort> {
  return (await loadBinding()) ?? loadPublic()
}

/** The native binding, or undefined when it is missing or does not behave. */
export async function loadBinding(): Promise<SyncBinding | undefined> {
  try {
    // The package's main module registers its engines, so that code of the user's own sees the same onnxruntime.
    const [{ env }, native] = await Promise.all([
      import('onnxruntime-node'),
      import('onnxruntime-node/dist/binding.js'),
    ])
    native.initOrt()
    const Session = native.binding.InferenceSession as unknown as NativeSessionClass
    const binding: SyncBinding = {
      sync: true,
      version: env.versions.node ?? '',
      open: (model, options) => openNative(Session, model, options),
    }
    return behaves(binding) ? binding : undefined
  } catch {
    return undefined
  }
}

/** The public API of onnxruntime-node. */
export async function loadPublic(): Promise<AsyncBinding> {
  const api = await import('onnxruntime-node')
  return {
    sync: false,
    version: api.env.versions.node ?? '',
    open: (model, options) => openPublic(api, model, options),
  }
}

function openNative(
  Session: NativeSessionClass,
  model: Uint8Array,
  options: SessionOptions = {},
): SyncSession {
  const session = new Session()
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, { ...quiet, ...options })
  const halves = session.outputMetadata.some(({ type }) => type === float16)
  return {
    sync: true,
    run: halves
      ? (feeds, fetches) => asBits(session.run(feeds, fetches, noOptions))
      : (feeds, fetches) => session.run(feeds, fetches, noOptions),
    endProfiling: () => session.endProfiling(),
    dispose: () => session.dispose(),
  }
}

function behaves(binding: SyncBinding): boolean {
  const { model, input, output } = probingModel()
  const session = binding.open(model, { intraOpNumThreads: 1 })
  const tensor: OrtTensor = { type: 'float32', data: Float32Array.of(1, 2), dims: [2], location: 'cpu' }
  const sum = session.run({ [input]: tensor }, { [output]: null })[output]
  session.dispose()
  return sum?.data instanceof Float32Array && sum.dims[0] === 2 && sum.data[0] === 2 && sum.data[1] === 4
}
