import type { DType } from '@tendril/core/adapter'
import { type Access, accessOf, type Pace } from './access.ts'
import { accumulatorName } from './dtypes.ts'
import { isLight, writeBody } from './body.ts'
import type { Loops } from './fuse.ts'
import type { Lifts } from './lifts.ts'
import { roomText } from './memory-plan.ts'
import { joinAxes, Nest, type Touch } from './nest.ts'
import { range, type Size } from './sizes.ts'
import type { Text } from './text.ts'
import { type Elementwise, rootOf, type Value, type View } from './values.ts'

/** What loops must know of the program around them. */
export interface Scope {
  readonly text: Text
  /** Lines that run once, when the program is bound. */
  readonly setup: Text
  readonly lifts: Lifts
  readonly fresh: (prefix: string) => string
  /** The name of the array in memory that a value is read from or written to. */
  readonly arrayOf: (value: Value) => string
  /** The name of a computed element: a literal, or a value of these or of former loops. */
  readonly nameOf: (value: Value) => string
  readonly isStored: (value: Value) => boolean
  readonly viewName: (view: View) => string
  /** Tells the sizes of these loops from those of others. */
  readonly loops: string
}

/** Writes one nest of loops. */
export function writeLoops(loops: Loops, scope: Scope): void {
  if (loops.reductions.length === 0) writeMap(loops, scope)
  else writeReduction(loops, scope)
}

const always = (): boolean => true

function writeMap({ shape, body }: Loops, scope: Scope): void {
  const elements = new Map<Value, string>()
  const reads = readsOf(
    body.flatMap(({ args }) => args),
    new Set(body),
    shape,
    elements,
    scope,
  )
  const stores = storesOf(body, shape, scope)
  const nest = nestFor(
    shape.map(() => false),
    body[0]!,
    [...reads, ...stores.map(({ touch }) => touch)],
    scope,
  )
  const finish = (): void => {}
  writeBody({ values: body, elements, stores, gathered: [], finish }, nest, nest.groups, always, 1, scope)
}

function nestFor(over: readonly boolean[], whole: Value, touches: readonly Touch[], scope: Scope): Nest {
  const groups = joinAxes(
    over,
    touches.map(({ access }) => access),
  )
  const nest = new Nest(groups, whole, scope)
  nest.touch(touches)
  return nest
}

/** The reads of what these loops do not compute themselves; `elements` receives their names. */
function readsOf(
  args: readonly Value[],
  inside: ReadonlySet<Value>,
  shape: readonly number[],
  elements: Map<Value, string>,
  { fresh, arrayOf, viewName }: Scope,
): Touch[] {
  const touches: Touch[] = []
  for (const value of new Set(args)) {
    if (value.kind === 'literal' || inside.has(value) || isVariable(value)) continue
    const into = fresh('e')
    elements.set(value, into)
    touches.push({ array: arrayOf(rootOf(value)), access: accessOf(value, shape, viewName), into })
  }
  return touches
}

/** Values without axes that loops computed are variables of the program. */
const isVariable = (value: Value): boolean =>
  value.shape.length === 0 && (value.kind === 'elementwise' || value.kind === 'reduction')

/** A value that is kept in memory. */
export interface Store {
  readonly value: Value
  readonly touch: Touch
}

function storesOf(values: readonly Value[], shape: readonly number[], scope: Scope): Store[] {
  return values.filter(scope.isStored).map((value) => ({
    value,
    touch: { array: scope.arrayOf(value), access: denseAccess(value, shape, scope) },
  }))
}

const denseAccess = (value: Value, shape: readonly number[], { viewName }: Scope): Access =>
  accessOf(value as Elementwise, shape, viewName)

function compute(body: readonly Elementwise[], elements: ReadonlyMap<Value, string>, scope: Scope): void {
  for (const value of body) {
    const args = value.args.map((arg) => elements.get(arg) ?? scope.nameOf(arg))
    scope.text.line(`const ${scope.nameOf(value)} = ${value.code(args)}`)
  }
}

function storeAll(stores: readonly Store[], nest: Nest, { text, nameOf }: Scope): void {
  for (const { value, touch } of stores)
    text.line(`${touch.array}[${nest.index(touch.access)}] = ${nameOf(value)}`)
}

/** Where accesses of the gathered result lie as the loops walk over all axes. */
function spreadLate({ access, ...touch }: Touch, over: readonly boolean[], keepsRank: boolean): Touch {
  let kept = 0
  const from = over.map((gathered, axis) => (gathered ? null : keepsRank ? axis : kept++))
  const steps = from.map((own) => (own === null ? null : access.steps[own]!))
  // Gathered axes that are kept have one element, so the axis before them has its neighbours side by side.
  const last = access.rowMajor ? steps.findLastIndex((step) => step !== null) : -1
  return {
    ...touch,
    access: {
      key: `late ${access.key}`,
      offset: access.offset,
      rowMajor: access.rowMajor,
      steps: steps.map((step, axis) => step && { stride: step.stride, unit: step.unit || axis === last }),
      joins: from.slice(1).map((inner, axis) => {
        const outer = from[axis]!
        return outer === null || inner === null || access.joins[outer]!
      }),
    },
  }
}

