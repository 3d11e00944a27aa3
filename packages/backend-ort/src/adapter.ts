import {
  type Backend,
  BackendError,
  type ConstantArray,
  type DeviceInfo,
  type DType,
  legalize,
  type Lowering,
  type NativeFunction,
  type TypedArray,
} from '@tendril/core/adapter'
import {
  buildModel,
  onnxDTypes,
  type OnnxEmitter,
  keptNodes,
  onnxLowerings,
  type OnnxProgram,
  type OnnxRef,
  onnxText,
  RuntimeEmitter,
  runtimeOpset,
  runsWhole,
  withConstants,
} from '@tendril/onnx/emit'
import type { Tensor } from 'onnxruntime-node'
import {
  fromNative,
  isNativeTensor,
  type OrtBuffer,
  PendingTensor,
  settled,
  toHostData,
  toTensor,
} from './buffers.ts'
import { ortError } from './calls.ts'
import { roundingSteps } from './float16-steps.ts'
import { liftedTensors } from './lifted-tensors.ts'
import { checkOptions, type OrtOptions, sessionOptions } from './options.ts'
import type { Ort, OrtTensor, SessionOptions } from './onnxruntime.ts'
import type { Platform, Started } from './platform.ts'
import { watchSessions } from './record/sessions.ts'
import { loadProgram } from './session.ts'
import { areSessionsOnly, smallGraphs } from './small-graphs.ts'
import { bytesOfTensor } from './weights.ts'

export interface OrtBackend extends Backend<OnnxProgram, OnnxEmitter, OrtBuffer, OnnxRef> {
  /** Ends the threads that `workers` asked for, with all that runs in them. */
  end(): Promise<void>
}

/** What follows sessions in traces, which is loaded with the engine. */
let recorder: typeof import('./record/recording.ts') | undefined

/** The adapter of onnxruntime on a platform. */
export function adapterOn(platform: Platform, options: OrtOptions): OrtBackend {
  checkOptions(options)
  const starting = new Map<string, Promise<void>>()
  const started = new Map<string, Started>()
  const reasons = new Map<string, Promise<string | undefined>>()
  const on = (device?: string): Started => {
    const found = device === undefined ? started.values().next().value : started.get(device)
    if (found !== undefined) return found
    throw new BackendError({
      backend: 'ort',
      because: 'it was not initialised',
      instead: "Load it first: await setBackend('ort')",
    })
  }
  // What was found once stays: looking for a GPU takes long.
  const whyNot = (device: string): Promise<string | undefined> => {
    const reason = reasons.get(device) ?? platform.whyNot(device)
    reasons.set(device, reason)
    return reason
  }
  const start = async (device: string): Promise<void> => {
    const found = await platform.start(device, options)
    watchSessions(found.api)
    recorder ??= await import('./record/recording.ts')
    started.set(device, { ...found, ort: onDevice(found.ort, device, options) })
  }
  return {
    name: 'ort',
    dtypes: new Set<DType>(onnxDTypes),
    defaultDevice: platform.devices[0]!,
    devices: (only) =>
      Promise.all(
        platform.devices
          .filter((name) => only === undefined || name === only)
          .map(async (name): Promise<DeviceInfo> => {
            const why = await whyNot(name)
            return why === undefined ? { name, available: true } : { name, available: false, why }
          }),
      ),
    init(device) {
      const run = starting.get(device) ?? start(device)
      starting.set(device, run)
      // A failed start may be tried again.
      run.catch(() => starting.delete(device))
      return run
    },
    lowerings: onnxLowerings.map(roundingSteps),
    legalized(graph, target) {
      if (options.accuracy === 'exact') return undefined
      const kept = keptNodes(graph, runtimeOpset, runsWhole)
      if (kept.lowerings.length === 0) return undefined
      const lowerings = new Map(target.lowerings)
      for (const lowering of kept.lowerings)
        lowerings.set(lowering.op, lowering as unknown as Lowering<never, never>)
      return legalize(kept.graph, { ...target, lowerings })
    },
    emitter: () => new RuntimeEmitter(isThere, bytesOfTensor, options.accuracy),
    load: (program, device) => loadProgram(on(device).ort, program),
    toDevice: (data, type) => toTensor(data, type),
    toHost(buffer) {
      const tensor = settled(buffer)
      return tensor instanceof Promise ? tensor.then(toHostData) : toHostData(tensor)
    },
    async ready(buffer) {
      if (buffer instanceof PendingTensor) await buffer.done
    },
    companion: (device) =>
      options.smallGraphs !== false && !areSessionsOnly() && on(device).ort.sync ? smallGraphs : undefined,
    native: {
      record(host) {
        const [any] = started.values()
        return recorder && any && new recorder.Recording(host, any.api)
      },
      sharesMemory: true,
      is: isNativeTensor,
      wrap(value) {
        const buffer = fromNative(value as Parameters<typeof fromNative>[0])
        return { buffer, dtype: buffer.type, shape: buffer.dims }
      },
      unwrap: (buffer) => toNative(on().api.Tensor, finished(buffer)),
    },
    source: (program) => onnxText(buildModel(program)),
    spelling: ({ statements }) => statements.map(({ operator }) => operator),
    async compileNative(program, lifted, types, _results, device): Promise<NativeFunction> {
      const { InferenceSession: Session } = on(device).api
      const values: Record<string, OrtTensor> = { ...liftedTensors(program.lifted, lifted) }
      const given = program.given ?? []
      for (const [i, { name }] of given.entries()) values[name] = await settled(lifted.constants[i]!)
      const model = buildModel(
        withConstants(
          program,
          values,
          types.map(({ shape }) => shape),
        ),
      )
      const session = await Session.create(model, sessionOptions(device, options)).catch((error: unknown) =>
        Promise.reject(ortError(error)),
      )
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
    async end() {
      await Promise.all(
        [...started.values()].map(async ({ ort }) => {
          if (!ort.sync) await ort.end?.()
        }),
      )
    },
  }
}

/** Sessions that run on a device, as the user's options say. */
function onDevice(ort: Ort, device: string, options: OrtOptions): Ort {
  const own = sessionOptions(device, options)
  const given = (more: SessionOptions = {}): SessionOptions => ({
    ...more,
    ...own,
    executionProviders: more.executionProviders ?? own.executionProviders!,
  })
  const keepsEmpty = device !== 'cpu' && device !== 'wasm'
  return ort.sync
    ? { ...ort, keepsEmpty, open: (model, more) => ort.open(model, given(more)) }
    : { ...ort, keepsEmpty, open: (model, more) => ort.open(model, given(more)) }
}

/** Whether the elements of a captured array are computed. */
function isThere(array: ConstantArray & { readonly buffer?: unknown }): boolean {
  if (array.carries !== undefined) return isThere(array.carries)
  const { buffer } = array
  return !(buffer instanceof PendingTensor) || buffer.tensor !== undefined
}

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
