import { BackendError } from '@tendril/core/adapter'
import { builtin } from './host.ts'
import type { AsyncSession, SyncSession } from './onnxruntime.ts'
import { type Opened, record, recording } from './recording.ts'

/** One event of a Chrome trace; `ts` and `dur` are microseconds. */
export interface ChromeEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly cat?: string
  readonly args?: Readonly<Record<string, unknown>>
}

/** What chrome://tracing and Perfetto open, as JSON. */
export interface ChromeTrace {
  readonly traceEvents: readonly ChromeEvent[]
  readonly displayTimeUnit: 'ms'
}

interface Files {
  mkdtempSync(prefix: string): string
  readdirSync(folder: string): string[]
  readFileSync(path: string, encoding: 'utf8'): string
  rmSync(path: string, options: { recursive: true; force: true }): void
}

interface Track {
  readonly title: string
  /** Begins the names of its files. */
  readonly name: string
  /** When it was opened, in microseconds. */
  readonly since: number
  readonly session: SyncSession | Promise<AsyncSession>
}

/**
 * Runs `fn` and gives what onnxruntime did meanwhile: each operator with its time, for every session by itself.
 *
 * Programs run in sessions of the profile's own, so that nothing is slower afterwards; opening them is in the profile.
 *
 * @throws BackendError while another profile is taken
 * @example const trace = await profile(() => graph(x)); writeFileSync('trace.json', JSON.stringify(trace))
 */
export async function profile(fn: () => unknown): Promise<ChromeTrace> {
  if (recording() !== undefined) {
    throw new BackendError({
      backend: 'ort',
      because: 'a profile is being taken already',
      instead: 'Wait for it first',
    })
  }
  const files = builtin<Files>('node:fs')!
  const folder = files.mkdtempSync(`${builtin<{ tmpdir(): string }>('node:os')!.tmpdir()}/ort-profile-`)
  const tracks = new Map<unknown, Track>()
  const runs: Promise<unknown>[] = []
  const begin = performance.now()
  record({
    sessionOf<Session>(opened: Opened<Session>) {
      const known = tracks.get(opened)
      if (known !== undefined) return known.session as Session
      const name = `session${tracks.size}_`
      const since = (performance.now() - begin) * 1000
      const session = opened.again({ enableProfiling: true, profileFilePrefix: `${folder}/${name}` })
      const { title } = opened
      tracks.set(opened, { title, name, since, session: session as SyncSession | Promise<AsyncSession> })
      return session
    },
    note: (run) => void runs.push(run),
  })
  try {
    await fn()
    await Promise.all(runs)
    return { traceEvents: await eventsOf([...tracks.values()], folder, files), displayTimeUnit: 'ms' }
  } finally {
    record(undefined)
    for (const { session } of tracks.values()) await closed(session)
    files.rmSync(folder, { recursive: true, force: true })
  }
}

async function closed(session: SyncSession | Promise<AsyncSession>): Promise<void> {
  try {
    await (await session).dispose()
  } catch {
    // It never opened, which its call has told.
  }
}

async function eventsOf(tracks: readonly Track[], folder: string, files: Files): Promise<ChromeEvent[]> {
  for (const { session } of tracks) await (await session).endProfiling()
  const written = files.readdirSync(folder)
  const events: ChromeEvent[] = []
  let pid = 0
  for (const { title, name, since } of tracks) {
    for (const file of written.filter((one) => one.startsWith(name))) {
      pid++
      events.push({ name: 'process_name', ph: 'M', pid, tid: 0, ts: 0, args: { name: title } })
      const own = JSON.parse(files.readFileSync(`${folder}/${file}`, 'utf8')) as ChromeEvent[]
      events.push(...own.map((event) => ({ ...event, pid, ts: event.ts + since })))
    }
  }
  return events
}
