import { GraphError } from '../../errors.ts'
import { type Atom, isVar } from '../../ir/graph.ts'
import type { HostArray } from '../../op.ts'
import { referenceEngine } from '../../runtime/set-backend.ts'
import type { GraphCall } from '../../trace/graph-call.ts'
import { type Apart, apartFromTruth, apartInBits, isAlike } from './compare.ts'
import { flushes } from './flushes.ts'
import { firstTurn, loggedRun, unseenTurn } from './function-log.ts'
import { EndlessCall } from '../../runtime/turn-limit.ts'
import { hostOfAtom, locate, type WrongNode } from './locate.ts'
import { classOf, formOf, type Outcome, type Part } from './outcome.ts'
import type { Difference } from './report.ts'
import type { Explored, Trial } from './trial.ts'
import type { Way } from './way.ts'

/** A difference without what the trial was. */
export type Found = Omit<Difference, 'trial' | 'arguments'>

const reference = referenceEngine.key
const theFunction = 'the function'

/** What the function did in a trial. */
export interface Shown {
  readonly outcome: Outcome
  readonly explored: Explored | undefined
  /** What the way gives on the reference. */
  readonly values: ReadonlyMap<Atom, HostArray>
}

/**
 * Runs the function, and its trace on the reference.
 *
 * @throws EndlessCall, and GraphError for random numbers that were drawn while tracing
 */
export async function showFunction(trial: Trial): Promise<Shown> {
  const explored = await trial.explore(referenceEngine)
  const outcome = await trial.function(explored)
  if (outcome.thrown?.error instanceof EndlessCall) throw outcome.thrown.error
  if (outcome.draws && trial.store.options.includeGenerators === false)
    throw new GraphError({
      because:
        'its random numbers were drawn while it was traced (includeGenerators: false), and the function draws others at each call',
      instead: 'Trace it without includeGenerators: false to verify it',
    })
  const unseen: Shown = { outcome, explored: undefined, values: new Map() }
  if (explored === undefined) return unseen
  try {
    return { outcome, explored, values: await valuesOf(explored.way) }
  } catch (error) {
    // What the function refuses by its data, as a size below 0, the way refuses too: there are no values to compare.
    if (error instanceof EndlessCall || endOf(outcome.thrown) !== endOf({ error })) throw error
    return unseen
  }
}

/** All values of a way on the reference. */
async function valuesOf(way: Way): Promise<ReadonlyMap<Atom, HostArray>> {
  const outs = way.graph.nodes.flatMap((node) => node.outs)
  const computed = await way.valuesOn(referenceEngine, outs)
  return new Map([...way.known, ...outs.map((out, i) => [out, computed[i]!] as const)])
}

/** Whether the function does what it did when it was traced; both on the reference, so that every bit is the same. */
export async function judgeFunction(
  trial: Trial,
  { outcome, explored, values }: Shown,
): Promise<Found | undefined> {
  const strayed = trial.store.options.rerun === 'always' ? undefined : trial.store.reruns.reason('')
  if (explored === undefined) return undefined
  const { way } = explored
  const difference = functionDiffers(trial, outcome, explored, values)
  if (difference === undefined && strayed === undefined) return undefined
  const turn = trial.runsElsewhere
    ? unseenTurn
    : await firstTurn(
        way,
        values,
        await trial.running(referenceEngine, (args) => loggedRun(() => trial.callFunction(args))),
      )
  const told = messageOf(outcome)
  const found = difference ?? {
    what: 'what it does',
    index: undefined,
    got: 'as traced',
    want: 'something else',
    allowed: undefined,
  }
  return {
    ...found,
    engine: 'every engine',
    against: theFunction,
    node: turn.node,
    because: [
      trial.reruns ? unsteady : (strayed ?? turn.because),
      ...(told === undefined ? [] : [`It throws ${told}`]),
    ].join('. '),
  }
}

const unsteady =
  'The function gives something else each time that it is called with the same arguments, so there is nothing to compare its graph with, which runs it at each call'

type Bare = Pick<Difference, 'what' | 'index' | 'got' | 'want' | 'allowed'>

function functionDiffers(
  trial: Trial,
  outcome: Outcome,
  { way, end }: Explored,
  values: ReadonlyMap<Atom, HostArray>,
): Bare | undefined {
  const [got, want] = [endOf(end.ending.thrown), endOf(outcome.thrown)]
  if (got !== want) return { what: 'the call', index: undefined, got, want, allowed: undefined }
  const wrongForm = formsApart(outcome.parts, way)
  if (wrongForm !== undefined) return wrongForm
  const results = named(outcome.parts)
  // What an engine's own functions compute is rounded as that engine does it.
  const truth = trial.runsElsewhere ? way.truth(true) : undefined
  for (const [i, output] of way.graph.outputs.entries()) {
    const { name, array } = results[i]!
    const traced = hostOfAtom(output, values)
    const right = isVar(output) ? truth?.get(output) : undefined
    if (right === undefined) {
      const apart = apartInBits(traced, array)
      if (apart !== undefined) return { ...apart, what: name }
    } else if (!isAlike(traced, array)) {
      const apart = apartFromTruth(array, right)
      if (apart !== undefined) return { ...apart, what: name, got: apart.want, want: apart.got }
    }
  }
  return undefined
}

/** How the trees of results differ. */
function formsApart(parts: readonly Part[], { graph }: Way): Bare | undefined {
  const forms = [graph.result, ...graph.writes.map(({ spec }) => spec)].map(formOf)
  const at = parts.findIndex(({ form }, i) => form !== forms[i])
  if (at < 0) return undefined
  return {
    what: `the form of ${parts[at]!.name}`,
    index: undefined,
    got: forms[at]!,
    want: parts[at]!.form,
    allowed: undefined,
  }
}

