import { BackendError, locate, ParamError, StateError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import type { Engine } from '../runtime/engine.ts'
import { loadedEngine } from '../runtime/engines.ts'
import { currentBackendEntry } from '../runtime/set-backend.ts'
import { GraphCall } from '../trace/graph-call.ts'
import { checkOptions, isTraceOptions, type TraceOptions } from '../trace/options.ts'
import { watched } from '../trace/watch.ts'
import { TraceStore, type UserFunction } from '../trace/trace-store.ts'
import { checkCompiles, type Graph, userGraph } from './graph.ts'

type AnyFunction = (...args: never[]) => unknown
/** An object whose `forward` is traced. */
export interface Forward {
  forward(...args: never[]): unknown
}
type Namespace = Readonly<Record<string, unknown>>

/** What `traceGraph` makes of an object. */
export type Traced<T> = T extends Forward
  ? T
  : T extends AnyFunction
    ? Graph<T>
    : { readonly [K in keyof T]: T[K] extends AnyFunction | Namespace ? Traced<T[K]> : T[K] }
/** With `args`, an async function is traced asynchronously. */
type TracedNow<T> = T extends Forward
  ? T
  : T extends (...args: never[]) => Promise<unknown>
    ? Promise<Graph<T>>
    : Traced<T>
type Traceable = AnyFunction | Forward | Namespace
type WithArgs = TraceOptions & { readonly args: readonly unknown[] }

/**
 * Traces functions into graphs that run on any engine.
 *
 * With `args` or `kwargs` at once, else at the first call. A function gives a graph that is called like it; an object
 * with `forward` comes back with its forward traced; a namespace of functions gives a copy with every function traced
 * at its first call; several objects give an array.
 *
 * @throws TraceError when the function does what a graph cannot hold, ParamError for wrong options, BackendError when the engine is not loaded
 * @example traceGraph((x) => add(x, x), { args: [array([1, 2])] })(array([3, 4]))   // [6, 8]
 */
export function traceGraph<T extends Traceable>(object: T, options: WithArgs): TracedNow<T>
export function traceGraph<T extends Traceable>(object: T, options?: TraceOptions): Traced<T>
export function traceGraph<A extends Traceable, B extends Traceable, R extends readonly Traceable[]>(
  ...objects: [A, B, ...R, TraceOptions]
): [Traced<A>, Traced<B>, ...{ [K in keyof R]: Traced<R[K]> }]
export function traceGraph<A extends Traceable, B extends Traceable, R extends readonly Traceable[]>(
  ...objects: [A, B, ...R]
): [Traced<A>, Traced<B>, ...{ [K in keyof R]: Traced<R[K]> }]
export function traceGraph(...given: readonly unknown[]): unknown {
  try {
    const last = given.at(-1)
    const hasOptions = given.length > 1 && isTraceOptions(last)
    const options = checkOptions(hasOptions ? last : {})
    const objects = hasOptions ? given.slice(0, -1) : given
    if (objects.length === 0)
      throw new ParamError({
        op: 'traceGraph',
        param: 'objs',
        value: undefined,
        because: 'it takes at least one function or object',
      })
    const graphs = objects.map((object) => traceObject(object, options))
    return graphs.length === 1
      ? graphs[0]
      : graphs.some((one) => one instanceof Promise)
        ? Promise.all(graphs)
        : graphs
  } catch (error) {
    throw locate(error, traceGraph)
  }
}

function engineOf(to: string | undefined): Engine {
  if (to === undefined) return currentBackendEntry().engine
  const engine = loadedEngine(to)
  if (engine !== undefined) return engine
  throw new BackendError({
    backend: to,
    because: 'it is not loaded, and traceGraph loads nothing',
    instead: `Load it first: await loadBackend('${to}')`,
  })
}

function traceObject(object: unknown, options: TraceOptions): unknown {
  if (isFunction(object)) return traceFunction(object, undefined, options)
  // Modules are called as functions are, and are objects all the same.
  const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function'
  if (!isObject || isValue(object)) {
    throw new ParamError({
      op: 'traceGraph',
      param: 'objs',
      value: object,
      because: 'it takes functions, objects with a forward method, and namespaces of functions',
    })
  }
  if ('forward' in object && typeof object.forward === 'function')
    return traceForward(object as Forward, options)
  const prototype: unknown = Object.getPrototypeOf(object)
  if (
    prototype === Object.prototype ||
    prototype === null ||
    Object.prototype.toString.call(object) === '[object Module]'
  )
    return traceNamespace(object as Namespace, options)
  throw new ParamError({
    op: 'traceGraph',
    param: 'objs',
    value: object,
    because: 'an object of a class is traced by its forward method, and this one has none',
  })
}

/** Whether a value is a function and no object that can be called. */
const isFunction = (value: unknown): value is UserFunction =>
  typeof value === 'function' && ('bind' in value || !('forward' in value))

function traceFunction(fn: UserFunction, receiver: unknown, options: TraceOptions): unknown {
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

/** The same object, its forward traced; what forward reads of it is read again at each call. */
function traceForward(object: Forward, options: TraceOptions): Forward {
  const original = object.forward as UserFunction
  const className = (Object.getPrototypeOf(object) as object | null)?.constructor?.name ?? 'Object'
  if (Object.isFrozen(object))
    throw new StateError({
      className,
      because: 'it is frozen, so its forward cannot be replaced',
      instead: 'Trace a function that calls it: traceGraph((x) => model.forward(x))',
    })
  const graph = traceFunction(original, watched(object), options)
  Object.defineProperty(object, 'forward', {
    value: graph,
    writable: true,
    configurable: true,
    enumerable: Object.hasOwn(object, 'forward'),
  })
  return object
}

/** A copy with every function traced at its first call; other values are kept. */
function traceNamespace(
  namespace: Namespace,
  options: TraceOptions,
  seen = new Map<object, unknown>(),
): unknown {
  const known = seen.get(namespace)
  if (known !== undefined) return known
  const { args: _args, kwargs: _kwargs, ...lazy } = options
  const copy: Record<string, unknown> = {}
  seen.set(namespace, copy)
  for (const [key, value] of Object.entries(namespace)) {
    const inner =
      typeof value === 'object' &&
      value !== null &&
      !isValue(value) &&
      (Object.getPrototypeOf(value) === Object.prototype ||
        Object.prototype.toString.call(value) === '[object Module]')
    const isClass = isFunction(value) && /^class\b/.test(Function.prototype.toString.call(value))
    copy[key] =
      isFunction(value) && !isClass
        ? traceFunction(value, namespace, lazy)
        : inner
          ? traceNamespace(value as Namespace, lazy, seen)
          : value
  }
  return copy
}

/**
 * Decorates a method: it is traced at its first call, for each object by itself.
 *
 * @example class Scale { @traced() forward(x) { return multiply(x, 2) } }
 */
export function traced(options: TraceOptions = {}) {
  const checked = checkOptions({ ...options })
  return function <This extends object, A extends unknown[], R>(
    method: (this: This, ...args: A) => R,
    _context: ClassMethodDecoratorContext,
  ): (this: This, ...args: A) => R {
    const graphs = new WeakMap<object, GraphCall>()
    return function (this: This, ...args: A): R {
      let call = graphs.get(this)
      if (call === undefined) {
        call = new GraphCall(
          new TraceStore(method as UserFunction, watched(this), checked),
          engineOf(checked.to),
          checked.dtypePolicy,
        )
        graphs.set(this, call)
      }
      return call.run(args) as R
    }
  }
}
