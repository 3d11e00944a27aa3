import { StateError } from '../errors.ts'
import { type Caller, userLine } from '../source.ts'
import { endTrace } from './read.ts'
import type { Tracer } from './tracer.ts'

/** The draws of a call follow each other in the stream: one that restarts it would be the only one to do so. */
export function refuseSeed(tracer: Tracer, below: Caller): never {
  const error = new StateError({
    className: 'the random stream',
    because: 'it is seeded while a function is traced, and its graph would not do so',
    instead:
      "Seed outside of the function, draw with a key of its own (key: random.key(7)), or trace with rerun: 'always'",
  })
  return endTrace(tracer, error, userLine(below))
}
