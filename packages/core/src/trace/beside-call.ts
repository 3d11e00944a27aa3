import { TraceError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { isBeside, isChanging, noteDoubt, noteUnknown, noteWrites } from '../runtime/beside.ts'
import { Container } from './container.ts'
import type { CallTree } from './call-tree.ts'
import { piecesOf } from './piece.ts'
import type { Trace } from './trace.ts'
import type { TraceStore } from './trace-store.ts'

/**
 * Notes what a graph gave that was called beside traces that wait: its call may be a step of theirs, and is no op.
 */
export function noteAnswer(store: TraceStore, call: CallTree, answer: unknown): unknown {
  if (answer instanceof Promise) return answer.then((value: unknown) => noteAnswer(store, call, value))
  if (!isBeside()) return answer
  const pieces = store.traces.flatMap(piecesOf)
  const changes =
    store.reruns.reason(call.key) !== undefined || call.leaves.some(isChanging) || pieces.some(changesByCall)
  if (call.states.length > 0 || pieces.some(({ raw }) => raw.writes.length > 0)) noteWrites()
  note(answer, changes)
  return answer
}

/** Whether a trace may give something else for the same arguments. */
const changesByCall = ({ guards, raw }: Trace): boolean =>
  raw.draws > 0 ||
  raw.slots.length > 0 ||
  guards.length > 0 ||
  raw.writes.length > 0 ||
  raw.constants.some(({ array }) => isChanging(array))

function note(value: unknown, changes: boolean): void {
  if (isValue(value)) noteUnknown(value, changes)
  else if (value instanceof Container || Array.isArray(value) || isPlain(value))
    for (const item of Object.values(value)) note(item, changes)
  else if (changes) noteDoubt()
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** What the function gave to a place outside while it was traced cannot be taken back: somebody else may have given it. */
export function refuseWrite({ name }: TraceStore): never {
  throw new TraceError({
    because: `${name} is async, and a Variable or another place was given a value while it waited; this platform does not tell whether that is its own work (it has no AsyncLocalStorage), so the value stays`,
    instead:
      "Trace it by its first call, without args, which then gives the value that it should; or by rerun: 'always'",
  })
}
