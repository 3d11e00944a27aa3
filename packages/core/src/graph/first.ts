import { GraphError } from '../errors.ts'
import type { GraphCall } from '../trace/graph-call.ts'
import type { Trace } from '../trace/trace.ts'
import type { TraceStore } from '../trace/trace-store.ts'
import type { Variant } from '../trace/variant.ts'
import { asOneGraph } from './pieces.ts'

/** What the first run of the function showed. */
export function firstTrace({ traces }: TraceStore): Trace {
  const trace = traces.at(-1)
  if (trace !== undefined) return trace
  throw new GraphError({
    because: 'it was not traced yet',
    instead: 'Call it, or trace at once: graph.initialize(args)',
  })
}

/** The first signature at its traced sizes. */
export function firstVariant(call: GraphCall): Variant {
  const trace = asOneGraph(firstTrace(call.store))
  const variant = call.store.first(trace)
  if (variant !== undefined) return variant
  throw new GraphError({
    because: 'it was made from a text that leaves sizes open, so there is no program yet',
    instead: 'Call it once, so that its sizes are known',
  })
}
