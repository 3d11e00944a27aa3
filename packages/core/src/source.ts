/** A place in the user's code. */
export interface SourceLine {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A place that is read from the stack only when somebody asks. */
export interface LazyLine {
  readonly line: SourceLine | undefined
}

/** A public function or class whose caller is the user's code. */
export type Caller = CallableFunction | NewableFunction

interface StackError {
  stackTraceLimit: number
  captureStackTrace?(holder: object, below?: Caller): void
}

const frame = /\(?((?:file:\/\/|[a-z-]+:\/\/|[A-Za-z]:\\|\/|<)?[^()\s]*):(\d+):(\d+)\)?$/

let standing: Caller | undefined

/**
 * Runs `fn` as a part of `below`: of what it calls, the user's line is the caller of `below`. Without one each function
 * tells its own caller again, as the user's functions that are run in there want.
 */
export function onBehalfOf<T>(below: Caller | undefined, fn: () => T): T {
  const former = standing
  standing = below
  try {
    return fn()
  } finally {
    standing = former
  }
}

/** The function whose caller is the user's code, where `below` is called. */
export const outermost = (below: Caller): Caller => standing ?? below

/** The caller of `below`: its frames and all under it are cut off by identity, so bundles and sources read alike. */
export function userLine(below: Caller): LazyLine {
  const Capture = Error as unknown as StackError
  if (Capture.captureStackTrace === undefined) return { line: undefined }
  const holder: { stack?: string } = {}
  const limit = Capture.stackTraceLimit
  Capture.stackTraceLimit = 2
  Capture.captureStackTrace(holder, outermost(below))
  Capture.stackTraceLimit = limit
  let parsed: SourceLine | undefined
  let done = false
  return {
    get line() {
      if (!done) parsed = parse(holder.stack)
      done = true
      return parsed
    },
  }
}

function parse(stack: string | undefined): SourceLine | undefined {
  for (const text of stack?.split('\n').slice(1) ?? []) {
    const match = frame.exec(text.trim())
    if (match) return { file: match[1]!, line: Number(match[2]), column: Number(match[3]) }
  }
  return undefined
}

/** `model.ts:12`, for messages and graph prints. */
export const printLine = (at: SourceLine): string => `${at.file.split(/[\\/]/).at(-1)}:${at.line}`
