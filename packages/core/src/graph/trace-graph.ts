import { locate, ParamError, StateError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { functionOf } from '../runtime/native.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Caller } from '../source.ts'
import { GraphCall } from '../trace/graph-call.ts'
import { checkOptions, isTraceOptions, type TraceOptions } from '../trace/options.ts'
import { watched } from '../trace/watch.ts'
import { TraceStore, type UserFunction } from '../trace/trace-store.ts'
import { locatedPromise } from './located.ts'
import { type Graph } from './graph.ts'
import { isModelFile, modelFunction } from './model-format.ts'
import { engineOf, traceFunction, traceModel } from './trace-function.ts'

type AnyFunction = (...args: never[]) => unknown
/** An object whose `forward` is traced. */
export interface Forward {
  forward(...args: never[]): unknown
}
/** A model of an engine's own, such as the LayersModel and the GraphModel of tfjs. */
export interface NativeModel {
  predict(...args: never[]): unknown
}
/** The bytes of an ONNX model or its path, which `@tendril/onnx` reads. */
export type ModelFile = Uint8Array | string
type ModelOfFile = (...inputs: NDArray[]) => NDArray | readonly NDArray[]
type Namespace = Readonly<Record<string, unknown>>

/** What `traceGraph` makes of an object. */
export type Traced<T> = T extends ModelFile
  ? Graph<ModelOfFile>
  : T extends Forward
    ? T
    : T extends AnyFunction
      ? Graph<T>
      : T extends NativeModel
        ? Graph<T['predict']>
        : { readonly [K in keyof T]: T[K] extends AnyFunction | Namespace ? Traced<T[K]> : T[K] }
/** With `args`, an async function is traced asynchronously. */
type TracedNow<T> = T extends Forward
  ? T['forward'] extends (...args: never[]) => Promise<unknown>
    ? Promise<T>
    : T
  : T extends (...args: never[]) => Promise<unknown>
    ? Promise<Graph<T>>
    : Traced<T>
type Traceable = AnyFunction | Forward | NativeModel | ModelFile | Namespace
type WithArgs = TraceOptions &
  ({ readonly args: readonly unknown[] } | { readonly kwargs: Readonly<Record<string, unknown>> })

/** Refuses an object without a function to trace: it is more likely options whose names are misspelt. */
type Checked<T> = HoldsFunction<T> extends true ? T : never
type HoldsFunction<T> = T extends AnyFunction
  ? true
  : T extends NDArray | readonly unknown[]
    ? false
    : T extends object
      ? true extends { [K in keyof T]: HoldsFunction<T[K]> }[keyof T]
        ? true
        : false
      : false
type AllChecked<O> = { [K in keyof O]: O[K] & Checked<O[K]> }
type AllTraced<O> = { -readonly [K in keyof O]: Traced<O[K]> }
/** One async function makes a promise of all. */
type AllNow<O extends readonly unknown[]> = true extends {
  [K in keyof O]: TracedNow<O[K]> extends Promise<unknown> ? true : false
}[number]
  ? Promise<{ -readonly [K in keyof O]: Awaited<TracedNow<O[K]>> }>
  : AllTraced<O>
type Several = readonly [Traceable, Traceable, ...Traceable[]]

/**
 * Traces functions into graphs that run on any engine.
 *
 * With `args` or `kwargs` at once, else at the first call. A function gives a graph that is called like it; an object
 * with `forward` comes back with its forward traced; a model of an engine's own, or of an ONNX file by its bytes or path, gives the graph of its prediction; a namespace of functions gives a copy with every function traced
 * at its first call; several objects give an array.
 *
 * @throws TraceError when the function does what a graph cannot hold, ParamError for wrong options, BackendError when the engine is not loaded
 * @example traceGraph((x) => add(x, x), { args: [array([1, 2])] })(array([3, 4]))   // [6, 8]
 */
export function traceGraph<T extends Traceable>(object: T, options: WithArgs): TracedNow<T>
export function traceGraph<T extends Traceable>(object: T, options?: TraceOptions): Traced<T>
export function traceGraph<O extends Several>(...objects: [...AllChecked<O>, WithArgs]): AllNow<O>
export function traceGraph<O extends Several>(...objects: [...AllChecked<O>, TraceOptions]): AllTraced<O>
export function traceGraph<O extends Several>(...objects: [...AllChecked<O>]): AllTraced<O>
export function traceGraph(...given: readonly unknown[]): unknown {
  try {
    const last = given.at(-1)
    const hasOptions = given.length > 1 && (last === undefined || isTraceOptions(last))
    const options = checkOptions(hasOptions ? (last ?? {}) : {})
    const objects = hasOptions ? given.slice(0, -1) : given
    if (objects.length === 0)
      throw new ParamError({
        op: 'traceGraph',
        param: 'objs',
        value: undefined,
        because: 'it takes at least one function or object',
      })
    const graphs = objects.map((object) => traceObject(object, options))
    if (graphs.length === 1) return locatedPromise(graphs[0], traceGraph)
    return graphs.some((one) => one instanceof Promise)
      ? locatedPromise(Promise.all(graphs), traceGraph)
      : graphs
  } catch (error) {
    throw locate(error, traceGraph)
  }
}

function traceObject(object: unknown, options: TraceOptions): unknown {
  if (isModelFile(object)) return traceModel(modelFunction(object), options)
  if (isFunction(object)) {
    if (!isClass(object)) return traceFunction(object, undefined, options)
    throw new ParamError({
      op: 'traceGraph',
      param: 'objs',
      value: object,
      because: 'a class cannot be called',
      instead: 'Trace one of its objects, by its forward method: traceGraph(new Model())',
    })
  }
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
  if (isNamespace(object)) return traceNamespace(withFunctions(object), options)
  const fn = functionOf(object)
  if (fn !== undefined) return traceFunction(fn, undefined, options)
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

/** The same object, its forward traced; what forward reads of it is read again at each call. */
function traceForward(object: Forward, options: TraceOptions): Forward | Promise<Forward> {
  const original = object.forward as UserFunction
  const own = Object.getOwnPropertyDescriptor(object, 'forward')
  if (own === undefined ? !Object.isExtensible(object) : !own.configurable)
    throw new StateError({
      className: (Object.getPrototypeOf(object) as object | null)?.constructor?.name ?? 'Object',
      because: 'it is frozen or sealed, so its forward cannot be replaced',
      instead: 'Trace a function that calls it: traceGraph((x) => model.forward(x))',
    })
  const replace = (value: unknown): Forward =>
    Object.defineProperty(object, 'forward', {
      value,
      writable: true,
      configurable: true,
      enumerable: own?.enumerable ?? false,
    })
  const graph = traceFunction(original, watched(object), options)
  return graph instanceof Promise ? graph.then(replace) : replace(graph)
}

const isClass = (value: object): boolean =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))

