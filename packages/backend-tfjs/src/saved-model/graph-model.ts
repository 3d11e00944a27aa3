import { toJson } from '@bufbuild/protobuf'
import { BackendError, isSymbolic, type NativeFunction } from '@tendril/core/adapter'
import type { io, Tensor } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import { GraphDefSchema } from '../gen/tensorflow/core/framework/graph_pb.ts'
import { backendNames } from '../tf.ts'
import { constantData, graphDef } from './graph-def.ts'
import { nativeFunction } from './native-function.ts'
import type { OpenProgram } from './open-program.ts'
import type { TfPort } from './program.ts'

/** The program as tfjs stores graph models. */
function artifacts(open: OpenProgram): io.ModelArtifacts {
  const { program, captured } = open
  const parts = program.constants.map((constant) => {
    const { buffer, byteOffset, byteLength } = constantData(constant, captured)
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
  })
  const weightData = new Uint8Array(parts.reduce((n, { byteLength }) => n + byteLength, 0))
  let at = 0
  for (const part of parts) {
    weightData.set(part, at)
    at += part.byteLength
  }
  const info = ({ name, dtype, shape }: TfPort) => [
    name,
    {
      name: `${name}:0`,
      dtype: { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' }[dtype as 'float32'],
      tensorShape: { dim: shape.map((size) => ({ size: isSymbolic(size) ? '-1' : String(size) })) },
    },
  ]
  return {
    format: 'graph-model',
    generatedBy: 'Tendril',
    modelTopology: // Sizes of 0 are written as well.
      toJson(GraphDefSchema, graphDef(open, false), { alwaysEmitImplicit: true }) as object,
    signature: {
      inputs: Object.fromEntries(program.inputs.map(info)),
      outputs: Object.fromEntries(program.outputs.map(info)),
    } as object,
    weightSpecs: program.constants.map(({ name, dtype, shape }) => ({
      name,
      dtype: dtype as 'float32',
      shape: [...shape],
    })),
    weightData: weightData.buffer,
  }
}

/** Frees the weights of models that nobody disposed and nobody can run any more. */
const dropped = new FinalizationRegistry<readonly Tensor[]>((weights) => {
  for (const weight of weights) if (!weight.isDisposed) weight.dispose()
})

/** A GraphModel of tfjs, which runs on any of its backends. */
export async function openGraphModel(open: OpenProgram, device: Device): Promise<NativeFunction> {
  const { tf, name } = device
  const converter = await import('@tensorflow/tfjs-converter').catch((cause: unknown) => {
    throw new BackendError({
      backend: `tfjs:${name}`,
      because: 'a GraphModel is made by @tensorflow/tfjs-converter, which does not load',
      instead: 'Run npm install @tensorflow/tfjs-converter',
      cause,
    })
  })
  const model = converter.loadGraphModelSync(tf.io.fromMemorySync(artifacts(open)))
  dropped.register(model, Object.values(model.weights).flat())
  const names = open.program.outputs.map((port) => port.name)
  return nativeFunction(model, open.program, (tensors) =>
    onBackend(device, () => {
      const feeds = Object.fromEntries(open.program.inputs.map((port, i) => [port.name, tensors[i]!]))
      const results = model.execute(feeds, names)
      return (Array.isArray(results) ? results : [results]) as Tensor[]
    }),
  )
}

/** Runs `fn` while the device's backend is tfjs' current one. */
function onBackend<T>({ tf, name }: Device, fn: () => T): T {
  const before = tf.getBackend()
  // Backends that have started are current as soon as this returns.
  if (before !== backendNames[name]) void tf.setBackend(backendNames[name])
  try {
    return fn()
  } finally {
    if (before && before !== backendNames[name]) void tf.setBackend(before)
  }
}
