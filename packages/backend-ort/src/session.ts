import {
  allocate,
  countOf,
  BackendError,
  type ConcreteType,
  type Executable,
  type Lifted,
  type Scalar,
  tensorType,
  type TypedArray,
} from '@tendril/core/adapter'
import { buildModel, type LiftedInput, type OnnxProgram, usualProgram, withShapes } from '@tendril/onnx'
import type { AsyncSession, Feeds, Ort, OrtTensor, Outputs, SessionOptions, SyncSession } from './binding.ts'
import { type OrtBuffer, PendingTensor, settled, toTensor } from './buffers.ts'

type Run = (inputs: readonly OrtBuffer[]) => readonly OrtBuffer[]

/** Nodes up to which the optimizer costs more than it saves, where arrays are small and nothing is heavy. */
const fewNodes = 12

/** Operators whose work grows faster than their operands. */
const heavy = new Set(['Conv', 'MatMul', 'Gemm', 'Einsum'])

/** Elements from which a second thread pays. */
const elementsForThreads = 1 << 16
const elementsForThreadsWhenHeavy = 1 << 12

/** Elements of weights from which the first sizes get a session of their own: onnxruntime plans its buffers ahead. */
const elementsForPlan = 1 << 16

const isHeavy = ({ operator, bodies = {} }: OnnxProgram['statements'][number]): boolean =>
  heavy.has(operator) || Object.values(bodies).some(({ statements }) => statements.some(isHeavy))

/** Options of a program's session; `threads` gives it a pool of its own, as many threads as there are cores. */
function optionsFor({ statements }: OnnxProgram, threads: boolean): SessionOptions {
  return {
    ...(!threads && { intraOpNumThreads: 1 }),
    ...(!threads &&
      statements.length <= fewNodes &&
      !statements.some(isHeavy) && {
        graphOptimizationLevel: 'disabled',
        enableCpuMemArena: false,
        enableMemPattern: false,
      }),
  }
}

const countOfAll = (shapes: readonly { readonly shape: readonly number[] }[]): number =>
  shapes.reduce((n, { shape }) => n + countOf(shape), 0)

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

/**
 * Loads a program into a session when it is bound: one without threads for small arrays, one with threads for large
 * ones. A pool of idle threads for each of thousands of small programs would bring the machine down.
 */
export function loadProgram(ort: Ort, program: OnnxProgram): Executable<OrtBuffer> {
  const { initializers, lifted: inputs } = program
  const usual = ort.sync ? usualProgram(program) : undefined
  const { statements } = usual ?? program
  const enough = statements.some(isHeavy) ? elementsForThreadsWhenHeavy : elementsForThreads
  const constants = countOfAll(initializers)
  const whole = sessionsOf(ort, program)
  const short = usual && sessionsOf(ort, usual)
  return {
    bind(lifted, types, results) {
      const isLarge = constants + countOfAll(types) + countOfAll(results) >= enough
      const feeds = liftedTensors(inputs, lifted)
      const exact = (): Run => whole.get(isLarge, types).bind(feeds)
      return short === undefined ? exact() : whileItHolds(short.get(isLarge, types).bind(feeds), exact)
    },
    dispose() {
      whole.dispose()
      short?.dispose()
    },
  }
}

/** Runs the usual program until it does not hold, then always the whole one. */
function whileItHolds(usual: Run, exact: () => Run): Run {
  let whole: Run | undefined
  return (buffers) => {
    if (whole !== undefined) return whole(buffers)
    const results = usual(buffers)
    const held = results.at(-1) as OrtTensor
    if (held.data[0] === 1) return results.slice(0, -1)
    whole = exact()
    return whole(buffers)
  }
}

interface Sessions {
  get(threads: boolean, inputs: readonly ConcreteType[]): ReturnType<Opener>
  dispose(): void
}

/** The sessions of a program, opened when they are asked for. */
function sessionsOf(ort: Ort, program: OnnxProgram): Sessions {
  const isPlanned = program.statements.some(isHeavy) && countOfAll(program.initializers) >= elementsForPlan
  const sessions = new Map<string, ReturnType<Opener>>()
  let planned: string | undefined
  return {
    get(threads, inputs) {
      const shapes = inputs.map(({ shape }) => shape)
      const sizes = `of ${shapes.join(' ')}`
      if (isPlanned) planned ??= sizes
      // All other sizes share one session.
      const key = sizes === planned ? sizes : String(threads)
      const known = sessions.get(key)
      if (known !== undefined) return known
      const open = opener(ort, sizes === planned ? withShapes(program, shapes) : program)
      const opened = open(optionsFor(program, threads))
      sessions.set(key, opened)
      return opened
    },
    dispose() {
      for (const each of sessions.values()) each.dispose()
      sessions.clear()
    },
  }
}

type Opener = (options: SessionOptions) => { bind(lifted: Feeds): Run; dispose(): void }

function opener(ort: Ort, program: OnnxProgram): Opener {
  if (ort.sync) {
    return (options) => {
      const session = guarded(() => ort.open(buildModel(program), options))
      return { bind: (lifted) => runNow(session, program, lifted), dispose: () => session.dispose() }
    }
  }
  return (options) => {
    const session = ort.open(buildModel(program), options)
    // A call tells of the failure.
    session.catch(() => {})
    const running = new Set<Promise<unknown>>()
    return {
      bind: (lifted) => runLater(session, program, lifted, running),
      dispose: () =>
        void Promise.allSettled(running)
          .then(() => session)
          .then((one) => one.dispose())
          .catch(() => {}),
    }
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

/** `running` holds what is not finished. */
function runLater(
  session: Promise<AsyncSession>,
  program: OnnxProgram,
  lifted: Feeds,
  running: Set<Promise<unknown>>,
): Run {
  const fetches = fetchesOf(program)
  return (buffers) => {
    const results = (async (): Promise<Outputs> => {
      const open = await session.catch((error: unknown) => Promise.reject(ortError(error)))
      const feeds: Record<string, OrtTensor> = { ...lifted }
      for (const [i, { name }] of program.inputs.entries()) feeds[name] = await settled(buffers[i]!)
      return open.run(feeds, fetches).catch((error: unknown) => Promise.reject(ortError(error)))
    })()
    running.add(results)
    const ended = (): unknown => running.delete(results)
    results.then(ended, ended)
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
