import { BackendError, type NativeFunction } from '@tendril/core/adapter'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import {
  builtin,
  dtypeOf,
  handleOf,
  importPackage,
  type NativeDevice,
  type NodeBackend,
} from '../tensorflow.ts'
import { backendNames } from '../tf.ts'
import { savedModelBytes } from './graph-def.ts'
import { nativeFunction } from './native-function.ts'
import type { OpenProgram } from './open-program.ts'

interface Files {
  mkdtemp(prefix: string): Promise<string>
  writeFile(path: string, data: Uint8Array): Promise<void>
  rm(path: string, options: { readonly recursive: true; readonly force: true }): Promise<void>
}

/** What tfjs-node calls a loaded SavedModel. */
interface LoadedModel {
  readonly sessionId: number
  dispose(): void
}
interface TfNodePackage {
  readonly node: {
    loadSavedModel(folder: string, tags: readonly string[], signature: string): Promise<LoadedModel>
  }
}

/** Ends the sessions of models that nobody disposed and nobody can run any more, each by a copy of the model. */
const dropped = new FinalizationRegistry<LoadedModel>((copy) => {
  try {
    copy.dispose()
  } catch {
    // Its user has disposed it.
  }
})

/** Loads the program as one SavedModel, which TensorFlow runs as one session. */
export async function openSession(
  open: OpenProgram,
  device: Device,
  compile: 'xla' | undefined,
): Promise<NativeFunction> {
  const files = builtin<Files>('node:fs/promises')!
  const { tmpdir } = builtin<{ tmpdir(): string }>('node:os')!
  const folder = await files.mkdtemp(`${tmpdir()}/tendril-`)
  try {
    await files.writeFile(`${folder}/saved_model.pb`, savedModelBytes(open, compile))
    const model = await loaded(folder, device)
    dropped.register(model, Object.assign(Object.create(Object.getPrototypeOf(model)), model))
    return nativeFunction(model, open.program, sessionRun(open, device, model))
  } catch (cause) {
    const because = `TensorFlow does not take the program: ${(cause as Error).message}`
    throw new BackendError({ backend: `tfjs:${device.name}`, because, cause })
  } finally {
    // A loaded model is in memory whole.
    await files.rm(folder, { recursive: true, force: true })
  }
}

/** tfjs-node loads models only while its backend is tfjs' current one. */
async function loaded(folder: string, { name, tf }: Device): Promise<LoadedModel> {
  const { node } = (await importPackage(name as NativeDevice)) as TfNodePackage
  const before = tf.getBackend()
  await tf.setBackend(backendNames[name])
  try {
    return await node.loadSavedModel(folder, ['serve'], 'serving_default')
  } finally {
    if (before) await tf.setBackend(before)
  }
}

function sessionRun({ program }: OpenProgram, { tf, backend }: Device, model: LoadedModel) {
  const { binding, tensorMap } = backend as NodeBackend
  const list = (ports: typeof program.inputs): string => ports.map(({ name }) => `${name}:0`).join(',')
  const [inputs, outputs] = [list(program.inputs), list(program.outputs)]
  return (tensors: readonly Tensor[]): readonly Tensor[] => {
    const ids = tensors.map((tensor) => handleOf(backend as NodeBackend, tensor).id)
    return binding.runSavedModel(model.sessionId, ids, inputs, outputs).map(({ id, shape, dtype }) => {
      const dataId = {}
      tensorMap.set(dataId, { shape, dtype, id, values: null, refCount: 1 })
      return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: dtypeOf(dtype) }, backend)
    })
  }
}
