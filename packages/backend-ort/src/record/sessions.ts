import { type LazyLine, userLine } from '@tendril/core/adapter'
import type { InferenceSession } from 'onnxruntime-node'
import type { PublicApi } from '../onnxruntime.ts'

/** A model as `InferenceSession.create` is given it. */
export type ModelSource = Uint8Array | string

type Run = InferenceSession['run']
type Feeds = InferenceSession.FeedsType

/** What takes the runs of sessions that belong to a trace. */
export interface Follower {
  isActive(): boolean
  run(
    session: InferenceSession,
    feeds: Feeds,
    fetches: readonly string[] | undefined,
    line: LazyLine,
  ): Promise<object>
}

const sources = new WeakMap<InferenceSession, ModelSource>()
const followed = new WeakSet<object>()
const followers: Follower[] = []

/** The model of a session that was made after the engine had been loaded. */
export const modelOf = (session: InferenceSession): ModelSource | undefined => sources.get(session)

/** Lets the runs of sessions be followed until the returned function is called. */
export function follow(follower: Follower): () => void {
  followers.push(follower)
  return () => void followers.splice(followers.indexOf(follower), 1)
}

/** Notes what sessions are made of, and has their runs inside of traces taken by what follows those. */
export function watchSessions({ InferenceSession: Session }: PublicApi): void {
  if (followed.has(Session)) return
  followed.add(Session)
  const create = Session.create.bind(Session) as (...given: unknown[]) => Promise<InferenceSession>
  Object.assign(Session, {
    create: async (...given: unknown[]): Promise<InferenceSession> => {
      const session = await create(...given)
      watchRuns(session)
      const source = sourceOf(given)
      if (source !== undefined) sources.set(session, source)
      return session
    },
  })
}

/** The path or the bytes among the arguments of `create`. */
function sourceOf([model, offset, length]: readonly unknown[]): ModelSource | undefined {
  if (typeof model === 'string' || model instanceof Uint8Array) return model
  if (!(model instanceof ArrayBuffer || model instanceof SharedArrayBuffer)) return undefined
  const [from, count] = [offset, length].map((one) => (typeof one === 'number' ? one : undefined))
  return new Uint8Array(model, from, count)
}

/** All sessions share their class, which the package does not export. */
function watchRuns(session: InferenceSession): void {
  const proto = Object.getPrototypeOf(session) as { run: Run }
  if (followed.has(proto)) return
  followed.add(proto)
  const own = proto.run as (...given: unknown[]) => Promise<object>
  Object.assign(proto, {
    run: function run(this: InferenceSession, feeds: Feeds, ...more: unknown[]): Promise<object> {
      const follower = followers.findLast((one) => one.isActive())
      return follower?.run(this, feeds, namesOf(more[0]), userLine(run)) ?? own.call(this, feeds, ...more)
    },
  })
}

/** The outputs that are asked for, where they are named. */
function namesOf(fetches: unknown): readonly string[] | undefined {
  if (Array.isArray(fetches)) return fetches as readonly string[]
  return undefined
}
