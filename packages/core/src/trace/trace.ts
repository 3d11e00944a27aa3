import { StateError, TraceError } from '../errors.ts'
import { isValue, under, type Value } from '../interpreter.ts'
import { type Atom, type Graph, makeGraph, type StateWrite, type Var } from '../ir/graph.ts'
import type { TreeSpec } from '../ir/tree-spec.ts'
import type { Engine } from '../runtime/engine.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { within } from '../runtime/scope.ts'
import { type Assumption, evaluate, holds, isSymbol } from '../types/dim.ts'
import type { CallTree, Rebuilt } from './call-tree.ts'
import { Container, rawOf } from './container.ts'
import { followNatives, homeOf, inputsOf } from './native-code.ts'
import { flatten } from './tree.ts'
import { type ReadGuard, Tracer } from './tracer.ts'
import { explainPrivate } from './watch.ts'

/** Where a state write goes in a call: into a stateful object of its arguments, or into a fixed place. */
export type Sink =
  | { readonly of: 'argument'; readonly index: number }
  | { readonly of: 'place'; readonly write: (value: NDArray) => void }

/** What one run of the user's function showed. */
export interface Trace {
  readonly key: string
  /** Types are symbolic in the sizes that the function did not read. */
  readonly raw: Graph
  /** Sizes of the traced call. */
  readonly hints: ReadonlyMap<string, number>
  readonly observed: readonly Assumption[]
  readonly guards: readonly ReadGuard[]
  /** Beside `raw.writes`. */
  readonly sinks: readonly Sink[]
  /** The engine whose own arrays the function gave, if it did. */
  readonly home?: Engine | undefined
}

