import { ParamError } from '@tendril/core/adapter'
import type { Accuracy } from '@tendril/onnx/emit'
import type { Ort, SessionOptions } from './onnxruntime.ts'

/** Where the files of onnxruntime-web lie: their folder, or the address of each kind. */
export type WasmPaths = string | { readonly wasm?: string; readonly mjs?: string }

export interface OrtOptions {
  /**
   * Options of every session, as onnxruntime takes them; they count before those that the adapter chooses.
   * `executionProviders` that begin with the device are taken as they are: `[{ name: 'cuda', deviceId: 1 }]`.
   */
  readonly session?: SessionOptions
  /** Sessions run in this many threads, so that the event loop stays free; results are then still to come. */
  readonly workers?: number
  /**
   * Where onnxruntime's own operators serve that are right to 1e-7 of the largest result only, and not to 4 ulp of each,
   * such as `gelu` below 0, which is several times as fast by them: `'auto'`, where the result only goes into long sums of
   * products (the default); `'exact'`, nowhere; `'engine'`, everywhere. Nodes of imported models are spelled out for `'exact'`.
   */
  readonly accuracy?: Accuracy
  /** `false`: small graphs are sessions as well, instead of generated JavaScript. `TENDRIL_SMALL_GRAPHS=off` says the same. */
  readonly smallGraphs?: boolean
  /** In a page: where the files of onnxruntime-web lie, if not beside its script. */
  readonly wasmPaths?: WasmPaths
  /** How onnxruntime is reached; for tests of the fallback. */
  readonly load?: () => Promise<Ort>
}

const names = ['session', 'workers', 'accuracy', 'smallGraphs', 'wasmPaths', 'load']

/** @throws ParamError for an option that does not exist or cannot be */
export function checkOptions(options: OrtOptions): void {
  const unknown = Object.entries(options).find(([name]) => !names.includes(name))
  if (unknown !== undefined) {
    const [param, value] = unknown
    const because = 'there is no such option'
    throw new ParamError({ op: 'ort', param, value, because, instead: `Options are ${names.join(', ')}` })
  }
  const { workers, accuracy = 'auto' } = options
  if (!['auto', 'exact', 'engine'].includes(accuracy)) {
    const because = "it is 'auto', 'exact' or 'engine'"
    throw new ParamError({ op: 'ort', param: 'accuracy', value: accuracy, because })
  }
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0)) {
    const because = 'it is how many threads run sessions'
    throw new ParamError({ op: 'ort', param: 'workers', value: workers, because, instead: 'Take 1 or more' })
  }
}

type Provider = NonNullable<SessionOptions['executionProviders']>[number]

const nameOf = (provider: Provider): string => (typeof provider === 'string' ? provider : provider.name)

/** The user's options of a session on a device. */
export function sessionOptions(device: string, { session = {} }: OrtOptions): SessionOptions {
  const { executionProviders: asked } = session
  const isOwn = asked !== undefined && asked.length > 0 && nameOf(asked[0]!) === device
  return { ...session, executionProviders: isOwn ? asked : [device] }
}