const named = (parts: readonly Part[]): readonly { readonly name: string; readonly array: HostArray }[] =>
  parts.flatMap(({ name, arrays }) =>
    arrays.map((array, i) => ({ name: arrays.length === 1 ? name : `${name}, array ${i}`, array })),
  )

/** How a call ends. */
const endOf = (thrown: Outcome['thrown']): string =>
  thrown === undefined ? 'a result' : `an error of class ${classOf(thrown.error)}`

const messageOf = ({ thrown }: Outcome): string | undefined =>
  thrown?.error instanceof Error ? `${classOf(thrown.error)}: ${thrown.error.message}` : undefined

/** Whether a graph does what the function did, on one engine. */
export async function judgeGraph(trial: Trial, call: GraphCall, seen: Shown): Promise<Found | undefined> {
  const { key } = call.engine
  let mine = seen.explored
  // Another engine may take another way, and write elsewhere on it.
  const reads = mine !== undefined && mine.end.parent !== undefined
  if (reads && call.engine !== referenceEngine) {
    try {
      const there = await trial.explore(call.engine)
      if (there !== undefined && there.end !== mine?.end) mine = there
    } catch (error) {
      if (!(error instanceof EndlessCall)) throw error
      return found(key, { what: 'the call', got: 'a call without end', want: 'a result' })
    }
  }
  const outcome = await trial.graph(call, mine)
  const [got, want] = [endOf(outcome.thrown), endOf(seen.outcome.thrown)]
  if (got !== want)
    return found(key, { what: 'the call', got, want }, messageOf(outcome) ?? messageOf(seen.outcome))
  if (mine === undefined)
    return outcome.thrown === undefined ? withoutWay(key, outcome.parts, seen.outcome.parts) : undefined
  const other = mine.end === seen.explored!.end ? undefined : mine.way
  if (other !== undefined) {
    const wrong = await wrongRead(seen.explored!, call)
    if (wrong !== undefined) return wrong
  }
  return judgeParts(
    call,
    mine,
    outcome.parts,
    other === undefined && call.policy === 'strict' ? seen.values : undefined,
  )
}

const found = (
  engine: string,
  bare: Pick<Bare, 'what' | 'got' | 'want'> & Partial<Bare>,
  because?: string,
): Found => ({
  index: undefined,
  allowed: undefined,
  ...bare,
  engine,
  against: theFunction,
  node: undefined,
  because,
})

async function judgeParts(
  call: GraphCall,
  { way: whole, end }: Explored,
  parts: readonly Part[],
  known: ReadonlyMap<Atom, HostArray> | undefined,
): Promise<Found | undefined> {
  const { key } = call.engine
  const way = whole.narrowed(call)
  const wrongForm = formsApart(parts, way)
  if (wrongForm !== undefined) return found(key, wrongForm)
  const values = known ?? (await valuesOf(way))
  const results = named(parts)
  const { outputs } = way.graph
  const unlike = outputs.flatMap((output, i) =>
    isAlike(results[i]!.array, hostOfAtom(output, values)) ? [] : [i],
  )
  if (unlike.length === 0) return undefined
  const flush = await flushes(call.engine)
  const truth = way.truth(flush)
  let apart: Apart | undefined
  let at = unlike[0]!
  for (const i of unlike) {
    const output = outputs[i]!
    const right = isVar(output) ? truth.get(output) : undefined
    apart =
      right === undefined
        ? apartInBits(results[i]!.array, hostOfAtom(output, values))
        : apartFromTruth(results[i]!.array, right)
    at = i
    if (apart !== undefined) break
  }
  const node = await locate(way, call, flush)
  // All that differs comes of roundings that each node may make.
  if (apart === undefined && node === undefined) return undefined
  const { name } = results[at]!
  const seen = apart ?? { index: node!.index, got: node!.got, want: node!.want, allowed: node!.allowed }
  return {
    ...seen,
    what: apart === undefined ? `a value that ${name} is made of` : name,
    engine: key,
    against: reference,
    node,
    because: node === undefined ? unlocated(end) : undefined,
  }
}

const unlocated = ({ parent }: Explored['end']): string =>
  parent === undefined
    ? 'No node is named: each one is right when it is asked for alone, so what differs is how the engine runs all of them together'
    : 'No node is named: each one is right on the way that was taken when its values are asked for alone'

/** A value that the function goes on by and that an engine has wrong, so that it took another way. */
async function wrongRead(right: Explored, call: GraphCall): Promise<Found | undefined> {
  const flush = await flushes(call.engine)
  const node: WrongNode | undefined = await locate(right.way.narrowed(call), call, flush)
  if (node === undefined) return undefined
  return {
    what: 'a value that the function goes on by',
    index: node.index,
    got: node.got,
    want: node.want,
    allowed: node.allowed,
    engine: call.engine.key,
    against: reference,
    node,
    because: 'By it the graph took another way than the function',
  }
}

/** The function could not be traced for these arguments, and yet both gave something. */
function withoutWay(key: string, got: readonly Part[], want: readonly Part[]): Found | undefined {
  const [mine, theirs] = [named(got), named(want)]
  const at = theirs.findIndex(({ array }, i) => mine[i] === undefined || !isAlike(mine[i].array, array))
  if (at < 0 && mine.length === theirs.length) return undefined
  const apart = mine[at] && apartInBits(mine[at].array, theirs[at]!.array)
  const bare = apart ?? {
    index: undefined,
    got: `${mine.length} arrays`,
    want: `${theirs.length} arrays`,
    allowed: undefined,
  }
  return found(
    key,
    { ...bare, what: theirs[at]?.name ?? 'the result' },
    'No node is named, as the function cannot be traced for these arguments',
  )
}