const isLate = ({ key }: Access): boolean => key.startsWith('late ')
const isEarly = (access: Access): boolean => !isLate(access)

function writeReduction({ shape, body, reductions, epilogue }: Loops, scope: Scope): void {
  const { text, fresh, nameOf } = scope
  const { over, shape: gathered, of: whole } = reductions[0]!
  const elements = new Map<Value, string>()
  const late = (touch: Touch): Touch => spreadLate(touch, over, gathered.length === shape.length)
  const inside = new Set<Value>([...body, ...reductions, ...epilogue])
  const args = [...body.flatMap((value) => value.args), ...reductions.map(({ of }) => of)]
  const reads = readsOf(args, inside, shape, elements, scope)
  const stores = storesOf(body, shape, scope)
  const lateElements = new Map<Value, string>()
  const lateArgs = epilogue.flatMap((value) => value.args)
  const lateReads = readsOf(lateArgs, inside, gathered, lateElements, scope).map(late)
  const lateStores = storesOf([...reductions, ...epilogue], gathered, scope).map((store) => ({
    ...store,
    touch: late(store.touch),
  }))
  const row = rowAccess(whole, over)
  const nest = nestFor(
    over,
    whole,
    [
      ...reads,
      ...stores.map(({ touch }) => touch),
      ...lateReads,
      ...lateStores.map(({ touch }) => touch),
      ...[row, { ...row, key: 'late row' }].map((access) => ({ array: '', access })),
    ],
    scope,
  )
  const { groups } = nest
  const first = groups.findIndex((group) => group.over)
  const outer = first < 0 ? groups : groups.slice(0, first)
  const inner = groups.slice(outer.length)
  const rest = inner.filter((group) => !group.over)
  const sums = reductions.map(() => fresh('s'))
  if (rest.length > 0)
    makeRows(
      sums,
      reductions.map(({ dtype }) => dtype),
      { kind: 'count', of: whole, axes: rest.flatMap(({ first: from, last }) => range(from, last + 1)) },
      scope,
    )
  const lanes =
    inner.length > 0 && rest.length === 0 && isLight(body) && reductions.every(({ fold }) => fold.join)
      ? 4
      : 1
  const laneOf = (sum: string, k: number): string => (k === 0 ? sum : `${sum}_${k}`)
  nest.open(outer, always)
  reductions.forEach(({ fold }, k) => {
    if (rest.length > 0) return text.line(`${sums[k]}.fill(${fold.start})`)
    for (let lane = 0; lane < lanes; lane++) text.line(`let ${laneOf(sums[k]!, lane)} = ${fold.start}`)
  })
  const sumAt = (k: number, access: Access): string =>
    rest.length > 0 ? `${sums[k]}[${nest.index(access)}]` : sums[k]!
  const finish = (lane: number): void =>
    reductions.forEach(({ of, fold }, k) => {
      const sum = laneOf(sumAt(k, row), lane)
      text.line(`${sum} = ${fold.step(sum, elements.get(of) ?? nameOf(of))}`)
    })
  const all = { values: body, elements, stores, gathered: reductions.map(({ of }) => of), finish }
  writeBody(all, nest, inner, isEarly, lanes, scope)
  nest.open(rest, isLate)
  reductions.forEach((value, k) => {
    const sum = sumAt(k, { ...row, key: 'late row' })
    const parts = Array.from({ length: lanes }, (_, lane) => laneOf(sum, lane))
    text.line(`const ${nameOf(value)} = ${value.fold.end(parts.reduce((a, b) => value.fold.join!(a, b)))}`)
  })
  compute(epilogue, lateElements, scope)
  storeAll(lateStores, nest, scope)
  nest.close(rest)
  nest.close(outer)
}

/** Kept axes behind gathered ones: a row of sums is gathered at once, in the order of memory. */
function rowAccess(whole: Value, over: readonly boolean[]): Access {
  const first = over.indexOf(true)
  const inRow = over.map((gathered, axis) => !gathered && axis > first)
  const last = inRow.lastIndexOf(true)
  const steps = inRow.map((inside, axis): Pace => {
    if (!inside) return null
    const axes = range(axis + 1, inRow.length).filter((later) => inRow[later])
    return { stride: { kind: 'count', of: whole, axes }, unit: axis === last }
  })
  return {
    key: 'row',
    offset: null,
    rowMajor: true,
    steps,
    joins: inRow.slice(1).map((inside, axis) => inside === inRow[axis]),
  }
}

function makeRows(
  names: readonly string[],
  dtypes: readonly DType[],
  count: Size,
  { setup, lifts }: Scope,
): void {
  const size = lifts.sized(count)
  names.forEach((name, k) =>
    setup.line(`const ${name} = ${roomText(accumulatorName(dtypes[k]!), name, size)}`),
  )
}
