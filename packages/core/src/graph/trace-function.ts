import { BackendError, FormatError, ShapeError, TendrilError, TraceError } from '../errors.ts'
import type { Engine } from '../runtime/engine.ts'
import { loadedEngine } from '../runtime/engines.ts'
import { currentBackendEntry } from '../runtime/set-backend.ts'
import { GraphCall } from '../trace/graph-call.ts'
import type { TraceOptions } from '../trace/options.ts'
import type { Spec } from '../trace/spec.ts'
import { TraceStore, type UserFunction } from '../trace/trace-store.ts'
import { checkCompiles, userGraph } from './graph.ts'
import type { ModelFunction } from './model-format.ts'

/** @throws BackendError for an engine that is not loaded */
export function engineOf(to: string | undefined): Engine {
  if (to === undefined) return currentBackendEntry().engine
  const engine = loadedEngine(to)
  if (engine !== undefined) return engine
  throw new BackendError({
    backend: to,
    because: 'it is not loaded, and traceGraph loads nothing',
    instead: `Load it first: await loadBackend('${to}')`,
  })
}

/** The graph of a function; a promise of it where the function is async and traced at once. */
export function traceFunction(fn: UserFunction, receiver: unknown, options: TraceOptions): unknown {
  const call = new GraphCall(new TraceStore(fn, receiver, options), engineOf(options.to), options.dtypePolicy)
  if (options.returnBackendTracedFn) checkCompiles(call.engine)
  const graph = userGraph(call)
  if (options.args === undefined && options.kwargs === undefined) return graph
  const args = [...(options.args ?? []), ...(options.kwargs === undefined ? [] : [options.kwargs])]
  const variant = call.prepare(args)
  const done = async (): Promise<unknown> => {
    await variant
    if (options.returnBackendTracedFn) await graph.backendFn()
    return graph
  }
  if (variant instanceof Promise) return done()
  // The engine's own object is built meanwhile; a failure shows where it is asked for.
  if (options.returnBackendTracedFn) graph.backendFn().catch(() => {})
  return graph
}

/** A model of a file; where elements of its inputs decide ranks, it is traced at its first call. */
export function traceModel(model: ModelFunction, options: TraceOptions): unknown {
  const { format, fn, specs } = model
  if (options.args !== undefined || options.kwargs !== undefined)
    return traceFunction(model.ofAnySizes as UserFunction, undefined, options)
  const traced = (args: TraceOptions['args']): unknown =>
    traceFunction(fn as UserFunction, undefined, args === undefined ? options : { ...options, args })
  if (specs === undefined) return traced(undefined)
  try {
    return traced(specs)
  } catch (error) {
    if (error instanceof TraceError || mayFit(error, specs)) return traced(undefined)
    if (!(error instanceof TendrilError) || error instanceof FormatError) throw error
    throw new FormatError({ format, because: error.message, cause: error })
  }
}

/** Whether sizes that a file names, or leaves without a name, do not fit as names, and may as numbers. */
const mayFit = (error: unknown, specs: readonly Spec[]): boolean =>
  error instanceof ShapeError && specs.some(({ shape }) => shape.some((size) => typeof size === 'string'))
