import { BackendError } from '@tendril/core/adapter'
import type { OnnxProgram } from '@tendril/onnx/emit'
import type { AsyncSession, Feeds, OrtTensor, Outputs, SyncSession } from './onnxruntime.ts'
import { type Opened, recording } from './recording.ts'

/** A program in a session, its sizes and numbers given. */
export type Call = (inputs: readonly OrtTensor[]) => readonly OrtTensor[]
export type LaterCall = (inputs: readonly OrtTensor[]) => Promise<readonly OrtTensor[]>

/** Runs `action`; what onnxruntime throws becomes an error of ours. */
export function guarded<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw ortError(error)
  }
}

export function ortError(error: unknown): BackendError {
  if (error instanceof BackendError) return error
  const because = error instanceof Error ? error.message : String(error)
  return new BackendError({ backend: 'ort', because: `onnxruntime says: ${because}` })
}

const fetchesOf = ({ outputs }: OnnxProgram): Readonly<Record<string, null>> =>
  Object.fromEntries(outputs.map(({ name }) => [name, null]))

export function callNow(opened: Opened<SyncSession>, program: OnnxProgram, lifted: Feeds): Call {
  const inputs = program.inputs.map(({ name }) => name)
  const outputs = program.outputs.map(({ name }) => name)
  const fetches = fetchesOf(program)
  const feeds: Record<string, OrtTensor | undefined> = { ...lifted }
  const [only] = outputs
  return (tensors) => {
    const session = recording()?.sessionOf(opened) ?? opened.session
    for (let i = 0; i < inputs.length; i++) feeds[inputs[i]!] = tensors[i]
    let results: Outputs
    try {
      results = session.run(feeds as Feeds, fetches)
    } catch (error) {
      throw ortError(error)
    } finally {
      // The arrays of the last call would live as long as the program.
      for (let i = 0; i < inputs.length; i++) feeds[inputs[i]!] = undefined
    }
    if (outputs.length === 1) return [results[only!]!]
    return outputs.map((name) => results[name]!)
  }
}

export function callLater(
  opened: Opened<Promise<AsyncSession>>,
  program: OnnxProgram,
  lifted: Feeds,
): LaterCall {
  const fetches = fetchesOf(program)
  const inputs = [...program.inputs, ...(program.given ?? [])]
  return async (tensors) => {
    try {
      const session = await (recording()?.sessionOf(opened) ?? opened.session)
      const feeds: Record<string, OrtTensor> = { ...lifted }
      for (const [i, { name }] of inputs.entries()) feeds[name] = tensors[i]!
      const results = await session.run(feeds, fetches)
      return program.outputs.map(({ name }) => results[name]!)
    } catch (error) {
      throw ortError(error)
    }
  }
}
