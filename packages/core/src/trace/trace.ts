import { StateError, TraceError } from '../errors.ts'
import { isValue, under, type Value } from '../interpreter.ts'
import type { Atom, Graph, Slot, StateWrite, Var } from '../ir/graph.ts'
import type { TreeSpec } from '../ir/tree-spec.ts'
import type { MaybePromise } from '../runtime/backend.ts'
import type { Engine } from '../runtime/engine.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { followsAsync, within } from '../runtime/scope.ts'
import type { LazyLine } from '../source.ts'
import { type Assumption, evaluate, holds, isSymbol } from '../types/dim.ts'
import type { CallTree, Rebuilt } from './call-tree.ts'
import { Container, rawOf } from './container.ts'
import { followImpurity } from './impurity.ts'
import { followNatives, givenTo, homeOf } from './native-code.ts'
import type { TraceOptions } from './options.ts'
import { flatten } from './tree.ts'
import { ObjectState } from './object-state.ts'
import { Again } from './state-tokens.ts'
import type { Homes } from './state-writer.ts'
import { held } from './state.ts'
import { Tracer } from './tracer.ts'
import type { Path } from './path.ts'
import type { Ending, Piece, Read } from './piece.ts'
import { unfollowedNatives, WaitingTrace } from './waiting-trace.ts'
import { settleNames } from './refuse-sizes.ts'
import { explainPrivate } from './watch.ts'

/** Where a state write goes in a call: into a stateful object of its arguments, or into a fixed place. */
export type Sink =
  | { readonly of: 'argument'; readonly index: number; readonly homes?: Homes }
  | { readonly of: 'place'; readonly place?: object; readonly write: (value: NDArray) => void }

/** What one run of the user's function showed. */
export interface Trace {
  readonly key: string
  /** Types are symbolic in the sizes that the function did not read. */
  readonly raw: Graph
  /** Sizes of the traced call. */
  readonly hints: ReadonlyMap<string, number>
  /** Sizes that the user named: the graph holds for all that they can be. */
  readonly named?: ReadonlySet<string>
  readonly observed: readonly Assumption[]
  readonly guards: readonly { read(): unknown; readonly value: unknown }[]
  /** Beside `raw.writes`. */
  readonly sinks: readonly Sink[]
  /** The engine whose own arrays the function gave, if it did. */
  readonly home?: Engine | undefined
  /** The values that the function read next, if it did. */
  readonly read?: Read | undefined
}

