/** What went wrong, for programs; the message is for people. */
export type HubProblem =
  | 'not-found'
  | 'refused'
  | 'busy'
  | 'unreachable'
  | 'redirects'
  | 'incomplete'
  | 'too-large'
  | 'checksum'
  | 'malformed'
  | 'offline'
  | 'setting'
  | 'cache'

interface HubFields {
  readonly problem: HubProblem
  /** What was asked for: a file of a model, a model, or a setting. */
  readonly subject: string
  readonly because: string
  readonly instead?: string
  /** The answer's HTTP status, where there was an answer. */
  readonly status?: number
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** A model cannot be had from the hub; the message is one line and says how to go on. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly problem: HubProblem
  readonly subject: string
  readonly because: string
  readonly instead: string | undefined
  readonly status: number | undefined

  constructor({ problem, subject, because, instead, status }: HubFields, options?: ErrorOptions) {
    const text = instead === undefined ? because : `${sentence(because)} ${sentence(instead)}`
    super(`${subject}: ${text}`.replaceAll(/\s*\n\s*/g, ' '), options)
    this.problem = problem
    this.subject = subject
    this.because = because
    this.instead = instead
    this.status = status
  }
}

/** The error of a file or folder of the cache, where it is one that the file system tells of. */
export function cacheError(path: string, failed: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (error instanceof HubError || code === undefined) return error
  const instead = 'Set another folder by --cache or TENDRIL_CACHE'
  return new HubError(
    { problem: 'cache', subject: path, because: `${failed} (${code})`, instead },
    { cause: error },
  )
}
