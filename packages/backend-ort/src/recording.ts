import type { SessionOptions } from './onnxruntime.ts'

/** A session that was opened for a program, and how to open another one. */
export interface Opened<Session> {
  readonly session: Session
  /** What it computes, in few words. */
  readonly title: string
  again(options: SessionOptions): Session
}

/** A profile that is being taken: programs run in sessions of its own meanwhile. */
export interface Recording {
  sessionOf<Session>(opened: Opened<Session>): Session
  /** A run that is still on its way, which the profile waits for. */
  note(run: Promise<unknown>): void
}

let current: Recording | undefined

/** The profile that is being taken. */
export const recording = (): Recording | undefined => current

export const record = (one: Recording | undefined): void => void (current = one)
