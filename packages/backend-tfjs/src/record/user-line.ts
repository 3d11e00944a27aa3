import type { TraceHost } from '@tendril/core/adapter'

export type Line = Parameters<TraceHost['at']>[0]

interface Stack {
  stackTraceLimit: number
  captureStackTrace?(holder: object, below: CallableFunction): void
}

const frame = /\(?((?:file:\/\/|[a-z-]+:\/\/|[A-Za-z]:\\|\/|<)?[^()\s]*):(\d+):(\d+)\)?$/
const deepest = 100

/** Whether a frame of a stack lies in tfjs' own packages. */
const isOfTfjs = (file: string): boolean =>
  /[\\/]@tensorflow[\\/]|[\\/]tf-(core|layers|converter|backend-\w+)[.\w-]*js/.test(file) ||
  /[\\/]tfjs-(core|layers|converter|backend-\w+)[\\/](src|dist)[\\/]/.test(file)

/** The folder of our own packages, where this one was not put into a bundle. */
const ours = /^(?:file:\/\/)?(.*[\\/])backend-tfjs[\\/](?:src|dist)[\\/]/.exec(import.meta.url)?.[1]

/** Whether a frame lies in what follows tfjs: the hooks, and core below them. */
function isOurs(file: string): boolean {
  if (file.startsWith('node:')) return true
  const at = ours === undefined ? -1 : file.indexOf(ours)
  return at >= 0 && /^(core|backend-tfjs)[\\/](src|dist)[\\/]/.test(file.slice(at + ours!.length))
}

const stackBelow = (below: CallableFunction): string => {
  const Capture = Error as unknown as Stack
  const holder: { stack?: string } = {}
  const limit = Capture.stackTraceLimit
  Capture.stackTraceLimit = deepest
  Capture.captureStackTrace?.(holder, below)
  Capture.stackTraceLimit = limit
  return holder.stack ?? ''
}

const framesOf = (stack: string): readonly RegExpExecArray[] =>
  stack
    .split('\n')
    .slice(1)
    .map((text) => frame.exec(text.trim()))
    .filter((match) => match !== null)

/** Who called `below`: the first line outside of tfjs and of what follows it, and whether tfjs lies between the two. */
export function callerOf(below: CallableFunction): Line & { readonly isOfTfjs: boolean } {
  const stack = stackBelow(below)
  return {
    get line() {
      const match = framesOf(stack).find(([, file]) => !isOfTfjs(file!) && !isOurs(file!))
      return match && { file: match[1]!, line: Number(match[2]), column: Number(match[3]) }
    },
    get isOfTfjs() {
      return isOfTfjs(framesOf(stack)[0]?.[1] ?? '')
    },
  }
}

/** The first line outside of tfjs that led to a call of `below`. */
export const userLine = (below: CallableFunction): Line => callerOf(below)
