import { BackendError, type Executable, type Lifted, type Scalar, type TypedArray, allocate } from '@tendril/core/adapter'
import { buildModel, type LiftedInput, type OnnxProgram } from '@tendril/onnx'
import type { AsyncSession, Feeds, Ort, OrtTensor, Outputs, SessionOptions, SyncSession } from './binding.ts'
import { type OrtBuffer, PendingTensor, settled, toTensor } from './buffers.ts'
import { tensorType, type ConcreteType } from '@tendril/core/adapter'

type Run = (inputs: readonly OrtBuffer[]) => readonly OrtBuffer[]

/** Nodes up to which a program is made for one op; its session is made in 0.2 ms instead of 0.5. */
const fewNodes = 12

const small: SessionOptions = {
  intraOpNumThreads: 1,
  graphOptimizationLevel: 'disabled',
  enableCpuMemArena: false,
  enableMemPattern: false,
}

/** Operators whose work grows faster than their operands, so that threads pay in a program of one op as well. */
const heavy = new Set(['Conv', 'MatMul', 'Gemm', 'Einsum'])

function optionsFor({ statements }: OnnxProgram): SessionOptions {
  const isHeavy = statements.some(({ operator }) => heavy.has(operator))
  return statements.length <= fewNodes && !isHeavy ? small : {}
}

/** Runs `action`; what onnxruntime throws becomes an error of ours. */
export function guarded<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw ortError(error)
  }
}

export function ortError(error: unknown): BackendError {
  const because = error instanceof Error ? error.message : String(error)
  return new BackendError({ backend: 'ort', because: `onnxruntime says: ${because}` })
}

/** Loads a program into a session. */
export function loadProgram(ort: Ort, program: OnnxProgram): Executable<OrtBuffer> {
  const model = buildModel(program)
  const options = optionsFor(program)
  if (!ort.sync) {
    const session = ort.open(model, options)
    session.catch(() => {})
    return {
      bind: (lifted) => runLater(session, program, liftedTensors(program.lifted, lifted)),
      dispose: () => void session.then((open) => open.dispose()).catch(() => {}),
    }
  }
  const session = guarded(() => ort.open(model, options))
  return {
    bind: (lifted) => runNow(session, program, liftedTensors(program.lifted, lifted)),
    dispose: () => session.dispose(),
  }
}

const fetchesOf = ({ outputs }: OnnxProgram): Readonly<Record<string, null>> =>
  Object.fromEntries(outputs.map(({ name }) => [name, null]))

function runNow(session: SyncSession, program: OnnxProgram, lifted: Feeds): Run {
  const inputs = program.inputs.map(({ name }) => name)
  const outputs = program.outputs.map(({ name }) => name)
  const fetches = fetchesOf(program)
  const feeds: Record<string, OrtTensor | undefined> = { ...lifted }
  const [only] = outputs
  return (buffers) => {
    for (let i = 0; i < inputs.length; i++) feeds[inputs[i]!] = buffers[i] as OrtTensor
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

function runLater(session: Promise<AsyncSession>, program: OnnxProgram, lifted: Feeds): Run {
  const fetches = fetchesOf(program)
  return (buffers) => {
    const results = (async (): Promise<Outputs> => {
      const open = await session.catch((error: unknown) => Promise.reject(ortError(error)))
      const feeds: Record<string, OrtTensor> = { ...lifted }
      for (const [i, { name }] of program.inputs.entries()) feeds[name] = await settled(buffers[i]!)
      return open.run(feeds, fetches).catch((error: unknown) => Promise.reject(ortError(error)))
    })()
    return program.outputs.map(({ name }) => new PendingTensor(results.then((all) => all[name]!)))
  }
}

/** The model's inputs that hold lifted sizes and numbers, by name. */
export function liftedTensors(inputs: readonly LiftedInput[], { sizes, literals }: Lifted<unknown>): Feeds {
  const feeds: Record<string, OrtTensor> = {}
  for (const { name, dtype, from, places, dims } of inputs) {
    const values: readonly Scalar[] = from === 'sizes' ? sizes : literals
    const data = allocate(dtype, places.length)
    places.forEach((place, i) => put(data, i, values[place]!, dtype === 'int64' || dtype === 'uint64'))
    feeds[name] = toTensor(data, tensorType(dtype, dims) as ConcreteType)
  }
  return feeds
}

function put(data: TypedArray, at: number, value: Scalar, isBig: boolean): void {
  const store = data as { [i: number]: number | bigint }
  store[at] = isBig ? BigInt(value) : Number(value)
}