/** Sizes of a call by the symbols of a trace, each from the first axis whose size it is. */
export function sizesOf(inputs: readonly Var[], leaves: readonly NDArray[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  inputs.forEach(({ type }, i) => {
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
  const sizes = sizesOf(trace.raw.inputs, leaves)
  return fits(trace.raw, leaves, sizes) && goesOn(trace.observed, trace.guards, trace.raw.slots, sizes)
}

/** Whether sizes and places are as the function saw them. */
export function goesOn(
  observed: readonly Assumption[],
  guards: Trace['guards'],
  slots: readonly Slot[],
  sizes: ReadonlyMap<string, number>,
): boolean {
  if (!holds(observed, sizes)) return false
  for (const guard of guards) if (!Object.is(guard.read(), guard.value)) return false
  for (const { out, source } of slots) {
    const now = source.read()
    if (!isValue(now) || now.type !== out.type) return false
  }
  return true
}

type UserFunction = (...args: unknown[]) => unknown

/** A run of the function. */
export interface Run {
  readonly fn: UserFunction
  readonly receiver: unknown
  readonly call: CallTree
  readonly engine: Engine
  readonly bakeRandom: boolean
  readonly freezes: boolean
  /** What it is known to do; a new one for each attempt. */
  readonly path: () => Path
  /** The values of the arguments in the run that it follows. */
  readonly inputs?: readonly Var[] | undefined
  /** Told whether the function runs in traces only, as it mixes our functions with an engine's own. */
  readonly noteMix: (mixes: boolean) => void
  readonly impure: TraceOptions['impure']
  /** Told what the function asks of clocks and chance. */
  readonly toldImpure: (what: string, line: LazyLine) => void
}

/**
 * Runs the function once on traced arrays, and gives the piece that it ends with.
 *
 * @throws TraceError when it does what a graph cannot hold, and whatever it throws itself
 */
export function traceOnce(run: Run): MaybePromise<Piece> {
  const first = runOnce(run, true)
  if (first instanceof Promise) return first.then((piece) => piece ?? (runOnce(run, false) as Promise<Piece>))
  return first ?? (runOnce(run, false) as Piece)
}

/** The caller of the function: what stacks hold of it knows no call. */
const applied = (fn: UserFunction, receiver: unknown, args: unknown[]): unknown => fn.apply(receiver, args)

/** Undefined where a run set up what later runs find, and `settle` asks for one of those. */
function runOnce(run: Run, settle: boolean): MaybePromise<Piece | undefined> {
  const { fn, receiver, call, engine, bakeRandom, freezes, inputs: known } = run
  if (fn.constructor.name === 'AsyncFunction') refuseAsyncState(call)
  const path = run.path()
  const { named } = call
  const tracer = new Tracer(engine, { bakeRandom, freezes, path, inputs: known, receiver, named })
  followNatives(tracer, bakeRandom)
  const endImpurity = followImpurity(tracer, call, run.impure, run.toldImpure)
  const given = givenTo(tracer, call)
  const restores = call.states.map(({ access }) => held(access))
  for (const { object } of call.states) tracer.own(object instanceof Container ? rawOf(object) : object)
  const rollBack = (): void => {
    for (const restore of restores.toReversed()) restore()
    for (const recording of tracer.natives.values()) recording.end()
    endImpurity()
    tracer.waiting?.end()
    tracer.close()
  }
  let rebuilt: Rebuilt | undefined
  const finish = (result: unknown): Piece | undefined => {
    tracer.check()
    for (const recording of tracer.natives.values()) recording.finish?.()
    settleNames(tracer)
    if (settle && [...tracer.natives.values()].some(({ unsettled }) => unsettled)) return undefined
    rebuilt!.checkUnchanged()
    run.noteMix(tracer.mixes)
    return path.end(endingOf(tracer, call, result))
  }
  /** What the function wrote and drew before it threw stays. */
  const fail = (error: unknown): Piece => {
    tracer.check()
    const leaves = tracer.draws > 0 || tracer.places.writes.size > 0 || call.states.length > 0
    if (rebuilt === undefined || !leaves) throw error
    rebuilt.checkUnchanged()
    const told = explainPrivate(error, receiver)
    return path.end({ ...endingOf(tracer, call, undefined), thrown: { error: told } })
  }
  const ended = (give: () => Piece | undefined): Piece | undefined => {
    try {
      return give()
    } catch (error) {
      throw preferred(tracer, explainPrivate(error, receiver))
    } finally {
      rollBack()
    }
  }
  let result: unknown
  try {
    result = within({ interpreter: tracer }, () =>
      under(tracer, () => {
        rebuilt = call.rebuild(given)
        return applied(fn, receiver, rebuilt.args)
      }),
    )
  } catch (error) {
    return ended(() => fail(error))
  }
  if (!(result instanceof Promise)) return ended(() => finish(result))
  const { places } = tracer
  places.isWaiting = true
  if (!followsAsync()) {
    tracer.waiting = new WaitingTrace(tracer, path.host)
    if (call.natives.length > 0 || tracer.mixes) tracer.poison(unfollowedNatives())
  }
  const later = (give: () => Piece | undefined): Piece | undefined =>
    ended(() => {
      refuseAsyncState(call)
      // A graph writes when it ends, and may not wait where the function does.
      if (places.isLate || places.writes.size > 0) path.host.interleaves()
      return give()
    })
  return result.then(
    (value) => later(() => finish(value)),
    (error: unknown) => later(() => fail(error)),
  )
}

/** State is followed in place, so that between two awaits others would see traced arrays in it, and their writes be lost. */
function refuseAsyncState({ states }: CallTree): void {
  const [first] = states
  if (first === undefined) return
  throw new StateError({
    className: (Object.getPrototypeOf(first.object) as object | null)?.constructor?.name ?? 'Object',
    because: `${first.label} is stateful and the function is async, but state is followed in sync functions only`,
    instead:
      'Trace a sync function, and await outside of it; or give an async function the object by argStatefulIdxs, and it runs as it is',
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

function endingOf(tracer: Tracer, call: CallTree, value: unknown): Ending {
  const outputs: Atom[] = []
  const home = homeOf(tracer, value)
  const result = specOf(tracer, value, outputs, 'returns')
  const writes: StateWrite[] = []
  const sinks: Sink[] = []
  const given = new Set(opaques(call.spec))
  call.states.forEach(({ label, access }, index) => {
    const from = outputs.length
    const homes = access instanceof ObjectState ? access.homes() : undefined
    writes.push({
      target: label,
      spec: specOf(tracer, access.get(), outputs, `keeps in the state of ${label}`, given),
      from,
    })
    sinks.push({ of: 'argument', index, ...(homes !== undefined && { homes }) })
  })
  for (const { label, place, value: written, sink } of tracer.places.writes.values()) {
    writes.push({ target: label, spec: { kind: 'leaf' }, from: outputs.length })
    outputs.push(tracer.lift(written)!)
    sinks.push({ of: 'place', place, write: sink })
  }
  return { outputs, result, writes, sinks, home, read: undefined }
}

/** The tree of a result; its arrays become outputs. */
function specOf(
  tracer: Tracer,
  value: unknown,
  outputs: Atom[],
  verb: string,
  given: ReadonlySet<unknown> = new Set(),
): TreeSpec {
  const { leaves, spec } = flatten(value, (native) => tracer.standsFor(native))
  const opaque = opaques(spec).find((one) => !given.has(one) && !(one instanceof Again))
  if (opaque !== undefined) refuseOpaque(opaque, verb)
  for (const array of leaves) outputs.push(tracer.lift(array as Value)!)
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
