import { BackendError, locateAt, TraceError } from '../errors.ts'
import type { Atom } from '../ir/graph.ts'
import { scalarData } from '../numerics/host.ts'
import type { LazyLine } from '../source.ts'
import type { TypedArray } from '../types/dtype.ts'
import { printShape } from '../types/tensor-type.ts'
import { isAttempt } from './attempt.ts'
import { noElements } from './named-sizes.ts'
import type { Path } from './path.ts'
import type { Tracer } from './tracer.ts'

/**
 * The elements of a traced array, which the function reads here and goes on by.
 *
 * @throws TraceError in a graph inside of a node, BackendError where the engine answers only asynchronously
 */
export function readNow(tracer: Tracer, atom: Atom, line: LazyLine): TypedArray {
  const path = pathOf(tracer, line)
  if (atom.kind === 'lit') return scalarData(atom.value, atom.type.dtype)
  refuseLack(tracer, atom, line)
  const data = path.read(atom, line)
  if (!(data instanceof Promise)) return data
  data.catch(() => {})
  const fields = {
    because: 'it answers only asynchronously',
    instead:
      'Read by await x.data() in an async function; or run the graph on an engine that answers at once',
  }
  return endTrace(tracer, new BackendError({ backend: tracer.engine.key, ...fields }), line)
}

/** The same where the function waits: what it asks for before one is answered is one read. */
export async function readLater(tracer: Tracer, atom: Atom, line: LazyLine): Promise<TypedArray> {
  const path = pathOf(tracer, line)
  if (atom.kind === 'lit') return scalarData(atom.value, atom.type.dtype)
  refuseLack(tracer, atom, line)
  return path.readLater(atom, line)
}

/** Ends a trace that is made by specs: a size that data decide is read as other elements are. */
function refuseLack(tracer: Tracer, { type }: Atom, line: LazyLine): void {
  if (tracer.names.lackData) endTrace(tracer, noElements(`${type.dtype}${printShape(type.shape)}`), line)
}

function pathOf(tracer: Tracer, line: LazyLine): Path {
  tracer.checkOpen()
  if (tracer.inside === undefined && tracer.path !== undefined) return tracer.path
  const error = new TraceError({
    because: `a value is read in ${tracer.inside ?? 'a function'}, which is recorded once for all its turns`,
    instead:
      'Compute with arrays there: where(condition, a, b) or cond(condition, onTrue, onFalse); or write the loop in plain JavaScript, whose reads are followed',
  })
  return endTrace(tracer, error, line)
}

/** Ends the trace with this error, even if the function catches it; but an attempt, which ends alone. */
export function endTrace(tracer: Tracer, error: Error, line: LazyLine): never {
  locateAt(error, line)
  if (!isAttempt()) tracer.poison(error)
  throw error
}
