import type { TraceHost } from '@tendril/core/adapter'

export type Line = Parameters<TraceHost['at']>[0]

interface Stack {
  stackTraceLimit: number
  captureStackTrace?(holder: object, below: CallableFunction): void
}

const frame = /\(?((?:file:\/\/|[a-z-]+:\/\/|[A-Za-z]:\\|\/|<)?[^()\s]*):(\d+):(\d+)\)?$/
/** numjs calls few functions inside of each other. */
const deepest = 12

/** Its loops are made from text, and have no file. */
const isOfNumjs = (file: string): boolean =>
  /[\\/](numjs|ndarray|ndarray-ops|ndarray-gemm|cwise-compiler)[\\/]|^<anonymous>/.test(file)

/** The first line outside of numjs that led to a call of `below`. */
export function userLine(below: CallableFunction): Line {
  const Capture = Error as unknown as Stack
  const holder: { stack?: string } = {}
  const limit = Capture.stackTraceLimit
  Capture.stackTraceLimit = deepest
  Capture.captureStackTrace?.(holder, below)
  Capture.stackTraceLimit = limit
  return {
    get line() {
      for (const text of (holder.stack ?? '').split('\n').slice(1)) {
        const match = frame.exec(text.trim())
        if (match !== null && !isOfNumjs(match[1]!))
          return { file: match[1]!, line: Number(match[2]), column: Number(match[3]) }
      }
      return undefined
    },
  }
}
