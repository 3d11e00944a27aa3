/** Tendril on onnxruntime: every graph is an ONNX model and a session. */
import {
  type Backend,
  BackendError,
  type DeviceInfo,
  type DType,
  type NativeFunction,
  type TypedArray,
} from '@tendril/core/adapter'
import {
  buildModel,
  onnxDTypes,
  type OnnxEmitter,
  onnxLowerings,
  type OnnxProgram,
  type OnnxRef,
  onnxText,
  RuntimeEmitter,
  withConstants,
} from '@tendril/onnx'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { loadOrt, type Ort, type OrtTensor, refuseTelemetry } from './binding.ts'
import {
  fromNative,
  isNativeTensor,
  type OrtBuffer,
  PendingTensor,
  settled,
  toHostData,
  toTensor,
} from './buffers.ts'
import { liftedTensors, loadProgram, ortError } from './session.ts'

export type OrtBackend = Backend<OnnxProgram, OnnxEmitter, OrtBuffer, OnnxRef>

interface Loaded {
  readonly ort: Ort
  readonly Tensor: typeof Tensor
  readonly InferenceSession: typeof InferenceSession
}

const elsewhere: readonly DeviceInfo[] = ['webgpu', 'cuda'].map((name) => ({
  name,
  available: false,
  why: 'this adapter runs onnxruntime on the CPU',
}))

export interface OrtOptions {
  /** How onnxruntime is reached; for tests of the fallback. */
  readonly load?: () => Promise<Ort>
}

/**
 * The adapter of onnxruntime.
 *
 * @example registerBackend(ort())
 */
export function ort({ load = loadOrt }: OrtOptions = {}): OrtBackend {
  let loaded: Loaded | undefined
  const ready = (): Loaded => {
    if (loaded !== undefined) return loaded
    throw new BackendError({
      backend: 'ort',
      because: 'it was not initialised',
      instead: "Load it first: await setBackend('ort')",
    })
  }
  return {
    name: 'ort',
    dtypes: new Set<DType>(onnxDTypes),
    devices: () => Promise.resolve([{ name: 'cpu', available: true }, ...elsewhere]),
    async init(device) {
      if (device !== 'cpu') {
        throw new BackendError({
          backend: `ort:${device}`,
          because: elsewhere.find(({ name }) => name === device)?.why ?? 'there is no such device',
          instead: "Use 'ort:cpu'",
        })
      }
      if (loaded !== undefined) return
      refuseTelemetry()
      const [{ Tensor: TensorClass, InferenceSession: Session }, reached] = await Promise.all([
        import('onnxruntime-node'),
        load(),
      ])
      loaded = { ort: reached, Tensor: TensorClass, InferenceSession: Session }
    },
    lowerings: onnxLowerings,
    emitter: () => new RuntimeEmitter(),
    load: (program) => loadProgram(ready().ort, program),
    toDevice: (data, type) => toTensor(data, type),
    toHost(buffer) {
      const tensor = settled(buffer)
      return tensor instanceof Promise ? tensor.then(toHostData) : toHostData(tensor)
    },
    async ready(buffer) {
      if (buffer instanceof PendingTensor) await buffer.done
    },
    native: {
      sharesMemory: true,
      is: isNativeTensor,
      wrap(value) {
        const buffer = fromNative(value as Parameters<typeof fromNative>[0])
        return { buffer, dtype: buffer.type, shape: buffer.dims }
      },
      unwrap: (buffer) => toNative(ready().Tensor, finished(buffer)),
    },
    source: (program) => onnxText(buildModel(program)),
    spelling: ({ statements }) => statements.map(({ operator }) => operator),
    async compileNative(program, lifted, types): Promise<NativeFunction> {
      const { InferenceSession: Session } = ready()
      const values = liftedTensors(program.lifted, lifted)
      const model = buildModel(
        withConstants(
          program,
          values,
          types.map(({ shape }) => shape),
        ),
      )
      const session = await Session.create(model).catch((error: unknown) => Promise.reject(ortError(error)))
      const inputs = program.inputs.map(({ name }) => name)
      const outputs = program.outputs.map(({ name }) => name)
      const run = async (...arrays: unknown[]): Promise<unknown> => {
        const results = await session.run(
          Object.fromEntries(inputs.map((name, i) => [name, arrays[i] as Tensor] as const)),
        )
        return outputs.length === 1 ? results[outputs[0]!] : outputs.map((name) => results[name])
      }
      return { native: session, run, inputs, outputs }
    },
  }
}

export default ort

/** The tensor of a buffer that is computed. */
function finished(buffer: OrtBuffer): OrtTensor {
  const tensor = settled(buffer)
  if (!(tensor instanceof Promise)) return tensor
  throw new BackendError({
    backend: 'ort',
    because: 'the array is still being computed',
    instead: 'Wait for it first: await x.ready()',
  })
}

/** onnxruntime's own tensor over the same elements; where Float16Array exists it takes float16 only so. */
function toNative(TensorClass: typeof Tensor, { type, data, dims }: OrtTensor): Tensor {
  const Halves: (new (b: ArrayBufferLike, o: number, n: number) => TypedArray) | undefined =
    globalThis.Float16Array
  const elements =
    type === 'float16' && Halves !== undefined ? new Halves(data.buffer, data.byteOffset, data.length) : data
  return new TensorClass(type, elements as Tensor.DataTypeMap[typeof type], dims)
}
