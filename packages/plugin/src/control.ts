import * as td from '@tendril/core/fn'
import { type Caller, onBehalfOf } from '@tendril/core/module'
import { asVerdict, isTracedVerdict, isVerdict } from './arrays.ts'
import { countTurn, isTrial, leaveTrial, tried } from './trial.ts'

// Control flow of marked functions. A truth value of a graph that is being traced becomes `cond` or `whileLoop` where
// both ways can be recorded and agree in their types; else it is read, as it would be without the plugin.

type Get = () => readonly unknown[]
type Set = (values: readonly unknown[]) => void

/** The user's code in a function of control flow: lines in it are its own. */
const own = <T>(fn: () => T): T => onBehalfOf(undefined, fn)

const refuse = (): never => {
  throw new TypeError('both ways have to give arrays of one type')
}

function decide(value: unknown, below: Caller): boolean {
  if (!isVerdict(value)) return Boolean(value)
  if (value.recorder !== null) leaveTrial()
  return Boolean(onBehalfOf(below, () => value.item()))
}

/** Whether a value of a test goes one way or the other. */
export function truth(value: unknown): boolean {
  return decide(value, truth)
}

/** What stands left of `&&` and `||`: a truth value is read, everything else is as it was. */
export function plain(given: unknown): unknown {
  return isVerdict(given) ? decide(given, plain) : given
}

export function not(given: unknown): unknown {
  return isVerdict(given) ? onBehalfOf(not, () => asVerdict(td.logicalNot(given))) : !given
}

/** `a && b` in a test of what may become a node. */
export function and(left: unknown, right: () => unknown): unknown {
  const both = joined(left, right, td.logicalAnd, and)
  if (both !== undefined) return both
  return decide(left, and) ? right() : isVerdict(left) ? false : left
}

export function or(left: unknown, right: () => unknown): unknown {
  const both = joined(left, right, td.logicalOr, or)
  if (both !== undefined) return both
  return decide(left, or) ? (isVerdict(left) ? true : left) : right()
}

/** Both truth values as one, where the second one may be asked for whatever the first one is. */
function joined(
  left: unknown,
  right: () => unknown,
  op: (a: td.NDArray, b: td.NDArray | boolean) => td.NDArray,
  below: Caller,
): td.NDArray | undefined {
  if (!isTracedVerdict(left)) return undefined
  const second = tried(() => own(right))?.result
  const fits = typeof second === 'boolean' || (isVerdict(second) && second.ndim === 0)
  return fits ? onBehalfOf(below, () => op(left, second as td.NDArray | boolean)) : undefined
}

/** `test ? a : b` */
export function choose(test: unknown, first: () => unknown, second: () => unknown): unknown {
  if (isTracedVerdict(test)) {
    const array = (fn: () => unknown) => (): td.NDArray => {
      const given = own(fn)
      return given instanceof td.NDArray ? given : refuse()
    }
    const both = tried(() => onBehalfOf(choose, () => td.cond(test, array(first), array(second))))
    if (both !== undefined) return both.result
  }
  return decide(test, choose) ? first() : second()
}

/** `if (test) first; else second` */
export function branch(test: unknown, first: () => void, second: () => void, get: Get, set: Set): void {
  if (isTracedVerdict(test) && tried(() => set(conditional(test, first, second, get, set))) !== undefined)
    return
  if (decide(test, branch)) first()
  else second()
}

/** The values of the variables after a branch; those before it are back if that fails. */
function conditional(
  test: td.NDArray,
  first: () => void,
  second: () => void,
  get: Get,
  set: Set,
): readonly unknown[] {
  const before = get()
  let after: readonly unknown[] = []
  const afterOf = (fn: () => void): readonly unknown[] => {
    set(before)
    own(fn)
    return get()
  }
  const onTrue = (): readonly td.NDArray[] => {
    after = afterOf(first)
    return after.filter(isChanging)
  }
  const onFalse = (): readonly td.NDArray[] => {
    const other = afterOf(second)
    if (!after.every((value, i) => isChanging(value) === isChanging(other[i]))) refuse()
    if (!after.every((value, i) => isChanging(value) || Object.is(value, other[i]))) refuse()
    return other.filter(isChanging)
  }
  try {
    const arrays = [...onBehalfOf(branch, () => td.cond(test, onTrue, onFalse))] as td.NDArray[]
    return after.map((value) => (isChanging(value) ? arrays.shift() : value))
  } catch (error) {
    set(before)
    throw error
  }
}

const isChanging = (value: unknown): value is td.NDArray => value instanceof td.NDArray

/** A loop may begin with values whose types only its first turn makes what they stay. */
const mostAttempts = 2

/** `while (test) body` */
export function loop(test: () => unknown, body: () => void, get: Get, set: Set): void {
  run(test, () => own(body), { get, set, counters: 0 }, loop)
}

/** The turns of `for (…; test; update) body`, whose first `counters` variables do nothing but count. */
export function turns(
  test: () => unknown,
  update: () => void,
  body: () => void,
  get: Get,
  set: Set,
  counters = 0,
): void {
  const turn = (): void => {
    body()
    update()
  }
  run(test, turn, { get, set, counters }, turns)
}

interface Variables {
  readonly get: Get
  readonly set: Set
  readonly counters: number
}

function run(test: () => unknown, turn: () => void, variables: Variables, below: Caller): void {
  for (let attempts = 0; ;) {
    const goes = test()
    if (isTracedVerdict(goes) && attempts++ < mostAttempts) {
      const structured = tried(() => variables.set(repeated(test, turn, variables, below)))
      if (structured !== undefined) return
    }
    if (!decide(goes, below)) return
    if (isTrial()) countTurn()
    turn()
  }
}

/** The values of the variables after a loop; those before it are back if that fails. */
function repeated(
  test: () => unknown,
  turn: () => void,
  { get, set, counters }: Variables,
  below: Caller,
): readonly unknown[] {
  const before = get()
  const isCarried = (value: unknown, i: number): boolean =>
    isChanging(value) || (i < counters && Number.isInteger(value))
  const withArrays = (arrays: readonly td.NDArray[]): readonly unknown[] => {
    let at = 0
    return before.map((value, i) => (isCarried(value, i) ? arrays[at++] : value))
  }
  const onTest = (arrays: readonly td.NDArray[]): td.NDArray => {
    set(withArrays(arrays))
    const given = own(test)
    return given instanceof td.NDArray ? given : refuse()
  }
  const onTurn = (arrays: readonly td.NDArray[]): readonly td.NDArray[] => {
    set(withArrays(arrays))
    own(turn)
    const after = get()
    before.forEach((value, i) => {
      const agrees = isCarried(value, i) ? isChanging(after[i]) : Object.is(value, after[i])
      if (!agrees) refuse()
    })
    return after.filter(isChanging)
  }
  try {
    const init = before
      .filter(isCarried)
      .map((carried) => (isChanging(carried) ? carried : asCounter(carried)))
    if (init.length === 0) refuse()
    return withArrays([...onBehalfOf(below, () => td.whileLoop(onTest, onTurn, init))])
  } catch (error) {
    set(before)
    throw error
  }
}

const asCounter = (value: unknown): td.NDArray => td.array(value as number, { dtype: 'int32' })
