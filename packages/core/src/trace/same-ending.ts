import type { Atom } from '../ir/graph.ts'
import type { Ending } from './piece.ts'
import { isSameAtom, isSameList, isSameValue } from './same-node.ts'
import type { Sink } from './trace.ts'

/** Whether a function that did the same gives the same: its results, their structure, and what it leaves in its places. */
export const isSameEnding = (
  known: Ending,
  now: Ending,
  areSameData: (a: Atom, b: Atom) => boolean,
): boolean =>
  known.read === now.read &&
  known.thrown === now.thrown &&
  known.home === now.home &&
  isSameList(known.outputs, now.outputs, (a, b) => isSameAtom(a, b) || areSameData(a, b)) &&
  isSameValue(known.result, now.result) &&
  isSameValue(known.writes, now.writes) &&
  isSameList(known.sinks, now.sinks, isSameSink)

const isSameSink = (a: Sink, b: Sink): boolean =>
  a.of === 'place'
    ? b.of === 'place' && a.place === b.place
    : b.of === 'argument' && a.index === b.index && String(a.homes) === String(b.homes)