/** Sizes of a call by the symbols of a trace, each from the first axis whose size it is. */
export function sizesOf(graph: Graph, leaves: readonly NDArray[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  graph.inputs.forEach(({ type }, i) => {
    const { shape } = leaves[i]!.type
    type.shape.forEach((dim, axis) => {
      if (typeof dim !== 'number' && !sizes.has(dim.text)) sizes.set(dim.text, shape[axis]!)
    })
  })
  return sizes
}

/** Whether arrays have the sizes that a graph says: fixed ones, and those that share a name or are made of others. */
const fits = (graph: Graph, leaves: readonly NDArray[], sizes: ReadonlyMap<string, number>): boolean =>
  graph.inputs.every(({ type }, i) =>
    type.shape.every((dim, axis) => {
      const size = typeof dim === 'number' ? dim : isSymbol(dim) ? sizes.get(dim.text) : evaluate(dim, sizes)
      return size === leaves[i]!.type.shape[axis]
    }),
  )

/** Whether all that the function saw is as it was, for a call of the same key. */
export function isCurrent(trace: Trace, leaves: readonly NDArray[]): boolean {
  const sizes = sizesOf(trace.raw, leaves)
  if (!fits(trace.raw, leaves, sizes) || !holds(trace.observed, sizes)) return false
  for (const guard of trace.guards) if (!Object.is(guard.read(), guard.value)) return false
  for (const { out, source } of trace.raw.slots) {
    const now = source.read()
    if (!isValue(now) || now.type !== out.type) return false
  }
  return true
}

type UserFunction = (...args: unknown[]) => unknown

/**
 * Runs the function once on traced arrays.
 *
 * @throws TraceError when it does what a graph cannot hold, and whatever it throws itself
 */
export function traceOnce(...run: Run): Trace | Promise<Trace> {
  const first = runOnce(run, true)
  if (first instanceof Promise) return first.then((trace) => trace ?? (runOnce(run, false) as Promise<Trace>))
  return first ?? (runOnce(run, false) as Trace)
}

type Run = readonly [fn: UserFunction, receiver: unknown, call: CallTree, engine: Engine, bakeRandom: boolean]

/** Undefined where a run set up what later runs find, and `settle` asks for one of those. */
function runOnce(
  [fn, receiver, call, engine, bakeRandom]: Run,
  settle: boolean,
): Trace | undefined | Promise<Trace | undefined> {
  if (fn.constructor.name === 'AsyncFunction') refuseAsyncState(call)
  const tracer = new Tracer(engine, { bakeRandom, receiver })
  followNatives(tracer, bakeRandom)
  const { inputs, given } = inputsOf(tracer, call)
  const before = call.states.map(({ access }) => access.get())
  for (const { object } of call.states) tracer.own(object instanceof Container ? rawOf(object) : object)
  const rollBack = (): void => {
    call.states.forEach(({ access }, i) => access.set(before[i]))
    for (const recording of tracer.natives.values()) recording.end()
    tracer.close()
  }
  let rebuilt: Rebuilt | undefined
  const finish = (result: unknown): Trace | undefined => {
    tracer.check()
    for (const recording of tracer.natives.values()) recording.finish?.()
    if (settle && [...tracer.natives.values()].some(({ unsettled }) => unsettled)) return undefined
    rebuilt!.checkUnchanged()
    return assemble(
      tracer,
      call,
      inputs.map(({ atom }) => atom as Var),
      result,
    )
  }
  let result: unknown
  try {
    result = within({ interpreter: tracer }, () =>
      under(tracer, () => {
        rebuilt = call.rebuild(given)
        return fn.apply(receiver, rebuilt.args)
      }),
    )
    if (!(result instanceof Promise)) return finish(result)
  } catch (error) {
    throw preferred(tracer, explainPrivate(error, receiver))
  } finally {
    if (!(result instanceof Promise)) rollBack()
  }
  return result
    .then(
      (value) => {
        refuseAsyncState(call)
        return finish(value)
      },
      (error: unknown) => {
        throw preferred(tracer, explainPrivate(error, receiver))
      },
    )
    .finally(rollBack)
}

/** State is followed in place, so that between two awaits others would see traced arrays in it, and their writes be lost. */
function refuseAsyncState({ states }: CallTree): void {
  const [first] = states
  if (first === undefined) return
  throw new StateError({
    className: (Object.getPrototypeOf(first.object) as object | null)?.constructor?.name ?? 'Object',
    because: `${first.label} is stateful and the function is async, but state is followed in sync functions only`,
    instead: 'Trace a sync function, and await outside of it; or keep what changes in Variables',
  })
}

/** The error that ended the trace, rather than one that the function made of it. */
function preferred(tracer: Tracer, error: unknown): unknown {
  try {
    tracer.check()
    return error
  } catch (first) {
    return first
  }
}

function assemble(tracer: Tracer, call: CallTree, inputs: readonly Var[], result: unknown): Trace {
  const outputs: Atom[] = []
  const home = homeOf(tracer, result)
  const spec = specOf(tracer, result, outputs, 'returns')
  const writes: StateWrite[] = []
  const sinks: Sink[] = []
  const given = new Set(opaques(call.spec))
  call.states.forEach(({ label, access }, index) => {
    const from = outputs.length
    writes.push({
      target: label,
      spec: specOf(tracer, access.get(), outputs, `keeps in the state of ${label}`, given),
      from,
    })
    sinks.push({ of: 'argument', index })
  })
  for (const { label, value, sink } of tracer.writes.values()) {
    writes.push({ target: label, spec: { kind: 'leaf' }, from: outputs.length })
    outputs.push(tracer.result(value))
    sinks.push({ of: 'place', write: sink })
  }
  const raw = makeGraph({
    inputs,
    constants: [...tracer.constants].map(([array, out]) => ({ out, array })),
    slots: tracer.slots,
    nodes: tracer.nodes,
    outputs,
    args: call.spec,
    result: spec,
    writes,
    draws: tracer.draws,
  })
  const { hints, observed, guards } = tracer
  return { key: call.key, raw, hints, observed, guards, sinks, home }
}

/** The tree of a result; its arrays become outputs. */
function specOf(
  tracer: Tracer,
  value: unknown,
  outputs: Atom[],
  verb: string,
  given: ReadonlySet<unknown> = new Set(),
): TreeSpec {
  const { leaves, spec } = flatten(value, (native) => tracer.adopt(native))
  const opaque = opaques(spec).find((one) => !given.has(one))
  if (opaque !== undefined) refuseOpaque(opaque, verb)
  for (const array of leaves) outputs.push(tracer.result(array as Value))
  return spec
}

/** Values of a tree that a graph cannot hold; functions among the state are part of the signature. */
const opaques = (spec: TreeSpec): readonly unknown[] =>
  spec.kind === 'opaque' ? [spec.value] : 'items' in spec ? spec.items.flatMap(opaques) : []

function refuseOpaque(value: unknown, verb: string): never {
  const className = (value as { readonly constructor?: { readonly name?: string } }).constructor?.name
  const what =
    typeof value === 'object' ? `an object of class ${className || 'unknown'}` : `a ${typeof value}`
  throw new TraceError({
    because: `the function ${verb} ${what}, which a graph cannot hold`,
    instead: 'Use arrays, numbers, strings, lists, plain objects or Containers',
  })
}
