import { type ConcreteType, countOf, type Executable } from '@tendril/core/adapter'
import { buildModel, type OnnxProgram, usualProgram, withShapes } from '@tendril/onnx/emit'
import { type OrtBuffer, PendingTensor, settled } from './buffers.ts'
import { type Call, callLater, callNow, guarded, type LaterCall } from './calls.ts'
import { liftedTensors } from './lifted-tensors.ts'
import type {
  AsyncBinding,
  AsyncSession,
  Ort,
  OrtTensor,
  SessionOptions,
  SyncBinding,
  SyncSession,
} from './onnxruntime.ts'
import { type Opened, recording } from './recording.ts'
import { modelAndWeights } from './weights.ts'

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

/**
 * Loads a program into a session when it is bound: one without threads for small arrays, one with threads for large
 * ones. A pool of idle threads for each of thousands of small programs would bring the machine down.
 */
export const loadProgram = (ort: Ort, program: OnnxProgram): Executable<OrtBuffer> =>
  ort.sync ? loadNow(ort, program) : loadLater(ort, program)

function loadNow(ort: SyncBinding, program: OnnxProgram): Executable<OrtBuffer> {
  const open = (one: OnnxProgram, chosen: SessionOptions): SyncSession =>
    guarded(() => {
      const { model, options } = modelAndWeights(one)
      return ort.open(model, { ...options, ...chosen })
    })
  const close = (session: SyncSession): void => session.dispose()
  const usual = usualProgram(program)
  const whole = new Sessions(program, open, close)
  const short = usual && new Sessions(usual, open, close)
  const needs = needsOf(usual ?? program, ort)
  return {
    bind(lifted, types, results) {
      const feeds = liftedTensors(program.lifted, lifted)
      const callOf = (sessions: Sessions<SyncSession>): Call => {
        const opened = sessions.get(needs(types, results), types)
        return callNow(opened, sessions.program, feeds)
      }
      const exact = (): Call => callOf(whole)
      const call = short === undefined ? exact() : whileItHolds(callOf(short), exact)
      return call as (buffers: readonly OrtBuffer[]) => readonly OrtBuffer[]
    },
    dispose() {
      whole.dispose()
      short?.dispose()
    },
  }
}

/** The results of its runs are still to come. */
function loadLater(ort: AsyncBinding, program: OnnxProgram): Executable<OrtBuffer> {
  const running = new Set<Promise<unknown>>()
  const open = (one: OnnxProgram, options: SessionOptions): Promise<AsyncSession> => {
    const session = ort.open(buildModel(one), options)
    // A call tells of the failure.
    session.catch(() => {})
    return session
  }
  const close = (session: Promise<AsyncSession>): void =>
    void session.then((one) => one.dispose()).catch(() => {})
  const usual = usualProgram(program)
  const whole = new Sessions(program, open, close)
  const short = usual && new Sessions(usual, open, close)
  const needs = needsOf(usual ?? program, ort)
  return {
    bind(lifted, types, results) {
      const feeds = liftedTensors(program.lifted, lifted)
      const callOf = (sessions: Sessions<Promise<AsyncSession>>): LaterCall => {
        const opened = sessions.get(needs(types, results), types)
        return callLater(opened, sessions.program, feeds)
      }
      const exact = (): LaterCall => callOf(whole)
      const call = short === undefined ? exact() : whileItHoldsLater(callOf(short), exact)
      return (buffers) => {
        const waiting = [...buffers, ...lifted.constants].map(settled)
        const ended = Promise.all(waiting).then(call)
        running.add(ended)
        const forget = (): unknown => running.delete(ended)
        ended.then(forget, forget)
        recording()?.note(ended)
        return program.outputs.map((_, i) => new PendingTensor(ended.then((all) => all[i]!)))
      }
    },
    dispose: () =>
      void Promise.allSettled(running).then(() => {
        whole.dispose()
        short?.dispose()
      }),
  }
}

const held = (results: readonly OrtTensor[]): boolean => results.at(-1)!.data[0] === 1

/** Runs the usual program until it does not hold, then always the whole one. */
function whileItHolds(usual: Call, exact: () => Call): Call {
  let whole: Call | undefined
  return (inputs) => {
    if (whole !== undefined) return whole(inputs)
    const results = usual(inputs)
    if (held(results)) return results.slice(0, -1)
    whole = exact()
    return whole(inputs)
  }
}

function whileItHoldsLater(usual: LaterCall, exact: () => LaterCall): LaterCall {
  let whole: LaterCall | undefined
  return async (inputs) => {
    if (whole !== undefined) return whole(inputs)
    const results = await usual(inputs)
    if (held(results)) return results.slice(0, -1)
    whole ??= exact()
    return whole(inputs)
  }
}

/** What arrays of some sizes need of a session. */
interface Needs {
  readonly threads: boolean
  readonly processor: boolean
}

const isEmpty = ({ shape }: ConcreteType): boolean => shape.includes(0)

/** Tells whether a program's arrays are so large that threads pay, or empty where a GPU computes. */
function needsOf(
  { statements, initializers }: OnnxProgram,
  { keepsEmpty = false }: Ort,
): (types: readonly ConcreteType[], results: readonly ConcreteType[]) => Needs {
  const enough = statements.some(isHeavy) ? elementsForThreadsWhenHeavy : elementsForThreads
  const constants = countOfAll(initializers)
  return (types, results) => ({
    threads: constants + countOfAll(types) + countOfAll(results) >= enough,
    processor: keepsEmpty && (types.some(isEmpty) || results.some(isEmpty)),
  })
}

/** The sessions of a program, opened when they are asked for. */
class Sessions<Session> {
  readonly program: OnnxProgram
  readonly #open: (program: OnnxProgram, options: SessionOptions) => Session
  readonly #close: (session: Session) => void
  readonly #opened = new Map<string, Opened<Session>>()
  readonly #isPlanned: boolean
  #planned: string | undefined

  constructor(
    program: OnnxProgram,
    open: (program: OnnxProgram, options: SessionOptions) => Session,
    close: (session: Session) => void,
  ) {
    this.program = program
    this.#open = open
    this.#close = close
    this.#isPlanned = program.statements.some(isHeavy) && countOfAll(program.initializers) >= elementsForPlan
  }

  get({ threads, processor }: Needs, inputs: readonly ConcreteType[]): Opened<Session> {
    const shapes = inputs.map(({ shape }) => shape)
    const sizes = `of ${shapes.join(' ')}`
    if (this.#isPlanned && !processor) this.#planned ??= sizes
    const isPlanned = sizes === this.#planned
    // All other sizes share one session.
    const key = isPlanned ? sizes : `${threads} ${processor}`
    const known = this.#opened.get(key)
    if (known !== undefined) return known
    const program = isPlanned ? withShapes(this.program, shapes) : this.program
    const options: SessionOptions = {
      ...optionsFor(this.program, threads),
      ...(processor && { executionProviders: ['cpu'] }),
    }
    const again = (more: SessionOptions): Session => this.#open(program, { ...options, ...more })
    const opened = { session: again({}), title: titleOf(program), again }
    this.#opened.set(key, opened)
    return opened
  }

  dispose(): void {
    for (const { session } of this.#opened.values()) this.#close(session)
    this.#opened.clear()
  }
}

const maxTitle = 5

/** The first operators of a program. */
function titleOf({ statements }: OnnxProgram): string {
  const operators = statements.map(({ operator }) => operator)
  const first = operators.slice(0, maxTitle).join(', ')
  return operators.length > maxTitle ? `${first}, … (${operators.length})` : first
}
