import {
  allocate,
  type LazyLine,
  type NativeRecording,
  TraceError,
  type TraceHost,
  userLine,
} from '@tendril/core/adapter'
import type { NDArray } from '@tendril/core/fn'
import type { OnnxModel } from '@tendril/onnx'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { PublicApi } from '../onnxruntime.ts'
import { type Follower, follow, modelOf } from './sessions.ts'

/** The models of sessions, read once. */
const models = new WeakMap<InferenceSession, Promise<OnnxModel>>()

/** Follows runs of sessions in one trace: the nodes of their models become nodes of the graph. */
export class Recording implements NativeRecording, Follower {
  readonly mixes = false
  readonly unsettled = false
  readonly #host: TraceHost
  readonly #api: PublicApi
  readonly #values = new WeakMap<object, NDArray>()
  readonly #standIns = new Map<NDArray, Tensor>()
  readonly #end: () => void

  constructor(host: TraceHost, api: PublicApi) {
    this.#host = host
    this.#api = api
    this.#end = follow(this)
  }

  isActive(): boolean {
    return this.#host.isActive()
  }

  input(_native: unknown, value: unknown): Tensor {
    return this.standFor(value)
  }

  valueOf(native: object): NDArray | undefined {
    return this.#values.get(native)
  }

  /** A tensor of zeros; the elements that are read of it come from the graph. */
  standFor(value: unknown): Tensor {
    const array = value as NDArray
    const known = this.#standIns.get(array)
    if (known !== undefined) return known
    const { dtype, size } = array
    const { Tensor: TensorClass } = this.#api
    const elements = dtype === 'float16' ? new Uint16Array(size) : allocate(dtype, size)
    const tensor = new TensorClass(dtype as 'float32', elements as Float32Array, [...array.shape])
    const host = this.#host
    Object.defineProperty(tensor, 'data', {
      get: function data() {
        return host.read(array, userLine(data))
      },
    })
    Object.defineProperty(tensor, 'getData', {
      value: function getData() {
        return host.readLater(array, userLine(getData))
      },
    })
    this.#standIns.set(array, tensor)
    this.#values.set(tensor, array)
    return tensor
  }

  /** The results of a session's model for traced tensors, and others, which are constants. */
  async run(
    session: InferenceSession,
    feeds: InferenceSession.FeedsType,
    fetches: readonly string[] | undefined,
    line: LazyLine,
  ): Promise<object> {
    const { fn, inputs, outputs } = await this.#modelOf(session, line)
    const given = inputs.map((name): NDArray => {
      const tensor = feeds[name]
      if (tensor === undefined) return this.#fail(`the session is run without its input '${name}'`, line)
      return this.#values.get(tensor) ?? (this.#host.wrap(tensor) as NDArray)
    })
    const results = this.#host.at(line, () => fn(...given))
    const arrays = (Array.isArray(results) ? results : [results]) as readonly NDArray[]
    const named = outputs.map((name, i) => [name, this.standFor(arrays[i])] as const)
    return Object.fromEntries(named.filter(([name]) => fetches?.includes(name) !== false))
  }

  async #modelOf(session: InferenceSession, line: LazyLine): Promise<OnnxModel> {
    const source = modelOf(session)
    if (source === undefined)
      this.#fail(
        'a session is run whose model is not known, as it was made before the engine was loaded',
        line,
      )
    // Loaded late: most graphs on onnxruntime come from no session.
    const read = models.get(session) ?? import('@tendril/onnx').then(({ readOnnx }) => readOnnx(source!))
    models.set(session, read)
    return read
  }

  #fail(because: string, line: LazyLine): never {
    const error = new TraceError({
      because,
      instead: "Load the engine first, await loadBackend('ort'), then create the session",
    })
    this.#host.fail(error, line)
    throw error
  }

  end(): void {
    this.#end()
  }
}
