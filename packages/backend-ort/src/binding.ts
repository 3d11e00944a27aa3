/**
 * The one place that knows onnxruntime-node's native binding.
 *
 * The package's own API is asynchronous only in name: it calls the same blocking function from `setImmediate`. Calls of
 * a graph are synchronous, so that function is called here. It is not documented: `loadBinding` runs a model before it
 * trusts it, and `loadOrt` falls back to the public API.
 */
import { ModelBuilder } from '@tendril/onnx'
import type { InferenceSession } from 'onnxruntime-node'

/** The tensor types of onnxruntime, by its own names; they are those of our dtypes. */
export type OrtType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'

/** bool is Uint8Array; float16 is Uint16Array, its bits, as onnxruntime reads a Float16Array as empty. */
export type OrtData =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/** What the binding reads of a tensor. A plain object is enough, and its `data` is not copied on the way in. */
export interface OrtTensor {
  readonly type: OrtType
  readonly data: OrtData
  readonly dims: readonly number[]
  readonly location: 'cpu'
}

export type Feeds = Readonly<Record<string, OrtTensor>>
/** The outputs to compute: null makes a tensor, a tensor of the right shape is written into. */
export type Fetches = Readonly<Record<string, OrtTensor | null>>
export type Outputs = Readonly<Record<string, OrtTensor>>
export type SessionOptions = InferenceSession.SessionOptions

export interface SyncSession {
  readonly sync: true
  run(feeds: Feeds, fetches: Fetches): Outputs
  /** A second call throws. */
  dispose(): void
}

export interface AsyncSession {
  readonly sync: false
  run(feeds: Feeds, fetches: Fetches): Promise<Outputs>
  dispose(): Promise<void>
}

export interface SyncBinding {
  readonly sync: true
  readonly version: string
  open(model: Uint8Array, options?: SessionOptions): SyncSession
}

export interface AsyncBinding {
  readonly sync: false
  readonly version: string
  open(model: Uint8Array, options?: SessionOptions): Promise<AsyncSession>
}

export type Ort = SyncBinding | AsyncBinding

interface ValueMetadata {
  readonly type: number
}

interface NativeSession {
  readonly outputMetadata: readonly ValueMetadata[]
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: SessionOptions): void
  run(feeds: Feeds, fetches: Fetches, options: object): Outputs
  dispose(): void
}

type NativeSessionClass = new () => NativeSession

// What goes wrong is thrown; without this onnxruntime prints it as well.
const quiet: SessionOptions = { logSeverityLevel: 4 }
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
  const { InferenceSession, Tensor, env } = await import('onnxruntime-node')
  // Float16 stays a plain object: where Float16Array exists, Tensor demands one, and a run then reads it as empty.
  const wrap = (tensor: OrtTensor): OrtTensor | InstanceType<typeof Tensor> =>
    tensor.type === 'float16' ? tensor : new Tensor(tensor.type, tensor.data, tensor.dims)
  type Values = InferenceSession.FeedsType
  return {
    sync: false,
    version: env.versions.node ?? '',
    async open(model, options) {
      const session = await InferenceSession.create(model, { ...quiet, ...options })
      return {
        sync: false,
        async run(feeds, fetches) {
          const wanted = mapValues(fetches, (tensor) => tensor && wrap(tensor))
          return asBits(await session.run(mapValues(feeds, wrap) as Values, wanted as Values))
        },
        dispose: () => session.release(),
      }
    },
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
    dispose: () => session.dispose(),
  }
}

function behaves(binding: SyncBinding): boolean {
  const model = new ModelBuilder()
  const x = model.input('float32', ['n'])
  const y = model.node('Add', [x, x])
  model.output(y, 'float32', ['n'])
  const session = binding.open(model.build(), { intraOpNumThreads: 1 })
  const tensor: OrtTensor = { type: 'float32', data: Float32Array.of(1, 2), dims: [2], location: 'cpu' }
  const sum = session.run({ [x]: tensor }, { [y]: null })[y]
  session.dispose()
  return sum?.data instanceof Float32Array && sum.dims[0] === 2 && sum.data[0] === 2 && sum.data[1] === 4
}

/** Float16 results as their bits: a runtime that has Float16Array makes one. */
function asBits(outputs: Readonly<Record<string, unknown>>): Outputs {
  return mapValues(outputs as Outputs, (tensor) => {
    const { type, data, dims } = tensor
    if (type !== 'float16' || data instanceof Uint16Array) return tensor
    return { type, data: new Uint16Array(data.buffer, data.byteOffset, data.length), dims, location: 'cpu' }
  })
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
