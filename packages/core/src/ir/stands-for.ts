import type { Atom, Node } from './graph.ts'
import type { Origin } from './part.ts'

/** A result of an op, by where the op comes from. */
export interface ResultOf {
  readonly origin: Origin
  readonly result: number
}

const known = new WeakMap<Atom, ResultOf[]>()

/** Notes that a value is the same as a result of a node that a pass takes out, and as all that this stood for. */
export function noteSame(value: Atom, { loc, outs }: Node, result: number): void {
  const gone = outs[result]!
  if (value === gone && loc === undefined) return
  const own = loc === undefined ? [] : [{ origin: loc, result }]
  const more = value === gone ? own : [...own, ...standsFor(gone)]
  if (more.length > 0) known.set(value, [...standsFor(value), ...more])
}

/** An origin for a value that no op makes, by which it is known wherever the graph is cut or changed. */
export function ownOrigin(value: Atom): Origin {
  const origin: Origin = { line: undefined }
  known.set(value, [...standsFor(value), { origin, result: 0 }])
  return origin
}

/** Results of ops that are gone and that a value is the same as; exporters ask for those that a file had. */
export const standsFor = (value: Atom): readonly ResultOf[] => known.get(value) ?? []

/** Notes of a value what is known of the one whose place it takes, as where sizes become numbers. */
export function handOn(from: Atom, to: Atom): void {
  const noted = known.get(from)
  if (noted !== undefined) known.set(to, [...noted])
}