const isNamespace = (value: unknown): value is Namespace =>
  typeof value === 'object' &&
  value !== null &&
  !isValue(value) &&
  (Object.getPrototypeOf(value) === Object.prototype ||
    Object.getPrototypeOf(value) === null ||
    Object.prototype.toString.call(value) === '[object Module]')

/** Refuses a namespace without a function: more likely it is options whose names are misspelt. */
function withFunctions(namespace: Namespace): Namespace {
  const holds = (value: unknown, above: readonly unknown[]): boolean =>
    typeof value === 'function' ||
    (isNamespace(value) &&
      !above.includes(value) &&
      Object.values(value).some((inner) => holds(inner, [...above, value])))
  if (holds(namespace, [])) return namespace
  checkOptions(namespace)
  throw new ParamError({
    op: 'traceGraph',
    param: 'objs',
    value: namespace,
    because: 'it holds no function to trace',
  })
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
  const tracedEntry = (entry: unknown): unknown => {
    if (isFunction(entry) && !isClass(entry)) return traceFunction(entry, watched(namespace), lazy)
    return isNamespace(entry) ? traceNamespace(entry, lazy, seen) : entry
  }
  const open = { writable: true, configurable: true, enumerable: true }
  for (const [key, entry] of Object.entries(namespace))
    Object.defineProperty(copy, key, { ...open, value: tracedEntry(entry) })
  return copy
}

function checkedBy(options: Record<string, unknown>, below: Caller): TraceOptions {
  try {
    return checkOptions(options)
  } catch (error) {
    throw locate(error, below)
  }
}

/**
 * Decorates a method: it is traced at its first call, for each object by itself.
 *
 * @example class Scale { @traced() forward(x) { return multiply(x, 2) } }
 */
export function traced(options: TraceOptions = {}) {
  const checked = checkedBy({ ...options }, traced)
  return function <This extends object, A extends unknown[], R>(
    method: (this: This, ...args: A) => R,
    _context: ClassMethodDecoratorContext,
  ): (this: This, ...args: A) => R {
    const graphs = new WeakMap<object, GraphCall>()
    const callFor = (object: This): GraphCall => {
      const known = graphs.get(object)
      if (known !== undefined) return known
      const store = new TraceStore(method as UserFunction, watched(object), checked)
      const call = new GraphCall(store, engineOf(checked.to), checked.dtypePolicy)
      graphs.set(object, call)
      return call
    }
    return function decorated(this: This, ...args: A): R {
      try {
        if (Object(this) === this) return callFor(this).run(args, decorated) as R
        throw new ParamError({
          op: method.name === '' ? 'traced' : method.name,
          param: 'this',
          value: this,
          because: 'a traced method is called on its object',
          instead: 'Call object.method(…), or bind it first',
        })
      } catch (error) {
        throw locate(error, decorated)
      }
    }
  }
}
