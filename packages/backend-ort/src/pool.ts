import { BackendError } from '@tendril/core/adapter'
import { builtin, pathOf } from './host.ts'
import type { AsyncBinding, AsyncSession, Feeds, Outputs, SessionOptions } from './onnxruntime.ts'
import { quiet } from './onnxruntime.ts'
import { type Answer, type Request, serve } from './worker.ts'

interface Thread {
  on(event: 'message', listener: (answer: Answer) => void): void
  on(event: 'error', listener: (error: unknown) => void): void
  on(event: 'exit', listener: () => void): void
  postMessage(request: Request, transfer: readonly ArrayBufferLike[]): void
  ref(): void
  unref(): void
  terminate(): Promise<unknown>
}

interface WorkerThreads {
  readonly Worker: new (code: string, options: { eval: true; workerData: unknown }) => Thread
}

interface System {
  availableParallelism(): number
}

/** Code of bundlers may name its functions by a helper that the text leaves behind. */
const text = `
const __name = (fn) => fn
const { parentPort, workerData } = require('node:worker_threads')
;(${serve.toString()})(parentPort, require(workerData.onnxruntime))
`

type Asked = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never

/** One thread, started at its first request, and again after it was lost. */
class Slot {
  readonly #place: number
  /** Sessions that are open in the thread, by number. */
  #sessions = new Map<number, Promise<unknown>>()
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void }
  >()
  #thread: Thread | undefined
  #last = 0

  constructor(place: number) {
    this.#place = place
  }

  get busy(): number {
    return this.#waiting.size
  }

  has(session: number): boolean {
    return this.#sessions.has(session)
  }

  /** Opens a session, once. */
  open(session: number, model: Uint8Array, options: SessionOptions): Promise<unknown> {
    const known = this.#sessions.get(session)
    if (known !== undefined) return known
    const { profileFilePrefix: prefix } = options
    // Threads write profiles at the same moment, which is all that tells their names apart.
    const own = prefix === undefined ? options : { ...options, profileFilePrefix: `${prefix}${this.#place}_` }
    const opening = this.ask({ ask: 'open', session, model, options: own })
    this.#sessions.set(session, opening)
    return opening
  }

  async close(session: number): Promise<void> {
    const known = this.#sessions.get(session)
    this.#sessions.delete(session)
    const isOpen = await known?.then(
      () => true,
      () => false,
    )
    if (isOpen === true) await this.ask({ ask: 'dispose', session })
  }

  ask(asked: Asked, transfer: readonly ArrayBufferLike[] = []): Promise<Answer> {
    const thread = (this.#thread ??= this.#start())
    const id = this.#last++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // The process goes on as long as an answer is awaited, and no longer.
      thread.ref()
      thread.postMessage({ ...asked, id }, transfer)
    })
  }

  async end(): Promise<void> {
    await this.#thread?.terminate()
  }

  #start(): Thread {
    const { Worker } = builtin<WorkerThreads>('node:worker_threads')!
    const thread = new Worker(text, { eval: true, workerData: { onnxruntime: pathOf('onnxruntime-node') } })
    let failure: unknown
    thread.on('message', ({ id, ...answer }) => {
      const waiting = this.#waiting.get(id)!
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) thread.unref()
      if (answer.error === undefined) waiting.resolve({ id, ...answer })
      else waiting.reject(new Error(answer.error))
    })
    thread.on('error', (error) => (failure = error))
    thread.on('exit', () => {
      this.#thread = undefined
      this.#sessions = new Map()
      const because = failure === undefined ? 'the worker was ended' : `the worker failed: ${String(failure)}`
      for (const { reject } of this.#waiting.values()) reject(new BackendError({ backend: 'ort', because }))
      this.#waiting.clear()
    })
    return thread
  }
}

/** Sessions in this many threads. Each call runs in one that is free, which has a copy of the session. */
export function openPool(count: number): AsyncBinding {
  const slots = Array.from({ length: count }, (_, place) => new Slot(place))
  const cores = builtin<System>('node:os')!.availableParallelism()
  const usual: SessionOptions = { ...quiet, intraOpNumThreads: Math.max(1, Math.floor(cores / count)) }
  let last = 0
  return {
    sync: false,
    version: '',
    async open(model, options): Promise<AsyncSession> {
      const number = last++
      const asked = { ...usual, ...options }
      const choose = (): Slot =>
        slots.reduce((best, slot) => {
          if (slot.busy !== best.busy) return slot.busy < best.busy ? slot : best
          return slot.has(number) && !best.has(number) ? slot : best
        })
      // What is wrong with the model shows now.
      await choose().open(number, model, asked)
      return {
        sync: false,
        async run(feeds, fetches): Promise<Outputs> {
          const slot = choose()
          const opened = slot.open(number, model, asked)
          const own = ownFeeds(feeds)
          const request = { ask: 'run', session: number, feeds: own.feeds, fetches } as const
          const [answer] = await Promise.all([slot.ask(request, own.transfer), opened])
          return answer.outputs!
        },
        async endProfiling() {
          const open = slots.filter((slot) => slot.has(number))
          await Promise.all(open.map((slot) => slot.ask({ ask: 'endProfiling', session: number })))
        },
        async dispose() {
          await Promise.all(slots.map((slot) => slot.close(number)))
        },
      }
    },
    async end() {
      await Promise.all(slots.map((slot) => slot.end()))
    },
  }
}

/** A message copies whole buffers: what is a part of one is copied here, and handed over. */
function ownFeeds(feeds: Feeds): { readonly feeds: Feeds; readonly transfer: readonly ArrayBufferLike[] } {
  const transfer: ArrayBufferLike[] = []
  const entries = Object.entries(feeds).map(([name, tensor]) => {
    if (tensor.data.byteLength === tensor.data.buffer.byteLength) return [name, tensor] as const
    const data = tensor.data.slice()
    transfer.push(data.buffer)
    return [name, { ...tensor, data }] as const
  })
  return { feeds: Object.fromEntries(entries), transfer }
}
