/** What the adapter needs of onnxruntime, whichever of its packages brings it. */
import type { InferenceSession, Tensor } from 'onnxruntime-node'

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

/** What a session reads of a tensor. A plain object is enough, and its `data` is not copied on the way in. */
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
  /** Writes the profile that the options asked for. */
  endProfiling(): void
  /** A second call throws. */
  dispose(): void
}

export interface AsyncSession {
  readonly sync: false
  run(feeds: Feeds, fetches: Fetches): Promise<Outputs>
  endProfiling(): Promise<void>
  dispose(): Promise<void>
}

export interface SyncBinding {
  readonly sync: true
  readonly version: string
  /** Whether the processor computes empty arrays: a GPU's kernels may never end. */
  readonly keepsEmpty?: boolean
  open(model: Uint8Array, options?: SessionOptions): SyncSession
}

export interface AsyncBinding {
  readonly sync: false
  readonly version: string
  /** Whether the processor computes empty arrays: a GPU's kernels may never end. */
  readonly keepsEmpty?: boolean
  open(model: Uint8Array, options?: SessionOptions): Promise<AsyncSession>
  /** Ends what it runs in, where that is its own. */
  end?(): Promise<void>
}

export type Ort = SyncBinding | AsyncBinding

/** The classes that a package of onnxruntime exports. */
export interface PublicApi {
  readonly InferenceSession: typeof InferenceSession
  readonly Tensor: typeof Tensor
}

// What goes wrong is thrown; without this onnxruntime prints it as well.
export const quiet: SessionOptions = { logSeverityLevel: 4 }

/** A session of the public API, whose runs are asynchronous. */
export async function openPublic(
  { InferenceSession: Session, Tensor: TensorClass }: PublicApi,
  model: Uint8Array,
  options?: SessionOptions,
): Promise<AsyncSession> {
  const session = await Session.create(model, { ...quiet, ...options })
  // Float16 stays a plain object: where Float16Array exists, Tensor demands one, and a run then reads it as empty.
  const wrap = (tensor: OrtTensor): OrtTensor | Tensor =>
    tensor.type === 'float16' ? tensor : new TensorClass(tensor.type, tensor.data, tensor.dims)
  type Values = InferenceSession.FeedsType
  return {
    sync: false,
    async run(feeds, fetches) {
      const wanted = mapValues(fetches, (tensor) => tensor && wrap(tensor))
      return asBits(await session.run(mapValues(feeds, wrap) as Values, wanted as Values))
    },
    endProfiling: async () => session.endProfiling(),
    dispose: () => session.release(),
  }
}

/** Float16 results as their bits: a runtime that has Float16Array makes one. */
export function asBits(outputs: Readonly<Record<string, unknown>>): Outputs {
  return mapValues(outputs as Outputs, (tensor) => {
    const { type, data, dims } = tensor
    if (type !== 'float16' || data instanceof Uint16Array) return tensor
    return { type, data: new Uint16Array(data.buffer, data.byteOffset, data.length), dims, location: 'cpu' }
  })
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
